"""People of an agency and removals, canned, for views. Everybody is invented."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from app.services.removal_aside import LateWords
from app.services.removal_left import HeldFamily, MadePaper, StillHas
from app.services.removal_views import RemovalView, Sweep
from app.services.staff_views import Colleague, RoleChange, TabletView, TeamView
from app.services.stream_watch import Reach


def at(day: int, hour: int, minute: int = 0) -> int:
    """A moment of November 2026 on the wall, UTC milliseconds."""
    return int(datetime(2026, 11, day, hour, minute).timestamp() * 1000)


class Failing(Protocol):
    """What makes the fakes fail."""

    def maybe(self) -> None:
        """Raise what was set."""


MAYA = Colleague(
    "p1", "Maya Chen", "Care coordinator", ("administrator", "supervisor", "coordinator"), "t1", "",
    "Maya Chen", (TabletView("d1", "in_use", at(2, 9), at(30, 17, 40), True),), 0, True,
)  # fmt: skip
LUIS = Colleague(
    "p2", "Luis Ortega", "Care coordinator", ("coordinator",), "t1", "", "Maya Chen",
    (TabletView("d2", "in_use", at(3, 9), at(28, 9, 5)),
     TabletView("d3", "lost", at(3, 9), 0, False, at(20, 8))),
)  # fmt: skip
DANA = Colleague("p3", "Dana Reed", "Supervisor", ("supervisor",), "t2", "River team", "Dana Reed")
LEFT = Colleague("p4", "Omar Haddad", "Care coordinator", (), left_ms=at(20, 16))
STAFF = (DANA, LUIS, MAYA, LEFT)
TEAMS = (
    TeamView("t1", "", "p1", "Maya Chen", ("Luis Ortega",)),
    TeamView("t2", "River team", "p3", "Dana Reed", ()),
)
REMOVED = RemovalView("p4", "", ("d9",), False, "left", at(20, 16), "p1", True)
LATE = LateWords(
    "k1", "p4", "Omar Haddad", "a1", "Nia Delgado", "note", at(20, 18),
    "Rosa called about the bus on my way home.", 1, "waiting",
)  # fmt: skip


@dataclass
class FakeStaff:
    """Everybody, as canned; keeps what it was asked."""

    fails: Failing
    people: tuple[Colleague, ...] = STAFF
    groups: tuple[TeamView, ...] = TEAMS
    change: RoleChange = RoleChange(False)
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    async def everybody(self) -> tuple[Colleague, ...]:
        """As canned."""
        return self.people

    async def person(self, person_id: str) -> Colleague:
        """One of them."""
        return next(one for one in self.people if one.person_id == person_id)

    async def my_tablets(self) -> tuple[TabletView, ...]:
        """Two tablets."""
        return (*MAYA.tablets, TabletView("d8", "in_use", at(4, 9), at(20, 9)))

    async def teams(self) -> tuple[TeamView, ...]:
        """As canned."""
        return self.groups

    async def agency_name(self) -> str:
        """Always the same."""
        return "River House"

    async def rename(self, person_id: str, name: str, title: str) -> None:
        """Keep it."""
        self.fails.maybe()
        self.asked.append(("rename", person_id, name, title))

    async def rename_agency(self, name: str) -> None:
        """Keep it."""
        self.fails.maybe()
        self.asked.append(("agency", name))

    async def rename_team(self, team_id: str, name: str) -> None:
        """Keep it."""
        self.asked.append(("team_name", team_id, name))

    async def set_roles(self, person_id: str, roles: tuple[str, ...], team_id: str = "") -> RoleChange:
        """Keep it."""
        self.fails.maybe()
        self.asked.append(("roles", person_id, tuple(roles), team_id))
        return self.change

    async def add_team(self, name: str, supervisor_id: str) -> str:
        """Keep it."""
        self.fails.maybe()
        self.asked.append(("team", name, supervisor_id))
        return "t9"

    async def set_supervisor(self, team_id: str, supervisor_id: str) -> None:
        """Keep it."""
        self.fails.maybe()
        self.asked.append(("supervisor", team_id, supervisor_id))


class FakeOwn:
    """This tablet stays."""

    def __init__(self) -> None:
        self.found: Any = None

    def begin(self, wipe: Any) -> Callable[[], None]:
        """Nothing to look for."""
        return lambda: None

    async def end(self) -> Any:
        """As set."""
        return self.found


@dataclass
class FakeRemoval:
    """Removals and new keys, as canned; keeps what it was asked."""

    fails: Failing
    own: FakeOwn = field(default_factory=FakeOwn)
    sweeping: Sweep = Sweep()
    done: tuple[RemovalView, ...] = (REMOVED,)
    at: Reach = Reach(37, 150)
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    readers: list[Callable[[], None]] = field(default_factory=list)

    def watch(self, reader: Callable[[], None]) -> Callable[[], None]:
        """Keep the reader."""
        self.readers.append(reader)
        return lambda: self.readers.remove(reader)

    def become(self, sweep: Sweep) -> None:
        """Change, and tell."""
        self.sweeping = sweep
        for reader in tuple(self.readers):
            reader()

    def stop_sweep(self) -> None:
        """Stop."""
        self.become(replace(self.sweeping, stopped=True))

    async def sweep(self) -> None:
        """Go on."""
        self.asked.append(("sweep",))

    async def remove_person(self, person_id: str, reason: str = "left", lost: bool = False) -> RemovalView:
        """Keep it."""
        self.fails.maybe()
        self.asked.append(("person", person_id, reason, lost))
        made = RemovalView(person_id, "", ("d2",), lost, reason, at(30, 9), "p1", True)
        self.done = (made, *self.done)
        return made

    async def remove_device(self, device_id: str, lost: bool, reason: str = "lost") -> RemovalView:
        """Keep it."""
        self.fails.maybe()
        self.asked.append(("device", device_id, reason, lost))
        made = RemovalView("p2", device_id, (device_id,), lost, reason, at(30, 9), "p1", True)
        self.done = (made, *self.done)
        return made

    async def removals(self) -> tuple[RemovalView, ...]:
        """As canned."""
        return self.done

    async def removal_of(self, person_id: str, device_id: str = "") -> RemovalView | None:
        """As canned."""
        return next(
            (one for one in self.done if (one.person_id, one.device_id) == (person_id, device_id)), None
        )

    async def reach(self, removal: RemovalView) -> Reach:
        """As canned."""
        return self.at

    async def role_reach(self, person_id: str) -> Reach:
        """As canned."""
        return self.at

    async def still_has(self, view: RemovalView) -> StillHas:
        """A family and a paper."""
        return StillHas(
            (HeldFamily("a1", "Nia Delgado", at(4, 9)),), 3,
            (MadePaper("Nia Delgado", "Rosa Delgado", "plan,crisis_card", "paper", at(12, 10)),), at(19, 8),
        )  # fmt: skip


@dataclass
class FakeLate:
    """One note that came too late."""

    fails: Failing
    found: tuple[LateWords, ...] = ()
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def waiting(self) -> tuple[LateWords, ...]:
        """As canned."""
        return self.found

    async def adopt(self, key: str, lead: str) -> str:
        """Keep it."""
        self.fails.maybe()
        self.asked.append((key, lead))
        self.found = tuple(replace(one, state="adopted") for one in self.found)
        return "n9"
