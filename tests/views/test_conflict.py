"""Two versions: whose, where, when, what differs; the four ways out; every field in words."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import flet as ft
import pytest

from app.errors import DiskFull, InvalidInput, StoreError
from app.services.conflicts import Conflict, Suggestion
from app.services.handing_views import REASONS
from app.views import dates
from app.views.place import Place
from app.views.screens.conflict import ConflictPlace
from app.views.screens.conflict.naming import FIELDS, FREE, Holds, field_name
from app.views.screens.conflict.values import Known, value_words
from app.views.widgets.ui import Layout, LayoutKind, Ui, UiSettings
from app.wraparound import practice_codes as codes
from app.wraparound import vocabulary
from app.wraparound.audit import AREAS, DEEDS
from app.wraparound.lawful import BASES
from app.wraparound.merging import merge_texts
from app.wraparound.phases import CHECKLIST
from app.wraparound.records import RECORD_TYPES, ActionStep, FamilyWords, Meeting, Note, fields_of
from app.wraparound.rules import RULE_FILES
from tests.fakes.open_tablet import FAMILY, NOW_MS, FakeTablet
from tests.fakes.plan_tablet import FULL, conflict, planning_tablet, version
from tests.ui import Stage
from tests.views.screens import Journey, stage_of

HERE = Place("conflict", FAMILY, record_id="t1", detail="text")
MINE = version("Teo drives Nia on Tuesdays. She picks the music.")
NOW_WORDS = dates.begin(dates.moment("en", NOW_MS, NOW_MS))
DANA = version("Teo drives Nia on Fridays. She picks the music.", "Dana Kim")


def on_stage(
    tablet: FakeTablet, journey: Journey | None = None, place: Place = HERE,
    settings: UiSettings | None = None, width: float = 1024,
) -> Stage:  # fmt: skip
    return stage_of(
        lambda: ConflictPlace(place), tablet.as_tablet(), journey or Journey(), settings=settings,
        width=width,
    )  # fmt: skip


def ui_in(language: str) -> Ui:
    return Ui(UiSettings(language=language), Layout(LayoutKind.WIDE, 1024, 768, 1.0))


# -- looking -------------------------------------------------------------------------------


async def test_both_versions_say_whose_where_and_what_differs() -> None:
    async with on_stage(planning_tablet(FULL, conflict([DANA, MINE]))) as stage:
        await stage.settle()
        words = stage.words()
        for said in (
            "Two versions. Keep which?",
            "You and Dana changed the same words while this tablet was away.",
            "Strategy in Nia and the Delgado family’s plan", "1 of 1",
            "Yours, on this tablet", "Dana’s, on the server", "Dana Kim, today",
            "Keep yours", "Keep Dana’s", "Nothing is lost. Both stay in the history.",
        ):  # fmt: skip
            assert said in words
        assert words.index("Yours, on this tablet") < words.index("Dana’s, on the server")
        marked = [
            span.text
            for one in stage.all(ft.Text)
            for span in one.spans or []
            if span.style is not None and span.style.decoration
        ]
        assert marked == ["Tuesdays.", "Fridays."]


async def test_step_in_conflict_is_named_and_its_day_is_said_in_words() -> None:
    one = conflict([version("2026-12-03"), version("", "Dana Kim")], "action_step", "due_on", "a2")
    tablet = planning_tablet(FULL, one)
    tablet.open.conflicts.records = {"a2": ActionStep(id="a2", what="Ask his boss")}
    async with on_stage(tablet, place=Place("conflict", FAMILY, record_id="a2")) as stage:
        await stage.settle()
        words = stage.words()
        for said in ("By when a step is due", "“Ask his boss”", "Thu 3 Dec", "No date"):
            assert said in words
        assert "2026-12-03" not in words
        assert not stage.has("conflict.both")


async def test_three_versions_are_stacked_and_each_can_be_kept() -> None:
    third = version("Teo drives Nia on Sundays.", "Ruth Abara")
    tablet = planning_tablet(FULL, conflict([DANA, MINE, third]))
    async with on_stage(tablet) as stage:
        await stage.settle()
        assert "3 versions. Keep which?" in stage.words()
        await stage.tap("conflict.keep.2")
        await stage.settle()
        assert tablet.open.conflicts.settled == [("t1", "text", "Teo drives Nia on Sundays.")]


async def test_two_versions_of_one_person_are_told_apart_by_their_times() -> None:
    earlier = replace(MINE, value="b", at_ms=NOW_MS - 3_600_000, on_server=True)
    async with on_stage(planning_tablet(FULL, conflict([MINE, earlier]))) as stage:
        await stage.settle()
        kept = re.findall(r"Keep the one of .*", stage.words())
        assert len(set(kept)) == 2
        assert "Yours, on the server" in stage.words()


async def test_what_cannot_be_read_offers_to_try_again() -> None:
    tablet = planning_tablet(FULL, conflict([DANA, MINE]))
    tablet.fail["conflicts.open"] = StoreError()
    async with on_stage(tablet) as stage:
        await stage.settle()
        await stage.tap("conflict.failed.act")
        await stage.settle()
        assert "Keep Dana’s" in stage.words()


@pytest.mark.parametrize("width", [390, 768, 1024])
@pytest.mark.parametrize("scale", [1.0, 2.0])
async def test_every_size_has_two_equal_buttons_and_both_texts(width: float, scale: float) -> None:
    settings = UiSettings(text_scale=scale, language="es")
    tablet = planning_tablet(FULL, conflict([DANA, MINE]))
    async with on_stage(tablet, settings=settings, width=width) as stage:
        await stage.settle()
        assert len(stage.all(ft.FilledButton)) == 2
        assert "Lo de Dana, en el servidor" in stage.words()
        assert "Tú y Dana cambiaron las mismas palabras" in stage.words()
        assert stage.has("conflict.later")


# -- deciding ------------------------------------------------------------------------------


async def test_keeping_goes_on_to_the_next_and_ends_calmly() -> None:
    second = conflict([version(2), version(3, "Dana Kim")], "natural_support", "closeness", "s1")
    tablet = planning_tablet(FULL, conflict([DANA, MINE]), second)
    journey = Journey()
    async with on_stage(tablet, journey) as stage:
        await stage.settle()
        assert "1 of 2" in stage.words()
        await stage.tap("conflict.theirs")
        await stage.settle()
        words = stage.words()
        assert "2 of 2" in words
        assert "How close, Nia and the Delgado family" in words
        assert "Close" in words.split("\n")
        assert "Very close" in words
        await stage.tap("conflict.mine")
        await stage.settle()
        assert "All is decided." in stage.words()
        assert tablet.open.conflicts.settled == [
            ("t1", "text", DANA.value), ("s1", "closeness", 2)
        ]  # fmt: skip
        await stage.tap("conflict.done")
        assert journey.last == ("back", None)


async def test_deciding_later_goes_on_and_settles_nothing() -> None:
    second = conflict([version("x"), version("y", "Dana Kim")], "need", "text", "d1")
    tablet = planning_tablet(FULL, conflict([DANA, MINE]), second)
    journey = Journey()
    async with on_stage(tablet, journey) as stage:
        await stage.settle()
        await stage.tap("conflict.later")
        assert "2 of 2" in stage.words()
        await stage.tap("conflict.mine")
        await stage.settle()
        assert "1 more can be decided later." in stage.words()
        assert tablet.open.conflicts.settled == [("d1", "text", "x")]


async def test_last_one_decided_later_goes_back() -> None:
    journey = Journey()
    async with on_stage(planning_tablet(FULL, conflict([DANA, MINE])), journey) as stage:
        await stage.settle()
        await stage.tap("conflict.later")
        assert journey.last == ("back", None)


async def test_keeping_both_opens_an_editor_with_both_and_saving_settles() -> None:
    tablet = planning_tablet(FULL, conflict([DANA, MINE]))
    async with on_stage(tablet) as stage:
        await stage.settle()
        await stage.tap("conflict.both")
        assert stage.value("conflict.words") == f"{MINE.value}\n\n{DANA.value}"
        await stage.type("conflict.words", "Teo drives Nia on Tuesdays and Fridays.")
        await stage.tap("conflict.save")
        await stage.settle()
        assert tablet.open.conflicts.settled == [("t1", "text", "Teo drives Nia on Tuesdays and Fridays.")]
        assert "All is decided." in stage.words()


async def test_words_typed_into_both_stay_when_saving_fails_or_nothing_is_left() -> None:
    tablet = planning_tablet(FULL, conflict([DANA, MINE]))
    tablet.fail["conflicts.settle"] = DiskFull()
    async with on_stage(tablet) as stage:
        await stage.settle()
        await stage.tap("conflict.both")
        await stage.type("conflict.words", "Both days")
        await stage.tap("conflict.save")
        await stage.settle()
        assert stage.has("conflict.words.error")
        assert stage.value("conflict.words") == "Both days"
        await stage.type("conflict.words", "  ")
        await stage.tap("conflict.save")
        assert "There are no words here." in stage.words()
        await stage.tap("conflict.to_sheets")
        assert "Keep Dana’s" in stage.words()


async def test_version_that_arrived_meanwhile_is_shown_before_anything_is_settled() -> None:
    tablet = planning_tablet(FULL, conflict([DANA, MINE]))
    async with on_stage(tablet) as stage:
        await stage.settle()
        third = version("Teo cannot drive.", "Ruth Abara")
        tablet.open.conflicts.now = [conflict([DANA, MINE, third])]
        await stage.tap("conflict.mine")
        await stage.settle()
        assert tablet.open.conflicts.settled == []
        assert "Another version has just arrived." in stage.words()
        assert "Teo cannot drive." in stage.words()


async def test_decision_that_somebody_else_took_first_holds_and_is_told() -> None:
    tablet = planning_tablet(FULL, conflict([DANA, MINE]))
    async with on_stage(tablet) as stage:
        await stage.settle()
        tablet.open.conflicts.now = []
        await stage.tap("conflict.mine")
        await stage.settle()
        assert tablet.open.conflicts.settled == []
        assert "Somebody has decided this already." in stage.words()


async def test_decision_that_cannot_be_saved_says_so_and_both_stay() -> None:
    tablet = planning_tablet(FULL, conflict([DANA, MINE]))
    tablet.fail["conflicts.settle"] = DiskFull()
    async with on_stage(tablet) as stage:
        await stage.settle()
        await stage.tap("conflict.mine")
        await stage.settle()
        assert stage.has("conflict.problem")
        assert "Keep Dana’s" in stage.words()


async def test_record_that_a_version_speaks_of_is_named_and_never_shown_as_an_id() -> None:
    meeting = Meeting(id="a" * 32, kind="review", starts_at_ms=NOW_MS)
    other = Meeting(id="b" * 32, kind="team_meeting", starts_at_ms=NOW_MS)
    both = [replace(MINE, value=meeting.id), replace(DANA, value=other.id)]
    tablet = planning_tablet(FULL, conflict(both, "rating", "meeting_id"))
    tablet.open.conflicts.records = {one.id: one for one in (meeting, other)}
    here = Place("conflict", FAMILY, record_id="t1", detail="meeting_id")
    async with on_stage(tablet, place=here) as stage:
        await stage.settle()
        words = stage.words()
        assert f"Review, {NOW_WORDS}" in words
        assert f"Team meeting, {NOW_WORDS}" in words
        assert "aaaa" not in "".join(words) and "bbbb" not in "".join(words)


# -- every field in words ------------------------------------------------------------------

ALL_FIELDS = [(kind, name) for kind, record in RECORD_TYPES.items() for name in fields_of(record)]


def test_table_names_exactly_the_fields_of_the_records() -> None:
    assert {(kind, name) for kind, names in FIELDS.items() for name in names} == set(ALL_FIELDS)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_field_has_a_name_that_is_not_its_code(language: str) -> None:
    ui = ui_in(language)
    for kind, name in ALL_FIELDS:
        said = field_name(ui, kind, name)
        assert said[:1].isupper(), (kind, name)
        assert "_" not in said


WORDS_OF_FAMILY = tuple(kind for kind, record in RECORD_TYPES.items() if issubclass(record, FamilyWords))
SPOKEN = ("en", "es", "so", "ht", "fr", "pt", "ar", "vi", "pl", "it", "ko")
KEPT_FROM = (*WORDS_OF_FAMILY, "person", "natural_support", "team_member", "note", "meeting")
TRANSLATED = (
    "text", "team_mission", "ground_rules", "what", "what_happened", "status_reason", "words",
    "celebration", "way_back", "who",
)  # fmt: skip

CODED: dict[tuple[str, str], tuple[Any, ...]] = {
    ("family", "spoken_language"): SPOKEN, ("family", "written_language"): SPOKEN,
    ("family", "phase"): vocabulary.PHASES, ("family", "status"): ("open", "closed"),
    ("team_member", "kind"): ("family", "natural", "community", "formal"),
    ("team_member", "status"): ("on_team", "left"),
    ("natural_support", "closeness"): (1, 2, 3),
    ("natural_support", "how_they_help"): (",".join(vocabulary.HELP_KINDS),),
    ("natural_support", "status"): vocabulary.SUPPORT_STATUSES,
    ("coordinator", "covers"): (",".join(vocabulary.COORDINATION_AREAS),),
    ("coordinator", "leads"): (",".join(vocabulary.COORDINATION_AREAS),),
    ("strength", "life_domain"): vocabulary.LIFE_DOMAINS,
    ("need", "life_domain"): vocabulary.LIFE_DOMAINS, ("need", "status"): vocabulary.NEED_STATUSES,
    ("outcome", "measure_kind"): vocabulary.MEASURE_KINDS,
    ("outcome", "better"): ("up", "down"), ("outcome", "status"): vocabulary.OUTCOME_STATUSES,
    ("strategy", "kind"): vocabulary.STRATEGY_KINDS, ("strategy", "status"): ("open", "set_aside"),
    ("strategy", "principles"): (",".join(vocabulary.PRINCIPLES),),
    ("action_step", "status"): vocabulary.STEP_STATUSES,
    ("rating", "by_kind"): vocabulary.RATERS,
    ("crisis_item", "section"): vocabulary.CRISIS_SECTIONS,
    ("transition_item", "section"): vocabulary.TRANSITION_SECTIONS,
    ("meeting", "kind"): ("team_meeting", "review", "emergency"),
    ("meeting", "flow"): vocabulary.MEETING_FLOWS,
    ("meeting", "status"): vocabulary.MEETING_STATUSES, ("meeting", "medium"): vocabulary.MEDIUMS,
    ("meeting", "place"): vocabulary.PLACES,
    ("meeting", "interpreter_qualification"): ("qualified", "staff", "relative", "child"),
    ("meeting", "languages"): ("en,es",), ("meeting", "crisis_plan_checked"): ("right", "changed"),
    ("attendance", "kind"): vocabulary.TEAM_KINDS, ("attendance", "how"): (*vocabulary.ATTENDANCE, "invited"),
    ("preparation", "kind"): vocabulary.PREPARATION_KINDS,
    ("plan_version", "reason"): ("meeting", "signature"),
    ("phase_check", "phase"): vocabulary.PHASES, ("phase_closing", "phase"): vocabulary.PHASES,
    ("note", "kind"): vocabulary.NOTE_KINDS, ("note", "place"): vocabulary.PLACES,
    ("note", "label"): vocabulary.LABELS, ("note", "status"): ("draft", "signed", "co_signed"),
    ("attachment", "kind"): vocabulary.ATTACHMENT_KINDS, ("attachment", "label"): vocabulary.LABELS,
    ("not_for", "item_type"): KEPT_FROM, ("translation", "item_type"): WORDS_OF_FAMILY,
    ("translation", "field"): TRANSLATED, ("translation", "language"): vocabulary.CONTENT_LANGUAGES,
    ("release", "what"): (",".join(vocabulary.RELEASE_PARTS),),
    ("disclosure", "what"): (",".join(vocabulary.RELEASE_PARTS),),
    ("release", "revoked_how"): ("in_writing", "aloud"),
    ("disclosure", "how"): ("paper", "file", "told"), ("disclosure", "basis"): tuple(BASES),
    ("disclosure", "language"): vocabulary.CONTENT_LANGUAGES,
    ("cover", "reason"): REASONS,
    ("entered_in_error", "item_type"): ("note",), ("moved_item", "item_type"): tuple(RECORD_TYPES),
    ("moved_item", "to_stream"): ("team", "restricted"), ("moved_item", "why"): ("label", "family"),
    ("record_request", "kind"): vocabulary.REQUEST_KINDS,
    ("record_request", "authority"): vocabulary.REQUEST_AUTHORITIES,
    ("record_request", "how"): vocabulary.REQUEST_HOW,
    ("record_request", "outcome"): vocabulary.REQUEST_OUTCOMES,
    ("retention_decision", "decision"): ("destroy", "keep"), ("family_link", "kind"): ("different", "joined"),
    ("audit_entry", "item_type"): (*RECORD_TYPES, *AREAS, "copy"),
    ("adopted", "item_type"): tuple(RECORD_TYPES),
    ("practice_rules", "name"): tuple(RULE_FILES),
    ("service_check", "result"): codes.CHECK_RESULTS,
    ("local_service", "domains"): (",".join(codes.SERVICE_DOMAINS),),
    ("visit", "kind"): vocabulary.NOTE_KINDS,
    ("visit", "place"): vocabulary.PLACES,
    ("visit", "status"): codes.VISIT_STATUSES,
    ("co_signature", "decision"): codes.CO_SIGNATURES,
    ("episode", "discharge_reason"): codes.DISCHARGE_REASONS,
    ("episode", "living_in"): codes.SETTINGS,
    ("episode", "living_out"): codes.SETTINGS,
    ("measure_score", "informant"): codes.INFORMANTS,
    ("private_talk", "kind"): codes.PRIVATE_KINDS,
    ("screening", "kind"): codes.SCREENING_KINDS,
    ("screening", "informant"): codes.INFORMANTS,
    ("screening", "declined"): (",".join(codes.SOCIAL_DOMAINS),),
    ("screening", "result"): codes.SCREEN_RESULTS,
    ("finding", "domain"): (*codes.SOCIAL_DOMAINS, "trauma"),
    ("finding", "status"): codes.FINDING_STATUSES,
    ("life_event", "kind"): codes.EVENT_KINDS,
    ("life_event", "setting"): codes.SETTINGS,
    ("pulse", "by_kind"): vocabulary.RATERS,
    ("referral", "domain"): codes.SERVICE_DOMAINS,
    ("referral", "status"): codes.REFERRAL_STATUSES,
    ("referral", "sent_how"): codes.REFERRAL_WAYS,
    ("provider_message", "status"): codes.MESSAGE_STATUSES,
    ("safety_report", "kind"): codes.SAFETY_KINDS,
    ("safety_report", "status"): codes.SAFETY_STATUSES,
    ("authority", "basis"): codes.AUTHORITY_BASES,
    ("authority", "may_consent"): (",".join(codes.CONSENT_AREAS),),
    ("care_facts", "school_plan"): codes.SCHOOL_PLANS,
    ("note", "medium"): codes.CONTACT_MEDIUMS,
    ("note", "billable"): ("yes", "no"),
    ("note", "principles"): (",".join(vocabulary.PRINCIPLES),),
    ("note", "activities"): (",".join(codes.ACTIVITIES),),
    ("screening", "label"): vocabulary.LABELS,
    ("finding", "label"): vocabulary.LABELS,
    ("life_event", "label"): vocabulary.LABELS,
    ("referral", "label"): vocabulary.LABELS,
    ("provider_message", "label"): vocabulary.LABELS,
    **{(kind, "language"): vocabulary.CONTENT_LANGUAGES for kind in WORDS_OF_FAMILY},
    **{(kind, "label"): vocabulary.LABELS for kind in WORDS_OF_FAMILY},
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_code_is_said_in_words(language: str) -> None:
    ui, known = ui_in(language), Known(NOW_MS)
    coded = {(kind, name) for kind, name in ALL_FIELDS if FIELDS[kind][name] in (Holds.CODE, Holds.CODES)}
    assert coded == set(CODED)
    newer = ui.say("conflict.newer_value")
    for (kind, name), values in CODED.items():
        for value in values:
            said = value_words(ui, kind, name, value, known)
            assert newer not in said, (kind, name, value)
            assert "_" not in said


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_deed_of_the_audit_is_said_in_words(language: str) -> None:
    ui, known = ui_in(language), Known(NOW_MS)
    newer = ui.say("conflict.newer_value")
    for code in DEEDS:
        said = value_words(ui, "audit_entry", "action", code, known)
        assert said != newer and "_" not in said and "{" not in said, code
    assert value_words(ui, "audit_entry", "action", "brand.new", known) == newer


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_point_of_a_checklist_is_said_in_words(language: str) -> None:
    ui = ui_in(language)
    for items in CHECKLIST.values():
        for item in items:
            said = value_words(ui, "phase_check", "item", item, Known(NOW_MS))
            assert said != ui.say("conflict.phase_item") and "_" not in said


@pytest.mark.parametrize("language", ["en", "es"])
def test_value_of_a_newer_app_is_called_so_and_never_shown_as_a_code(language: str) -> None:
    ui = ui_in(language)
    newer = ui.say("conflict.newer_value")
    assert value_words(ui, "need", "status", "brand_new", Known(NOW_MS)) == newer
    assert value_words(ui, "need", "unheard_of", "x_y", Known(NOW_MS)) == newer
    assert field_name(ui, "unheard_of", "x") == ui.say("conflict.something_newer")


@pytest.mark.parametrize(
    ("kind", "name", "value", "said"),
    [
        ("natural_support", "do_not_contact", True, "Yes"), ("note", "made", False, "No"),
        ("natural_support", "how_they_help", "transport,meals", "Rides, Meals"),
        ("note", "with_whom", "p1,p2", "Nia, Rosa"), ("action_step", "owner_id", "p2", "Rosa"),
        ("action_step", "owner_id", "0" * 32, "Somebody who is not on this tablet"),
        ("action_step", "strategy_id", "t1", "Uncle Teo drives"),
        ("action_step", "strategy_id", "gone", "Something that is not on this tablet"),
        ("need", "priority", 2, "Place 2 in the list"), ("meeting", "minutes", 50, "50 minutes"),
        ("note", "place", "The library", "The library"), ("person", "school", "", "Left empty"),
        ("natural_support", "agreed_on", "", "No date"), ("need", "text", "Quiet", "Quiet"),
        ("meeting", "natural_present", 3, "3 people"), ("meeting", "place", "The barn", "The barn"),
        ("rating", "value", 7, "7 of 10"), ("not_for", "person_id", "p1", "Nia"),
        ("not_for", "item_id", "t1", "Uncle Teo drives"),
        ("phase_check", "item", "x_y", "A point of the checklist"),
        ("disclosure", "digest", "0a1b2c3d4e5f", "File 0a1b2c3d"),
        ("plan_version", "content", {"need": [{"id": "t1"}], "outcome": []}, "A plan with 1 need"),
        ("plan_version", "content", {"need": [{}, {}]}, "A plan with 2 needs"),
        ("cover", "reason", "sick", "Sick"), ("retention_rule", "until_age", 24, "24"),
        ("legal_hold", "held_family", "f" * 32, "A family of the agency"),
        ("audit_entry", "device", "0a1b2c3d4e5f", "Tablet 0a1b2c3d"),
        ("audit_entry", "prev", "0a1b2c3d4e5f", "Mark 0a1b2c3d"),
        ("audit_entry", "action", "note.sign", "Somebody signed a note"),
        ("audit_entry", "detail", "all_labels", "Something that only the app reads"),
        ("audit_seal", "heads", {"0a": [1, "0b"]}, "1 tablet"),
        ("audit_seal", "heads", {"0a": [1, "0b"], "0c": [2, "0d"]}, "2 tablets"),
        ("audit_seal", "heads", "0a", "Something newer than this app"),
        ("plan_version", "content", ["need"], "Something newer than this app"),
        ("signature", "signed", {"name": "Nia", "agreement": "agree", "words": "It is ours.",
         "signed_at_ms": NOW_MS, "strokes": [[[1, 2]]]},
         f"Nia agrees\n\nIt is ours.\n\nSigned by Nia, {NOW_WORDS}"),
        ("release", "signed", {"name": "Rosa", "purpose": "For the clinic.", "signed_at_ms": 0},
         "For the clinic.\n\nSigned by Rosa, Left empty"),
    ],
)  # fmt: skip
def test_values_are_said_as_people_say_them(kind: str, name: str, value: Any, said: str) -> None:
    known = Known(NOW_MS, {"p1": "Nia", "p2": "Rosa"}, {"t1": "Uncle Teo drives"})
    assert value_words(ui_in("en"), kind, name, value, known) == said


def test_place_in_a_list_is_said_by_comparing() -> None:
    ui, known = ui_in("en"), Known(NOW_MS)
    assert value_words(ui, "outcome", "order", 1, known, [1, 900]) == "Further up in the list"
    assert value_words(ui, "outcome", "order", 900, known, [1, 900]) == "Further down in the list"


def test_signed_note_is_shown_by_its_words_and_who_signed() -> None:
    signed = {"body": "Rosa was home.", "signed_by_name": "Dana Kim", "signed_at_ms": NOW_MS}
    said = value_words(ui_in("en"), "note", "signed", signed, Known(NOW_MS))
    assert said.startswith("Rosa was home.")
    assert "Signed by Dana Kim, Today" in said


async def test_note_in_conflict_is_named_by_kind_and_day() -> None:
    one: Conflict = conflict([version("a"), version("b", "Dana Kim")], "note", "body", "n1")
    tablet = planning_tablet(FULL, one)
    tablet.open.conflicts.records = {"n1": Note(id="n1", kind="home_visit", started_at_ms=NOW_MS)}
    place = Place("conflict", FAMILY, record_id="n1", detail="note")
    async with on_stage(tablet, place=place) as stage:
        await stage.settle()
        assert "Words of a note, Nia and the Delgado family" in stage.words()
        assert "“Home visit, " in stage.words()


def test_only_free_words_can_be_made_into_one() -> None:
    assert frozenset({Holds.TEXT, Holds.LINE}) == FREE


async def test_who_leads_is_a_colleague_by_name() -> None:
    one = conflict([version("staff-ruth"), version("", "Dana Kim")], "family", "lead_coordinator", "fam")
    place = Place("conflict", FAMILY, record_id="fam")
    async with on_stage(planning_tablet(FULL, one), place=place) as stage:
        await stage.settle()
        assert "Ruth Abara" in stage.words()


# -- the suggestion, and taking back -------------------------------------------------------

BEGAN = "Uncle Teo drives Nia on Tuesdays and Thursdays. She picks the music."
LONGER = version(f"{BEGAN} He waits at the corner.")
FRIDAYS = version("Uncle Teo drives Nia on Tuesdays, Thursdays and Fridays. She picks the music.", "Dana Kim")


def suggesting(*versions: Any) -> FakeTablet:
    """A tablet that can say what both began from."""
    tablet = planning_tablet(FULL, conflict(versions))
    merged = merge_texts(BEGAN, [one.value for one in versions])
    assert merged is not None
    tablet.open.conflicts.made = Suggestion(merged.text, merged)
    return tablet


async def test_suggestion_says_what_comes_from_whom_in_three_ways_and_in_words() -> None:
    tablet = suggesting(LONGER, FRIDAYS)
    async with on_stage(tablet) as stage:
        await stage.settle()
        words = stage.words()
        assert "From you: “He waits at the corner”" in words
        assert "From Dana: “Thursdays” · “Fridays”" in words
        assert "took out" not in words  # Dana moved a word
        marks = {
            (span.style.decoration_style, span.style.bgcolor, span.text)
            for span in stage.find("conflict.together.words").spans
            if span.style.decoration
        }
        assert {mark[2] for mark in marks} == {", Thursdays", "Fridays", "He waits at the corner."}
        assert len({mark[0] for mark in marks}) == 2 and len({mark[1] for mark in marks}) == 2
        # Both texts stay readable in full above it, and theirs are the two filled buttons.
        for one in (LONGER, FRIDAYS):
            assert any("".join(s.text or "" for s in t.spans or []) == one.value for t in stage.all(ft.Text))
        assert len(stage.all(ft.FilledButton)) == 2
        await stage.tap("conflict.together.keep")
        await stage.settle()
        assert tablet.open.conflicts.settled == [("t1", "text", tablet.open.conflicts.made.value)]


async def test_suggestion_can_be_edited_before_it_is_kept() -> None:
    tablet = suggesting(LONGER, FRIDAYS)
    async with on_stage(tablet) as stage:
        await stage.settle()
        await stage.tap("conflict.together.edit")
        assert stage.value("conflict.words") == tablet.open.conflicts.made.value
        await stage.type("conflict.words", "He drives on Fridays.")
        await stage.tap("conflict.save")
        await stage.settle()
        assert tablet.open.conflicts.settled == [("t1", "text", "He drives on Fridays.")]


async def test_suggestion_in_which_both_met_must_be_edited_first() -> None:
    async with on_stage(suggesting(MINE, DANA)) as stage:
        await stage.settle()
        assert stage.has("conflict.together.clash")
        assert not stage.has("conflict.together.keep")
        assert stage.has("conflict.together.edit")


async def test_suggestion_for_one_conflict_is_not_shown_with_the_next() -> None:
    second = conflict([version(2), version(3, "Dana Kim")], "natural_support", "closeness", "s1")
    tablet = suggesting(LONGER, FRIDAYS)
    tablet.open.conflicts.now.append(second)
    async with on_stage(tablet) as stage:
        await stage.settle()
        await stage.tap("conflict.mine")
        await stage.settle()
        assert "2 of 2" in stage.words()
        assert not stage.has("conflict.together.keep")


async def test_lists_are_suggested_whole_and_in_words() -> None:
    one = conflict([version("meals"), version("meals,transport", "Dana Kim")], "natural_support",
                   "how_they_help", "s1")  # fmt: skip
    tablet = planning_tablet(FULL, one)
    tablet.open.conflicts.made = Suggestion("meals,transport,respite", added=("transport", "respite"))
    async with on_stage(tablet) as stage:
        await stage.settle()
        said = value_words(ui_in("en"), "natural_support", "how_they_help", "meals,transport,respite",
                           Known(NOW_MS))  # fmt: skip
        assert said in stage.words()
        assert not stage.has("conflict.together.edit")
        await stage.tap("conflict.together.keep")
        await stage.settle()
        assert tablet.open.conflicts.settled == [("s1", "how_they_help", "meals,transport,respite")]


async def test_decision_is_taken_back_by_one_tap() -> None:
    tablet = planning_tablet(FULL, conflict([DANA, MINE]))
    async with on_stage(tablet) as stage:
        await stage.settle()
        await stage.tap("conflict.mine")
        await stage.settle()
        assert "Bring back Dana’s" in stage.words()
        await stage.tap("conflict.last.back.0")
        await stage.settle()
        assert tablet.open.conflicts.brought == [DANA.value]


async def test_decision_that_cannot_be_taken_back_says_why() -> None:
    tablet = planning_tablet(FULL, conflict([DANA, MINE]))
    tablet.fail["conflicts.bring_back"] = InvalidInput("x", code="newer_stands")
    async with on_stage(tablet) as stage:
        await stage.settle()
        await stage.tap("conflict.mine")
        await stage.settle()
        await stage.tap("conflict.last.back.0")
        await stage.settle()
        assert "Something newer stands there now" in stage.words()


async def test_what_somebody_took_out_is_said() -> None:
    versions = [version("Teo drives. He waits."), version("Teo drives.", "Dana Kim")]
    tablet = planning_tablet(FULL, conflict(versions))
    merged = merge_texts("Teo drives. He sings.", ["Teo drives. He sings. He waits.", "Teo drives."])
    assert merged is not None
    tablet.open.conflicts.made = Suggestion(merged.text, merged)
    async with on_stage(tablet) as stage:
        await stage.settle()
        assert "Dana took out: “He sings”" in stage.words()
