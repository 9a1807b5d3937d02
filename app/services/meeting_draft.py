"""A running meeting as one value: all that was said and tapped, and the pure acts that change it.

Owns the value, its acts and its text form. It lives sealed on this tablet alone until the meeting
ends (meeting_ending.py); a private rating never leaves it. Source: design 01, Meeting mode.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from typing import Any, Literal, get_args, get_origin, get_type_hints

from app.wraparound import meeting_flow as flow_of

Stroke = tuple[tuple[int, int], ...]
"""Points of one line, as shares of a 1000 × 400 box."""


@dataclass(frozen=True)
class Presence:
    """Somebody and how they take part. person_id: "guest:…" when the records do not know them.

    how: a code of vocabulary.ATTENDANCE, or empty while nobody has said.
    """

    person_id: str
    name: str
    role: str = ""
    kind: str = "formal"
    how: str = ""
    is_youth: bool = False


@dataclass(frozen=True)
class GivenRating:
    """One person's number for one goal. value: -1 until one is given. shown: by its giver."""

    rating_id: str
    goal_id: str
    person_id: str
    value: int = -1
    shown: bool = False
    passed: bool = False
    words: str = ""


@dataclass(frozen=True)
class NewNeed:
    """A need that was named at this table, with what will be seen when it is met."""

    need_id: str
    goal_id: str
    text: str
    goal: str = ""


@dataclass(frozen=True)
class Idea:
    """One way that somebody thought of for a goal."""

    idea_id: str
    goal_id: str
    text: str
    chosen: bool = False


@dataclass(frozen=True)
class NewStep:
    """A promise. strategy_id: of the plan, or of an idea. later: left open on purpose."""

    step_id: str
    strategy_id: str
    what: str
    owner: str = ""
    owner_id: str = ""
    due_on: str = ""
    later: bool = False


@dataclass(frozen=True)
class Agreement:
    """How one person ends the meeting. agreement: a code of vocabulary.AGREEMENTS, or empty.

    by_mouth: agreed aloud, without a signature. signed_at_ms: 0 until signed or said.
    """

    person_id: str
    agreement: str = ""
    words: str = ""
    strokes: tuple[Stroke, ...] = ()
    by_mouth: bool = False
    language: str = ""
    signed_at_ms: int = 0


Ending = Literal["", "asked"]


@dataclass(frozen=True)
class MeetingDraft:
    """A running meeting. language: of the table now. audience: ids of who can see the screen."""

    meeting_id: str
    family_id: str
    flow: str = "review"
    language: str = "en"
    languages: tuple[str, ...] = ()
    """All it was held in so far."""
    step: str = "who"
    part: int = 0
    asked: bool = False
    """*Who can see this?* was answered."""
    audience: tuple[str, ...] = ()
    strangers: bool = False
    present: tuple[Presence, ...] = ()
    interpreter: str = ""
    interpreter_qualification: str = ""
    place: str = ""
    medium: str = "in_person"
    rules: tuple[str, ...] = ()
    """Ground rules that were added today."""
    vision: str = ""
    """The family's vision as it was said today; empty while nobody said it anew."""
    celebrations: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    """Ids of promises that were ticked as done at this meeting."""
    debrief: dict[str, str] = field(default_factory=dict)
    """happened, helped, hurt → words."""
    ratings: tuple[GivenRating, ...] = ()
    needs: tuple[NewNeed, ...] = ()
    ideas: tuple[Idea, ...] = ()
    steps: tuple[NewStep, ...] = ()
    carries: tuple[NewStep, ...] = ()
    """Closing: what goes on, and who carries it (what, owner)."""
    celebration: str = ""
    way_back: str = ""
    crisis: str = ""
    """right, changed, or empty."""
    crisis_words: str = ""
    next_on: str = ""
    next_at: str = ""
    """HH:MM on the wall."""
    next_place: str = ""
    next_later: bool = False
    """No day was found; somebody will call."""
    agreements: tuple[Agreement, ...] = ()
    typed: dict[str, str] = field(default_factory=dict)
    """What stands in fields that were not added yet, by field."""
    short: bool = False
    """*Ten minutes left* was used."""
    ending: Ending = ""
    """asked: the ending has begun and must be brought to its end."""
    next_meeting_id: str = ""
    note_id: str = ""
    started_at_ms: int = 0
    ended_at_ms: int = 0
    saved_at_ms: int = 0

    @property
    def professionals_only(self) -> bool:
        """Whether nobody of the family takes part."""
        return flow_of.is_professionals_only((one.kind, one.how) for one in self.present)

    @property
    def position(self) -> flow_of.Position:
        """Where it stands."""
        return flow_of.position(self.flow, self.step, self.part, self.professionals_only)

    @property
    def taking_part(self) -> tuple[Presence, ...]:
        """Who takes part, in order."""
        return tuple(one for one in self.present if one.how in flow_of.PRESENT)

    def rating(self, goal_id: str, person_id: str) -> GivenRating | None:
        """What one person gave for one goal."""
        pairs = (one for one in self.ratings if (one.goal_id, one.person_id) == (goal_id, person_id))
        return next(pairs, None)

    def agreement(self, person_id: str) -> Agreement | None:
        """How one person ends the meeting."""
        return next((one for one in self.agreements if one.person_id == person_id), None)


