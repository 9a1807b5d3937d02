"""An open tablet without store, keys or files: services that keep everything in lists.

For tests of screens. Everybody in it is invented. `fail` names a method ("notes.save") and the
error it raises the next time it is called.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from types import SimpleNamespace
from typing import Any, cast

from app.errors import AppError, InvalidInput
from app.services import edge
from app.services.casebook import FamilyHeader
from app.services.desk import Me
from app.services.note_counting import Counting
from app.services.note_views import COUNTED_FIELDS
from app.services.notes import AddendumView, NoteDraft, NoteView
from app.services.plan import NeedView, OutcomeView, PlanView, StepView, StrategyView
from app.services.practice_rules import RuleBook, RuleVersion
from app.services.supports import PeopleView, PersonView, SupportView, TeamMemberView
from app.services.syncing import ChipState
from app.services.tablet import Tablet, TabletState
from app.wraparound.rules.shipped import parse, shipped_text
from tests.fakes.people import FakeContacts, FakeCoordinators, FakeSupports

FAMILY = "f" * 32
NOW_MS = 1_796_134_320_000
"""Tue 1 Dec 2026, 15:52 UTC."""
MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS

HEADER = FamilyHeader(
    family_id=FAMILY, name="Nia and the Delgado family", list_name="Nia Delgado", phase=3,
    tier="Tier 2", address="14 Orchard Street", town="Norwich",
    directions="Blue door behind the bakery; ring twice.",
    visit_safety="Big friendly dog. Call from the car first.",
    phone="860 555 0142", languages="en", interpreter_needed=False, lead="Marisol Vega",
    enrolled_on="2026-03-04", clock=None,
)  # fmt: skip


def note_view(note_id: str = "n1", **values: Any) -> NoteView:
    """A saved note."""
    base = NoteView(
        note_id=note_id, family_id=FAMILY, kind="home_visit", started_at_ms=NOW_MS - 50 * MINUTE_MS,
        stopped_at_ms=NOW_MS, place="home", with_whom="p1,p2", with_whom_words="Nia and Rosa",
        made=True, concerns="d1", label="general",
        body="Rosa met me at the door and said the week had been quieter. Nia was up before seven "
        "on both of Teo’s days.\n\nNia showed me the car playlist.",
        author_id="me", author="Marisol Vega", author_title="care coordinator",
        written_at_ms=NOW_MS, late_entry=False, status="draft", signed_at_ms=0, signed_by="",
        unsigned_changes=False, has_conflict=False, mine=True, sync_state="on_server",
    )  # fmt: skip
    return replace(base, **values)


def support(support_id: str, name: str, relation: str, **values: Any) -> SupportView:
    """A natural support."""
    base = SupportView(
        support_id=support_id, family_id=FAMILY, name=name, relation=relation, closeness=2,
        how_they_help=(), availability="", languages="English", phone="", status="on_team",
        status_on="2026-11-24", do_not_contact=False, safety_reason="", note="",
        has_conflict=False, sync_state="on_server",
    )  # fmt: skip
    return replace(base, **values)


PEOPLE = PeopleView(
    family=(
        PersonView("p1", "Nia Delgado", "Nia", "Youth", True, "2011-05-02", "", "she/her", FAMILY),
        PersonView("p2", "Rosa Delgado", "Rosa", "Grandmother", False, "", "860 555 0143", "", FAMILY),
    ),
    supports=(
        support("s1", "Uncle Teo", "uncle", closeness=3, how_they_help=("transport", "company"),
                phone="860 555 0101", availability="Tuesdays and Thursdays, before school"),
        support("s2", "Lily", "best friend", closeness=3, status="named"),
        support("s3", "Gloria", "neighbour", how_they_help=("meals",), phone="860 555 0102"),
        support("s4", "Coach Will", "swim coach", how_they_help=("company",)),
        support("s5", "Pastor Ana", "pastor", closeness=1, status="asked", how_they_help=("faith",)),
        support("s6", "Ray", "mother’s ex-partner", closeness=1, status="named", phone="860 555 0199",
                do_not_contact=True, safety_reason="Court order since March: no contact with Nia."),
    ),
    team=(
        TeamMemberView("m1", "Ms. Nair", "school counsellor", "Orchard High", "860 555 0110", "on_team",
                       FAMILY),
        TeamMemberView("m2", "Dana Kim", "therapist", "Harbor Clinic", "860 555 0111", "on_team", FAMILY),
        TeamMemberView("m3", "Marisol Vega", "care coordinator", "", "", "on_team", FAMILY),
    ),
)  # fmt: skip

PLAN = PlanView(
    FAMILY, "We want a house where mornings are quiet and Nia laughs at the table again.", "", False,
    (
        NeedView(
            "d1", 1, "Nia needs to know someone stays when mornings get hard.", "family", "open", False,
            (
                OutcomeView(
                    "o1", "At school on time, 4 days of 5", "count", "1", "4", "3", "open", "", False,
                    (
                        StrategyView(
                            "t1", "Uncle Teo drives her Tuesdays and Thursdays", "natural", "", False,
                            (
                                StepView("a1", "Make the car playlist", "Teo and Nia", "", "2026-11-28",
                                         "", "done", False),
                                StepView("a2", "Tell the bus office", "Rosa", "", "", "", "no_date", False),
                            ),
                        ),
                    ),
                ),
            ),
        ),
        NeedView("d2", 2, "Rosa needs rest that does not feel like failing.", "health", "open", False, ()),
    ),
    open_steps=1, done_steps=1,
)  # fmt: skip


class FakeNotes:
    """Notes in lists, with the rules that screens rely on."""

    def __init__(self, tablet: FakeTablet) -> None:
        self._tablet = tablet
        self.kept: dict[str, NoteDraft] = {}
        self.saved: dict[str, NoteView] = {}
        self.kept_count = 0
        self._ids = 0

    def begin(self, family_id: str, kind: str = "home_visit") -> NoteDraft:
        self._tablet.step("notes.begin")
        self._ids += 1
        return NoteDraft(f"new{self._ids}", family_id, kind, started_at_ms=self._tablet.now_ms())

    async def keep_draft(self, draft: NoteDraft) -> NoteDraft:
        self._tablet.step("notes.keep_draft")
        edge.text(draft.body, "body", limit=edge.NOTE_BYTES)
        self.kept_count += 1
        self.kept[draft.note_id] = replace(draft, saved_at_ms=self._tablet.now_ms())
        return self.kept[draft.note_id]

    async def drop_draft(self, note_id: str) -> None:
        self.kept.pop(note_id, None)

    async def draft(self, note_id: str) -> NoteDraft | None:
        return self.kept.get(note_id)

    async def drafts(self, family_id: str = "") -> tuple[NoteDraft, ...]:
        return tuple(self.kept.values())

    async def edit(self, note_id: str) -> NoteDraft:
        if note_id in self.kept:
            return self.kept[note_id]
        view = self.saved.get(note_id)
        if view is None:
            raise InvalidInput("This note is not on this tablet.", code="note_not_here")
        known = set(NoteDraft.__dataclass_fields__)
        return NoteDraft(**{k: v for k, v in asdict(view).items() if k in known}, based_on_saved=True)

    async def save(self, draft: NoteDraft) -> NoteView:
        self._tablet.step("notes.save")
        return self._write(draft, signed=False)

    async def sign(self, draft: NoteDraft) -> NoteView:
        self._tablet.step("notes.sign")
        return self._write(draft, signed=True)

    def _write(self, draft: NoteDraft, signed: bool) -> NoteView:
        edge.text(
            draft.body, "body", limit=edge.NOTE_BYTES,
            required="There are no words in this note yet. Write one line, then save.",
        )  # fmt: skip
        known = {name: getattr(draft, name) for name in _SHARED}
        view = note_view(
            draft.note_id, **known, sync_state="saved_on_tablet",
            signed_at_ms=self._tablet.now_ms() if signed else 0,
            signed_by="Marisol Vega" if signed else "",
        )  # fmt: skip
        self.saved[draft.note_id] = view
        self.kept.pop(draft.note_id, None)
        self._tablet.changed("note")
        return view

    async def add_to(self, note_id: str, body: str) -> NoteView:
        self._tablet.step("notes.add_to")
        edge.text(body, "addendum", required="Write what you want to add.")
        one = AddendumView("Marisol Vega", "care coordinator", self._tablet.now_ms(), body)
        view = self.saved[note_id]
        self.saved[note_id] = replace(view, addenda=(*view.addenda, one))
        return self.saved[note_id]

    async def note(self, note_id: str) -> NoteView | None:
        return self.saved.get(note_id)

    async def of_family(self, family_id: str, limit: int = 50, offset: int = 0) -> tuple[NoteView, ...]:
        self._tablet.step("notes.of_family")
        found = sorted(self.saved.values(), key=lambda one: -one.started_at_ms)
        return tuple(found[offset : offset + limit])

    async def search(self, words: str, family_id: str = "", limit: int = 50) -> tuple[NoteView, ...]:
        found = [one for one in self.saved.values() if words.lower() in one.body.lower()]
        return tuple(found[:limit])


_SHARED = (
    "family_id", "kind", "started_at_ms", "stopped_at_ms", "place", "with_whom", "with_whom_words",
    "made", "concerns", "label", "body", *COUNTED_FIELDS,
)  # fmt: skip


class FakeSyncing:
    """The chip of notes, told what to say."""

    def __init__(self) -> None:
        self.kind = "saved_on_tablet"
        self._readers: list[Callable[[], None]] = []

    def watch(self, reader: Callable[[], None]) -> Callable[[], None]:
        self._readers.append(reader)
        return lambda: self._readers.remove(reader)

    def hidden(self) -> None:
        """Nothing follows from it here."""

    def shown(self) -> None:
        """Nothing follows from it here."""

    async def note_chip(self, note_id: str) -> ChipState:
        return ChipState(cast(Any, self.kind))

    async def chip(self) -> ChipState:
        return ChipState(cast(Any, self.kind))

    def say(self, kind: str) -> None:
        """Change what the server has, and tell."""
        self.kind = kind
        for reader in tuple(self._readers):
            reader()


class FakeTablet:
    """What screens use of `Tablet`."""

    def __init__(self, people: PeopleView = PEOPLE, plan: PlanView = PLAN) -> None:
        self.state = TabletState.OPEN
        self.now = NOW_MS
        self.fail: dict[str, Exception] = {}
        self._watchers: list[Callable[[frozenset[str], frozenset[str]], None]] = []
        self.excursions = 0
        self.last_acts: list[Callable[[], Any]] = []
        self._state_watchers: list[Callable[[], None]] = []
        self.notes = FakeNotes(self)
        self.supports = FakeSupports(self, people)
        self.contacts = FakeContacts(self, self.supports)
        self.coordinators = FakeCoordinators(self)
        self.syncing = FakeSyncing()
        self.header: FamilyHeader = HEADER

        async def header(family_id: str) -> FamilyHeader:
            self.step("casebook.header")
            return self.header

        async def the_plan(family_id: str) -> PlanView:
            return plan

        async def nothing(family_id: str) -> None:
            return None

        async def counting(family_id: str) -> Counting:
            rules = parse("contacts", shipped_text("contacts"))
            book = RuleBook("contacts", ((RuleVersion("", "contacts", ""), rules),))
            episodes = (("2026-03-04", "", "Medicaid"),)
            return Counting(book, episodes, "me", ("coordinator",), self.now)

        self.open = SimpleNamespace(
            desk=SimpleNamespace(
                now_ms=self.now_ms, me=Me("me", "d0", "Marisol Vega", "care coordinator", ("coordinator",))
            ),
            notes=self.notes,
            supports=self.supports,
            contacts=self.contacts,
            coordinators=self.coordinators,
            syncing=self.syncing,
            casebook=SimpleNamespace(header=header),
            joining=SimpleNamespace(of_family=nothing),
            plan=SimpleNamespace(plan=the_plan),
            note_counting=SimpleNamespace(of_family=counting),
        )

    def as_tablet(self) -> Tablet:
        """The same, for what is typed with the real class."""
        return cast(Tablet, self)

    def now_ms(self) -> int:
        return self.now

    def step(self, method: str) -> None:
        """Raise once what `fail` says for this method."""
        error = self.fail.pop(method, None)
        if error is not None:
            raise error

    def changed(self, kind: str) -> None:
        """Tell the watchers that records of a kind changed."""
        for watcher in tuple(self._watchers):
            watcher(frozenset({FAMILY}), frozenset({kind}))

    def watch(self, watcher: Callable[[frozenset[str], frozenset[str]], None]) -> Callable[[], None]:
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    def watch_state(self, watcher: Callable[[], None]) -> Callable[[], None]:
        self._state_watchers.append(watcher)
        return lambda: self._state_watchers.remove(watcher)

    def excursion(self) -> None:
        """The dialler opens."""
        self.excursions += 1

    def before_lock(self, act: Callable[[], Any]) -> Callable[[], None]:
        self.last_acts.append(act)
        return lambda: self.last_acts.remove(act)

    async def lock(self, _reason: str = "") -> None:
        """As the real one: the last acts first."""
        for act in tuple(self.last_acts):
            await act()
        self.become(TabletState.LOCKED)

    def become(self, state: TabletState) -> None:
        """Lock or open, and tell."""
        self.state = state
        for watcher in tuple(self._state_watchers):
            watcher()


__all__ = ["FAMILY", "NOW_MS", "AppError", "FakeTablet", "note_view", "support"]
