"""Episodes: the times of service of a family, from enrolment through extensions to discharge.

Owns the records, refuses days that cannot be, and says what is due when a family opens or closes.
Source: design 02, Episode; docs/contacts-and-tiers.md, "Episodes".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Final, Literal

from sqlmodel import Session, select

from app.errors import InvalidInput
from app.store.vault import Change
from app.wraparound.practice_codes import DISCHARGE_REASONS, SETTINGS
from app.wraparound.records import Episode, Family, Person
from app.wraparound.vocabulary import codes, join_codes

from . import edge
from .desk import Desk
from .permissions import require
from .practice_rules import PracticeRules
from .supports_forms import changes
from .tier_facts import iso_day

Proposal = Literal["", "enrol", "discharge"]
"""What a family's standing asks for: an open family without an episode, a closed one with one open."""


@dataclass(frozen=True)
class EpisodeDraft:
    """One episode as it stands in the form. Days are ISO. number: 0 for one that is not saved yet."""

    family_id: str
    episode_id: str = ""
    number: int = 0
    youths: tuple[str, ...] = ()
    eligibility: str = ""
    funder: str = ""
    enrolled_on: str = ""
    extension_asked_on: str = ""
    extension_reason: str = ""
    extended_until: str = ""
    discharged_on: str = ""
    discharge_reason: str = ""
    living_in: str = ""
    living_out: str = ""
    note: str = ""
    shown: EpisodeDraft | None = None


@dataclass(frozen=True)
class EpisodeView:
    """One episode as people read it. days: so long it has run, or ran. youths: their names."""

    draft: EpisodeDraft
    youths: tuple[str, ...]
    days: int
    open: bool
    has_conflict: bool = False
    sync_state: str = "on_server"


@dataclass(frozen=True)
class EpisodesView:
    """The episodes of a family, the latest first. people: (id, name) of its young people.

    funders: names of the contact rules of today. proposal: what the family's standing asks for; on_day: the
    day that it would be, ISO.
    """

    episodes: tuple[EpisodeView, ...]
    people: tuple[tuple[str, str], ...]
    funders: tuple[tuple[str, str], ...]
    proposal: Proposal = ""
    on_day: str = ""


_DAYS: Final = ("enrolled_on", "extension_asked_on", "extended_until", "discharged_on")
_FIELDS: Final = tuple(
    one.name for one in fields(EpisodeDraft) if one.name not in ("family_id", "episode_id", "shown")
)


class Episodes:
    """Episodes of the families on this tablet."""

    def __init__(self, desk: Desk, rules: PracticeRules) -> None:
        self._desk = desk
        self._rules = rules

    async def of_family(self, family_id: str, language: str = "en") -> EpisodesView:
        """Every episode, and what is due. language: of the funders' names."""
        today = self._desk.today()
        rules = await self._rules.today("contacts")

        def find(session: Session) -> tuple[list[Episode], list[Person], Family | None]:
            rows = session.exec(select(Episode).where(Episode.family_id == family_id)).all()
            people = session.exec(
                select(Person).where(Person.family_id == family_id).where(Person.is_youth)
            ).all()
            family = session.exec(select(Family).where(Family.family_id == family_id)).first()
            return list(rows), list(people), family

        rows, people, family = await self._desk.vault.read(find)
        states = await self._desk.vault.statuses([row.id for row in rows])
        names = {one.id: one.called or one.name for one in people}
        views = sorted(
            (_view(row, names, today, states.get(row.id, "on_server")) for row in rows),
            key=lambda one: (one.draft.enrolled_on, one.draft.number, one.draft.episode_id), reverse=True,
        )  # fmt: skip
        going = any(one.open for one in views)
        proposal: Proposal = ""
        on_day = ""
        if family is not None and family.status == "closed" and going:
            proposal, on_day = "discharge", family.status_on
        elif family is not None and family.status == "open" and not going:
            proposal, on_day = "enrol", "" if views else family.enrolled_on
        funders = tuple((one.name, one.called(language)) for one in rules.funders)
        on_day = on_day or today.isoformat()
        return EpisodesView(tuple(views), tuple(names.items()), funders, proposal, on_day)

    async def next_one(self, family_id: str) -> EpisodeDraft:
        """A draft of the next episode, as far as the app knows it."""
        require(self._desk.me, "episode.edit")
        known = await self.of_family(family_id)
        before = known.episodes[0].draft if known.episodes else None
        return EpisodeDraft(
            family_id,
            youths=tuple(who for who, _ in known.people) if len(known.people) == 1 else (),
            funder=before.funder if before is not None else "",
            enrolled_on=known.on_day if known.proposal == "enrol" else "",
            living_in=before.living_out if before is not None else "",
        )

    async def form(self, family_id: str, episode_id: str) -> EpisodeDraft:
        """The draft of an episode that is there, or of a new one where there is none."""
        for one in (await self.of_family(family_id)).episodes:
            if one.draft.episode_id == episode_id:
                return replace(one.draft, shown=one.draft)
        return await self.next_one(family_id)

    async def save(self, draft: EpisodeDraft) -> str:
        """Keep what changed. Returns the record id. Raises InvalidInput naming the field."""
        require(self._desk.me, "episode.edit")
        known = await self.of_family(draft.family_id)
        others = [one.draft for one in known.episodes if one.draft.episode_id != draft.episode_id]
        values = _checked(draft, others, self._desk.today())
        if not draft.number:
            values["number"] = max((one.number for one in others), default=0) + 1
        record = draft.episode_id or self._desk.new_id()
        before = await self._desk.vault.read(lambda session: session.get(Episode, record))
        seen = None if draft.shown is None else _written(draft.shown)
        changed = changes(before, values, seen)
        if changed:
            stream = await self._desk.team_stream(draft.family_id)
            await self._desk.vault.commit([Change(stream, Episode.TYPE, record, changed)])
        return record


