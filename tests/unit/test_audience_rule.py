"""Who may see what: the rule in small tables, and against plans that nobody would think of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wraparound.audience import Audience, Item, Rules, hidden, telltale
from app.wraparound.family_page import FamilyPage, NextMeeting, Someone
from app.wraparound.family_reading import Surroundings, Told, family_page
from app.wraparound.plan_document import Document, Row, items_of
from app.wraparound.wording import Told as Translated
from app.wraparound.wording import Wording

NIA, ROSA, LUIS, TEO = "nia", "rosa", "luis", "teo"
NAMES = {
    NIA: ("Nia Delgado", "Nia"), ROSA: ("Rosa Delgado",), LUIS: ("Luis Delgado",), TEO: ("Uncle Teo",)
}  # fmt: skip
ALONE = Audience(frozenset({ROSA}))
WITH_LUIS = Audience(frozenset({ROSA, LUIS}))
STRANGER = Audience(frozenset({ROSA}), strangers=True)


def kept(**not_for: str) -> Rules:
    """Rules of the Delgados: each item kept from the people named after it."""
    return Rules({item: frozenset(people.split()) for item, people in not_for.items()}, NAMES)


# -- small tables ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "gone"),
    [(ALONE, set()), (WITH_LUIS, {"step"}), (STRANGER, {"step"}), (Audience(), {"step"})],
)
def test_an_item_is_hidden_from_whom_it_is_kept_and_from_anybody_unknown(
    audience: Audience, gone: set[str]
) -> None:
    assert hidden([Item("step"), Item("other")], kept(step=LUIS), audience) == gone


def test_two_tablets_that_name_different_people_hide_from_both() -> None:
    rules = kept(step=f"{LUIS} {TEO}")
    for present in (LUIS, TEO):
        assert hidden([Item("step")], rules, Audience(frozenset({ROSA, present}))) == {"step"}
    assert hidden([Item("step")], rules, ALONE) == frozenset()


@pytest.mark.parametrize("label", ["sud", "psychotherapy", "minor_confidential", "safety", "new_one"])
def test_a_restricted_label_is_hidden_from_everybody(label: str) -> None:
    assert hidden([Item("x", label=label)], kept(), ALONE) == {"x"}


@pytest.mark.parametrize("label", ["general", "school"])
def test_an_open_label_is_not(label: str) -> None:
    assert hidden([Item("x", label=label)], kept(), ALONE) == frozenset()


def test_what_hangs_on_something_hidden_is_hidden_however_far_down() -> None:
    chain = [Item("step", hangs_on=("way",)), Item("way", hangs_on=("goal",)),
             Item("goal", hangs_on=("need",)), Item("need"), Item("free")]  # fmt: skip
    assert hidden(chain, kept(need=LUIS), WITH_LUIS) == {"need", "goal", "way", "step"}


def test_whoever_is_hidden_takes_along_what_names_them() -> None:
    items = [Item("by_id", people=(TEO,)), Item("by_name", texts=("Teo drives her.",)), Item("free")]
    assert hidden(items, kept(teo=LUIS), WITH_LUIS) == {TEO, "by_id", "by_name"}
    assert hidden(items, kept(teo=LUIS), ALONE) == frozenset()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Uncle Teo drives her", True), ("ask TEO first", True), ("teo’s car", True),
        ("Uncle\n Teo", True), ("her uncle", True), ("Theo drives her", False), ("stereo", False),
        ("The Delgado house", False),
    ],
)  # fmt: skip
def test_a_name_is_found_as_a_word_of_its_own(words: str, told: bool) -> None:
    assert telltale(kept(teo=LUIS), WITH_LUIS)(words) is told


def test_a_surname_that_others_carry_tells_nothing_and_one_that_nobody_else_has_does() -> None:
    rules = Rules({"x": frozenset({LUIS})}, {"x": ("Ana Quiroga",), LUIS: ("Luis Delgado",)})
    assert telltale(rules, WITH_LUIS)("Señora Quiroga called")
    same = Rules({"x": frozenset({LUIS})}, {"x": ("Ana Delgado",), LUIS: ("Luis Delgado",)})
    assert not telltale(same, WITH_LUIS)("the Delgado family")
    assert telltale(same, WITH_LUIS)("Ana called")


def test_a_name_that_is_also_a_word_is_looked_for_with_its_capital() -> None:
    rules = Rules({"will": frozenset({LUIS})}, {"will": ("Coach Will",), LUIS: ("Luis",)})
    tells = telltale(rules, WITH_LUIS)
    assert tells("Ask Will on Monday") and tells("ASK WILL") and tells("ask the coach")
    assert not tells("We will ask on Monday")


@pytest.mark.parametrize("name", ["Teo’s girlfriend", "Teo's mother", "La hermana de Teo"])
def test_somebody_known_only_through_a_hidden_person_is_hidden_too(name: str) -> None:
    rules = replace(kept(teo=LUIS), names=NAMES | {"she": (name,)})
    assert hidden([], rules, WITH_LUIS) == {TEO, "she"}
    assert hidden([], rules, ALONE) == frozenset()


def test_words_that_nobody_may_read_hide_what_holds_them_from_everybody() -> None:
    rules = replace(kept(), never=("12 Hidden Lane",))
    items = [Item("a", texts=("We meet at 12  hidden lane.",)), Item("b", texts=("We meet at home.",))]
    assert hidden(items, rules, ALONE) == {"a"}


# -- plans that nobody would think of --------------------------------------------------------------

ABOVE = {"outcome": "need", "strategy": "outcome", "action_step": "strategy", "rating": "outcome"}
PARENT = {kind: f"{above}_id" for kind, above in ABOVE.items()} | {"translation": "item_id"}
OWNER = {"strength": "whose", "need": "whose", "action_step": "owner_id", "rating": "by_id",
         "crisis_item": "who_id", "transition_item": "who_id"}  # fmt: skip
WORDS = {"action_step": "what", "rating": "words", "transition_plan": "way_back"}
KINDS = ("family_vision", "strength", "need", "outcome", "strategy", "action_step", "rating", "crisis_item",
         "transition_plan", "transition_item", "translation")  # fmt: skip
PEOPLE = tuple(f"person{n}" for n in range(4))
MEETINGS = ("held", "coming", "another")
DAY_MS = 86_400_000


@dataclass(frozen=True)
class Case:
    """A plan, what is kept from whom, and who looks."""

    document: Document
    around: Surroundings
    rules: Rules
    audience: Audience
    language: str

    def page(self) -> FamilyPage:
        return family_page(self.document, self.around, self.rules, self.audience, self.wording(self.document))

    def wording(self, document: Document) -> Wording:
        rows = [row for row in document["translation"] if row["language"] == self.language]
        return Wording(
            self.language,
            {(row["item_id"], row["field"]): Translated(row["text"], row["of_text"], "Ana") for row in rows},
        )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    ids: dict[str, list[str]] = {kind: [] for kind in KINDS}
    rows: dict[str, list[Row]] = {kind: [] for kind in (*KINDS, "crisis_plan")}
    words_of: dict[str, tuple[str, str, str]] = {}

    def sentence(seed: str) -> str:
        # A word that is nowhere else, and now and then somebody's name.
        named = draw(st.sampled_from(("", "", *(f"name{one}" for one in PEOPLE))))
        return f"canary{seed} {named}".strip()

    for kind in KINDS:
        singleton = kind in ("family_vision", "transition_plan")
        for number in range(draw(st.integers(0, 1 if singleton else 3))):
            record = f"{kind}{number}"
            field = WORDS.get(kind, "text")
            row: dict[str, object] = {
                "id": record, field: sentence(record), "language": draw(st.sampled_from(("en", "es"))),
                "label": draw(st.sampled_from(("general", "general", "school", "safety"))),
                "order": draw(st.integers(0, 2)), "priority": draw(st.integers(0, 2)),
                "section": draw(st.sampled_from(("helps", "call"))), "value": draw(st.integers(0, 10)),
                "rated_at_ms": draw(st.sampled_from((0, 1, 2, 40 * DAY_MS, 90 * DAY_MS))),
                "done_on": "2026-11-01",
                "status": draw(st.sampled_from(("open", "done", "met"))),
                "due_on": draw(st.sampled_from(("", "2026-01-01", "2027-01-01"))),
            }  # fmt: skip
            if kind in OWNER:
                row[OWNER[kind]] = draw(st.sampled_from(("", *PEOPLE)))
            if kind == "rating":
                row["meeting_id"] = draw(st.sampled_from(("", *MEETINGS)))
                row["by_kind"] = draw(st.sampled_from(("", "youth", "caregiver")))
            if kind == "translation":
                if not words_of:
                    continue
                of = draw(st.sampled_from(sorted(words_of)))
                of_kind, of_field, of_text = words_of[of]
                row |= {"item_id": of, "item_type": of_kind, "field": of_field, "of_text": of_text,
                        "language": draw(st.sampled_from(("en", "es")))}  # fmt: skip
            elif kind in PARENT:
                row[PARENT[kind]] = draw(st.sampled_from(ids[ABOVE[kind]] or [""]))
            ids[kind].append(record)
            words_of[record] = (kind, field, str(row[field]))
            rows[kind].append(row)
    anything = st.sampled_from([one for kind in KINDS for one in ids[kind]] + [*PEOPLE, *MEETINGS])
    barred = draw(st.dictionaries(anything, st.frozensets(st.sampled_from(PEOPLE), min_size=1), max_size=4))
    people = {
        one: Someone(one, f"name{one}", draw(st.sampled_from(("aunt", f"of name{PEOPLE[0]}"))),
                     draw(st.sampled_from(("family", "natural", "formal"))))
        for one in PEOPLE
    }  # fmt: skip
    around = Surroundings(
        family_id="f", name=draw(st.sampled_from(("the family", f"name{PEOPLE[1]} and all"))),
        today="2026-11-22", done_since="2026-10-01", people=people, agreed=frozenset(PEOPLE[:3]),
        no_calls=frozenset(), last_meeting_ms=1, last_meeting_on="2026-10-20",
        celebrations=tuple(Told("held", sentence(f"told{n}"), "en") for n in range(draw(st.integers(0, 2)))),
        next_meeting=NextMeeting(5, sentence("place")), next_meeting_id="coming",
    )  # fmt: skip
    return Case(
        rows, around, Rules(barred, {one: (f"name{one}",) for one in PEOPLE}),
        Audience(draw(st.frozensets(st.sampled_from(PEOPLE), max_size=3)), draw(st.booleans())),
        draw(st.sampled_from(("en", "es"))),
    )  # fmt: skip


def outlawed(case: Case) -> set[str]:
    """By the plainest reading of the rule: ids of all that must not be learnt of."""

    def kept_from(one: str) -> bool:
        barred = case.rules.not_for.get(one, frozenset())
        nobody_named = case.audience.strangers or not case.audience.people
        return bool(barred) and (nobody_named or bool(barred & case.audience.people))

    gone = {one for one in (*PEOPLE, *MEETINGS) if kept_from(one)}
    names = {f"name{one}" for one in gone & set(PEOPLE)}

    def told(row: Mapping[str, object]) -> bool:
        return bool(names & set(" ".join(str(value) for value in row.values()).split()))

    for kind, rows in case.document.items():
        for row in rows:
            owner = row.get(OWNER.get(kind, ""), "")
            met = row.get("meeting_id", "") in gone
            if kept_from(row["id"]) or row["label"] == "safety" or owner in gone or told(row) or met:
                gone.add(row["id"])
    while True:
        more = {
            row["id"]
            for kind, rows in case.document.items()
            for row in rows
            if row.get(PARENT.get(kind, ""), "") in gone
        }
        # Words in another language share the fate of what they translate.
        more |= {row["item_id"] for row in case.document["translation"] if row["id"] in gone}
        more -= gone
        if not more:
            return gone
        gone |= more


def without(case: Case, gone: set[str]) -> Case:
    """The same plan from which somebody has torn out every hidden row; nobody hides anything now."""
    names = {f"name{one}" for one in gone & set(PEOPLE)}

    def plain(text: str) -> str:
        return "" if names & set(text.split()) else text

    around = case.around
    meeting = around.next_meeting
    stays = meeting if "coming" not in gone else None
    torn = replace(
        around,
        name=plain(around.name),
        people={one: replace(p, role=plain(p.role)) for one, p in around.people.items() if one not in gone},
        celebrations=tuple(t for t in around.celebrations if t.meeting_id not in gone and plain(t.line)),
        next_meeting=replace(stays, place=plain(stays.place)) if stays else None,
    )
    document = {kind: [row for row in rows if row["id"] not in gone] for kind, rows in case.document.items()}
    return Case(document, torn, Rules(), Audience(frozenset(PEOPLE)), case.language)


@given(cases())
def test_a_page_is_the_page_of_a_plan_that_never_held_what_is_hidden(case: Case) -> None:
    """No string, flag, gap, number or count can differ: the two pages are equal in everything."""
    assert case.page() == without(case, outlawed(case)).page()


@given(cases())
def test_nothing_hidden_ever_stands_on_a_page(case: Case) -> None:
    gone = outlawed(case)
    shown = repr(case.page())
    for rows in case.document.values():
        for row in rows:
            if row["id"] in gone:
                assert f"canary{row['id']} " not in f"{shown} ".replace("'", " ").replace('"', " ")
    for person in gone & set(PEOPLE):
        assert f"name{person}" not in shown


@given(cases())
def test_who_sees_less_never_sees_more(case: Case) -> None:
    """Another person in the room, or somebody unknown, only ever takes away."""
    fewer = hidden(items_of(case.document), case.rules, case.audience)
    if not case.audience.unknown:
        crowd = replace(case.audience, people=case.audience.people | {PEOPLE[0]})
        assert fewer <= hidden(items_of(case.document), case.rules, crowd)
    assert fewer <= hidden(items_of(case.document), case.rules, Audience(strangers=True))
