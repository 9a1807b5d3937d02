"""A tablet with canned services, for views: the real `Tablet`, `Desk` and `Settings`, nothing below.

Everybody in it is invented. Services keep what they were asked, and fail when told to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from typing import Any, cast

from app.errors import (
    AppError,
    InvalidInput,
    InvitationNotValid,
    WordsNotValid,
    WrongPassphrase,
)
from app.exchange.paper_secret import SecretPage
from app.services.audit_lines import Alarm
from app.services.casebook import CrisisContact, FamilyRow
from app.services.conflicts import Conflict
from app.services.desk import Desk, Me
from app.services.enrolment import InvitationText, NewPerson, PendingView
from app.services.entry import Protection
from app.services.first_run import (
    InvitationView,
    JoinAgency,
    MadeAgency,
    MadeDevice,
    StartAgency,
)
from app.services.joining import Joined, Proposal
from app.services.notes import NoteView
from app.services.open_tablet import OpenTablet
from app.services.settings import Preferences, Settings
from app.services.sync_story import Amiss, Passed, Room, SetAside, Waiting
from app.services.syncing import ChipState, FamilyWork
from app.services.table import FamilyTable
from app.services.tablet import Tablet
from app.services.today_views import Going, TodayView
from app.services.undoing import Settled
from app.store.unsent import Unsent
from app.store.wiping import Removed
from app.sync.status import SyncStatus
from app.wraparound.clocks import RunningClock
from app.wraparound.rules.shipped import parse, shipped_text
from tests.fakes.staff import FakeLate, FakeRemoval, FakeStaff

NOW_MS = int(datetime(2026, 12, 1, 10, 52).timestamp() * 1000)
TODAY = date(2026, 12, 1)
PASSPHRASE = "five quiet words at home"
SUGGESTED = ("lemon window river plate slow", "otter lamp seven quiet bread")


def at(day: int, hour: int, minute: int = 0) -> int:
    """A moment of December 2026 on the wall, UTC milliseconds."""
    return int(datetime(2026, 12, day, hour, minute).timestamp() * 1000)


def clock(code: str, left: int, used: float, state: Any) -> RunningClock:
    """A running clock with so many days left."""
    return RunningClock(code, TODAY + timedelta(days=left), left, used, state)


MAYA = "Maya Chen"
FAMILIES = (
    FamilyRow("a1", "Nia Delgado, 13", "with grandmother Rosa", "ND", 3, at(3, 16, 30),
              clock("team_meeting", 24, 0.35, "on_time"), "860 555 0101", MAYA, "open"),
    FamilyRow("a2", "Ivy Okoro, 9", "with Grace and Daniel", "IO", 1, at(4, 10),
              clock("team_meeting", -3, 1.0, "overdue"), "860 555 0102", MAYA, "open"),
    FamilyRow("a3", "Theo Baptiste, 15", "with his father, Jean", "TB", 2, at(1, 13, 15),
              clock("sign_note", 1, 0.86, "due_soon"), "860 555 0103", MAYA, "open"),
    FamilyRow("a4", "Marcus and June Hale", "with their mother, Lorna", "MH", 3, at(1, 16, 30),
              clock("team_meeting", 5, 0.75, "due_soon"), "860 555 0104", MAYA, "open"),
    FamilyRow("a5", "Samir Kassab, 16", "with his aunt, Hala", "SK", 4, at(14, 18),
              None, "", MAYA, "open"),
    FamilyRow("a6", "Lena Wójcik-Stone, 12", "with both her dads", "LW", 3, 0,
              clock("team_meeting", 9, 0.6, "on_time"), "860 555 0106", MAYA, "open"),
)  # fmt: skip

NOTE = NoteView(
    note_id="n1", family_id="a1", kind="home_visit", started_at_ms=at(1, 9, 0),
    stopped_at_ms=at(1, 10, 0), place="home", with_whom="", with_whom_words="Rosa", made=True,
    concerns="", label="general", body="Rosa said the bus office finally called back about Nia.",
    author_id="p1", author=MAYA, author_title="Care coordinator", written_at_ms=at(1, 10, 30),
    late_entry=False, status="draft", signed_at_ms=0, signed_by="", unsigned_changes=False,
    has_conflict=False, mine=True, sync_state="on_server",
)  # fmt: skip


class FakeTime:
    """Clocks that a test moves by hand."""

    def __init__(self) -> None:
        self.ms = NOW_MS
        self.seconds = 0.0

    def now_ms(self) -> int:
        """UTC milliseconds."""
        return self.ms

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return self.seconds

    def pass_(self, seconds: float) -> None:
        """Let time pass."""
        self.ms += int(seconds * 1000)
        self.seconds += seconds


class FakeVault:
    """Only what Tablet and Settings ask of a vault."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], bytes] = {}
        self.listeners: list[Callable[[Any], None]] = []

    def subscribe(self, listener: Callable[[Any], None]) -> Callable[[], None]:
        """Keep the listener."""
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    async def load_local(self, kind: str, name: str) -> bytes | None:
        """What was kept."""
        return self.kept.get((kind, name))

    async def save_local(self, kind: str, name: str, data: bytes | None) -> None:
        """Keep it in memory."""
        if data is not None:
            self.kept[(kind, name)] = data


