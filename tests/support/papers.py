"""What stands in a PDF file as far as a test asks, and the papers that the program hands to be set."""

import re
import zlib
from dataclasses import dataclass

import pytest

from lms.printing import typesetting
from lms.printing.documents import Paper

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


@dataclass(frozen=True)
class PdfFile:
    """A file with its streams unpacked."""

    data: bytes

    @property
    def text(self) -> str:
        """All objects and streams, one after the other."""
        parts = [self.data]
        for packed in _STREAM.findall(self.data):
            try:
                parts.append(zlib.decompress(packed))
            except zlib.error:
                continue
        return b"\n".join(parts).decode("latin-1")

    @property
    def pages(self) -> int:
        return len(re.findall(r"/Type ?/Page\b", self.text))

    @property
    def sizes(self) -> set[float]:
        """Sizes of type that are used, in points."""
        return {float(size) for size in re.findall(r"([\d.]+) Tf\b", self.text)}

    @property
    def fonts(self) -> set[str]:
        return {name.partition("+")[2] for name in re.findall(r"/BaseFont ?/([\w+-]+)", self.text)}

    @property
    def roles(self) -> set[str]:
        """Roles of the parts of the structure, as a screen reader meets them."""
        return set(re.findall(r"/S ?/(\w+)", self.text))

    @property
    def claims(self) -> bool:
        """Whether it says that it conforms to PDF/UA-1."""
        return "<pdfuaid:part>1</pdfuaid:part>" in self.text


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[Paper]:
    """The papers that were set in this test, in their order."""
    papers: list[Paper] = []
    data_of = typesetting._data

    def noted(paper: Paper) -> str:
        papers.append(paper)
        return data_of(paper)

    monkeypatch.setattr(typesetting, "_data", noted)
    return papers