def _view(row: Episode, names: dict[str, str], today: date, state: str) -> EpisodeView:
    values = {name: getattr(row, name) for name in _FIELDS} | {"youths": codes(row.youths)}
    draft = EpisodeDraft(row.family_id, row.id, **values)
    began, ended = iso_day(row.enrolled_on), iso_day(row.discharged_on)
    days = ((ended or today) - began).days + 1 if began is not None else 0
    called = tuple(names[one] for one in draft.youths if one in names)
    return EpisodeView(draft, called, max(0, days), not row.discharged_on, row.has_conflict, state)


def _written(draft: EpisodeDraft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in _FIELDS} | {"youths": join_codes(draft.youths)}


def _checked(draft: EpisodeDraft, others: Sequence[EpisodeDraft], today: date) -> dict[str, Any]:
    values = _written(draft)
    for name in ("eligibility", "funder", "extension_reason", "note"):
        values[name] = edge.text(getattr(draft, name), name, limit=edge.PARAGRAPH_BYTES)
    for name in _DAYS:
        values[name] = edge.day(getattr(draft, name), name)
    edge.choice(draft.discharge_reason, ("", *DISCHARGE_REASONS), "discharge_reason")
    for name in ("living_in", "living_out"):
        edge.choice(getattr(draft, name), ("", *SETTINGS), name)
    _days_that_can_be(values, today)
    if values["discharged_on"] and not draft.discharge_reason:
        raise InvalidInput("Why did it end?", field="discharge_reason", code="no_discharge_reason")
    if draft.discharge_reason and not values["discharged_on"]:
        raise InvalidInput("On which day did it end?", field="discharged_on", code="no_discharge_day")
    _beside(values, others)
    return values


def _days_that_can_be(values: dict[str, Any], today: date) -> None:
    """One after the other, and what has happened not in the future. Raises InvalidInput."""
    now, enrolled = today.isoformat(), values["enrolled_on"]
    if not enrolled:
        raise InvalidInput("On which day was the family enrolled?", field="enrolled_on", code="no_enrolment")
    for name in ("enrolled_on", "extension_asked_on", "discharged_on"):
        if values[name] > now:
            raise InvalidInput("That day is still to come.", field=name, code="day_to_come")
    for name in ("extension_asked_on", "extended_until", "discharged_on"):
        if values[name] and values[name] < enrolled:
            raise InvalidInput("That is before the enrollment.", field=name, code="before_enrolment")
    asked, until = values["extension_asked_on"], values["extended_until"]
    if until and not asked:
        raise InvalidInput(
            "When was the extension asked for?", field="extension_asked_on", code="no_extension_day"
        )
    if until and until < asked:
        raise InvalidInput(
            "It ends before it was asked for.", field="extended_until", code="ends_before_asked"
        )


def _beside(values: dict[str, Any], others: Sequence[EpisodeDraft]) -> None:
    """No two episodes on one day. Raises InvalidInput."""
    begins, ends = values["enrolled_on"], values["discharged_on"] or _NEVER
    for one in others:
        if begins <= (one.discharged_on or _NEVER) and one.enrolled_on <= ends:
            raise InvalidInput(
                f"Episode {one.number} runs on that day, too. End it first.", field="enrolled_on",
                code="episodes_overlap", values={"number": one.number},
            )  # fmt: skip


_NEVER: Final = date.max.isoformat()