@dataclass
class Fails:
    """Services raise this when it is set."""

    error: AppError | None = None

    def maybe(self) -> None:
        """Raise what was set."""
        if self.error is not None:
            raise self.error


@dataclass
class FakeCasebook:
    """Families as canned; a search looks at title and with whom."""

    fails: Fails
    rows: tuple[FamilyRow, ...] = FAMILIES
    searched: list[str] = field(default_factory=list)
    contacts: tuple[CrisisContact, ...] = (CrisisContact("Tía Carmen", "aunt, next door", "860 555 0199"),)

    async def families(self, words: str = "", only: str = "all", phase: int = 0) -> Any:
        """All rows, or those that hold the words."""
        self.fails.maybe()
        if words:
            self.searched.append(words)
        asked = words.casefold()
        return tuple(row for row in self.rows if asked in f"{row.title} {row.with_whom}".casefold())

    async def names(self) -> Any:
        """All rows without their clocks."""
        self.fails.maybe()
        return tuple(replace(row, clock=None, known=False) for row in self.rows)

    async def find(self, words: str) -> frozenset[str]:
        """The ids of those that hold the words."""
        return frozenset(row.family_id for row in await self.families(words))

    async def crisis_contacts(self, family_id: str) -> tuple[CrisisContact, ...]:
        """As canned."""
        self.fails.maybe()
        return self.contacts


@dataclass
class FakeNotes:
    """One note that a search finds."""

    fails: Fails

    async def search(self, words: str, family_id: str = "", limit: int = 50) -> Any:
        """The note when it holds the words."""
        return (NOTE,) if words.casefold() in NOTE.body.casefold() else ()


@dataclass
class FakeSyncing:
    """Where the work stands, as canned."""

    fails: Fails
    status: SyncStatus = SyncStatus(last_contact_ms=at(1, 10, 2))
    state: ChipState = ChipState("on_server", at_ms=at(1, 10, 2))
    work: tuple[FamilyWork, ...] = ()
    server_url: str = "https://table.example.org"
    tried: int = 0
    readers: list[Callable[[], None]] = field(default_factory=list)

    def watch(self, reader: Callable[[], None]) -> Callable[[], None]:
        """Keep the reader."""
        self.readers.append(reader)
        return lambda: self.readers.remove(reader)

    def become(self, status: SyncStatus, state: ChipState) -> None:
        """Change, and tell."""
        self.status, self.state = status, state
        for reader in tuple(self.readers):
            reader()

    async def chip(self) -> ChipState:
        """As canned."""
        return self.state

    async def unsent(self) -> int:
        """How many changes are only here."""
        return sum(one.unsent for one in self.work)

    photos: int = 0

    async def unsent_photos(self) -> int:
        """As canned."""
        return self.photos

    async def unsent_by_family(self) -> tuple[FamilyWork, ...]:
        """As canned."""
        self.fails.maybe()
        return self.work

    def hidden(self) -> None:
        pass

    def shown(self) -> None:
        pass

    def now(self) -> None:
        """Count the tries."""
        self.tried += 1


@dataclass
class FakeStory:
    """What happened, as canned."""

    fails: Fails
    here: tuple[Waiting, ...] = ()
    traffic: tuple[Passed, ...] = ()
    aside: tuple[SetAside, ...] = ()
    doubts: tuple[Amiss, ...] = ()
    held: Room = Room(4_200_000, 1_100_000, 0, 12_000_000_000)

    async def waiting(self) -> tuple[Waiting, ...]:
        """As canned."""
        self.fails.maybe()
        return self.here

    async def passed(self) -> tuple[Passed, ...]:
        """As canned."""
        return self.traffic

    async def set_aside(self) -> tuple[SetAside, ...]:
        """As canned."""
        return self.aside

    async def amiss(self) -> tuple[Amiss, ...]:
        """As canned."""
        return self.doubts

    async def understood(self, one: Amiss) -> None:
        """It is said no more."""
        self.doubts = tuple(other for other in self.doubts if other != one)

    async def room(self) -> Room:
        """As canned."""
        return self.held

    async def families(self) -> dict[str, str]:
        """The canned families."""
        return {row.family_id: row.title for row in FAMILIES}


