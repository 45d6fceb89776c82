"""What a change of policy will make of the documents and numbers: files as they are live and as drafted."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from lms.kernel import clock
from lms.kernel.database import unit_of_work
from lms.kernel.errors import NotFound
from lms.library.faults import Item
from lms.policies.loader import load
from lms.policies.queries import Policies, policies_from, policies_of
from lms.policies.rules import Clause, Document
from lms.publishing import drafts
from lms.rollouts.models import Change
from lms.web.guard import asker

_READ = ("content/regions.yaml", "content/policies/", "content/parameters/")


@dataclass(frozen=True)
class Workspace:
    """Policies as they are live and as the change's drafts would have them."""

    change: Change
    live: Policies
    items: Sequence[Item]

    @cached_property
    def drafted(self) -> Policies:
        """Policies with the drafts."""
        return policies_from(list(self.items))

    @cached_property
    def _paths(self) -> Mapping[tuple[str, str], str]:
        return {(item.kind, item.key): item.place.path for item in self.items}

    @property
    def document(self) -> Document:
        """The document that the change is about, as drafted. Raises ``NotFound``."""
        found = self.drafted.documents.get(self.change.document)
        if found is None:
            raise NotFound(kind="document", key=self.change.document)
        return found

    def path(self, kind: str, key: str) -> str:
        """The file in which a document or a parameter stands. Raises ``NotFound``."""
        if (kind, key) not in self._paths:
            raise NotFound(kind=kind, key=key)
        return self._paths[kind, key]

    def clauses(self) -> list[Clause]:
        """Clauses of the document as drafted."""
        return [one for one in self.drafted.clauses.values() if one.document.id == self.change.document]

    def clause(self, name: str) -> Clause:
        """The drafted clause under its key within the document. Raises ``NotFound``."""
        found = self.drafted.clauses.get(f"{self.change.document}#{name}")
        if found is None:
            raise NotFound(kind="clause", key=name)
        return found

    def live_clause(self, name: str) -> Clause | None:
        """The same as it is live; ``None`` for a new one."""
        return self.live.clauses.get(f"{self.change.document}#{name}")


def workspace_of(change: Change) -> Workspace:
    """The files of the change's workspace, read anew."""
    texts = {
        path: content.decode("utf-8")
        for path, content in drafts.merged(change.key).items()
        if path.startswith(_READ)
    }
    return Workspace(change, policies_of(asker().release_id), load(texts, []))


def stamp(*parts: object) -> str:
    """Short name of a state, kept in a form: another one as soon as somebody else has saved."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def wording_of(clause: Clause) -> tuple[str, date | None, date | None]:
    """What a form changes of a clause."""
    return (clause.text, clause.since, clause.repealed_on)


def rewrite(workspace: str, path: str, edit: Callable[[str, str], str]) -> None:
    """Save what *edit* makes of the drafted and the live text; a draft that says nothing new is thrown away.

    Raises what *edit* raises, and ``DraftHasMoved`` when somebody saves in the same moment.
    """
    with unit_of_work():
        before = drafts.draft(workspace, path)
        live = drafts.live_text(path) or ""
        text = edit(before.text or "" if before else live, live)
        if text == live and before:
            drafts.discard(workspace, path, version=before.version)
        elif text != live:
            drafts.save(
                workspace,
                path,
                text,
                base=before.base if before else drafts.live_sha(path),
                version=before.version if before else 0,
                author_id=asker().id,
                at=clock.now(),
            )
