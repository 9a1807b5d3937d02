"""How the work with families is done: the facts behind the fidelity signals, read from the records.

Owns reading them; what is counted is wraparound/fidelity.py. For workers and supervision only.
Spec: docs/howto/supervise.md; design 02, Fidelity signals.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, TypeVar

from sqlmodel import Session, col, select

from app.errors import InvalidInput, PermissionRefused
from app.protocol.membership import Role
from app.wraparound.clock_runs import day_of
from app.wraparound.coach import service_in
from app.wraparound.fidelity import (
    FamilyFacts,
    MeetingFact,
    NeedFact,
    OutcomeFact,
    RatingFact,
    Signal,
    StepFact,
    VersionFact,
    WayFact,
    signals,
    together,
)
from app.wraparound.natural_share import PRESENT, Count
from app.wraparound.records import (
    ActionStep,
    Attendance,
    Family,
    FamilyVision,
    Meeting,
    Need,
    Outcome,
    Person,
    PlanVersion,
    Rating,
    Record,
    Signature,
    Strategy,
)
from app.wraparound.vocabulary import codes

from .board import shares_in
from .board_views import Shares
from .caseload_events import iso
from .desk import Desk
from .supports_share import PeopleShare

MONTHS: Final = 3
Row = TypeVar("Row", bound=Record)


@dataclass(frozen=True)
class FamilySignals:
    """The signals of one family. title: what it is called in lists."""

    family_id: str
    title: str
    signals: tuple[Signal, ...]


@dataclass(frozen=True)
class TeamSignals:
    """The signals of one coordinator's open families, added up. Never held against another's."""

    name: str
    families: tuple[FamilySignals, ...]
    signals: tuple[Signal, ...]


class Fidelity:
    """Fidelity signals of the families on this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._shares = PeopleShare(desk)

    async def of_family(self, family_id: str) -> FamilySignals:
        """One family's signals. Raises InvalidInput when it is not on this tablet."""
        families = await self._desk.vault.read(
            lambda session: list(session.exec(select(Family).where(Family.family_id == family_id)))
        )
        if not families:
            raise InvalidInput("This family is not on this tablet.", code="family_not_here")
        return (await self._of(families))[0]

    async def of_coordinator(self, person_id: str, name: str) -> TeamSignals:
        """The open families that somebody leads, for supervision. Raises PermissionRefused."""
        me = self._desk.me
        if Role.SUPERVISOR not in me.roles and person_id != me.person:
            raise PermissionRefused("board")
        led = select(Family).where(Family.lead_coordinator == person_id).where(Family.status == "open")
        families = await self._desk.vault.read(lambda session: list(session.exec(led)))
        found = await self._of(sorted(families, key=lambda one: (one.list_name or one.name).casefold()))
        return TeamSignals(name, found, together(one.signals for one in found))

    async def _of(self, families: Sequence[Family]) -> tuple[FamilySignals, ...]:
        now, today = self._desk.now_ms(), self._desk.today()
        ids = [one.family_id for one in families]

        def find(session: Session) -> tuple[dict[str, FamilyFacts], dict[str, Shares]]:
            return _facts(session, ids), shares_in(session, now)

        facts, shares = await self._desk.vault.read(find)
        found = []
        for family in families:
            one, owned = family.family_id, await self._owned(family.family_id)
            known = replace(facts[one], attendance=shares.get(one, Shares()).now, steps_owned=owned)
            found.append(FamilySignals(one, family.list_name or family.name, signals(known, today)))
        return tuple(found)

    async def _owned(self, family_id: str) -> Count:
        """Promises that natural supports have made or kept lately, among those with a known owner."""
        share = await self._shares.of_family(family_id)
        count = share.open_steps[-1].count if share.open_steps else Count()
        return sum((one.count for one in share.done_steps[-MONTHS:]), count)