@dataclass
class FakeConflicts:
    """Open conflicts, as canned."""

    fails: Fails
    found: tuple[Conflict, ...] = ()

    async def colleagues(self) -> dict[str, str]:
        """Nobody else works here."""
        return {}

    async def open(self, family_id: str = "") -> tuple[Conflict, ...]:
        """As canned."""
        self.fails.maybe()
        return self.found

    settled: list[Settled] = field(default_factory=list)
    brought: list[Any] = field(default_factory=list)

    async def settled_lately(self) -> tuple[Settled, ...]:
        """As canned."""
        return tuple(self.settled)

    async def bring_back(self, decision: Settled, which: int) -> None:
        """Keep what was brought back."""
        self.fails.maybe()
        self.brought.append(decision.others[which].value)
        self.settled.remove(decision)


@dataclass
class FakeOpening:
    """Opens families, or fails."""

    fails: Fails
    opened: list[Any] = field(default_factory=list)

    async def open_family(self, family: Any) -> str:
        """Keep what was asked."""
        self.fails.maybe()
        self.opened.append(family)
        return "a9"


PENDING = (
    PendingView("i1", "Ana Bravo", "joined", at(3, 9)),
    PendingView("i2", "Sam Hill", "waiting", at(3, 11)),
)
CODE = "KT-" + "-".join(f"{n:02d}ABC" for n in range(40))


@dataclass
class FakeEnrolment:
    """People and invitations, as canned."""

    fails: Fails
    waiting: tuple[PendingView, ...] = ()
    invited: list[NewPerson] = field(default_factory=list)
    admitted: list[str] = field(default_factory=list)

    async def pending(self) -> tuple[PendingView, ...]:
        """As canned."""
        return self.waiting

    async def invite(self, new: NewPerson) -> InvitationText:
        """Keep what was asked."""
        self.fails.maybe()
        if not new.name:
            raise InvalidInput("Who is it?", field="name")
        self.invited.append(new)
        return InvitationText(CODE, at(4, 10))

    async def withdraw(self, invitation_id: str) -> None:
        """Off the list."""
        self.waiting = tuple(one for one in self.waiting if one.invitation_id != invitation_id)

    async def admit(self, invitation_id: str) -> None:
        """Keep who was let in."""
        self.fails.maybe()
        self.admitted.append(invitation_id)
        self.waiting = tuple(one for one in self.waiting if one.invitation_id != invitation_id)


SEED = tuple(f"seed{chr(97 + n)}" for n in range(24))
KIT = tuple(f"kit{chr(97 + n)}" for n in range(24))


@dataclass
class FakeFirstRun:
    """Makes an agency or a device without any key."""

    fails: Fails
    default_server: str = "http://127.0.0.1:8787"
    started: list[StartAgency] = field(default_factory=list)
    joined: list[JoinAgency] = field(default_factory=list)
    let_in: bool = False
    finished: int = 0
    suggested: int = -1
    on_finish: Callable[[], None] = lambda: None

    def suggest_passphrase(self, language: str) -> str:
        """Always the same two, in turn."""
        self.suggested += 1
        return SUGGESTED[self.suggested % len(SUGGESTED)]

    async def start_agency(self, start: StartAgency) -> MadeAgency:
        """Keep what was asked."""
        self.fails.maybe()
        self.started.append(start)
        return MadeAgency((SecretPage("seed", SEED, "KT1 SEED"),), SecretPage("kit", KIT, "KT1 KIT"))

    def read_invitation(self, text: str) -> InvitationView:
        """Anything that begins like a code is one."""
        if not text.upper().startswith("KT"):
            raise InvitationNotValid("fake")
        return InvitationView("https://table.example.org", "7F3A 90C2 11D4 EE08")

    async def join(self, asked: JoinAgency) -> MadeDevice:
        """Keep what was asked."""
        self.fails.maybe()
        self.joined.append(asked)
        return MadeDevice(SecretPage("kit", KIT, "KT1 KIT"))

    async def check_joined(self) -> bool:
        """As canned."""
        self.fails.maybe()
        return self.let_in

    async def finish(self) -> None:
        """Open the tablet."""
        self.finished += 1
        self.on_finish()