# -- moving ---------------------------------------------------------------------------------


def go(draft: MeetingDraft, step: str, part: int = 0) -> MeetingDraft:
    """Stand at a step."""
    return replace(draft, step=step, part=part)


def forward(draft: MeetingDraft, parts: int = 1) -> MeetingDraft:
    """The next part of this step, or the next step. parts: how many this step has."""
    here = draft.position
    if here.part + 1 < parts:
        return go(draft, here.step, here.part + 1)
    return go(draft, flow_of.after(draft.flow, here.step, draft.professionals_only))


def back(draft: MeetingDraft) -> MeetingDraft:
    """The part or the step before."""
    here = draft.position
    if here.part > 0:
        return go(draft, here.step, here.part - 1)
    return go(draft, flow_of.before(draft.flow, here.step, draft.professionals_only))


def hurry(draft: MeetingDraft) -> MeetingDraft:
    """*Ten minutes left*: straight to promises, date and agreement."""
    to = flow_of.short_of_time(draft.flow, draft.position.step, draft.professionals_only)
    return replace(go(draft, to), short=True)


def speak(draft: MeetingDraft, language: str) -> MeetingDraft:
    """Go on in another language."""
    spoken = (*draft.languages, language) if language not in draft.languages else draft.languages
    return replace(draft, language=language, languages=spoken)


# -- who is here ----------------------------------------------------------------------------


def see(draft: MeetingDraft, people: tuple[Presence, ...], strangers: bool) -> MeetingDraft:
    """*Who can see this?* was answered: who was named is here; nobody is marked away by it."""
    known = {one.person_id: one for one in draft.present}
    for one in people:
        before = known.get(one.person_id, one)
        known[one.person_id] = replace(before, how=before.how or "here")
    return _watched(
        replace(
            draft,
            asked=True,
            audience=tuple(one.person_id for one in people),
            strangers=strangers,
            present=tuple(known.values()),
        )
    )


def attend(draft: MeetingDraft, person: Presence, how: str) -> MeetingDraft:
    """Mark how somebody takes part. Whoever does may see the screen from now on."""
    changed = replace(person, how=how)
    there = [changed if one.person_id == person.person_id else one for one in draft.present]
    if changed not in there:
        there.append(changed)
    return _watched(replace(draft, present=tuple(there)))


def _watched(draft: MeetingDraft) -> MeetingDraft:
    """Everybody who takes part belongs to the audience; a guest makes strangers look on."""
    here = [one.person_id for one in draft.present if one.how in flow_of.PRESENT - {"left_early"}]
    known = [one for one in here if not one.startswith("guest:")]
    return replace(
        draft,
        audience=tuple(dict.fromkeys((*draft.audience, *known))),
        strangers=draft.strangers or len(known) < len(here),
    )


# -- what is said ---------------------------------------------------------------------------


def put_rating(draft: MeetingDraft, rating: GivenRating) -> MeetingDraft:
    """One person's number, words, showing or passing, in place of what they gave before."""
    others = [
        one
        for one in draft.ratings
        if (one.goal_id, one.person_id) != (rating.goal_id, rating.person_id)
    ]
    return replace(draft, ratings=(*others, rating))


def put_step(draft: MeetingDraft, step: NewStep) -> MeetingDraft:
    """A promise, new or changed; it keeps its place."""
    if any(one.step_id == step.step_id for one in draft.steps):
        same = tuple(step if one.step_id == step.step_id else one for one in draft.steps)
        return replace(draft, steps=same)
    return replace(draft, steps=(*draft.steps, step))


def choose_idea(draft: MeetingDraft, idea_id: str, chosen: bool) -> MeetingDraft:
    """Choose an idea, or leave it among the ideas. Promises of an idea that was left go with it."""
    ideas = tuple(
        replace(one, chosen=chosen) if one.idea_id == idea_id else one for one in draft.ideas
    )
    return replace(draft, ideas=ideas)


def put_agreement(draft: MeetingDraft, agreement: Agreement) -> MeetingDraft:
    """How one person ends the meeting."""
    others = [one for one in draft.agreements if one.person_id != agreement.person_id]
    return replace(draft, agreements=(*others, agreement))


def put_typed(draft: MeetingDraft, name: str, words: str) -> MeetingDraft:
    """What stands in a field that was not added yet."""
    rest = {key: value for key, value in draft.typed.items() if key != name}
    return replace(draft, typed=rest | ({name: words} if words else {}))


# -- text form ------------------------------------------------------------------------------


def to_bytes(draft: MeetingDraft) -> bytes:
    """JSON in UTF-8, for the sealed shelf."""
    return json.dumps(asdict(draft)).encode()


def from_bytes(raw: bytes) -> MeetingDraft:
    """The draft of its JSON. Fields of another version are left out or take their defaults."""
    made: MeetingDraft = _build(MeetingDraft, json.loads(raw))
    return made


def _build(kind: Any, value: Any) -> Any:
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        known = {one.name for one in fields(kind)}
        values = {name: _build(hints[name], one) for name, one in value.items() if name in known}
        return kind(**values)  # type: ignore[operator]
    if get_origin(kind) is tuple and isinstance(value, list):
        inner = get_args(kind)
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(_build(inner[0], one) for one in value)
        return tuple(_build(one, part) for one, part in zip(inner, value, strict=True))
    return value
