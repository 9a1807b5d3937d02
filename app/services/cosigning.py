"""Co-signing: what waits for a supervisor, reading it, and putting a name under it or giving it back.

Owns the queue (kept per family while the tablet is open, and read again for families that changed) and
the writing of decisions. A decision binds what was on the screen: it names the digest that was read, and
is refused when something was added in between. Spec: docs/howto/supervise.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from sqlmodel import Session

from app.errors import InvalidInput
from app.store.vault import Act, Change, Changed
from app.wraparound.cosigning import TO_READ
from app.wraparound.records import CoSignature, Note

from . import edge
from .cosign_reading import Asked, CoSigned, QueueNote, asked_by, by_rules, waiting_in
from .desk import Desk
from .note_views import NoteView
from .notes import Notes
from .permissions import require
from .practice_rules import PracticeRules

UNDO_MS: Final = 60_000
"""A decision can be taken back this long; the screen offers it for ten seconds."""
_TYPES: Final = frozenset({"note", "addendum", "co_signature", "entered_in_error", "moved_item"})


class Cosigning:
    """Signed notes of the families on this tablet and what supervisors say of them."""

    def __init__(self, desk: Desk, notes: Notes, rules: PracticeRules) -> None:
        self._desk = desk
        self._rules = rules
        self._notes = notes
        self._kept: dict[str, tuple[QueueNote, ...]] = {}
        self._counts: dict[str, Counter[str]] = {}
        self._asked: Asked | None = None
        self._changed: set[str] = set()
        self._all_changed = True
        self._stop: Callable[[], None] | None = None

    async def waiting(self) -> tuple[QueueNote, ...]:
        """Notes that wait for a supervisor, the one written first at the front; never one's own."""
        me = self._desk.me.person
        found = [one for one in await self._known() if one.standing in TO_READ and one.author_id != me]
        return tuple(sorted(found, key=lambda one: (one.written_at_ms, one.note_id)))

    async def returned_to_me(self) -> tuple[QueueNote, ...]:
        """My notes that a supervisor gave back and that I have not answered; for Today."""
        me = self._desk.me.person
        return tuple(one for one in await self._known() if one.standing == "returned" and one.author_id == me)

    async def by_author(self) -> Mapping[str, int]:
        """How many notes of each author wait for a supervisor; one's own are not among them."""
        await self._known()
        found: Counter[str] = Counter()
        for family in self._counts.values():
            found.update(family)
        found.pop(self._desk.me.person, None)
        return found

    async def co_sign(self, note_id: str, read: str) -> str:
        """Co-sign a note as it was read. read: CoSigned.digest of what was shown. Returns the decision's id.

        Raises PermissionRefused, InvalidInput (own note, not signed, something was added meanwhile).
        """
        return await self._decide(note_id, read, "co_signed", "")

    async def give_back(self, note_id: str, read: str, comment: str) -> str:
        """Give a note back with a comment, which its author answers by adding words. As `co_sign`."""
        words = edge.text(
            comment, "comment", limit=edge.PARAGRAPH_BYTES,
            required="Say what is missing or unclear. The author reads it.", blank="no_comment",
        )  # fmt: skip
        return await self._decide(note_id, read, "returned", words)

    async def take_back(self, decision_id: str) -> None:
        """Undo a decision of one's own within a minute. Raises PermissionRefused, InvalidInput."""
        require(self._desk.me, "note.cosign")
        row = await self._desk.vault.read(lambda session: session.get(CoSignature, decision_id))
        mine = row is not None and row.created_by == self._desk.me.person
        if row is None or not mine or self._desk.now_ms() - row.decided_at_ms > UNDO_MS:
            raise InvalidInput("It is too late to undo this here.", code="undo_too_late")
        stream = await self._desk.stream_of(row.family_id, CoSignature.TYPE, row.id)
        await self._desk.vault.commit(
            [Change(stream, CoSignature.TYPE, row.id, {}, delete=True)],
            [Act(stream, "note.cosign_undone", Note.TYPE, row.note_id)],
        )

    # -- inside ----------------------------------------------------------------------------

    async def _decide(self, note_id: str, read: str, decision: str, comment: str) -> str:
        require(self._desk.me, "note.cosign")
        view = await self._notes.note(note_id)
        if view is None:
            raise InvalidInput("This note is not on this tablet.", code="note_not_here")
        self._may_decide(view, view.co_sign, read)
        # Where the note is: who may not read it, may not read what a supervisor says of it either.
        stream = await self._desk.stream_of(view.family_id, Note.TYPE, view.note_id)
        record = self._desk.new_id()
        fields = {
            "note_id": view.note_id, "decision": decision, "comment": comment,
            "decided_at_ms": self._desk.now_ms(), "digest": read, "signer_title": self._desk.me.title,
        }  # fmt: skip
        deed = "note.cosign" if decision == "co_signed" else "note.return"
        await self._desk.vault.commit(
            [Change(stream, CoSignature.TYPE, record, fields)], [Act(stream, deed, Note.TYPE, view.note_id)]
        )
        return record

    def _may_decide(self, view: NoteView, held: CoSigned, read: str) -> None:
        if view.author_id == self._desk.me.person:
            raise InvalidInput("Nobody co-signs their own note. Ask a colleague.", code="own_note")
        if not view.signed_at_ms:
            raise InvalidInput("This note is not signed yet.", code="not_signed_yet")
        if held.digest != read:
            raise InvalidInput(
                "Something was added while you were reading. Read it, then decide.", code="note_grew"
            )

    async def _known(self) -> Iterable[QueueNote]:
        """What waits, read again for families that changed since the last time."""
        vault = self._desk.vault
        if self._stop is None:
            self._stop = vault.subscribe(self._notice)
        by_now, today = asked_by(vault, self._desk.now_ms()), self._desk.today()
        # What was written before this question is noticed before it is answered.
        asked = await vault.read(lambda session: by_rules(session, self._rules.books, by_now, today))
        everything = self._all_changed or asked != self._asked
        families, self._changed, self._all_changed = self._changed, set(), False
        if everything or families:
            some = None if everything else frozenset(families)

            def find(session: Session) -> dict[str, tuple[QueueNote, ...]]:
                return waiting_in(session, asked, some)

            try:
                found = await vault.read(find)
            except BaseException:
                self._changed |= families
                self._all_changed = self._all_changed or everything
                raise
            left = {} if some is None else {one: had for one, had in self._kept.items() if one not in some}
            self._kept, self._asked = left | found, asked
            counts = {} if some is None else {one: had for one, had in self._counts.items() if one in left}
            self._counts = counts | {one: _by_author(notes) for one, notes in found.items()}
        return (one for some in self._kept.values() for one in some)

    def _notice(self, changed: Changed) -> None:
        if changed.types and not changed.types & _TYPES:
            return
        if changed.families:
            self._changed |= changed.families
        else:
            self._all_changed = True


def _by_author(notes: Iterable[QueueNote]) -> Counter[str]:
    return Counter(one.author_id for one in notes if one.standing in TO_READ)