def _facts(session: Session, families: Sequence[str]) -> dict[str, FamilyFacts]:
    """What the records hold of some families, in one question for each type."""

    def rows(kind: type[Row]) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in session.exec(select(kind).where(col(kind.family_id).in_(families))):
            found[row.family_id].append(row)
        return found

    needs, outcomes, ways, steps = rows(Need), rows(Outcome), rows(Strategy), rows(ActionStep)
    ratings, meetings, people, visions = rows(Rating), rows(Meeting), rows(Person), rows(FamilyVision)
    attendance, signed = rows(Attendance), rows(Signature)
    versions: dict[str, list[tuple[str, int]]] = defaultdict(list)
    frozen: Any = select(PlanVersion.family_id, PlanVersion.id, PlanVersion.frozen_at_ms)
    for family, version, at_ms in session.exec(frozen.where(col(PlanVersion.family_id).in_(families))):
        versions[family].append((version, at_ms))
    return {
        one: FamilyFacts(
            meetings=_meetings(meetings[one], attendance[one], ratings[one]),
            steps=_steps(steps[one]),
            needs=_needs(needs[one], outcomes[one]),
            outcomes=_outcomes(needs[one], outcomes[one], ways[one], ratings[one]),
            ways=_ways(needs[one], outcomes[one], ways[one]),
            versions=_versions(versions[one], signed[one], {person.id for person in people[one]}),
            vision=any(vision.text.strip() for vision in visions[one]),
        )
        for one in families
    }


def _meetings(
    meetings: Iterable[Meeting], attendance: Iterable[Attendance], ratings: Iterable[Rating]
) -> tuple[MeetingFact, ...]:
    asked: dict[str, int] = defaultdict(int)
    came: dict[str, int] = defaultdict(int)
    for one in attendance:
        asked[one.meeting_id] += 1
        came[one.meeting_id] += one.how in PRESENT
    rated = {one.meeting_id for one in ratings}
    return tuple(
        MeetingFact(one.id, on, came[one.id], asked[one.id], one.id in rated)
        for one in meetings
        if one.status == "held" and not one.professionals_only and (on := day_of(one.starts_at_ms))
    )


def _steps(steps: Iterable[ActionStep]) -> tuple[StepFact, ...]:
    return tuple(
        StepFact(one.id, one.what, iso(one.due_on), iso(one.done_on) if one.status == "done" else None)
        for one in steps
        if one.status != "dropped"
    )


def _needs(needs: Iterable[Need], outcomes: Iterable[Outcome]) -> tuple[NeedFact, ...]:
    count: dict[str, int] = defaultdict(int)
    for outcome in outcomes:
        count[outcome.need_id] += outcome.status != "set_aside"
    return tuple(
        NeedFact(one.id, one.text, bool(service_in(one.text)), count[one.id])
        for one in sorted(needs, key=lambda need: need.priority)
        if one.status == "open"
    )


def _open_outcomes(needs: Iterable[Need], outcomes: Iterable[Outcome]) -> list[Outcome]:
    alive = {one.id for one in needs if one.status == "open"}
    return [one for one in outcomes if one.status == "open" and one.need_id in alive]


def _outcomes(
    needs: Sequence[Need], outcomes: Sequence[Outcome], ways: Iterable[Strategy], ratings: Iterable[Rating]
) -> tuple[OutcomeFact, ...]:
    said: dict[str, list[RatingFact]] = defaultdict(list)
    for rating in ratings:
        if on := day_of(rating.rated_at_ms):
            said[rating.outcome_id].append(RatingFact(on, rating.value, rating.by_kind))
    changed: dict[str, list[date]] = defaultdict(list)
    for way in ways:
        days = (day_of(way.created_at_ms), day_of(way.updated_at_ms))
        changed[way.outcome_id] += [one for one in days if one is not None]
    return tuple(
        OutcomeFact(
            one.id, one.text, bool(one.measure_kind and one.baseline.strip()),
            tuple(sorted(said[one.id], key=lambda rating: rating.on)), tuple(changed[one.id]),
        )
        for one in _open_outcomes(needs, outcomes)
    )  # fmt: skip


def _ways(
    needs: Sequence[Need], outcomes: Sequence[Outcome], ways: Iterable[Strategy]
) -> tuple[WayFact, ...]:
    alive = {one.id for one in _open_outcomes(needs, outcomes)}
    return tuple(
        WayFact(one.id, one.text, len(codes(one.strengths)))
        for one in ways
        if one.chosen and one.status == "open" and one.outcome_id in alive
    )


def _versions(
    versions: Iterable[tuple[str, int]], marks: Iterable[Signature], family: set[str]
) -> tuple[VersionFact, ...]:
    signed = {one.version_id for one in marks if one.signer_id in family and one.signed}
    found = ((version, day_of(at_ms)) for version, at_ms in versions)
    return tuple(VersionFact(version, on, version in signed) for version, on in found if on is not None)