@dataclass
class FakeAccess:
    """What protects the tablet, as canned; turned on with the passphrase."""

    keyholder: FakeKeyholder | None = None
    failed_tries: int = 0
    told: bool = False

    def tell_once(self) -> int:
        """The first time."""
        told, self.told = self.told, True
        return 0 if told else self.failed_tries

    async def protection(self) -> Protection:
        """As canned."""
        assert self.keyholder is not None
        return self.keyholder.protected

    async def turn_on(self, passphrase: str) -> None:
        """With the right passphrase."""
        assert self.keyholder is not None
        if passphrase != PASSPHRASE:
            raise WrongPassphrase("fake")
        self.keyholder.protected = replace(self.keyholder.protected, by_person=True)

    async def turn_off(self) -> None:
        """At once."""
        assert self.keyholder is not None
        self.keyholder.protected = replace(self.keyholder.protected, by_person=False)


class FakeKeyholder:
    """A home that opens with one passphrase."""

    def __init__(self, opened: OpenTablet, exists: bool = True) -> None:
        self.opened = opened
        self.there = exists
        self.tries = 0
        self.wait = 0.0
        self.recovered: list[tuple[str, str]] = []
        self.error: AppError | None = None
        self.hold: asyncio.Event | None = None
        self.mark: Removed | None = None
        self.kept = False
        self.never_sent: Unsent | None = Unsent(0, 0)
        self.protected = Protection(False, False, False)
        self.asked: list[str] = []
        self.suggested = -1

    def exists(self) -> bool:
        """Whether there is a keyring."""
        return self.there

    async def unlock(self, passphrase: str, progress: Callable[[int, int], None]) -> OpenTablet:
        """Open, or raise WrongPassphrase."""
        self.tries += 1
        progress(1, 4)
        if self.hold is not None:
            await self.hold.wait()
        if self.error is not None:
            raise self.error
        if passphrase != PASSPHRASE:
            raise WrongPassphrase("fake")
        return self.opened

    async def recover(
        self, words: str, passphrase: str, progress: Callable[[int, int], None]
    ) -> OpenTablet:
        """Open with the canned kit, or raise WordsNotValid."""
        if words != " ".join(KIT):
            raise WordsNotValid("fake")
        self.recovered.append((words, passphrase))
        return self.opened

    async def unlock_by_person(
        self, reason: str, progress: Callable[[int, int], None]
    ) -> OpenTablet:
        """Open, or raise what was set."""
        self.asked.append(reason)
        if self.error is not None:
            raise self.error
        return self.opened

    async def protection(self) -> Protection:
        """As canned."""
        return self.protected

    def suggest_passphrase(self, language: str) -> str:
        """Always the same two, in turn."""
        self.suggested += 1
        return SUGGESTED[self.suggested % len(SUGGESTED)]

    def retry_after_seconds(self) -> float:
        """Seconds until the next try, as canned."""
        return self.wait

    def removed(self) -> Removed | None:
        """As canned, or as wiped."""
        return self.mark

    async def wipe(self, lost: bool) -> None:
        """Nothing is left."""
        self.there, self.mark = False, Removed("lost" if lost else "removed", True)

    def begin_anew(self) -> None:
        """Forget the wipe."""
        self.mark = None

    def unsent(self) -> Unsent | None:
        """As canned."""
        return self.never_sent

    def start_over(self) -> None:
        """Put the home aside."""
        self.there, self.kept = False, True

    def can_bring_back(self) -> bool:
        """Whether something was put aside."""
        return self.kept and not self.there

    def bring_back(self) -> None:
        """Take it again."""
        self.there, self.kept = True, False


@dataclass
class Canned:
    """A tablet and everything canned behind it."""

    tablet: Tablet
    keyholder: FakeKeyholder
    time: FakeTime
    vault: FakeVault
    fails: Fails
    casebook: FakeCasebook
    notes: FakeNotes
    syncing: FakeSyncing
    conflicts: FakeConflicts
    story: FakeStory
    opening: FakeOpening
    enrolment: FakeEnrolment
    first_run: FakeFirstRun
    settings: Settings
    changed: list[tuple[str, str]]
    access: FakeAccess
    staff: FakeStaff
    removal: FakeRemoval
    late: FakeLate
    today: FakeToday
    closed: list[str] = field(default_factory=list)

    def open(self) -> Canned:
        """Unlock without a passphrase."""
        self.tablet.adopt(self.keyholder.opened)
        return self


