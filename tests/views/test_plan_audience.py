"""Who may see an item, and the family's words in their other language."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import flet as ft
import pytest

from app.errors import DiskFull, InvalidInput
from app.services.audience import Reader
from app.services.desk import Me
from app.services.language import TranslationView
from app.services.plan import KeptForm
from app.views.place import Place
from app.views.screens.audience import AudiencePlace
from app.views.screens.translations import TranslationsPlace
from app.views.widgets.ui import UiSettings
from app.wraparound.wording import Gap
from tests.fakes.open_tablet import FAMILY, FakeTablet
from tests.ui import Stage
from tests.views.screens import Journey, stage_of

READERS = (
    Reader("p1", "Nia", "Youth", "family", True, True),
    Reader("p2", "Rosa", "Grandmother", "family", False, True),
    Reader("s6", "Ray", "mother’s ex-partner", "natural", False, False),
    Reader("m1", "Ms. Nair", "school counsellor", "formal", False, True),
)


class FakeAudiences:
    def __init__(self, tablet: FakeTablet) -> None:
        self._tablet = tablet
        self.kept: dict[str, frozenset[str]] = {"d1": frozenset({"s6"})}

    async def readers(self, family_id: str) -> tuple[Reader, ...]:
        return READERS

    async def kept_from(self, family_id: str) -> dict[str, frozenset[str]]:
        return dict(self.kept)

    async def keep_from(
        self, family_id: str, item_type: str, item_id: str, people: frozenset[str]
    ) -> None:
        self._tablet.step("audiences.keep_from")
        assert item_type == "need"
        self.kept[item_id] = people
        self._tablet.changed("not_for")


class FakeWords:
    """The plan as these two screens use it."""

    def __init__(self) -> None:
        self.label = "general"
        self.forms: dict[str, KeptForm] = {}
        self.there: dict[str, tuple[TranslationView, ...]] = {}

    async def words_of(self, item_type: str, item_id: str) -> str:
        return "Nia needs to know someone stays."

    async def label_of(self, kind: str, record_id: str) -> str:
        return self.label

    async def write(self, family_id: str, kind: str, values: dict[str, Any], record_id: str = "") -> str:
        self.label = values["label"]
        return record_id

    async def translated(self, family_id: str, language: str) -> tuple[TranslationView, ...]:
        return self.there.get(language, ())

    async def keep_form(self, form: KeptForm) -> None:
        self.forms[form.name] = form

    async def drop_form(self, form: KeptForm) -> None:
        self.forms.pop(form.name, None)

    async def kept_forms(self, family_id: str) -> tuple[KeptForm, ...]:
        return tuple(self.forms.values())


class FakeTranslations:
    def __init__(self, tablet: FakeTablet) -> None:
        self._tablet = tablet
        self.saved: list[tuple[str, str, str, str, str, str]] = []

    async def save(
        self, family_id: str, item_type: str, item_id: str, field: str, language: str, text: str, *,
        translated_by: str, checked_by: str = "",
    ) -> None:  # fmt: skip
        self._tablet.step("translations.save")
        if not text.strip():
            raise InvalidInput("Write it.", field="translation", code="no_translation")
        self.saved.append((item_id, field, language, text, translated_by, checked_by))
        self._tablet.changed("translation")


GAPS = {
    "es": (
        Gap("v1", "family_vision", "text", "A house with quiet mornings", "missing"),
        Gap("d1", "need", "text", "Nia needs to know someone stays.", "old"),
        Gap("a1", "action_step", "what", "Buy a clock", "unchecked"),
    ),
    "en": (),
}


def tablet_with_words() -> FakeTablet:
    tablet = FakeTablet()
    tablet.open.audiences = FakeAudiences(tablet)
    tablet.open.plan = FakeWords()
    tablet.open.plan.there["es"] = (
        TranslationView("d1", "need", "text", GAPS["es"][1].text, "es", "Nia necesita saber", "Ana", "",
                        True),
        TranslationView("o1", "outcome", "text", "On time", "es", "A tiempo", "Ana", "Rosa", False),
    )  # fmt: skip
    tablet.open.translations = FakeTranslations(tablet)

    async def gaps(family_id: str, language: str) -> tuple[Gap, ...]:
        saved = {(one[0], one[1]) for one in tablet.open.translations.saved}
        return tuple(one for one in GAPS[language] if (one.item_id, one.field) not in saved)

    tablet.open.pages = SimpleNamespace(gaps=gaps)
    return tablet


def audience_stage(tablet: FakeTablet, journey: Journey | None = None, **values: Any) -> Stage:
    place = Place("audience", FAMILY, record_id="d1", detail="need")
    return stage_of(lambda: AudiencePlace(place), tablet.as_tablet(), journey or Journey(), **values)


def words_stage(tablet: FakeTablet, item: str = "", **values: Any) -> Stage:
    place = Place("translations", FAMILY, record_id=item)
    return stage_of(lambda: TranslationsPlace(place), tablet.as_tablet(), Journey(), **values)


# -- who may see it ------------------------------------------------------------------------


async def test_tick_hides_from_one_more_and_another_takes_it_back() -> None:
    tablet = tablet_with_words()
    async with audience_stage(tablet) as stage:
        await stage.settle()
        assert "Hidden from Ray." in stage.words()
        await stage.tap("audience.hide.p2")
        await stage.settle()
        assert tablet.open.audiences.kept["d1"] == {"s6", "p2"}
        assert "Hidden from Rosa, Ray." in stage.words()
        await stage.tap("audience.hide.s6")
        await stage.tap("audience.hide.p2")
        await stage.settle()
        assert tablet.open.audiences.kept["d1"] == frozenset()
        assert "Hidden from nobody." in stage.words()


async def test_two_quick_ticks_both_hide() -> None:
    tablet = tablet_with_words()
    async with audience_stage(tablet) as stage:
        await stage.settle()
        first, second = stage.find("audience.hide.p1"), stage.find("audience.hide.m1")
        await stage.session.dispatch_event(first._i, "click", None)
        await stage.session.dispatch_event(second._i, "click", None)
        await stage.settle()
        assert tablet.open.audiences.kept["d1"] == {"s6", "p1", "m1"}


async def test_tick_that_cannot_be_saved_is_told_and_not_shown_as_done() -> None:
    tablet = tablet_with_words()
    tablet.fail["audiences.keep_from"] = DiskFull()
    async with audience_stage(tablet) as stage:
        await stage.settle()
        await stage.tap("audience.hide.p2")
        await stage.settle()
        assert stage.has("audience.problem")
        assert "Hidden from Ray." in stage.words()
        await stage.tap("audience.hide.p1")
        await stage.settle()
        assert tablet.open.audiences.kept["d1"] == {"s6", "p1"}


async def test_restricted_label_is_said_to_stay_off_every_family_screen() -> None:
    tablet = tablet_with_words()
    journey = Journey()
    async with audience_stage(tablet, journey) as stage:
        await stage.settle()
        assert not stage.has("audience.restricted")
        await stage.tap("audience.label.sud")
        assert "Family partners see it gone" in stage.words() and tablet.open.plan.label == "general"
        await stage.tap("label.move.act")
        await stage.settle()
        tablet.changed("need")
        await stage.settle()
        assert stage.has("audience.restricted")
        await stage.tap("audience.crisis")
        assert journey.last == ("go", Place("crisis", FAMILY))


async def test_change_of_readers_can_be_left_and_a_label_of_the_same_readers_is_not_asked_about() -> None:
    tablet = tablet_with_words()
    async with audience_stage(tablet) as stage:
        await stage.settle()
        await stage.tap("audience.label.safety")
        await stage.tap("label.move.keep")
        await stage.settle()
        assert tablet.open.plan.label == "general"
        await stage.tap("audience.label.school")
        await stage.settle()
        assert tablet.open.plan.label == "school"


async def test_item_that_was_written_anew_is_followed_to_its_new_place() -> None:
    tablet, journey = tablet_with_words(), Journey()

    async def moved(family_id: str, kind: str, values: dict[str, Any], record_id: str = "") -> str:
        return "d9"

    tablet.open.plan.write = moved
    async with audience_stage(tablet, journey) as stage:
        await stage.settle()
        await stage.tap("audience.label.sud")
        await stage.tap("label.move.act")
        await stage.settle()
        assert journey.last == ("swap", Place("audience", FAMILY, record_id="d9", detail="need"))


async def test_partner_is_offered_no_label_of_the_plan_and_no_restricted_one_of_a_step() -> None:
    tablet = tablet_with_words()
    tablet.open.desk.me = Me("me", "d0", "Dina Ortiz", "partner", ("partner",))
    async with audience_stage(tablet) as stage:
        await stage.settle()
        assert not any(key.startswith("audience.label") for key in stage.keys())
    step = Place("audience", FAMILY, record_id="a1", detail="action_step")
    async with stage_of(lambda: AudiencePlace(step), tablet.as_tablet(), Journey()) as stage:
        await stage.settle()
        labels = {key for key in stage.keys() if key.startswith("audience.label.")}
        assert labels == {"audience.label.general", "audience.label.school"}


# -- two languages -------------------------------------------------------------------------


async def test_what_is_missing_stands_first_with_its_original_and_why() -> None:
    async with words_stage(tablet_with_words()) as stage:
        await stage.settle()
        words = stage.words()
        said = [
            "3 not in Spanish yet", "A house with quiet mornings", "Not there yet",
            "The original has changed since", "Nobody has checked it yet", "Already in Spanish",
            "On time", "A tiempo", "Translated by Ana. Checked by Rosa.",
        ]  # fmt: skip
        places = [words.index(one) for one in said]
        assert places == sorted(places)


async def test_item_that_was_asked_for_stands_first() -> None:
    async with words_stage(tablet_with_words(), "a1") as stage:
        await stage.settle()
        words = stage.words()
        assert words.index("Buy a clock") < words.index("A house with quiet mornings")


async def test_words_are_entered_with_translator_and_who_checked() -> None:
    tablet = tablet_with_words()
    async with words_stage(tablet) as stage:
        await stage.settle()
        await stage.tap("translations.open.v1.text.es")
        assert stage.value("translations.translated_by") == "Marisol Vega"
        await stage.type("translations.text", "Una casa con mañanas tranquilas")
        await stage.type("translations.checked_by", "Rosa")
        await stage.tap("translations.save")
        await stage.settle()
        assert tablet.open.translations.saved == [
            ("v1", "text", "es", "Una casa con mañanas tranquilas", "Marisol Vega", "Rosa")
        ]
        assert "2 not in Spanish yet" in stage.words()
        assert tablet.open.plan.forms == {}


async def test_old_translation_opens_with_its_words_and_its_translator() -> None:
    async with words_stage(tablet_with_words()) as stage:
        await stage.settle()
        await stage.tap("translations.open.d1.text.es")
        assert stage.value("translations.text") == "Nia necesita saber"
        assert stage.value("translations.translated_by") == "Ana"
        assert stage.value("translations.checked_by") == ""
        assert len(stage.all(ft.TextField)) == 3


@pytest.mark.parametrize("error", [DiskFull(), InvalidInput("x", field="translation", code="too_long")])
async def test_error_keeps_the_words(error: Exception) -> None:
    tablet = tablet_with_words()
    tablet.fail["translations.save"] = error
    async with words_stage(tablet) as stage:
        await stage.settle()
        await stage.tap("translations.open.v1.text.es")
        await stage.type("translations.text", "Una casa")
        await stage.tap("translations.save")
        await stage.settle()
        assert stage.has("translations.text.error") or stage.has("translations.problem")
        assert stage.value("translations.text") == "Una casa"


async def test_words_are_sealed_when_the_tablet_locks_and_are_there_again() -> None:
    tablet = tablet_with_words()
    async with words_stage(tablet) as stage:
        await stage.settle()
        await stage.tap("translations.open.v1.text.es")
        await stage.type("translations.text", "Una casa con ma")
        await tablet.lock()
    async with words_stage(tablet) as stage:
        await stage.settle()
        await stage.tap("translations.open.v1.text.es")
        assert stage.value("translations.text") == "Una casa con ma"
        await stage.type("translations.text", "Una casa con mañanas")
        await stage.tap("translations.close")
        await stage.tap("translations.open.v1.text.es")
        assert stage.value("translations.text") == "Una casa con mañanas"


@pytest.mark.parametrize("width", [390, 768, 1024])
@pytest.mark.parametrize("scale", [1.0, 2.0])
async def test_both_places_stand_at_every_size_in_both_languages(width: float, scale: float) -> None:
    settings = UiSettings(text_scale=scale, language="es")
    for stage in (
        audience_stage(tablet_with_words(), settings=settings, width=width),
        words_stage(tablet_with_words(), settings=settings, width=width),
    ):
        async with stage:
            await stage.settle()
            assert stage.has("audience.hide.p2") or "3 todavía no están en español" in stage.words()
            assert len(stage.all(ft.FilledButton)) == 0
