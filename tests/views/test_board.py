"""The supervisor's board, its families, and co-signing: what is shown, sorted, asked and refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, cast

import flet as ft
import pytest

from app.errors import AppError, InvalidInput
from app.services.board_views import NOBODY, BoardView, CoordinatorRow, Shares, WaitingFamily
from app.services.caseload_views import CaseFamily, ClockStanding, Contact, FamilyClock
from app.services.cosign_reading import CoSigned, QueueNote, Round
from app.services.fidelity import FamilySignals, TeamSignals
from app.services.notes import AddendumView, NoteView
from app.services.tablet import Tablet
from app.views.place import Place
from app.views.screens.board import BoardFamilies, BoardPlace
from app.views.screens.board.rows import SORTS, ordered
from app.views.screens.cosign import CosignPlace
from app.views.screens.cosign import screen as cosigning_screen
from app.views.screens.fidelity import FidelityPlace, TeamFidelityPlace
from app.views.screens.notes.rows import note_row
from app.views.screens.notes.supervised import given_back, rounds
from app.views.widgets.ui import UiSettings, use_ui
from app.wraparound.fidelity import FamilyFacts, NeedFact, VersionFact, signals, together
from app.wraparound.natural_share import Count
from tests.fakes.open_tablet import DAY_MS, FAMILY, HEADER, NOW_MS, note_view
from tests.ui import Stage
from tests.views.screens import Journey, stage_of

TODAY = date(2026, 12, 1)
MONTH = NOW_MS - DAY_MS // 2


def clock(standing: ClockStanding, left: int) -> FamilyClock:
    due = TODAY + timedelta(days=left)
    return FamilyClock(
        "crisis", {"en": "Crisis plan", "es": "Plan de crisis"}, standing, TODAY, due, left, 0.9
    )


def family(family_id: str, title: str, lead: str, *clocks: FamilyClock, **more: Any) -> CaseFamily:
    plain = CaseFamily(
        family_id, title, title, "XX", "open", 2, "", lead, "", "Norwich", "", "", clocks=clocks
    )
    return replace(plain, **more)


IVY = family("f1", "Ivy Okoro, 9", "p2", clock("overdue", -3), to_co_sign=1)
OMAR = family("f2", "Omar Haddad, 14", "p3", clock("due_soon", 3), last_visit_ms=NOW_MS, phase=1)
LONE = family("f3", "Sam Lund, 12", "", contacts=(Contact(NOW_MS, TODAY, "phone", "phone", True, 5, "p2"),))
MARISOL = CoordinatorRow(
    "p2", "Marisol Vega", phone="860 555 0110", families=12, met=3, overdue=1, to_co_sign=2,
    heard_ms=NOW_MS - 60_000, shares=Shares(Count(14, 40), Count(9, 38)),
)  # fmt: skip
JONAS = CoordinatorRow("p3", "Jonas Obi", families=2, met=2, heard_ms=NOW_MS - 4 * DAY_MS)
OLD = CoordinatorRow("p4", "Omar Left", "left", families=1)
ALONE = CoordinatorRow(NOBODY, "", "nobody", families=1)
BOARD = BoardView(
    (JONAS, MARISOL, OLD, ALONE), (IVY, OMAR, LONE),
    (WaitingFamily(IVY, IVY.clocks[0], MARISOL), WaitingFamily(OMAR, OMAR.clocks[0], JONAS)),
    2, NOW_MS, MONTH, {"f1": Shares(Count(1, 4))},
)  # fmt: skip
NOTE = note_view(
    "n1", author="Bea Tanaka", author_id="p5", mine=False, status="signed", signed_at_ms=NOW_MS - DAY_MS,
    signed_by="Bea Tanaka", co_sign=CoSigned("waiting", (), "d1"),
)  # fmt: skip
SECOND = replace(NOTE, note_id="n2", body="Second note, about the bus.")
COMMENT = "Who asks the school?"


def said(standing: Any, *decisions: Round) -> CoSigned:
    return CoSigned(standing, decisions, "d1")


def one_round(decision: str = "returned", comment: str = COMMENT) -> Round:
    return Round("c1", "p9", "Ruth Abara", "Supervisor", decision, NOW_MS - 3600_000, comment, True)


@dataclass
class Desk:
    """Fakes of what these places ask; `error` is raised by the next question."""

    board: BoardView = BOARD
    notes: list[NoteView] = field(default_factory=lambda: [NOTE, SECOND])
    error: AppError | None = None
    server: bool = False
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def maybe(self) -> None:
        error, self.error = self.error, None
        if error is not None:
            raise error

    async def read(self) -> BoardView:
        self.maybe()
        return self.board

    async def ask_server(self) -> bool:
        self.asked.append(("server",))
        return self.server

    async def waiting(self) -> tuple[QueueNote, ...]:
        self.maybe()
        return tuple(
            QueueNote(one.note_id, FAMILY, one.author_id, one.kind, 0, 0, one.co_sign.standing)
            for one in self.notes
        )

    async def note(self, note_id: str) -> NoteView | None:
        return next((one for one in self.notes if one.note_id == note_id), None)

    async def header(self, _family: str) -> Any:
        return HEADER

    async def saw(self, family_id: str, area: str, item: str) -> None:
        self.asked.append(("saw", area, item))

    async def co_sign(self, note_id: str, read: str) -> str:
        self.maybe()
        self.asked.append(("co_sign", note_id, read))
        self.notes = [one for one in self.notes if one.note_id != note_id]
        return "c1"

    async def give_back(self, note_id: str, read: str, comment: str) -> str:
        self.maybe()
        self.asked.append(("give_back", note_id, read, comment))
        self.notes = [one for one in self.notes if one.note_id != note_id]
        return "c1"

    async def take_back(self, decision: str) -> None:
        self.asked.append(("take_back", decision))
        self.notes = [NOTE, *self.notes]

    async def of_family(self, family_id: str) -> FamilySignals:
        return FamilySignals(family_id, "Nia Delgado", SIGNS)

    async def of_coordinator(self, person: str, name: str) -> TeamSignals:
        found = (FamilySignals(FAMILY, "Nia Delgado", SIGNS),)
        return TeamSignals(name, found, together([SIGNS, SIGNS]))

    @property
    def tablet(self) -> Tablet:
        one = SimpleNamespace
        desk = one(today=lambda: TODAY, now_ms=lambda: NOW_MS, me=one(roles=("supervisor",), person="p9"))
        opened = one(
            desk=desk, board=self, cosigning=self, notes=self, casebook=self, audit=self, fidelity=self
        )
        self.excursions = 0
        return cast(Tablet, one(open=opened, watch=lambda _: lambda: None, excursion=self._out))

    def _out(self) -> None:
        self.asked.append(("excursion",))


SIGNS = signals(
    FamilyFacts(
        needs=[NeedFact("d1", "To belong", False, 1), NeedFact("d2", "needs therapy", True, 0)],
        versions=[VersionFact("v1", TODAY, True)],
    ),
    TODAY,
)


def stage(
    desk: Desk,
    screen: Callable[[Place], ft.Control],
    place: Place,
    journey: Journey | None = None,
    **more: Any,
) -> Stage:
    return stage_of(lambda: screen(place), desk.tablet, journey or Journey(), **more)


# -- the board -----------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1024, 768, 390])
async def test_board_shows_who_waits_and_everybody_in_the_team(width: int) -> None:
    async with stage(Desk(), BoardPlace, Place("board"), width=width) as on:
        words = on.words()
        for part in ("Your team", "2 coordinators, 3 families", "Co-sign 2 notes", "Crisis plan, 3 days over",
                     "due Fri 4 Dec", "2 of 3 families", "Marisol Vega", "12 families", "Nobody leads these",
                     "Does not work here any more", "Not heard from for 4 days"):  # fmt: skip
            assert part in words, part
        assert "Natural supports" not in words


async def test_board_asks_the_server_in_the_background() -> None:
    desk = Desk()
    async with stage(desk, BoardPlace, Place("board")) as on:
        assert desk.asked == [("server",)]
        assert on.has("board.row.p2")


async def test_rows_are_sorted_by_each_column_and_never_by_natural_supports() -> None:
    async with stage(Desk(), BoardPlace, Place("board")) as on:
        await on.tap("board.head.overdue")
        rows = [key for key in on.keys() if str(key).startswith("board.row.")]
        assert len(rows) == 4
    assert [row.person_id for row in ordered(BOARD.coordinators, "overdue")][0] == "p2"
    assert [row.person_id for row in ordered(BOARD.coordinators, "met")][0] in ("p4", "")
    assert [row.person_id for row in ordered((MARISOL, JONAS), "heard")] == ["p3", "p2"]
    assert [row.person_id for row in ordered((JONAS, MARISOL), "to_co_sign")] == ["p2", "p3"]
    assert [row.person_id for row in ordered((JONAS, MARISOL), "families")] == ["p2", "p3"]
    assert set(SORTS) == {"name", "met", "overdue", "to_co_sign", "heard", "families"}


async def test_on_a_phone_the_order_is_picked_from_a_list() -> None:
    async with stage(Desk(), BoardPlace, Place("board"), width=390) as on:
        await on.tap("board.sort")
        await on.tap("board.pick_sort.to_co_sign")
        assert "Sorted by notes to co-sign" in on.words()


@pytest.mark.parametrize(("width", "words"), [(390, "On the server today"), (1024, "Today")])
async def test_when_a_tablet_was_heard_from_says_of_what_it_tells(width: int, words: str) -> None:
    async with stage(Desk(), BoardPlace, Place("board"), width=width) as on:
        assert any(line.startswith(words) for line in on.words().splitlines())
        # Heard without the head above it, the sentence is whole at every width.
        assert any(name.startswith("On the server today") for name in [*on.names(), *on.words().splitlines()])


async def test_board_opens_families_coordinators_and_the_queue() -> None:
    journey = Journey()
    async with stage(Desk(), BoardPlace, Place("board"), journey) as on:
        await on.tap("board.co_sign")
        assert journey.last == ("go", Place("cosign"))
        await on.tap("board.row.p2")
        assert journey.last == ("go", Place("board_families", record_id="p2", detail="lead"))
        await on.tap("board.waiting.f1")
        assert journey.last == ("go", Place("family", "f1"))
        await on.tap("board.all")
        assert journey.last == ("go", Place("board_families"))


async def test_asking_a_colleague_offers_call_text_and_the_family() -> None:
    journey = Journey()
    async with stage(Desk(), BoardPlace, Place("board"), journey) as on:
        await on.tap("board.ask.f1")
        assert on.has("board.ask.call") and on.has("board.ask.text") and "860 555 0110" in on.words()
        await on.tap("board.ask.family")
        assert journey.last == ("go", Place("family", "f1"))


async def test_asking_a_colleague_without_a_number_opens_the_family() -> None:
    journey = Journey()
    async with stage(Desk(), BoardPlace, Place("board"), journey) as on:
        await on.tap("board.ask.f2")
        assert journey.last == ("go", Place("family", "f2"))


async def test_without_a_team_the_board_says_what_will_come() -> None:
    empty = replace(BOARD, coordinators=(), families=(), waiting=(), to_co_sign=0)
    async with stage(Desk(empty), BoardPlace, Place("board")) as on:
        assert "No team yet." in on.words()
        assert not on.has("board.co_sign")


async def test_when_nobody_waits_it_says_so() -> None:
    async with stage(Desk(replace(BOARD, waiting=())), BoardPlace, Place("board")) as on:
        assert "Nobody waits too long." in on.words()


async def test_a_board_that_cannot_be_read_can_be_asked_again() -> None:
    async with stage(Desk(error=InvalidInput("Broken.", code="blank")), BoardPlace, Place("board")) as on:
        assert on.has("board.error")
        await on.tap("board.error.act")
        await on.wait_for(lambda: on.has("board.row.p2"))


async def test_large_text_and_spanish_leave_nothing_out() -> None:
    settings = UiSettings(language="es", text_scale=2.0)
    async with stage(Desk(), BoardPlace, Place("board"), settings=settings) as on:
        words = on.words()
        assert "Plan de crisis" in words and "Firmar 2 notas" in words and "Marisol Vega" in words


# -- families of the team --------------------------------------------------------------------------


def shown(on: Stage) -> set[str]:
    return {str(key).rsplit(".", 1)[1] for key in on.keys() if str(key).startswith("board_families.row.")}


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Place("board_families"), {"f1", "f2", "f3"}),
        (Place("board_families", detail="overdue"), {"f1"}),
        (Place("board_families", detail="lead", record_id="p2"), {"f1"}),
        (Place("board_families", detail="lead", record_id=NOBODY), {"f3"}),
    ],
)
async def test_families_are_narrowed_from_where_one_comes(place: Place, expected: set[str]) -> None:
    async with stage(Desk(), BoardFamilies, place) as on:
        assert shown(on) == expected


async def test_board_and_families_are_found_again_as_they_were_set() -> None:
    journey = Journey()
    async with stage(Desk(), BoardPlace, Place("board"), journey) as on:
        await on.tap("board.head.overdue")
    async with stage(Desk(), BoardFamilies, Place("board_families"), journey) as on:
        await on.tap("board_families.not_met")
    async with stage(Desk(), BoardPlace, Place("board"), journey, width=390) as on:
        assert "Sorted by overdue families" in on.words()
    async with stage(Desk(), BoardFamilies, Place("board_families"), journey) as on:
        assert shown(on) == {"f1", "f3"}


async def test_families_are_filtered_and_searched() -> None:
    async with stage(Desk(), BoardFamilies, Place("board_families")) as on:
        await on.tap("board_families.not_met")
        assert shown(on) == {"f1", "f3"}
        await on.tap("board_families.to_co_sign")
        assert shown(on) == {"f1"}
        await on.tap("board_families.to_co_sign")
        await on.tap("board_families.phase")
        await on.tap("board_families.pick.1")
        assert shown(on) == {"f2"}
        await on.type("board_families.search", "nobody")
        assert "No family fits this." in on.words()
        await on.type("board_families.search", "OMAR norwich")
        assert shown(on) == {"f2"}


async def test_a_coordinators_natural_supports_are_told_and_explained() -> None:
    journey = Journey()
    place = Place("board_families", detail="lead", record_id="p2")
    async with stage(Desk(), BoardFamilies, place, journey) as on:
        assert "14 of 40 in the last 90 days. Before: 9 of 38." in on.words()
        assert "It is no measure of anybody’s work." in on.words()
        await on.tap("board_families.work")
        assert journey.last == ("go", Place("team_fidelity", record_id="p2"))


# -- co-signing ------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def no_breath(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cosigning_screen, "BREATH_SECONDS", 0.0)


async def test_the_second_tap_on_one_note_never_answers_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    async with stage(desk, CosignPlace, Place("cosign")) as on:
        # From here on no note has stood long enough: the first tap is the last that counts.
        monkeypatch.setattr(cosigning_screen, "BREATH_SECONDS", 60.0)
        button = on.find("cosign.co_sign")
        await asyncio.gather(on.event(button, "click"), on.event(button, "click"))
        await on.wait_for(lambda: SECOND.body in on.words())
        for key in ("cosign.co_sign", "cosign.later"):
            assert cast(ft.Button, on.find(key)).disabled
            await on.event(on.find(key), "click")
        assert [one for one in desk.asked if one[0] == "co_sign"] == [("co_sign", "n1", "d1")]
        assert SECOND.body in on.words() and not on.has("cosign.trouble")


def typed(on: Stage) -> str | None:
    """What stands in the field of the dialog that is open."""
    (dialog,) = [one for one in on.all(ft.AlertDialog) if one.open]
    (entry,) = [one for one in on.inside(dialog) if isinstance(one, ft.TextField)]
    return entry.value


async def test_a_comment_belongs_to_its_note() -> None:
    async with stage(Desk(), CosignPlace, Place("cosign")) as on:
        await on.tap("cosign.give_back")
        await on.type("cosign.comment", COMMENT)
        await on.tap("cosign.return.close")
        await on.tap("cosign.later")
        await on.tap("cosign.give_back")
        assert SECOND.body in on.words() and typed(on) == ""
        await on.tap("cosign.return.close")
        await on.tap("cosign.later")
        await on.tap("cosign.again")
        await on.tap("cosign.give_back")
        assert typed(on) == COMMENT


async def test_notes_are_read_one_after_the_other_and_co_signed_as_they_were_read() -> None:
    desk = Desk()
    async with stage(desk, CosignPlace, Place("cosign")) as on:
        assert "1 of 2" in on.words() and NOTE.body.splitlines()[0] in on.words()
        assert ("saw", "note", "n1") in desk.asked
        await on.tap("cosign.co_sign")
        assert ("co_sign", "n1", "d1") in desk.asked
        assert "2 of 2" in on.words() and SECOND.body in on.words()
        await on.tap("cosign.co_sign")
        assert "All notes are read." in on.words()


async def test_a_decision_is_undone_beside_the_next_note() -> None:
    desk = Desk()
    async with stage(desk, CosignPlace, Place("cosign")) as on:
        await on.tap("cosign.co_sign")
        await on.tap("cosign.undo")
        assert ("take_back", "c1") in desk.asked
        assert "1 of 2" in on.words() and not on.has("cosign.undo")


async def test_giving_back_keeps_what_was_typed_when_it_is_refused() -> None:
    desk = Desk()
    async with stage(desk, CosignPlace, Place("cosign")) as on:
        await on.tap("cosign.give_back")
        await on.type("cosign.comment", COMMENT)
        desk.error = InvalidInput("Too long.", field="comment", code="note_grew")
        await on.tap("cosign.return.act")
        assert on.value("cosign.comment") == COMMENT
        assert "Something was added while you were reading." in on.words()
        await on.tap("cosign.return.act")
        assert ("give_back", "n1", "d1", COMMENT) in desk.asked
        assert SECOND.body in on.words() and not any(one.open for one in on.all(ft.AlertDialog))


async def test_later_puts_a_note_off_until_it_is_asked_for() -> None:
    desk = Desk()
    async with stage(desk, CosignPlace, Place("cosign")) as on:
        await on.tap("cosign.later")
        assert "2 of 2" in on.words() and SECOND.body in on.words()
        await on.tap("cosign.later")
        assert "2 notes are left for later." in on.words()
        await on.tap("cosign.again")
        assert "1 of 2" in on.words()


async def test_a_refusal_stands_beside_the_answers() -> None:
    desk = Desk()
    async with stage(desk, CosignPlace, Place("cosign"), width=390) as on:
        desk.error = InvalidInput("Own.", code="own_note")
        await on.tap("cosign.co_sign")
        assert on.has("cosign.trouble") and NOTE.body.splitlines()[0] in on.words()


async def test_an_answered_note_shows_what_was_asked_and_what_was_added() -> None:
    added = AddendumView("Bea Tanaka", "Care coordinator", NOW_MS, "Rosa asks, by Friday.")
    desk = Desk(notes=[replace(NOTE, addenda=(added,), co_sign=said("answered", one_round()))])
    async with stage(desk, CosignPlace, Place("cosign")) as on:
        words = on.words()
        assert COMMENT in words and "Rosa asks, by Friday." in words and "Answered by the author" in words


async def test_one_filled_button_at_a_time() -> None:
    for screen, place in ((BoardPlace, Place("board")), (CosignPlace, Place("cosign"))):
        async with stage(Desk(), screen, place) as on:
            assert len(on.all(ft.FilledButton)) == 1


# -- on the note itself ----------------------------------------------------------------------------


def drawn(make: Callable[[Any], ft.Control]) -> Stage:
    @ft.component
    def Root() -> ft.Control:
        return make(use_ui())

    return Stage.of(Root)


@pytest.mark.parametrize(
    ("standing", "decision", "words"),
    [
        ("co_signed", "co_signed", "Co-signed by Ruth"),
        ("added_since", "co_signed", "Something added since co-signed"),
        ("returned", "returned", "Given back"),
        ("answered", "returned", "Answered, waits for the supervisor"),
    ],
)
async def test_a_row_says_what_the_supervisor_said(standing: str, decision: str, words: str) -> None:
    view = replace(NOTE, co_sign=said(standing, one_round(decision)))
    async with drawn(lambda ui: note_row(ui, view, NOW_MS, lambda _id: None)) as on:
        assert words in on.words()


@pytest.mark.parametrize("mine", [True, False])
async def test_a_note_given_back_shows_the_comment_and_its_author_what_to_do(mine: bool) -> None:
    view = replace(NOTE, mine=mine, co_sign=said("returned", one_round()))
    async with drawn(lambda ui: given_back(ui, view, NOW_MS)) as on:
        assert COMMENT in on.words()
        assert ("Answer by adding words below." in on.words()) is mine


async def test_rounds_before_the_last_stay_on_the_note() -> None:
    view = replace(NOTE, co_sign=said("co_signed", one_round(), one_round("co_signed", "")))
    async with drawn(lambda ui: ft.Column(rounds(ui, view, NOW_MS))) as on:
        assert COMMENT in on.words() and "Ruth Abara gave it back" in on.words()


# -- how we work -----------------------------------------------------------------------------------


async def test_signals_say_counts_and_open_what_they_counted() -> None:
    journey = Journey()
    async with stage(Desk(), FidelityPlace, Place("fidelity", FAMILY), journey) as on:
        assert "1 of 2 open needs are worded as needs, not as services." in on.words()
        assert "not a score" in on.words() and "needs therapy" not in on.words()
        await on.tap("fidelity.needs_worded")
        assert "needs therapy" in on.words()
        await on.tap("fidelity.thing.needs_worded.d2")
        assert journey.last == ("go", Place("family", FAMILY, tab="plan"))
        await on.tap("fidelity.family_signed")
        await on.tap("fidelity.thing.family_signed.v1")
        assert journey.last == ("go", Place("version", FAMILY, record_id="v1"))


async def test_a_coordinators_families_are_counted_together() -> None:
    journey = Journey()
    async with stage(Desk(), TeamFidelityPlace, Place("team_fidelity", record_id="p2"), journey) as on:
        assert "2 of 4 open needs are worded as needs" in on.words()
        assert "Marisol Vega" in on.words()
        await on.tap(f"fidelity.family.{FAMILY}")
        assert journey.last == ("go", Place("fidelity", FAMILY))
