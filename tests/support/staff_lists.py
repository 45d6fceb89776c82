"""Staff lists as files, and HR who take them in through the pages. Needs an application context."""

import csv
import io
import re
from collections.abc import Mapping, Sequence

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

HEADINGS = ("工号", "姓名", "部门", "参保地", "人员类别", "入职日期")
IMPORT = "/manage/people/import"


def row(number: str, name: str, **more: str) -> dict[str, str]:
    """A row without fault: an employee of the research centre, insured in Beijing."""
    base = dict(zip(HEADINGS, (number, name, "研发中心", "北京", "职工", "2026-11-16"), strict=True))
    return {**base, **more}


def as_csv(rows: Sequence[Mapping[str, str]]) -> bytes:
    """The rows as a CSV file."""
    headings = list(dict.fromkeys([*HEADINGS, *(name for one in rows for name in one)]))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, headings)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def upload(client: FlaskClient, content: bytes, *, name: str = "名单.csv", **fields: str) -> TestResponse:
    """What comes of uploading a file; about some people unless the fields say otherwise."""
    data = {"covers": "some", "creates_departments": "yes", "file": (io.BytesIO(content), name), **fields}
    return client.post(IMPORT, data=data, content_type="multipart/form-data")


def uploaded(client: FlaskClient, rows: Sequence[Mapping[str, str]], **fields: str) -> str:
    """Address of the import of these rows, which are checked."""
    response = upload(client, as_csv(rows), **fields)
    assert response.status_code == 303, response.text
    return str(response.location)


def take(client: FlaskClient, address: str, **fields: str) -> TestResponse:
    """What comes of taking an import; its good rows unless the fields say otherwise."""
    return client.post(f"{address}/apply", data={"rows": "good", **fields})


def text_of(page: str) -> str:
    """A page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
