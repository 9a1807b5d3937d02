"""The supervisor's board over a real vault: whose families, what waits, who was heard from."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from app.errors import InvalidInput, PermissionRefused
from app.protocol.ids import singleton_id
from app.services.board import Board, waiting_too_long
from app.services.board_views import NOBODY, BoardView, CoordinatorRow
from app.services.caseload import Caseload
from app.services.caseload_views import CaseFamily, ClockStanding, FamilyClock
from app.services.cosigning import Cosigning
from app.services.fidelity import Fidelity
from app.services.practice_rules import PracticeRules
from app.services.staff_views import Colleague, TabletView
from app.store.vault import Change
from app.wraparound.natural_share import Count
from app.wraparound.records import Attendance, Family, Meeting, Need, StaffMember
from tests.services.rig import Pair, Person, pair

DAY_MS = 24 * 3_600_000


@dataclass
class Server:
    """What the server says of tablets; nothing without network."""

    people: tuple[Colleague, ...] = ()

    async def everybody(self) -> tuple[Colleague, ...]:
        return self.people


@dataclass
class Office:
    """A supervisor's board over the pair's family, which the coordinator leads."""

    tablets: Pair
    server: Server

    @property
    def marisol(self) -> str:
        return self.tablets.coordinator.desk.me.person

    def board(self, person: Person | None = None) -> Board:
        who = person or self.tablets.supervisor
        rules = PracticeRules(who.desk)
        return Board(
            who.desk, Caseload(who.desk, rules), Cosigning(who.desk, who.notes, rules),
            cast(Any, self.server), rules,
        )

    async def put(self, record_type: str, record: str, **fields: Any) -> None:
        stream = self.tablets.family.stream
        await self.tablets.supervisor.vault.commit([Change(stream, record_type, record, fields)])

    async def lead(self, person: str) -> None:
        record = singleton_id(self.tablets.family.stream, Family.TYPE).hex()
        await self.put(Family.TYPE, record, lead_coordinator=person, status="open", phase=1)

    def heard(self, ms: int | None) -> Server:
        device = self.tablets.coordinator.desk.me.device
        tablet = TabletView(device, "in_use", 0, ms)
        return Server((Colleague(self.marisol, "Marisol Vega", "", ("coordinator",), tablets=(tablet,)),))


@asynccontextmanager
async def office(home: Path) -> AsyncIterator[Office]:
    async with pair(home) as tablets:
        here = Office(tablets, Server())
        await here.lead(here.marisol)
        yield here


def row(view: BoardView, person: str) -> CoordinatorRow:
    return next(one for one in view.coordinators if one.person_id == person)


async def test_only_supervisors_have_a_board(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        await here.tablets.meet()
        with pytest.raises(PermissionRefused):
            await here.board(here.tablets.coordinator).read()


async def test_a_coordinator_has_a_row_with_families_contacts_and_notes(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        notes = here.tablets.coordinator.notes
        board = here.board()
        before = row(await board.read(), here.marisol)
        assert (before.families, before.met, before.to_co_sign, before.name) == (1, 0, 0, "Marisol Vega")
        await notes.sign(replace(notes.begin(here.tablets.family.id), body="We talked at the table."))
        await here.tablets.meet()
        view = await board.read()
        after = row(view, here.marisol)
        assert (after.met, after.to_co_sign, view.to_co_sign) == (1, 1, 1)


async def test_families_that_nobody_leads_have_a_row_of_their_own(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        for nobody in ("", "ee" * 16):
            await here.lead(nobody)
            view = await here.board().read()
            assert (row(view, NOBODY).families, row(view, NOBODY).standing) == (1, "nobody")
            assert row(view, here.marisol).families == 0


async def test_closed_families_are_left_out(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        record = singleton_id(here.tablets.family.stream, Family.TYPE).hex()
        await here.put(Family.TYPE, record, status="closed")
        assert (await here.board().read()).families == ()


async def test_what_the_server_said_is_known_without_it_later(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        board = here.board()
        assert row(await board.read(), here.marisol).heard_ms is None
        assert not await board.ask_server()
        here.server = here.heard(None)
        assert not await here.board().ask_server()
        here.server = here.heard(1_234)
        assert await here.board().ask_server()
        here.server = Server()
        view = await here.board().read()
        assert row(view, here.marisol).heard_ms == 1_234
        assert view.asked_ms == here.tablets.supervisor.desk.now_ms()


async def test_shares_are_counted_now_and_before(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        now = here.tablets.supervisor.desk.now_ms()
        for number, (days, kinds) in enumerate(
            [(5, ("natural", "formal")), (120, ("formal",)), (200, ("natural",))]
        ):
            meeting = f"{number:02x}" * 16
            await here.put(Meeting.TYPE, meeting, status="held", starts_at_ms=now - days * DAY_MS)
            for place, kind in enumerate((*kinds, "family")):
                who = f"a{number}{place}" + "0" * 29
                await here.put(Attendance.TYPE, who, meeting_id=meeting, kind=kind, how="here")
        board = here.board()
        shares = row(await board.read(), here.marisol).shares
        assert (shares.now, shares.before) == (Count(1, 2), Count(0, 1))
        await here.put(Attendance.TYPE, "b" * 32, meeting_id="00" * 16, kind="natural", how="late")
        assert row(await board.read(), here.marisol).shares.now == Count(2, 3)
        here.tablets.supervisor.later(90 * 24 * 3600)
        shares = row(await board.read(), here.marisol).shares
        assert (shares.now, shares.before) == (Count(0, 0), Count(2, 3))


async def test_a_colleagues_phone_is_there_to_ask(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        vault = here.tablets.supervisor.vault
        await vault.commit([Change(vault.data_stream, StaffMember.TYPE, here.marisol, {"phone": "860 555"})])
        assert row(await here.board().read(), here.marisol).phone == "860 555"


def family(name: str, standing: ClockStanding, left: int) -> CaseFamily:
    today = date(2026, 12, 1)
    clock = FamilyClock("c", {"en": "Crisis plan"}, standing, today, today + timedelta(days=left), left, 1.0)
    return CaseFamily(name, name, name, "", "open", 1, "", "", "", "", "", "", clocks=(clock,))


@pytest.mark.parametrize(
    ("families", "expected"),
    [
        ([], ""),
        ([family("a", "running", 30)], ""),
        ([family("a", "due_soon", 3), family("b", "overdue", -2)], "ba"),
        ([family("a", "due_soon", 4)], ""),
        ([family("a", "overdue", -1), family("b", "overdue", -9), family("c", "overdue", -2)], "bca"),
        ([family("d", "due_soon", 0), *(family(x, "overdue", -1) for x in "abc")], "abc"),
    ],
)
def test_who_waits_too_long(families: list[CaseFamily], expected: str) -> None:
    assert "".join(one.title for one, _ in waiting_too_long(families)) == expected


# -- how the work is done -----------------------------------------------------------------------


async def test_signals_are_counted_from_the_records(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        await here.put(Need.TYPE, "d1" * 16, text="To belong somewhere", status="open")
        await here.put(Need.TYPE, "d2" * 16, text="needs therapy", status="open")
        work = Fidelity(here.tablets.supervisor.desk)
        one = await work.of_family(here.tablets.family.id)
        said = {statement.code: statement for signal in one.signals for statement in signal.statements}
        assert (said["needs_worded"].yes, said["needs_worded"].of) == (1, 2)
        team = await work.of_coordinator(here.marisol, "Marisol Vega")
        assert [shown.title for shown in team.families] == ["Nia Delgado"]
        assert {s.code for signal in team.signals for s in signal.statements} == set(said)
        with pytest.raises(InvalidInput):
            await work.of_family("ab" * 16)


async def test_nobody_but_supervision_sees_another_ones_signals(tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        await here.tablets.meet()
        work = Fidelity(here.tablets.coordinator.desk)
        assert (await work.of_coordinator(here.marisol, "Marisol")).families
        with pytest.raises(PermissionRefused):
            await work.of_coordinator(here.tablets.supervisor.desk.me.person, "Ruth")
