"""What makes a release whole, how it stands on a day, and what it lets out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from app.wraparound.lawful import BASES, Ground, barred, covered, lacks
from app.wraparound.notices import PART2_SENTENCE, notices_for
from app.wraparound.releases import (
    STATEMENTS,
    WRAPAROUND_ENDS,
    Signer,
    Since,
    Terms,
    is_adult,
    kinds_of,
    lets_out,
    missing_of,
    standing_of,
)

TODAY = date(2026, 11, 22)
MOTHER = Signer("Rosa Delgado", "mother", "parent", "", True)
NIA = Signer("Nia Delgado", "youth", "self", "", True)
WHOLE = Terms(
    about="Nia Delgado", about_born_on="2012-03-04", discloser="River House", recipient="Dr. Tan",
    organisation="Clinic", parts=("plan",), purpose="Care", from_on="2026-11-01", until_on="2027-05-01",
    statements=STATEMENTS, language="en", signed_on="2026-11-01", signers=(MOTHER,),
)  # fmt: skip
SUD = replace(WHOLE, labels=("sud",), described="Whether Nia goes to her group", signers=(NIA, MOTHER))


def test_a_whole_paper_lacks_nothing_and_lets_general_things_out() -> None:
    assert missing_of(WHOLE) == ()
    standing = standing_of(WHOLE, Since(), TODAY)
    assert (standing.state, standing.ends_on) == ("valid", date(2027, 5, 1))
    assert lets_out(WHOLE, standing) == {"general"}
    assert kinds_of(WHOLE) == ("hipaa",)


@pytest.mark.parametrize(
    ("change", "lacks"),
    [
        ({"about": " "}, ("about",)),
        ({"discloser": ""}, ("discloser",)),
        ({"direction": "sideways"}, ("discloser",)),
        ({"recipient": ""}, ("recipient",)),
        ({"parts": ()}, ("what",)),
        ({"parts": ("everything",)}, ("what",)),
        ({"labels": ("secret",)}, ("what",)),
        ({"purpose": " "}, ("purpose",)),
        ({"until_on": ""}, ("end",)),
        ({"until_on": "soon"}, ("end",)),
        ({"from_on": ""}, ("end",)),
        ({"statements": ""}, ("statements",)),
        ({"statements": "1999"}, ("statements",)),
        ({"signers": ()}, ("signature", "parent_signature")),
        ({"signers": (replace(MOTHER, signed=False),)}, ("signature",)),
        ({"signers": (replace(MOTHER, name=""),)}, ("signature",)),
        ({"signed_on": ""}, ("date",)),
        ({"signers": (replace(MOTHER, authority="friend"),)}, ("authority",)),
        ({"signers": (replace(MOTHER, authority="guardian"),)}, ("authority",)),
        ({"signers": (replace(MOTHER, role=""),)}, ("authority",)),
        ({"signers": (NIA,)}, ("parent_signature",)),
        ({"direction": "in"}, ("described",)),
        ({"by_word": True}, ("written",)),
        ({"labels": ("school",), "signers": (NIA,)}, ("parent_signature",)),
        ({"labels": ("minor_confidential",)}, ("patient_signature",)),
        ({"labels": ("sud",), "described": "How it helps"}, ("patient_signature",)),
        ({"labels": ("sud",), "signers": (NIA,)}, ("described",)),
        ({"labels": ("psychotherapy",), "described": "All"}, ("alone",)),
        ({"labels": ("psychotherapy", "school"), "parts": (), "described": "All"}, ("alone",)),
    ],
)
def test_each_element_of_the_law_is_missed_by_itself(
    change: dict[str, object], lacks: tuple[str, ...]
) -> None:
    broken = replace(WHOLE, **change)  # type: ignore[arg-type]
    assert missing_of(broken) == lacks
    standing = standing_of(broken, Since(), TODAY)
    assert standing.state == "incomplete" and not lets_out(broken, standing)


def test_one_paper_may_be_several_things_before_the_law() -> None:
    both = replace(SUD, labels=("school", "sud"))
    assert kinds_of(both) == ("hipaa", "part2", "ferpa")
    assert missing_of(both) == ()
    assert lets_out(both, standing_of(both, Since(), TODAY)) == {"general", "school", "sud"}


def test_notes_kept_apart_have_a_paper_of_their_own_and_let_out_nothing_else() -> None:
    alone = replace(WHOLE, labels=("psychotherapy",), parts=(), described="Notes of May")
    assert (kinds_of(alone), missing_of(alone)) == (("psychotherapy",), ())
    assert lets_out(alone, standing_of(alone, Since(), TODAY)) == {"psychotherapy"}
    counsel = replace(alone, labels=("counselling",), signers=(NIA, MOTHER))
    assert (kinds_of(counsel), missing_of(counsel)) == (("counselling",), ())
    assert missing_of(replace(counsel, signers=(MOTHER,))) == ("patient_signature",)


def test_a_yes_said_aloud_is_enough_for_a_relative_alone() -> None:
    said = replace(WHOLE, by_word=True, organisation="", signers=(replace(MOTHER, signed=False),))
    assert (kinds_of(said), missing_of(said)) == (("spoken",), ())
    both: dict[str, Any] = {"direction": "both", "described": "x"}
    for change in ({"organisation": "Clinic"}, {"labels": ("school",)}, both):
        assert missing_of(replace(said, **change)) == ("written",)
    sud = replace(SUD, by_word=True, organisation="")
    assert missing_of(sud) == ("written",)


def test_a_grown_person_signs_alone_and_somebody_may_speak_for_who_cannot() -> None:
    adult = replace(WHOLE, about_born_on="2000-01-01", signers=(NIA,))
    assert is_adult(adult) and missing_of(adult) == ()
    birthday = replace(adult, about_born_on="2008-11-01")
    assert is_adult(birthday) and not is_adult(replace(birthday, about_born_on="2008-11-02"))
    speaks = replace(MOTHER, authority="incapacity", ground="Dr. Tan, 3 May 2026")
    assert missing_of(replace(SUD, signers=(speaks,))) == ()


def test_only_the_consent_for_all_treatment_may_hold_without_an_end() -> None:
    open_ended = replace(SUD, until_on="", everyone_treating=True)
    assert missing_of(open_ended) == ()
    assert standing_of(open_ended, Since(), date(2099, 1, 1)).state == "valid"
    assert missing_of(replace(open_ended, labels=())) == ("end",)


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2026, 10, 31), "not_yet"), (date(2026, 11, 1), "valid"), (date(2027, 3, 31), "valid"),
        (date(2027, 4, 1), "soon"), (date(2027, 5, 1), "soon"), (date(2027, 5, 2), "expired"),
    ],
)  # fmt: skip
def test_it_stands_by_the_day(day: date, state: str) -> None:
    assert standing_of(WHOLE, Since(), day).state == state


def test_what_came_after_the_signing_ends_it() -> None:
    assert standing_of(WHOLE, Since(revoked_on="2026-11-20"), TODAY).state == "revoked"
    assert standing_of(WHOLE, Since(untouched=False), TODAY).state == "changed"
    event = replace(WHOLE, until_on="", until_event="Nia starts at her new school")
    assert standing_of(event, Since(closed_on="2026-11-20"), TODAY).state == "valid"
    assert standing_of(event, Since(ended_on="2026-11-22"), TODAY).state == "expired"
    assert standing_of(event, Since(ended_on="some day"), TODAY).state == "expired"
    assert standing_of(WHOLE, Since(ended_on="2026-11-20", closed_on="2026-11-20"), TODAY).state == "valid"
    ends = replace(event, until_event=WRAPAROUND_ENDS)
    assert standing_of(ends, Since(), TODAY).state == "valid"
    assert standing_of(ends, Since(closed_on="closed"), TODAY).state == "expired"
    # A paper that is over and lacks something is over.
    assert standing_of(replace(WHOLE, about="", until_on="2026-11-02"), Since(), TODAY).state == "expired"


def test_nothing_leaves_from_here_under_a_paper_that_lets_them_share_with_us() -> None:
    inwards = replace(WHOLE, direction="in", described="How school goes")
    assert missing_of(inwards) == ()
    assert lets_out(inwards, standing_of(inwards, Since(), TODAY)) == frozenset()
    both = replace(inwards, direction="both")
    assert lets_out(both, standing_of(both, Since(), TODAY)) == {"general"}
    later = standing_of(both, Since(), TODAY + timedelta(days=999))
    assert lets_out(both, later) == frozenset()


GROUND = Ground("medical_emergency", "Dr. Tan", "St. Mary", "She fell", "Her medicines", told="She takes A.")


@pytest.mark.parametrize("basis", BASES)
def test_every_ground_asks_for_recipient_reason_and_the_least_first(basis: str) -> None:
    whole = replace(GROUND, basis=basis, reference="Order 12")
    assert lacks(whole) == ()
    for name in ("recipient", "reason", "least"):
        without = replace(whole, **{name: " "})  # type: ignore[arg-type]
        assert lacks(without) == (name,) and covered(without) == frozenset()
    assert lacks(replace(whole, told="")) == ("content",)


def test_a_ground_asks_for_what_its_rule_asks() -> None:
    assert lacks(replace(GROUND, organisation="")) == ("organisation",)
    assert lacks(replace(GROUND, basis="court_order")) == ("reference",)
    assert lacks(replace(GROUND, basis="audit")) == ("reference",)
    assert lacks(replace(GROUND, basis="because")) == ("basis",)


@pytest.mark.parametrize(
    ("basis", "told", "papers"),
    [
        ("medical_emergency", {"psychotherapy"}, {"psychotherapy"}),
        ("serious_threat", {"sud"}, {"sud"}),
        ("mandated_report", {"psychotherapy"}, {"psychotherapy", "sud", "school"}),
        ("court_order", set(), set()),
        ("audit", {"psychotherapy", "minor_confidential", "safety"},
         {"psychotherapy", "minor_confidential", "safety"}),
    ],
)  # fmt: skip
def test_what_each_ground_never_lets_out(basis: str, told: set[str], papers: set[str]) -> None:
    every = ("school", "sud", "minor_confidential", "safety", "psychotherapy")
    whole = replace(GROUND, basis=basis, reference="Order 12", labels=every, compelled=True)
    assert set(barred(whole)) == told
    assert set(barred(replace(whole, told="", parts=("plan",)))) == papers
    assert not covered(whole) & told


def test_an_order_alone_lets_no_alcohol_or_drug_record_out() -> None:
    order = replace(GROUND, basis="court_order", reference="Order 12", labels=("sud",))
    assert barred(order) == ("sud",) and "sud" not in covered(order)
    assert "sud" in covered(replace(order, compelled=True))


def test_only_what_was_ticked_goes_along() -> None:
    assert covered(GROUND) == {"general"}
    assert covered(replace(GROUND, labels=("safety",))) == {"general", "safety"}


def test_the_notice_of_part_2_carries_its_sentence_and_the_scope() -> None:
    def words(key: str) -> str:
        return {"release.notice.scope": "Covers {scope}."}.get(key, key)

    found = notices_for(
        kinds=("hipaa", "part2", "ferpa"), labels=("sud",), language="en", words=words, scope="the group"
    )
    assert [one.id.split("/")[0] for one in found] == ["part2", "ferpa", "hipaa"]
    assert found[0].text.startswith(PART2_SENTENCE) and "Covers the group." in found[0].text
    assert len(found[0].digest) == 64
    assert notices_for(kinds=(), labels=("general",), language="en", words=words, scope="") == ()