class FakeAudit:
    """The audit of a tablet on which nothing is missing. sights: what was looked at, in order."""

    def __init__(self) -> None:
        self.sights: list[tuple[str, str, str]] = []
        self.alarms: tuple[Alarm, ...] = ()

    @property
    def lines(self) -> FakeAudit:
        return self

    async def saw(self, family_id: str, area: str, item_id: str = "") -> None:
        self.sights.append((family_id, area, item_id))

    async def missing(self) -> tuple[Alarm, ...]:
        return self.alarms


class FakeRules:
    """The rules as they ship."""

    async def today(self, name: str) -> Any:
        """The values of a rule file."""
        return parse(name, shipped_text(name))


class FakeHanding:
    """Nothing was handed to anybody."""

    async def handed_to_me(self) -> tuple[tuple[str, str], ...]:
        return ()


class FakeJoining:
    """No two families look like one."""

    async def proposals(self) -> tuple[Proposal, ...]:
        return ()

    async def of_family(self, family_id: str) -> Joined | None:
        return None


@dataclass
class FakeToday:
    """A day as canned: one visit, of a coordinator with the canned families."""

    fails: Fails
    view: TodayView = TodayView(
        NOW_MS, TODAY, MAYA,
        (Going("visit", "v1", "a1", "Nia Delgado", "home_visit", at(1, 13, 15), 60, "home", "Nia, Rosa"),),
        (), (), (), (), len(FAMILIES), 0, 0,
    )  # fmt: skip

    async def look(self) -> TodayView:
        """As canned."""
        self.fails.maybe()
        return self.view


def canned(
    *,
    roles: tuple[str, ...] = ("coordinator",),
    first_run: bool = False,
    preferences: Preferences | None = None,
) -> Canned:
    """A locked tablet of Maya Chen (or one that was never set up)."""
    time, vault, fails = FakeTime(), FakeVault(), Fails()
    desk = Desk(
        cast(Any, vault),
        time.now_ms,
        lambda: "0" * 32,
        Me("p1", "d1", MAYA, "Care coordinator", roles),
    )
    casebook, notes, syncing = FakeCasebook(fails), FakeNotes(fails), FakeSyncing(fails)
    conflicts, opening, story = FakeConflicts(fails), FakeOpening(fails), FakeStory(fails)
    enrolment, first = FakeEnrolment(fails), FakeFirstRun(fails)
    changed: list[tuple[str, str]] = []

    async def rewrap(old: str, new: str) -> None:
        fails.maybe()
        if old != PASSPHRASE:
            raise WrongPassphrase("fake")
        changed.append((old, new))

    async def confirm(passphrase: str) -> None:
        if passphrase != PASSPHRASE:
            raise WrongPassphrase("fake")

    settings = Settings(desk, preferences or Preferences(), rewrap)
    access = FakeAccess()
    staff, removal, late = FakeStaff(fails), FakeRemoval(fails), FakeLate(fails)
    today = FakeToday(fails)
    closed: list[str] = []

    async def close() -> None:
        closed.append("closed")

    opened = OpenTablet(
        **cast(
            Any,
            {one.name: None for one in fields(OpenTablet)}
            | {
                "rules": FakeRules(), "handing": FakeHanding(), "joining": FakeJoining(),
                "audit": FakeAudit(),
                "desk": desk, "casebook": casebook, "opening": opening, "notes": notes,
                "conflicts": conflicts, "settings": settings,
                "syncing": syncing, "story": story, "enrolment": enrolment, "close": close,
                "staff": staff, "removal": removal, "late": late,
                "table": FamilyTable(desk, confirm), "access": access, "today": today,
            },
        )
    )  # fmt: skip
    keyholder = FakeKeyholder(opened, not first_run)
    access.keyholder = keyholder
    tablet = Tablet(keyholder, time)
    tablet.begin_with(lambda: cast(Any, first))
    first.on_finish = lambda: tablet.adopt(opened)
    return Canned(tablet, keyholder, time, vault, fails, casebook, notes, syncing, conflicts, story,
                  opening, enrolment, first, settings, changed, access, staff, removal, late,
                  today, closed)  # fmt: skip


def many(count: int) -> tuple[FamilyRow, ...]:
    """A supervisor's list: the canned families again and again, under three coordinators."""
    names = (MAYA, "Luis Ortega", "Dana Reed")
    return tuple(
        replace(FAMILIES[n % len(FAMILIES)], family_id=f"b{n}", lead=names[n % 3]) for n in range(count)
    )
