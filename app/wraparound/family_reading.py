"""From a plan document to the page that one audience may read in one language. Pure.

The order matters: first everything hidden is taken out (audience.py), then the rest is worded.
Source: design 02, Audience; Two languages of content.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from .audience import Audience, Item, Rules, hidden, telltale
from .family_page import (
    CrisisLine,
    FamilyPage,
    GoalShown,
    NeedShown,
    NextMeeting,
    Promise,
    RatingShown,
    Someone,
    StrengthShown,
    TransitionShown,
    WayShown,
)
from .plan_document import Document, Row, items_of
from .progress import Line, rating_lines
from .rating_rows import answers_of, asked_on
from .relations import names_in, relation_in
from .vocabulary import CRISIS_SECTIONS, RATERS
from .wording import Wording, Words

DONE_SHOWN_DAYS = 60


@dataclass(frozen=True)
class Told:
    """What was said at the last meeting held: a line of good news and its language."""

    meeting_id: str
    line: str
    language: str


@dataclass(frozen=True)
class Surroundings:
    """Everything around the document that a page shows. people: by id, hidden ones included.

    may_call: ids of people whose number may be called. agreed: ids of those who agreed to be shown.
    today, last_meeting_on, done_since: ISO days.
    """

    family_id: str
    name: str
    today: str
    done_since: str
    people: Mapping[str, Someone]
    agreed: frozenset[str]
    no_calls: frozenset[str]
    celebrations: tuple[Told, ...]
    next_meeting: NextMeeting | None
    last_meeting_ms: int
    last_meeting_on: str
    next_meeting_id: str = ""


def hidden_ids(document: Document, around: Surroundings, rules: Rules, audience: Audience) -> frozenset[str]:
    """Everything of a document, its people and its good news that an audience must not learn of."""
    meetings = {one.meeting_id for one in around.celebrations}
    if around.next_meeting_id:
        meetings.add(around.next_meeting_id)
    told = (
        Item(f"{one.meeting_id}:{n}", hangs_on=(one.meeting_id,), texts=(one.line,))
        for n, one in enumerate(around.celebrations)
    )
    return hidden((*items_of(document), *map(Item, sorted(meetings)), *told), rules, audience)


def family_page(
    document: Document, around: Surroundings, rules: Rules, audience: Audience, wording: Wording
) -> FamilyPage:
    """The page. wording: the words in the language wanted; it collects the gaps."""
    gone = hidden_ids(document, around, rules, audience)
    tells = telltale(rules, audience)

    def plain(text: str) -> str:
        return "" if tells(text) else text

    coming = None if around.next_meeting_id in gone else around.next_meeting
    seen = replace(
        around,
        name=plain(around.name),
        people={
            key: replace(one, role=relation_in(plain(one.role), wording.language))
            for key, one in around.people.items()
            if key not in gone
        },
        next_meeting=replace(coming, place=plain(coming.place)) if coming else None,
    )
    return _Reader(document, seen, wording, gone).page()


class _Reader:
    def __init__(
        self, document: Document, around: Surroundings, wording: Wording, gone: frozenset[str]
    ) -> None:
        self._rows: dict[str, list[Row]] = {
            name: [row for row in rows if row["id"] not in gone] for name, rows in document.items()
        }
        self._around = around
        self._wording = wording
        self._gone = gone
        self._ratings = self._group("rating", "outcome_id", "rated_at_ms")
        self._steps = self._group("action_step", "strategy_id", "order")
        self._ways = self._group("strategy", "outcome_id", "order")
        self._goals = self._group("outcome", "need_id", "order")

    def page(self) -> FamilyPage:
        around = self._around
        vision = next(iter(self._rows.get("family_vision", [])), None)
        # In the order of reading, in which gaps are listed, too: what the family wants comes first.
        wanted = [self._words(vision, "family_vision", f) for f in ("text", "team_mission", "ground_rules")]
        needs = self._needs()
        promises = [p for n in needs for g in n.goals for w in g.ways for p in w.promises]
        plan = next(iter(self._rows.get("crisis_plan", [])), {})
        return FamilyPage(
            family_id=around.family_id,
            name=around.name,
            language=self._wording.language,
            vision=wanted[0],
            mission=wanted[1],
            ground_rules=wanted[2],
            strengths=self._strengths(),
            needs=needs,
            promises=tuple(
                sorted(
                    (p for p in promises if p.state != "done" or p.done_on >= around.done_since),
                    key=lambda p: (p.state == "done", p.due_on or "9", p.step_id),
                )
            ),
            good_news=self._good_news(promises),
            crisis=self._crisis(),
            crisis_reviewed_on=str(plan.get("reviewed_on", "")),
            circle=tuple(
                one
                for one in around.people.values()
                if one.id not in self._gone and (one.kind == "family" or one.id in around.agreed)
            ),
            transition=self._transition(),
            next_meeting=around.next_meeting,
            last_meeting_ms=around.last_meeting_ms,
            gaps=self._wording.gaps,
        )

    def _group(self, name: str, parent: str, order: str) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in sorted(self._rows.get(name, []), key=lambda r: (_number(r, order), str(r["id"]))):
            found[str(row.get(parent, ""))].append(row)
        return found

    def _words(self, row: Row | None, kind: str, field: str) -> Words:
        if row is None:
            return Words()
        return self._wording.words(
            str(row["id"]), kind, field, str(row.get(field) or ""), str(row.get("language") or "en")
        )

    def _someone(self, person_id: str, name: str, kind: str = "formal") -> Someone:
        known = self._around.people.get(person_id)
        return known if known is not None else Someone(person_id, name, "", kind)

    def _kind_of(self, owner: str) -> str:
        """What the first person is whom an owner's words name: "Teo and Nia" is an uncle's."""
        first = next(iter(owner.split()), "").casefold()
        found = (p.kind for p in self._around.people.values() if first in p.name.casefold().split())
        return next(found, "formal")

    def _strengths(self) -> tuple[StrengthShown, ...]:
        rows = sorted(self._rows.get("strength", []), key=_in_order)
        return tuple(
            StrengthShown(
                str(row["id"]),
                self._someone(str(row.get("whose") or ""), "").name,
                self._words(row, "strength", "text"),
            )
            for row in rows
        )

    def _needs(self) -> tuple[NeedShown, ...]:
        rows = [r for r in self._rows.get("need", []) if r.get("status") != "set_aside"]
        rows.sort(key=lambda r: (_number(r, "priority"), str(r["id"])))
        return tuple(
            NeedShown(
                str(row["id"]),
                number,
                self._words(row, "need", "text"),
                str(row.get("status") or "open"),
                tuple(
                    self._goal(one)
                    for one in self._goals[str(row["id"])]
                    if one.get("status") != "set_aside"
                ),
            )
            for number, row in enumerate(rows, start=1)
        )

    def _goal(self, row: Row) -> GoalShown:
        record = str(row["id"])
        return GoalShown(
            record,
            self._words(row, "outcome", "text"),
            str(row.get("measure_kind") or ""),
            str(row.get("baseline") or ""),
            str(row.get("current") or ""),
            str(row.get("target") or ""),
            str(row.get("status") or "open"),
            self._ratings_of(record),
            tuple(
                self._way(one)
                for one in self._ways[record]
                if one.get("chosen", True) and one.get("status") != "set_aside"
            ),
            self._history_of(record),
            asked_on(self._ratings[record]),
        )

    def _history_of(self, outcome: str) -> tuple[Line, ...]:
        """Everybody's numbers, by the names they go by today. What was said with one is not here: only
        the newest words are looked through and translated. Of two numbers that somebody gave on one
        day, in a meeting and at the table, the later one counts."""
        rows = self._ratings[outcome]
        said = {
            (code, one.by or one.who or one.record, one.day): (
                code, replace(one, who=self._someone(one.by, one.who).name, words="")
            )
            for code, one in answers_of(rows)
        }  # fmt: skip
        return rating_lines(said.values(), RATERS, asked_on(rows))

    def _ratings_of(self, outcome: str) -> tuple[RatingShown, ...]:
        by: dict[str, list[Row]] = defaultdict(list)
        for row in self._ratings[outcome]:
            by[str(row.get("by_id") or row.get("by_name") or row.get("by_kind"))].append(row)
        return tuple(
            RatingShown(
                self._someone(str(rows[-1].get("by_id") or ""), str(rows[-1].get("by_name") or "")),
                _number(rows[-1], "value"),
                _number(rows[-2], "value") if len(rows) > 1 else None,
                self._words(rows[-1], "rating", "words"),
                _number(rows[-1], "rated_at_ms"),
            )
            for rows in by.values()
        )

    def _way(self, row: Row) -> WayShown:
        record = str(row["id"])
        return WayShown(
            record,
            self._words(row, "strategy", "text"),
            str(row.get("kind") or ""),
            tuple(self._promise(one) for one in self._steps[record] if one.get("status") != "dropped"),
        )

    def _promise(self, row: Row) -> Promise:
        due = str(row.get("due_on") or "")
        done = row.get("status") == "done"
        words = str(row.get("owner") or "")
        owner = self._someone(str(row.get("owner_id") or ""), words, self._kind_of(words))
        late = "still_open" if due < self._around.today else "open"
        return Promise(
            str(row["id"]),
            self._words(row, "action_step", "what"),
            names_in(str(row.get("owner") or ""), self._wording.language) or owner.name,
            owner.kind,
            due,
            str(row.get("done_on") or ""),
            "done" if done else late if due else "no_date",
            self._words(row, "action_step", "what_happened"),
        )

    def _good_news(self, promises: list[Promise]) -> tuple[Words, ...]:
        since = self._around.last_meeting_on or self._around.done_since
        kept = [p.what for p in promises if p.state == "done" and p.done_on >= since]
        told = [
            Words(one.line)
            for n, one in enumerate(self._around.celebrations)
            if one.language == self._wording.language and f"{one.meeting_id}:{n}" not in self._gone
        ]
        return tuple(words for words in (*told, *kept) if words)

    def _crisis(self) -> tuple[CrisisLine, ...]:
        place = {section: n for n, section in enumerate(CRISIS_SECTIONS)}
        rows = [r for r in self._rows.get("crisis_item", []) if r.get("section") in place]
        rows.sort(key=lambda r: (place[str(r["section"])], _number(r, "order"), str(r["id"])))
        return tuple(
            CrisisLine(
                str(row["id"]),
                str(row["section"]),
                self._words(row, "crisis_item", "text"),
                str(row.get("who") or "") or self._someone(str(row.get("who_id") or ""), "").name,
                "" if row.get("who_id") in self._around.no_calls else str(row.get("phone") or ""),
            )
            for row in rows
        )

    def _transition(self) -> TransitionShown:
        plan = next(iter(self._rows.get("transition_plan", [])), None)
        rows = sorted(self._rows.get("transition_item", []), key=_in_order)
        return TransitionShown(
            self._words(plan, "transition_plan", "celebration"),
            self._words(plan, "transition_plan", "way_back"),
            tuple(
                (
                    str(row.get("section") or ""),
                    self._words(row, "transition_item", "text"),
                    str(row.get("who") or ""),
                    bool(row.get("done")),
                )
                for row in rows
            ),
        )


def _in_order(row: Row) -> tuple[int, str]:
    return (_number(row, "order"), str(row["id"]))


def _number(row: Mapping[str, Any], field: str) -> int:
    value = row.get(field, 0)
    return value if isinstance(value, int) else 0
