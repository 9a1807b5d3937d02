"""Today, visits and Before I knock on the screen, over canned values."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import flet as ft
import pytest

from app.errors import AppError, InvalidInput
from app.services.audience import Reader
from app.services.caseload_views import FamilyClock
from app.services.contacts_views import ContactView
from app.services.knock import AtHome, KnockView, LastContact, Promise
from app.services.notes import NoteDraft
from app.services.tablet import Tablet, TabletState
from app.services.today_views import Due, Going, Loose, TodayView
from app.services.visits import VisitDraft, VisitView
from app.views.directions import map_link
from app.views.place import Place
from app.views.screens.knock import screen as knock_screen
from app.views.screens.knock.screen import KnockPlace
from app.views.screens.today.screen import Today
from app.views.screens.visits import VisitEditorPlace, VisitPlace, VisitsPlace
from app.views.widgets.ui import UiSettings
from tests.fakes.tablet import MAYA, NOW_MS, TODAY, Canned, at, canned
from tests.ui import Stage
from tests.views.screens import Journey, stage_of

FAMILY = "a1"
HOME = "41 Linden St, East Hartford"


def going(record: str = "v1", **values: Any) -> Going:
    base = Going("visit", record, FAMILY, "Nia Delgado", "home_visit", at(1, 13, 15), 60, "home", "Nia, Rosa",
                 address=HOME, directions="Second door, ring twice.")  # fmt: skip
    return replace(base, **values)


def clock(days: int, **values: Any) -> FamilyClock:
    name, standing = {"en": "Plan review", "es": "Revisión del plan"}, "overdue" if days < 0 else "due_soon"
    base = FamilyClock(
        "plan_review", name, cast(Any, standing), TODAY - timedelta(days=20), TODAY + timedelta(days=days),
        days, 0.9, goes_to="phase", record_id="r1",
    )  # fmt: skip
    return replace(base, **values)


def view(**values: Any) -> TodayView:
    base = TodayView(NOW_MS, TODAY, MAYA, (), (), (), (), (), 12, 0, 0)
    return replace(base, **values)


VISIT = VisitView("v1", FAMILY, "Nia Delgado", "home_visit", at(2, 10), 60, "home", "Nia, Rosa", "The bus",
                  "planned", "", "p1", True)  # fmt: skip


@dataclass
class FakeVisits:
    """Visits as canned; keeps what was asked."""

    one: VisitView = VISIT
    saved: list[VisitDraft] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    off: list[tuple[str, bool]] = field(default_factory=list)
    fail: AppError | None = None
    clash: tuple[Going, ...] = ()

    def maybe(self) -> None:
        if self.fail is not None:
            error, self.fail = self.fail, None
            raise error

    async def visit(self, visit_id: str) -> VisitView:
        return self.one

    async def of_family(self, family_id: str) -> tuple[VisitView, ...]:
        return (self.one, replace(self.one, visit_id="v0", status="missed", status_reason="Nobody home."))

    async def next_of(self, family_id: str) -> VisitView | None:
        return self.one

    async def clashes(self, draft: VisitDraft) -> tuple[Going, ...]:
        return self.clash

    async def form(self, family_id: str, visit_id: str = "") -> VisitDraft:
        people = (Reader("p1", "Nia", "youth", "family", True, True),)
        return VisitDraft(family_id, visit_id, family_name="Nia Delgado", people=people)

    async def save(self, draft: VisitDraft) -> str:
        await asyncio.sleep(0)  # a store lets others go on meanwhile
        self.maybe()
        self.saved.append(draft)
        return "v9"

    async def tell(self, visit_id: str) -> NoteDraft:
        self.maybe()
        self.told.append(visit_id)
        return NoteDraft("n9", FAMILY)

    async def call_off(self, visit_id: str, reason: str, *, missed: bool = False) -> None:
        if not reason.strip():
            raise InvalidInput("Say why in a few words.", code="visit_no_reason")
        self.off.append((reason, missed))

    async def plan_again(self, visit_id: str) -> None:
        self.off.clear()


@dataclass
class FakeForms:
    """Half-filled forms in a table, by their name."""

    forms: dict[str, Any] = field(default_factory=dict)

    async def keep(self, name: str, draft: Any) -> None:
        self.forms[name] = draft

    async def kept(self, name: str, kind: type) -> Any:
        return self.forms.get(name)

    async def drop(self, name: str) -> None:
        self.forms.pop(name, None)


PERSON = AtHome("p1", "Nia Delgado", "Nia", "she/her", "youth", 13, True, ContactView("p1", may_text=False))
KNOCK = KnockView(
    FAMILY, "Nia Delgado", "41 Linden St", "East Hartford", False, "Second door, ring twice.",
    "Big friendly dog.", "860 555 0142", "es", True, ContactView(FAMILY, may_leave_message=False), (PERSON,),
    (("Uncle Teo", "uncle"),), (("Ray Pike", "Court order."),), (("avoid", "The trial."),),
    ("She swam a mile.",), ("Knows every song.",),
    (Promise("s1", "Call the bus office", "Maya", TODAY - timedelta(days=1), True),
     Promise("s2", "Ask his boss", "Uncle Teo", None, False)),
    LastContact("n1", "phone", at(1, 9), MAYA, "Rosa sounded tired."), (clock(3),),
)  # fmt: skip


@dataclass
class FakeKnock:
    """The glance as canned."""

    view: KnockView = KNOCK
    asked: list[bool] = field(default_factory=list)

    async def before(self, family_id: str, *, at_table: bool) -> KnockView:
        self.asked.append(at_table)
        return self.view


@dataclass
class Screens:
    """A tablet with what these screens ask, and where they wanted to go."""

    c: Canned
    visits: FakeVisits
    knock: FakeKnock
    forms: FakeForms
    journey: Journey
    tablet: Tablet

    def stage(self, screen: Callable[[], ft.Control], width: float = 1024, **more: Any) -> Stage:
        return stage_of(screen, self.tablet, self.journey, width=width, **more)


def screens(today: TodayView | None = None, roles: tuple[str, ...] = ("coordinator",)) -> Screens:
    c = canned(roles=roles)
    if today is not None:
        c.today.view = today
    visits, knock, forms = FakeVisits(), FakeKnock(), FakeForms()
    opened = replace(
        c.keyholder.opened, visits=cast(Any, visits), knock=cast(Any, knock), form_drafts=cast(Any, forms)
    )
    c.keyholder.opened = opened
    c.open()
    assert c.tablet.state is TabletState.OPEN
    return Screens(c, visits, knock, forms, Journey(), c.tablet)


def todays(s: Screens, **more: Any) -> Stage:
    return s.stage(lambda: Today(Place("today")), **more)


# -- Today --------------------------------------------------------------------------------------


async def test_the_day_is_greeted_and_the_next_place_has_the_one_filled_button() -> None:
    s = screens(view(going=(going("v0", starts_at_ms=at(1, 9), told=True), going(), going(
        "m1", kind="meeting", what="review", starts_at_ms=at(1, 16, 30), family_id="a4", name="Hale"))))
    async with todays(s) as on:
        words = on.words()
        assert "Tuesday 1 December" in words and "Good morning, Maya. Two places to be." in words
        assert "Home visit with Nia and Rosa" in words and HOME in words
        assert [len(on.all(ft.FilledButton))] == [1]
        assert on.has("today.v1.knock") and on.has("today.v1.directions")
        assert not on.has("today.v0.tell"), "what is told needs no telling"
        await on.tap("today.v1.knock")
        assert s.journey.last == ("go", Place("knock", FAMILY, record_id="v1"))
        await on.tap("today.open.v1")
        assert s.journey.last == ("go", Place("visit", FAMILY, record_id="v1"))
        await on.tap("today.open.m1")
        assert s.journey.last == ("go", Place("meeting_before", "a4", record_id="m1"))


async def test_an_empty_day_teaches_and_offers_to_plan() -> None:
    s = screens(view(tomorrow=(going(),)))
    async with todays(s) as on:
        assert "Nothing planned today." in on.words() and "Tomorrow" in on.words()
        await on.tap("today.plan")
        assert s.journey.last == ("go", Place("visit_editor"))


async def test_an_administrator_plans_nothing() -> None:
    s = screens(view(families=0), roles=("administrator",))
    async with todays(s) as on:
        assert not on.has("today.plan") and not on.has("today.due")


async def test_a_protected_address_gets_no_map() -> None:
    s = screens(view(going=(going(protected=True, address=""),)))
    async with todays(s) as on:
        assert "The address is protected" in on.words()
        assert not on.has("today.v1.directions") and "Linden" not in on.words()


async def test_directions_say_what_the_map_learns_before_it_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    async def launch(_self: object, url: str) -> None:
        opened.append(url)

    monkeypatch.setattr(ft.UrlLauncher, "launch_url", launch)
    s = screens(view(going=(going(),)))
    async with todays(s) as on:
        await on.tap("today.v1.directions")
        assert "Second door, ring twice." in on.words() and "will learn this address" in on.words()
        assert opened == []
        await on.tap("directions.act")
        assert len(opened) == 1 and "41%20Linden%20St" in opened[0]


def test_each_platform_takes_the_address_its_own_way() -> None:
    assert map_link("1 A St", ft.PagePlatform.ANDROID, web=False) == "geo:0,0?q=1%20A%20St"
    assert map_link("1 A St", ft.PagePlatform.IOS, web=False).startswith("https://maps.apple.com/?q=1%20A")
    assert map_link("1 A St", ft.PagePlatform.ANDROID, web=True).startswith("https://www.openstreetmap.org/")
    assert "&" not in map_link("1 A St & b?", ft.PagePlatform.LINUX, web=False).partition("?")[2]


async def test_what_is_due_opens_where_it_is_done() -> None:
    due = tuple(Due(FAMILY, f"Family {n}", clock(n - 2)) for n in range(6))
    s = screens(view(due=due, due_families=6))
    async with todays(s) as on:
        words = on.words()
        assert "6 of 12 families" in words and "Plan review: Family 0" in words
        assert "Overdue since Sun 29 Nov" in words and "Due today" in words
        assert "Family 5" not in words
        await on.tap("today.all_due")
        assert "Family 5" in on.words() and "Due Fri 4 Dec, in 3 days" in on.words()
        await on.tap("today.due.0")
        assert s.journey.last == ("go", Place("phase", FAMILY, record_id="r1"))


async def test_a_clock_counted_in_hours_says_the_hour() -> None:
    s = screens(view(due=(Due(FAMILY, "Nia", clock(0, due_at_ms=at(1, 17, 30))),), due_families=1))
    async with todays(s) as on:
        assert "Due today, 5:30 pm" in on.words()


async def test_a_clock_of_a_place_that_is_not_there_leads_to_the_family() -> None:
    s = screens(view(due=(Due(FAMILY, "Nia", clock(1, goes_to="nowhere")),), due_families=1))
    async with todays(s) as on:
        await on.tap("today.due.0")
        assert s.journey.last == ("go", Place("family", FAMILY))


async def test_several_loose_ends_unfold_and_each_opens_its_own_place() -> None:
    s = screens(view(loose=(
        Loose("note", FAMILY, "Nia", "n1", TODAY - timedelta(days=1)),
        Loose("note", "a4", "Marcus", "n2", TODAY - timedelta(days=4), saved=False),
        Loose("returned", FAMILY, "Nia", "n3", TODAY),
    ), unsent=5))  # fmt: skip
    async with todays(s) as on:
        words = on.words()
        assert "2 notes to finish" in words and "Nia, yesterday · Marcus, Fri 27 Nov" in words
        assert "5 changes only on this tablet" in words
        await on.tap("today.loose.note")
        await on.tap("today.loose.note.n2")
        assert s.journey.last == ("go", Place("note_editor", "a4", record_id="n2", detail="new"))
        await on.tap("today.loose.note.n1")
        assert s.journey.last == ("go", Place("note_editor", FAMILY, record_id="n1"))
        await on.tap("today.loose.returned")
        assert s.journey.last == ("go", Place("note", FAMILY, record_id="n3"))
        await on.tap("today.unsent")
        assert s.journey.last == ("go", Place("sync"))


async def test_a_visit_that_is_over_is_told_of_in_a_note() -> None:
    s = screens(view(going=(going(starts_at_ms=at(1, 9)),)))
    async with todays(s) as on:
        assert "One place to be" not in on.words()
        await on.tap("today.v1.tell")
        assert s.visits.told == ["v1"]
        assert s.journey.last == ("go", Place("note_editor", FAMILY, record_id="n9", detail="new"))
        s.visits.fail = InvalidInput("This note is signed.", code="note_signed")
        await on.tap("today.v1.tell")
        assert on.has("today.problem")


async def test_a_day_that_cannot_be_read_says_so_and_can_be_tried_again() -> None:
    s = screens()
    s.c.fails.error = AppError()
    async with todays(s, width=390) as on:
        assert AppError.user_message in on.words()
        # The day and the cover stand where they always stand.
        assert "Tue 1 Dec" in on.words() and on.has("today.cover")
        s.c.fails.error = None
        await on.tap("today.failed.act")
        assert "Nia Delgado" in on.words()


@pytest.mark.parametrize("width", [390, 768, 1024])
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("scale", [1.0, 2.0])
async def test_every_look_of_today_stands(width: int, language: str, scale: float) -> None:
    s = screens(view(going=(going(), going("v2", starts_at_ms=at(1, 16))), later=(going("v3"),),
                     due=(Due(FAMILY, "Nia", clock(1, about="Dr. Tan")),), due_families=1,
                     loose=(Loose("co_sign", "", "", "", count=5),)), roles=("supervisor",))  # fmt: skip
    settings = UiSettings(text_scale=scale, language=language)
    async with todays(s, width=width, settings=settings) as on:
        assert not on.has("broken") and "Dr. Tan" in on.words()
        assert len(on.all(ft.FilledButton)) == 1


# -- visits -------------------------------------------------------------------------------------


async def test_a_visit_is_planned_by_tapping_day_hour_and_people() -> None:
    s = screens()
    async with s.stage(lambda: VisitEditorPlace(Place("visit_editor", FAMILY))) as on:
        await on.tap("visit.month.2026-12-03")
        await on.tap("visit.hour.14")
        await on.tap("visit.minute.30")
        await on.tap("visit.minutes.45")
        await on.tap("visit.kind.school")
        await on.tap("visit.who.p1")
        await on.type("visit.about", "The letter")
        assert "Thu 3 Dec, 2:30 pm" in on.words()
        await on.tap("visit.save")
        (saved,) = s.visits.saved
        assert (saved.starts_at_ms, saved.minutes) == (at(3, 14, 30), 45)
        assert (saved.kind, saved.place, saved.with_whom) == ("school", "school", frozenset({"p1"}))
        assert s.journey.last == ("back", None)


async def test_a_form_that_cannot_be_read_keeps_its_header_and_is_tried_again() -> None:
    s = screens()
    whole = s.visits.form

    async def broken(family_id: str, visit_id: str = "") -> VisitDraft:
        raise AppError()

    s.visits.form = broken  # type: ignore[method-assign]
    async with s.stage(lambda: VisitEditorPlace(Place("visit_editor", FAMILY))) as on:
        assert "Plan a visit" in on.words() and on.has("visit.failed") and on.has("visit.back")
        s.visits.form = whole  # type: ignore[method-assign]
        await on.tap("visit.failed.act")
        assert on.has("visit.save")


async def test_a_visit_that_is_saved_twice_in_a_hurry_is_planned_once() -> None:
    s = screens()
    async with s.stage(lambda: VisitEditorPlace(Place("visit_editor", FAMILY))) as on:
        save = on.find("visit.save")
        await asyncio.gather(on.event(save, "click"), on.event(save, "click"))
        await on.settle()
    assert len(s.visits.saved) == 1 and s.journey.steps == [("back", None)]


async def test_a_visit_that_is_left_half_planned_goes_on_where_it_was_left() -> None:
    s = screens()
    name = f"visit.{FAMILY}.new"
    async with s.stage(lambda: VisitEditorPlace(Place("visit_editor", FAMILY))) as on:
        assert not on.has("visit.fresh")
        await on.tap("visit.month.2026-12-03")
        await on.tap("visit.who.p1")
        await on.type("visit.about", "The letter")
        for act in tuple(s.tablet._last_acts):
            await act()
    assert name in s.forms.forms
    async with s.stage(lambda: VisitEditorPlace(Place("visit_editor", FAMILY))) as on:
        assert on.value("visit.about") == "The letter" and "Thu 3 Dec, 10:00 am" in on.words()
        await on.tap("visit.fresh")
        assert on.value("visit.about") == "" and name not in s.forms.forms
        await on.type("visit.about", "The school")
        await on.tap("visit.save")
    assert s.visits.saved[0].about == "The school" and not s.forms.forms


async def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed() -> None:
    s = screens()
    s.visits.fail = InvalidInput("Choose a day and a time.", field="starts", code="visit_no_day")
    async with s.stage(lambda: VisitEditorPlace(Place("visit_editor", FAMILY))) as on:
        await on.type("visit.about", "The letter")
        await on.tap("visit.save")
        assert on.has("visit.problem") and on.value("visit.about") == "The letter"
        await on.tap("visit.hour.09")
        assert not on.has("visit.problem")


async def test_a_time_that_is_over_is_asked_about_once() -> None:
    s = screens()
    s.visits.fail = InvalidInput("That time is over already.", field="starts", code="visit_past")
    async with s.stage(lambda: VisitEditorPlace(Place("visit_editor", FAMILY))) as on:
        await on.tap("visit.save")
        assert s.visits.saved == [] and on.has("visit.past.act")
        await on.tap("visit.past.act")
        assert s.visits.saved[0].past


async def test_what_else_stands_at_that_time_is_told_and_does_not_hinder() -> None:
    s = screens()
    s.visits.clash = (going("v5", name="Theo Baptiste"),)
    async with s.stage(lambda: VisitEditorPlace(Place("visit_editor", FAMILY))) as on:
        await on.tap("visit.hour.14")
        assert "You are somewhere else at that time" in on.words() and "Theo Baptiste" in on.words()
        await on.tap("visit.save")
        assert len(s.visits.saved) == 1


async def test_from_today_the_family_is_chosen_first() -> None:
    s = screens()
    async with s.stage(lambda: VisitEditorPlace(Place("visit_editor"))) as on:
        await on.type("visit_family.search", "ivy")
        keys = [key for key in on.keys() if key.startswith("visit_family.a")]
        assert keys == ["visit_family.a2"]
        await on.tap("visit_family.a2")
        assert s.journey.last == ("swap", Place("visit_editor", "a2"))


async def test_the_visits_of_a_family_say_how_they_went() -> None:
    s = screens()
    async with s.stage(lambda: VisitsPlace(Place("visits", FAMILY))) as on:
        assert "To come" in on.words() and "Nobody home." in on.words()
        await on.tap("visits.row.v1")
        assert s.journey.last == ("go", Place("visit", FAMILY, record_id="v1"))


async def test_a_visit_that_is_over_is_not_said_to_come() -> None:
    s = screens()
    s.visits.one = replace(VISIT, starts_at_ms=NOW_MS - 3 * 3_600_000)
    async with s.stage(lambda: VisitsPlace(Place("visits", FAMILY))) as on:
        assert "How did it go?" in on.words() and "To come" not in on.words()
    s.visits.one = replace(VISIT, starts_at_ms=NOW_MS - 60_000)
    async with s.stage(lambda: VisitsPlace(Place("visits", FAMILY))) as on:
        assert "To come" in on.words(), "it still goes on"


async def test_a_visit_is_called_off_with_a_reason_and_what_was_typed_stays() -> None:
    s = screens()
    async with s.stage(lambda: VisitPlace(Place("visit", FAMILY, record_id="v1"))) as on:
        assert len(on.all(ft.FilledButton)) == 1
        await on.tap("visit.off")
        await on.tap("visit.ask.act")
        assert "Say why in a few words." in on.words() and s.visits.off == []
        await on.type("visit.reason", "Flu")
        await on.tap("visit.ask.act")
        assert s.visits.off == [("Flu", False)]


@pytest.mark.parametrize(
    ("values", "there", "gone"),
    [
        ({"starts_at_ms": at(1, 9)}, ("visit.tell", "visit.missed", "visit.change"), ("visit.off",)),
        ({"status": "done", "note_id": "n1"}, ("visit.read",), ("visit.tell", "visit.change")),
        ({"status": "done", "began": True}, ("visit.tell",), ("visit.read",)),
        ({"status": "cancelled", "status_reason": "Flu"}, ("visit.again",), ("visit.knock",)),
        ({"clashes": (going("v5"),)}, ("visit.clashes", "visit.knock"), ()),
    ],
)
async def test_a_visit_offers_what_fits_how_it_stands(
    values: dict[str, Any], there: tuple[str, ...], gone: tuple[str, ...]
) -> None:
    s = screens()
    s.visits.one = replace(VISIT, **values)
    async with s.stage(lambda: VisitPlace(Place("visit", FAMILY, record_id="v1"))) as on:
        assert [key for key in there if not on.has(key)] == []
        assert [key for key in gone if on.has(key)] == []


# -- Before I knock -----------------------------------------------------------------------------


@pytest.mark.parametrize("width", [390, 768, 1024])
async def test_one_glance_holds_everything_before_a_door(width: int) -> None:
    s = screens()
    async with s.stage(lambda: KnockPlace(Place("knock", FAMILY)), width=width) as on:
        words = on.words()
        for said in (
            "Big friendly dog.", "No contact: Ray Pike", "Court order.", "Nia Delgado, called Nia", "she/her",
            "Often here too: Uncle Teo (uncle)", "41 Linden St, East Hartford", "Second door, ring twice.",
            "Speaks Spanish. An interpreter is needed", "Do not leave a message", "Do not text", "The trial.",
            "She swam a mile.", "Knows every song.", "Call the bus office", "still open since yesterday",
            "Rosa sounded tired.", "Plan review", "Closes by itself after a minute.",
        ):  # fmt: skip
            assert said in words, said
        assert s.knock.asked == [False]
        await on.tap("knock.last")
        assert s.journey.last == ("go", Place("note", FAMILY, record_id="n1"))
        await on.tap("knock.bring.0")
        assert s.journey.last == ("go", Place("phase", FAMILY, record_id="r1"))


async def test_a_protected_door_has_no_map() -> None:
    s = screens()
    s.knock.view = replace(KNOCK, protected=True)
    async with s.stage(lambda: KnockPlace(Place("knock", FAMILY))) as on:
        assert "This address is protected" in on.words() and not on.has("knock.directions")


async def test_it_closes_itself_unless_somebody_wants_it_open(monkeypatch: pytest.MonkeyPatch) -> None:
    gates: list[Any] = []

    async def sleep(seconds: float) -> None:
        import asyncio

        gate = asyncio.Event()
        gates.append((seconds, gate))
        await gate.wait()

    monkeypatch.setattr(knock_screen, "asyncio", SimpleNamespace(sleep=sleep))
    s = screens()
    async with s.stage(lambda: KnockPlace(Place("knock", FAMILY))) as on:
        assert [seconds for seconds, _gate in gates] == [knock_screen.SHOWN_SECONDS]
        await on.tap("knock.stay")
        assert len(gates) == 2
        gates[0][1].set()
        await on.settle()
        assert s.journey.steps == []
        gates[1][1].set()
        await on.settle()
        assert s.journey.last == ("back", None)


async def test_whoever_scrolls_reads_on(monkeypatch: pytest.MonkeyPatch) -> None:
    gates: list[asyncio.Event] = []

    async def sleep(_seconds: float) -> None:
        gates.append(asyncio.Event())
        await gates[-1].wait()

    monkeypatch.setattr(knock_screen, "asyncio", SimpleNamespace(sleep=sleep))
    s = screens()
    async with s.stage(lambda: KnockPlace(Place("knock", FAMILY))) as on:
        await on.event(on.find("knock.scroll"), "scroll")
        gates[0].set()
        await on.settle()
        assert s.journey.steps == [] and len(gates) == 2
        gates[1].set()
        await on.settle()
        assert s.journey.last == ("back", None)


async def test_left_by_hand_it_takes_nobody_back_later(monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    gate = asyncio.Event()

    async def sleep(_seconds: float) -> None:
        await gate.wait()

    monkeypatch.setattr(knock_screen, "asyncio", SimpleNamespace(sleep=sleep))
    s = screens()
    shown = [True]
    turn: list[Callable[[], None]] = []

    @ft.component
    def Root() -> ft.Control:
        _now, again = ft.use_state(0)
        turn.append(lambda: again(lambda now: now + 1))
        return KnockPlace(Place("knock", FAMILY)) if shown[0] else ft.Text("elsewhere")

    async with s.stage(Root) as on:
        shown[0] = False
        turn[-1]()
        await on.settle()
        assert "elsewhere" in on.words()
        gate.set()
        await on.settle()
        assert s.journey.steps == []


