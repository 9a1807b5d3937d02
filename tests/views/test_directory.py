"""The directory and referrals as screens: searching, a service, our own entries, import, steps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import flet as ft
import pytest

from app.services.attachments import Attachments
from app.services.directory import Directory
from app.services.directory_own import OwnDraft
from app.services.directory_views import HoursLine, Rate, Search
from app.services.form_drafts import FormDrafts
from app.services.referral_views import ReferralDraft, ReferralView, Sending
from app.services.referrals import Referrals
from app.views.place import Place
from app.views.screens.directory import DirectoryPlace, ImportPlace, OwnServicePlace, ServicePlace
from app.views.screens.directory.wording import ages, hours_words, rate_words
from app.views.screens.referrals import RatesPlace, ReferralPlace, ReferralsPlace
from app.views.screens.referrals.wording import follow_ink, follow_words
from app.views.widgets.text import SOFT
from app.views.widgets.ui import Ui, UiSettings, layout_for
from bench.invented_directory import csv_of, invented_package
from tests.fakes.live_tablet import LiveTablet
from tests.services.rig import pair
from tests.services.test_sharing import NIA, english, furnish
from tests.ui import Stage
from tests.unit.test_hsds import zipped
from tests.views.screens import Journey, stage_of

SCREENS: dict[str, Callable[[Place], ft.Control]] = {
    "directory": DirectoryPlace, "service": ServicePlace, "own_service": OwnServicePlace,
    "directory_import": ImportPlace, "referrals": ReferralsPlace, "referral": ReferralPlace,
    "referral_rates": RatesPlace,
}  # fmt: skip


@dataclass
class Case:
    """One tablet, its services, and where screens wanted to go."""

    family: str
    live: LiveTablet
    directory: Directory
    referrals: Referrals
    journey: Journey

    @asynccontextmanager
    async def stage(
        self, place: Place, width: float = 1024, settings: UiSettings | None = None
    ) -> AsyncIterator[Stage]:
        stage = stage_of(
            lambda: SCREENS[place.name](place),
            self.live.as_tablet(),
            self.journey,
            width=width,
            settings=settings,
        )
        async with stage as on:
            await self.live.rest(on.settle)
            await on.wait_for(lambda: len(on.words().splitlines()) > 3, 30.0)
            yield on

    async def seen(self, on: Stage, words: str) -> None:
        """Wait for words that a thread brings."""
        await on.wait_for(lambda: words in on.words(), 30.0)

    async def draft(self) -> str:
        return await self.referrals.save(
            ReferralDraft(self.family, service_name="Food pantry", person_id=NIA)
        )


@pytest.fixture
async def case(tmp_path: Path) -> AsyncIterator[Case]:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        person = tablets.supervisor
        await tablets.meet()
        live = LiveTablet(person)
        directory = Directory(person.desk, Attachments(person.desk))
        referrals = Referrals(person.desk, sharing.log)
        live.open.directory, live.open.referrals = directory, referrals
        live.open.form_drafts = FormDrafts(person.desk)
        yield Case(tablets.family.id, live, directory, referrals, Journey())
        directory.shelf.close()


async def first(case: Case, text: str) -> str:
    return (await case.directory.search(Search(text))).rows[0].service_id


# -- searching --------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1024, 768, 390])
async def test_what_ships_is_found_by_a_word_and_opens(case: Case, width: float) -> None:
    async with case.stage(Place("directory"), width) as on:
        await case.seen(on, "13 services")
        assert "Verify before referring." in on.words() and "Nobody has checked this entry yet." in on.words()
        await on.type("directory.search", "autism")
        await case.seen(on, "One service")
        await on.tap(f"directory.row.{await first(case, 'autism')}")
    step, place = case.journey.last
    assert step == "go" and place == Place("service", record_id=await first(case, "autism"))


async def test_who_comes_back_finds_the_search_as_it_was(case: Case) -> None:
    place = Place("directory", case.family)
    async with case.stage(place) as on:
        await case.seen(on, "Age ")
        await on.tap("directory.age")
        await on.tap("directory.pick.age.")
        await on.type("directory.search", "autism")
        await case.seen(on, "One service")
    async with case.stage(place) as on:
        await case.seen(on, "One service")
        assert on.value("directory.search") == "autism" and "Any age" in on.words()


async def test_nothing_by_those_words_teaches_and_can_be_cleared(case: Case) -> None:
    async with case.stage(Place("directory")) as on:
        await on.type("directory.search", "zzz")
        await case.seen(on, "Nothing by those words. Try fewer words")
        await on.tap("directory.clear")
        await case.seen(on, "13 services")


async def test_from_a_family_the_age_of_its_youth_is_asked_first(case: Case) -> None:
    age = await case.directory.age_of_youth(case.family)
    async with case.stage(Place("directory", case.family, record_id="a1")) as on:
        await case.seen(on, f"Age {age}")
        assert "Birth to Three" not in on.words() and on.has("directory.back")
        await on.tap(f"directory.row.{await first(case, 'autism')}")
    assert case.journey.last[1] == Place(
        "service", case.family, record_id=await first(case, "autism"), detail="a1"
    )


async def test_filters_are_chosen_and_flipped(case: Case) -> None:
    async with case.stage(Place("directory")) as on:
        await on.tap("directory.kind")
        await on.tap("directory.pick.kind.respite")
        await case.seen(on, "One service")
        await on.tap("directory.open_now")
        await case.seen(on, "Nothing by those words")


async def test_spanish_names_stand_in_spanish(case: Case) -> None:
    async with case.stage(Place("directory"), settings=UiSettings(language="es")) as on:
        await case.seen(on, "Manejo de atención para autismo")
        assert "Directorio" in on.words()


# -- a service --------------------------------------------------------------------------------


async def test_a_service_is_checked_and_a_family_referred(case: Case) -> None:
    which = await first(case, "autism")
    async with case.stage(Place("service", case.family, record_id=which, detail="need")) as on:
        assert "As reported 2019–20. Verify before referring." in on.words()
        assert "No phone number is known." in on.words()
        await on.tap("service.check.closed")
        await on.type("service.note", "A sign on the door")
        await on.tap("service.keep")
        await case.live.rest(on.settle)
        await case.seen(on, "Somebody here was told that it is closed.")
        await on.tap("service.refer")
    assert case.journey.last[1] == Place("referral", case.family, which, "need", "new")


async def test_a_service_that_is_not_there_says_so(case: Case) -> None:
    async with case.stage(Place("service", record_id="zz")) as on:
        await case.seen(on, "This service is not in the directory.")


async def test_an_own_entry_keeps_what_was_typed_when_it_is_refused(case: Case) -> None:
    async with case.stage(Place("own_service")) as on:
        await on.type("own_service.name", "Corner café")
        await on.type("own_service.min_age", "ten")
        await on.tap("own_service.save")
        await case.live.rest(on.settle)
        assert "An age is a number of years." in on.words()
        # Beside Save, too: the field is out of sight by then.
        assert on.value("own_service.name") == "Corner café" and on.has("own_service.problem")
        await on.type("own_service.min_age", "10")
        await on.tap("own_service.save")
        await case.live.rest(on.settle)
    assert case.journey.last == ("back", None)
    assert (await case.directory.search(Search("corner"))).rows[0].low == 10


async def test_an_own_entry_can_be_taken_out(case: Case) -> None:
    own = await case.directory.own.save(OwnDraft(name="Corner café"))
    async with case.stage(Place("own_service", record_id=own)) as on:
        await on.tap("own_service.retire")
        await case.live.rest(on.settle)
    assert (await case.directory.search(Search("corner"))).rows == ()


# -- bringing one in --------------------------------------------------------------------------


def picks(monkeypatch: pytest.MonkeyPatch, data: bytes | None) -> dict[str, bytes]:
    saved: dict[str, bytes] = {}

    class Dialog:
        async def pick_files(self, *, with_data: bool) -> list[SimpleNamespace]:
            return [] if data is None else [SimpleNamespace(bytes=data, path=None)]

        async def save_file(self, *, file_name: str, src_bytes: bytes) -> str:
            saved[file_name] = src_bytes
            return file_name

    monkeypatch.setattr(ft, "FilePicker", Dialog)
    return saved


async def test_a_directory_is_read_reported_and_used(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[tuple[Any, ...]] = [("s1", "Food pantry"), ("", "Nameless id"), ("s2", "Books")]
    saved = picks(monkeypatch, zipped({"services.csv": csv_of(("id", "name"), rows)}))
    async with case.stage(Place("directory_import")) as on:
        await on.tap("directory_import.choose")
        await case.seen(on, "2 services came in.")
        assert "One row could not be read. It is left out." in on.words()
        assert "services.csv, row 3" in on.words()
        await on.tap("directory_import.export")
        await case.live.rest(on.settle)
        assert b"services.csv,3,id" in saved["directory-report.csv"]
        await on.tap("directory_import.use")
        await case.live.rest(on.settle)
        assert "What is this directory called?" in on.words()
        await on.type("directory_import.name", "County guide")
        await on.tap("directory_import.use")
        await case.seen(on, "In use. 2 services are on their way")
        assert "County guide" in on.words()
    assert (await case.directory.search(Search())).total == 2


async def test_a_file_that_is_none_and_a_closed_dialog(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    picks(monkeypatch, b"PK\x03\x04nonsense")
    async with case.stage(Place("directory_import")) as on:
        await on.tap("directory_import.choose")
        await case.seen(on, "This zip file is damaged.")
        picks(monkeypatch, None)
        await on.tap("directory_import.choose")
        await case.live.rest(on.settle)
        assert on.has("directory_import.choose")
    assert (await case.directory.search(Search())).source == "starter"


async def test_what_is_in_use_is_taken_out_after_a_question(case: Case) -> None:
    read = await case.directory.imports.read(invented_package(20))
    edition = await case.directory.imports.use(read, "County guide", "", "")
    async with case.stage(Place("directory_import")) as on:
        await on.tap(f"directory_import.withdraw.{edition}")
        assert "Take this directory out of use?" in on.words()
        await on.tap("directory_import.withdraw.act")
        await case.seen(on, "Only what ships with the app")
    assert (await case.directory.search(Search())).source == "starter"


# -- referrals --------------------------------------------------------------------------------


async def test_an_empty_list_leads_to_the_directory(case: Case) -> None:
    async with case.stage(Place("referrals", case.family)) as on:
        assert "No referrals yet." in on.words()
        await on.tap("referrals.first")
    assert case.journey.last[1] == Place("directory", case.family)


@pytest.mark.parametrize("width", [1024, 390])
async def test_a_referral_is_begun_from_a_service(case: Case, width: float) -> None:
    which = await first(case, "autism")
    async with case.stage(Place("referral", case.family, tab=which, detail="new"), width) as on:
        await case.live.rest(on.settle)
        assert on.value("referral.service_name") == "Autism Care Management Services"
        await on.tap("referral.save")
        await case.live.rest(on.settle)
    (made,) = await case.referrals.of_family(case.family)
    assert made.service_id == which and case.journey.last == (
        "swap", Place("referral", case.family, record_id=made.referral_id)
    )  # fmt: skip


async def test_a_draft_is_sent_and_goes_on_step_by_step(case: Case) -> None:
    which = await case.draft()
    async with case.stage(Place("referral", case.family, record_id=which)) as on:
        await on.type("referral.day", "no day")
        await on.tap("referral.send")
        await case.live.rest(on.settle)
        assert "That is not a day of the calendar." in on.words() and on.value("referral.day") == "no day"
        await on.type("referral.day", "today")
        await on.tap("referral.send")
        await case.live.rest(on.settle)
        await case.seen(on, "What happened next?")
        await on.tap("referral.to.declined")
        await on.tap("referral.save")
        await case.live.rest(on.settle)
        assert "Why? A few words." in on.words()
        await on.type("referral.reason", "No place")
        await on.tap("referral.save")
        await case.live.rest(on.settle)
        await case.seen(on, "Why: No place")
        await on.tap("referral.take_back")
        await on.tap("referral.take_back.act")
        await case.live.rest(on.settle)
        await case.seen(on, "What happened next?")
    assert (await case.referrals.one(which)).status == "sent"


async def test_the_second_tap_on_a_step_or_an_answer_does_nothing(case: Case) -> None:
    which, today = await case.draft(), case.live.open.desk.today().isoformat()
    await case.referrals.send(which, Sending("family_calls", today), "en", english)
    async with case.stage(Place("referral", case.family, record_id=which)) as on:
        await case.seen(on, "What happened next?")
        await on.tap("referral.to.waiting")
        save = on.find("referral.save")
        for _tap in range(2):
            await on.event(save, "click")
            await case.live.rest(on.settle)
        assert (await case.referrals.one(which)).status == "waiting" and not on.has("referral.problem")
        await on.tap("referral.to.accepted")
        await on.tap("referral.save")
        await case.live.rest(on.settle)
        await case.seen(on, "Accepted")
        await on.tap("referral.take_back")
        back = on.find("referral.take_back.act")
        for _tap in range(2):
            await on.event(back, "click")
            await case.live.rest(on.settle)
    assert (await case.referrals.one(which)).status == "waiting"


async def test_the_second_tap_on_a_check_keeps_one(case: Case) -> None:
    which = await first(case, "autism")
    async with case.stage(Place("service", record_id=which)) as on:
        await on.tap("service.check.right")
        keep = on.find("service.keep")
        await asyncio.gather(on.event(keep, "click"), on.event(keep, "click"))
        await case.live.rest(on.settle)
        await on.event(keep, "click")
        await case.live.rest(on.settle)
        assert not on.has("service.problem")
    view = await case.directory.service(which, "en")
    assert view is not None and len(view.checks) == 1


async def test_red_is_for_a_question_that_is_over_not_for_todays() -> None:
    today, ui = date(2026, 12, 1), Ui(UiSettings(), layout_for(1024, 768, 1.0))

    def asked_on(day: str) -> ReferralView:
        found = SimpleNamespace(follow_up_on=day, next=("waiting",), sent=True, due=True)
        return cast(ReferralView, found)

    one, late = asked_on("2026-12-01"), asked_on("2026-11-28")
    assert follow_words(ui, one, today) == "Ask again: due today"
    assert follow_ink(one, today, SOFT) == ft.Colors.PRIMARY
    assert follow_ink(late, today, SOFT) == ft.Colors.ERROR


async def test_without_a_release_that_names_them_we_do_not_call(case: Case) -> None:
    which = await case.draft()
    async with case.stage(Place("referral", case.family, record_id=which)) as on:
        await on.tap("referral.how.release")
        assert "No release names this service yet." in on.words()
        await on.tap("referral.send")
        await case.live.rest(on.settle)
        assert "you need a release that names them" in on.words()
        await on.tap("referral.write_release")
    assert case.journey.last[1] == Place("release", case.family)
    assert (await case.referrals.one(which)).status == "draft"


async def test_a_draft_is_thrown_away_after_a_question(case: Case) -> None:
    which = await case.draft()
    async with case.stage(Place("referral", case.family, record_id=which)) as on:
        await on.tap("referral.remove")
        await on.tap("referral.remove.act")
        await case.live.rest(on.settle)
    assert await case.referrals.of_family(case.family) == ()


async def test_small_numbers_are_said_as_a_few(case: Case) -> None:
    which = await case.draft()
    today = case.live.open.desk.today().isoformat()
    await case.referrals.send(which, Sending("family_calls", today), "en", english)
    async with case.stage(Place("referral_rates")) as on:
        await case.seen(on, "A few families known on this tablet were referred here.")


@pytest.mark.parametrize(
    ("language", "rate", "age", "hours"),
    [
        ("en", "Of 6 referrals known on this tablet, 4 connected. Half of them within 9 days.",
         "Ages 6 to 12", "Monday to Friday · 9 am to 5 pm"),
        ("es", "De 6 derivaciones que conoce esta tableta, 4 se conectaron. La mitad en 9 días o menos.",
         "De 6 a 12 años", "Lunes a viernes · de "),
    ],
)  # fmt: skip
def test_rates_ages_and_hours_are_said_in_words(language: str, rate: str, age: str, hours: str) -> None:
    ui = Ui(UiSettings(language=language), layout_for(1024, 768, 1.0))
    assert rate_words(ui, Rate("", "a", "", 6, 4, 1, 9.0)) == rate
    assert ages(ui, 6.0, 12.0) == age and ages(ui, None, None) == ages(ui, -4.0, 999.0) == ""
    assert hours_words(ui, HoursLine((0, 1, 2, 3, 4), "09:00", "17:00")).startswith(hours)
    assert hours_words(ui, HoursLine((), "", "", "By phone")) == "By phone"
