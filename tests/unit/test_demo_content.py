"""The example agency: the same for the same seed, whole, in time, varied, and harmless."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import pytest

from app.demo.content import ExampleAgency, ExampleFamily, ExampleRecord, Size, generate
from app.demo.content.calendar import Calendar
from app.demo.content.cosign_records import CO_SIGNED
from app.demo.content.household import SupportSketch
from app.demo.content.ledger import Ledger
from app.demo.content.library import read_library
from app.demo.content.phrase import parse, sentences
from app.wraparound import cosigning, vocabulary
from app.wraparound.records import RECORD_TYPES, fields_of

TODAY = date(2026, 12, 1)
START_OF_TODAY_MS = int(datetime(2026, 12, 1, tzinfo=UTC).timestamp() * 1000)
STATUSES: dict[tuple[str, str], tuple[str | int, ...]] = {
    ("note", "kind"): vocabulary.NOTE_KINDS,
    ("note", "label"): vocabulary.LABELS,
    ("note", "status"): ("draft", "signed", "co_signed"),
    ("natural_support", "status"): vocabulary.SUPPORT_STATUSES,
    ("action_step", "status"): vocabulary.STEP_STATUSES,
    ("need", "status"): vocabulary.NEED_STATUSES,
    ("need", "life_domain"): vocabulary.LIFE_DOMAINS,
    ("outcome", "status"): vocabulary.OUTCOME_STATUSES,
    ("strategy", "kind"): vocabulary.STRATEGY_KINDS,
    ("family", "phase"): vocabulary.PHASES,
    ("strength", "life_domain"): vocabulary.LIFE_DOMAINS,
    ("outcome", "measure_kind"): vocabulary.MEASURE_KINDS,
    ("rating", "by_kind"): vocabulary.RATERS,
    ("rating", "value"): tuple(range(11)),
    ("crisis_item", "section"): vocabulary.CRISIS_SECTIONS,
    ("transition_item", "section"): vocabulary.TRANSITION_SECTIONS,
    ("meeting", "flow"): vocabulary.MEETING_FLOWS,
    ("meeting", "status"): vocabulary.MEETING_STATUSES,
    ("meeting", "medium"): vocabulary.MEDIUMS,
    ("attendance", "kind"): vocabulary.TEAM_KINDS,
    ("attendance", "how"): vocabulary.ATTENDANCE,
    ("preparation", "kind"): vocabulary.PREPARATION_KINDS,
    ("preparation", "label"): vocabulary.LABELS,
    ("translation", "language"): vocabulary.CONTENT_LANGUAGES,
    ("disclosure", "how"): ("paper", "file"),
}
SETS: dict[tuple[str, str], tuple[str, ...]] = {
    ("natural_support", "how_they_help"): vocabulary.HELP_KINDS,
    ("strategy", "principles"): vocabulary.PRINCIPLES,
    ("coordinator", "covers"): vocabulary.COORDINATION_AREAS,
    ("coordinator", "leads"): vocabulary.COORDINATION_AREAS,
    ("release", "what"): vocabulary.RELEASE_PARTS,
    ("disclosure", "what"): vocabulary.RELEASE_PARTS,
}


@pytest.fixture(scope="module")
def agency() -> ExampleAgency:
    return generate(7, TODAY, Size.example(), UTC)


def digest(agency: ExampleAgency) -> str:
    rows = [
        (family.key, record.type, record.id, record.fields, record.at_ms, record.author_key)
        for family in agency.families
        for record in family.records
    ]
    text = json.dumps([agency.name, [s.person_id for s in agency.staff], rows], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def every(agency: ExampleAgency, kind: str = "") -> Iterator[tuple[ExampleFamily, ExampleRecord]]:
    for family in agency.families:
        for record in family.records:
            if not kind or record.type == kind:
                yield family, record


def final(family: ExampleFamily, kind: str) -> dict[str, dict[str, Any]]:
    """The last state of each record of a type."""
    states: dict[str, dict[str, Any]] = {}
    for record in family.records:
        if record.type == kind:
            states.setdefault(record.id, {}).update(record.fields)
    return states


def family_of(agency: ExampleAgency, key: str) -> ExampleFamily:
    return next(family for family in agency.families if family.key == key)


def translations(family: ExampleFamily) -> dict[tuple[str, str], dict[str, Any]]:
    """(item, field) → its last translation."""
    return {(t["item_id"], t["field"]): t for t in final(family, "translation").values()}


def bodies(agency: ExampleAgency, coordinator: str = "") -> list[str]:
    return [
        body
        for family in agency.families
        if coordinator in ("", family.coordinator_key)
        for note in final(family, "note").values()
        for body in [note["body"]]
    ]


def test_the_same_seed_gives_the_same_agency_and_another_seed_another(agency: ExampleAgency) -> None:
    assert digest(generate(7, TODAY, Size.example(), UTC)) == digest(agency)
    assert digest(generate(8, TODAY, Size.example(), UTC)) != digest(agency)


def test_three_coordinators_have_twelve_families_each(agency: ExampleAgency) -> None:
    assert Counter(f.coordinator_key for f in agency.families) == {"marisol": 12, "andre": 12, "bea": 12}
    roles = Counter(role for person in agency.staff for role in person.roles)
    assert roles == {"administrator": 1, "supervisor": 1, "coordinator": 3, "partner": 1}


def test_the_first_six_families_are_those_of_the_pictures(agency: ExampleAgency) -> None:
    seen = []
    for family in agency.families[:6]:
        head = final(family, "family")[""]
        youth = [p for p in final(family, "person").values() if p["is_youth"]]
        ages = tuple(int((TODAY - date.fromisoformat(p["born_on"])).days / 365.25) for p in youth)
        seen.append((head["list_name"], ages, head["with_whom_at_home"], head["phase"]))
    assert seen == [
        ("Nia Delgado", (13,), "with grandmother Rosa", 3),
        ("Ivy Okoro", (9,), "with Grace and Daniel", 1),
        ("Theo Baptiste", (15,), "with his father, Jean", 2),
        ("Marcus and June Hale", (14, 11), "with their mother, Lorna", 3),
        ("Samir Kassab", (16,), "with his aunt, Hala", 4),
        ("Lena Wójcik-Stone", (12,), "with both her dads", 3),
    ]


def test_nias_plan_and_note_are_word_for_word_those_of_the_pictures(agency: ExampleAgency) -> None:
    nia = family_of(agency, "delgado")
    vision = final(nia, "family_vision")[""]
    assert vision["text"] == "We want a house where mornings are quiet and Nia laughs at the table again."
    spanish = translations(nia)["@family_vision", "text"]
    assert spanish["text"] == "Queremos una casa con mañanas tranquilas, donde Nia vuelva a reír en la mesa."
    assert spanish["of_text"] == vision["text"] and spanish["checked_by"] == "Rosa"
    need = min(final(nia, "need").values(), key=lambda n: int(n["priority"]))
    assert need["text"] == "Nia needs to know someone stays when mornings get hard."
    outcome = next(o for o in final(nia, "outcome").values() if o["text"] == "At school on time, 4 days of 5")
    assert (outcome["baseline"], outcome["current"], outcome["target"]) == ("1", "3", "4")
    steps = {s["what"]: (s["owner"], s["due_on"], s["status"]) for s in final(nia, "action_step").values()}
    assert steps["Make the car playlist"] == ("Teo and Nia", "2026-11-28", "done")
    assert steps["Ask his boss for a later start"] == ("Teo", "2026-12-03", "open")
    assert steps["Hold 8:05 am for Nia"][::2] == ("Ms. Nair", "open")
    assert steps["Tell the bus office"] == ("Rosa", "", "open")
    drafts = [n for n in final(nia, "note").values() if n["status"] == "draft"]
    assert [d["body"].split("\n\n")[1] for d in drafts] == [
        "Nia showed me the car playlist. She wants to add two songs before Thursday."
        " She said, “He didn’t leave, even when I was late.”"
    ]


def test_every_write_carries_known_fields_and_known_codes(agency: ExampleAgency) -> None:
    for family, record in every(agency):
        record_class = RECORD_TYPES[record.type]
        assert set(record.fields) <= set(fields_of(record_class)), (family.key, record.type)
        if record_class.SINGLETON:
            assert record.id == ""
        else:
            assert re.fullmatch(r"[0-9a-f]{32}", record.id)
        for field, value in record.fields.items():
            codes = STATUSES.get((record.type, field))
            assert codes is None or value in codes, (record.type, field, value)
            known = SETS.get((record.type, field))
            assert known is None or not set(vocabulary.codes(value)) - set(known), (record.type, field, value)


def test_a_first_write_says_what_the_record_is_and_comes_before_later_edits(agency: ExampleAgency) -> None:
    for family in agency.families:
        assert [r.at_ms for r in family.records] == sorted(r.at_ms for r in family.records)
        seen: set[tuple[str, str]] = set()
        for record in family.records:
            key = (record.type, record.id)
            if key not in seen:
                assert len(record.fields) > 1, key
            seen.add(key)


def test_nothing_is_written_today_or_later_and_only_plans_look_ahead(agency: ExampleAgency) -> None:
    for family, record in every(agency):
        assert record.at_ms < START_OF_TODAY_MS
        for field, value in record.fields.items():
            if field in ("due_on", "starts_at_ms", "until_on", "planned_on", "follow_up_on"):
                continue
            if field.endswith("_on") and value:
                assert date.fromisoformat(str(value)) < TODAY, (family.key, record.type, field)
            elif field.endswith("_at_ms"):
                assert int(value) < START_OF_TODAY_MS, (family.key, record.type, field)
        signed = record.fields.get("signed")
        if signed:
            late = record.at_ms - signed["signed_at_ms"]
            assert late == 0 or (record.type == "signature" and 0 < late < 3_600_000)


def test_references_point_at_records_written_before(agency: ExampleAgency) -> None:
    singles = (
        "close_to", "whose", "need_id", "outcome_id", "strategy_id", "owner_id", "by_id", "who_id",
        "meeting_id", "person_id", "item_id", "version_id", "signer_id", "release_id", "about_id",
        "reviewed_at_meeting", "version_before", "version_after", "minutes_note_id",
    )  # fmt: skip
    for family in agency.families:
        known: set[str] = set()
        for record in family.records:
            for field in singles:
                target = record.fields.get(field)
                assert not target or target in known, (family.key, record.type, field)
            for field in ("with_whom", "concerns", "strengths"):
                missing = set(vocabulary.codes(record.fields.get(field, ""))) - known
                assert not missing, (family.key, record.fields.get("kind"), field)
            known.add(record.id or f"@{record.type}")
    leads = {person.person_id for person in agency.staff if "coordinator" in person.roles}
    assert {final(f, "family")[""]["lead_coordinator"] for f in agency.families} == leads
    authors = {person.key for person in agency.staff}
    assert {record.author_key for _, record in every(agency)} <= authors


def test_a_signed_note_holds_the_complete_note(agency: ExampleAgency) -> None:
    wanted = set(fields_of(RECORD_TYPES["note"])) - {"signed"} | {"signed_at_ms", "signed_by_name"}
    count = 0
    for family, record in every(agency, "note"):
        signed = record.fields.get("signed")
        if signed:
            count += 1
            assert set(signed) == wanted
            assert signed["body"] == final(family, "note")[record.id]["body"]
    assert count > 900


def test_the_supervisor_has_two_notes_of_marisol_and_three_of_bea_to_co_sign(agency: ExampleAgency) -> None:
    waiting: Counter[str] = Counter()
    returned = []
    for family in agency.families:
        decided: dict[str, list[str]] = defaultdict(list)
        for row in final(family, "co_signature").values():
            decided[row["note_id"]].append(row["decision"])
        answered = {row["note_id"] for row in final(family, "addendum").values()}
        for note, row in final(family, "note").items():
            if row["kind"] not in CO_SIGNED:
                assert note not in decided
            elif row["status"] == "signed" and (note not in decided or note in answered):
                waiting[family.coordinator_key] += 1
            elif decided[note] == ["returned"]:
                returned.append(family.key)
    assert waiting == {"marisol": 2, "bea": 3}
    assert returned == ["delgado"]


def test_what_the_supervisor_decided_names_what_she_read(agency: ExampleAgency) -> None:
    for family in agency.families:
        notes = final(family, "note")
        for row in final(family, "co_signature").values():
            assert row["digest"] == cosigning.digest(notes[row["note_id"]]["signed"], ())


def test_no_two_notes_are_the_same_and_sentences_seldom_return(agency: ExampleAgency) -> None:
    assert max(Counter(bodies(agency)).values()) == 1
    for coordinator in ("marisol", "andre", "bea"):
        counts = Counter(part for body in bodies(agency, coordinator) for part in sentences(body))
        repeated = sum(count for count in counts.values() if count > 1)
        assert repeated / counts.total() < 0.10


def test_no_marks_of_the_grammar_are_left_in_any_text(agency: ExampleAgency) -> None:
    wrong = re.compile(
        r"[\[\]{}|#'\"]|  |\b(they is|they has|they was|an? [aeiou]\w*ed a)\b|\ba a\b|\bthe the\b"
    )
    for family, record in every(agency):
        for field, value in record.fields.items():
            if isinstance(value, str) and field != "signed":
                assert not wrong.search(value), (family.key, record.type, field, value)


def test_eight_families_are_at_home_in_spanish_and_their_plan_is_too(agency: ExampleAgency) -> None:
    spanish = [f for f in agency.families if final(f, "family")[""]["spoken_language"] == "es"]
    assert len(spanish) == 8
    for family in spanish:
        said = translations(family)
        assert said["@family_vision", "text"]["text"]
        items = [(kind, "what" if kind == "action_step" else "text", key, state.get("language", "en"))
                 for kind in ("need", "outcome", "strategy", "action_step")
                 for key, state in final(family, kind).items()]  # fmt: skip
        there = [(key, field) in said for _, field, key, _ in items]
        assert sum(there) >= 0.85 * len(there), family.key
        assert family.key == "delgado" or len({language for *_, language in items}) == 2
    written = [body for family in spanish for body in (n["body"] for n in final(family, "note").values())]
    assert sum(" dice que " in body or "Nos vemos" in body or "Quedamos" in body for body in written) > 5


HELP_LINES = {"211", "988"}
"""Numbers that anybody may call."""


def test_every_telephone_number_is_of_the_range_kept_for_fiction(agency: ExampleAgency) -> None:
    numbers = {str(record.fields["phone"]) for _, record in every(agency) if record.fields.get("phone")}
    numbers |= {person.phone for person in agency.staff}
    assert numbers
    assert all(re.fullmatch(r"(860|203|475|959)-555-01\d\d", number) for number in numbers - HELP_LINES)


def test_nobody_who_must_not_be_contacted_was(agency: ExampleAgency) -> None:
    flagged = 0
    for family in agency.families:
        supports = final(family, "natural_support")
        barred = {key for key, support in supports.items() if support["do_not_contact"]}
        flagged += len(barred)
        for key in barred:
            assert supports[key]["status"] == "named" and supports[key]["safety_reason"]
            assert not supports[key]["phone"]
        for note in final(family, "note").values():
            assert not barred & set(vocabulary.codes(note["with_whom"]))
    assert flagged >= 4


def test_families_stand_where_the_screens_need_them(agency: ExampleAgency) -> None:
    planned = {
        family.key: [m["starts_at_ms"] for m in final(family, "meeting").values() if m["status"] == "planned"]
        for family in agency.families
    }
    days = {key: (at[0] - START_OF_TODAY_MS) // 86_400_000 for key, at in planned.items() if at}
    assert [days[key] for key in ("delgado", "okoro", "baptiste", "hale", "kassab")] == [2, 3, 0, 0, 13]
    assert not planned["wojcik"] and not planned["thibault"]
    assert final(family_of(agency, "thibault"), "family")[""]["status"] == "closed"
    wren = family_of(agency, "littlefield")
    assert sorted(final(wren, "note").values(), key=lambda n: n["started_at_ms"])[-1]["kind"] == "crisis"
    early = [f for f in agency.families if final(f, "family")[""]["phase"] == 1]
    assert len(early) >= 3
    assert all(len(final(f, "note")) < 10 and not final(f, "strategy") for f in early)
    twins = family_of(agency, "lindqvist")
    assert (
        max(n["started_at_ms"] for n in final(twins, "note").values()) < START_OF_TODAY_MS - 23 * 86_400_000
    )


def test_plans_have_the_shape_of_the_practice(agency: ExampleAgency) -> None:
    for family in agency.families:
        if final(family, "family")[""]["phase"] < 3:
            continue
        needs, outcomes = final(family, "need"), final(family, "outcome")
        assert 2 <= len(needs) <= 4, family.key
        assert set(needs) == {o["need_id"] for o in outcomes.values()}
        steps = Counter(s["strategy_id"] for s in final(family, "action_step").values())
        assert steps and max(steps.values()) <= 4
        done = [s for s in final(family, "action_step").values() if s["status"] == "done"]
        assert done and all(s["done_on"] and s["what_happened"] for s in done)


@pytest.mark.parametrize("records", [1_000, 10_000])
def test_a_caseload_has_exactly_as_many_writes_as_asked_for(records: int) -> None:
    caseload = generate(3, TODAY, Size.caseload(records), UTC)
    assert sum(len(family.records) for family in caseload.families) == records
    texts = [r.fields["body"] for _, r in every(caseload, "note")]
    assert len(texts) == len(set(texts))
    assert all(r.at_ms < START_OF_TODAY_MS for _, r in every(caseload))


def test_a_hundred_thousand_writes_are_spread_over_150_families() -> None:
    assert Size.caseload(100_000) == Size(families=150, records=100_000)


def test_a_caseload_too_small_for_the_plans_is_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        generate(3, TODAY, Size(families=36, records=36), UTC)


def test_there_are_at_least_twelve_stories_each_with_five_stages() -> None:
    arcs = read_library().arcs
    assert len(arcs) >= 12
    for arc in arcs.values():
        assert arc.needs and arc.crisis
        assert all(len(stage) >= 2 for stage in (*arc.told, *arc.seen, *arc.school))


def test_a_verb_agrees_with_a_person_who_goes_by_they() -> None:
    phrase = parse("{They} has a plan and {they} never goes. “{They} says so,” said {c}.")
    one = {"they": "she", "number": "one", "c": "Ann"}
    many = {"they": "they", "number": "many", "c": "Ann"}
    assert phrase.render(Random(0), one, {}) == "She has a plan and she never goes. “She says so,” said Ann."
    assert (
        phrase.render(Random(0), many, {}) == "They have a plan and they never go. “They say so,” said Ann."
    )


@pytest.mark.parametrize("text", ["[a|b", "a]b", "a|b"])
def test_a_phrase_with_a_stray_mark_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse(text)


def test_a_write_that_would_fall_on_today_is_dated_just_before_it() -> None:
    ledger = Ledger(1, read_library().roster[0], Calendar(TODAY, UTC))
    ledger.add("note", "0" * 32, {}, START_OF_TODAY_MS + 3_600_000)
    assert ledger.records[0].at_ms < START_OF_TODAY_MS


def test_a_support_who_must_not_be_contacted_never_walks_into_a_scene() -> None:
    def sketch(reason: str) -> SupportSketch:
        return SupportSketch("Al", "Al Roe", "uncle", "he", 2, "company", "on_team", "Sundays", reason)

    assert sketch("").is_near
    assert not sketch("Court order.").is_near
