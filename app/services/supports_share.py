"""The share of natural supports and the coach's question, read from a family's records.

The rules are pure (wraparound/natural_share.py and people_coach.py); here is what they are told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from app.wraparound.natural_share import (
    PRESENT,
    Count,
    Held,
    Month,
    Side,
    StepFact,
    Trend,
    attendance,
    by_month,
    counted,
    done_by_month,
    open_by_month,
    side_of,
    trend,
)
from app.wraparound.people_coach import Close, CoachQuestion, question
from app.wraparound.records import (
    ActionStep,
    Attendance,
    Meeting,
    NaturalSupport,
    Person,
    StaffMember,
    Strategy,
    TeamMember,
)

from .desk import Desk

QUIET_KIND = "people_coach"
QUIET_DAYS = 30
MONTHS_SHOWN = 6
ON_TEAM = ("on_team", "leading")


@dataclass(frozen=True)
class ShareView:
    """Shares of natural supports. last: the last meeting, None before the first.

    months: attendance of the last months with a meeting, oldest first; trend: from the first of them
    to the last meeting, None with fewer than two. open_steps, done_steps: promises by month.
    """

    team: Count
    last: Count | None
    last_on: date | None
    months: tuple[Month, ...]
    trend: Trend | None
    open_steps: tuple[Month, ...]
    done_steps: tuple[Month, ...]


@dataclass(frozen=True)
class _Facts:
    supports: Sequence[NaturalSupport]
    team: Sequence[TeamMember]
    persons: Sequence[Person]
    staff: Sequence[StaffMember]
    steps: Sequence[ActionStep]
    strategies: Sequence[Strategy]
    meetings: Sequence[Meeting]
    attendance: Sequence[Attendance]

    def sides(self) -> dict[str, Side | None]:
        """On which side everybody counts, by id; None for the family."""
        found: dict[str, Side | None] = {one.id: None for one in self.persons}
        found |= {one.id: "professional" for one in self.staff}
        found |= {one.id: side_of(one.kind) for one in self.team}
        found |= {one.id: "natural" for one in self.supports}
        return found

    def owner(self, step: ActionStep) -> str:
        """The id of whoever promised it: as linked, or the one person who goes by that name."""
        if step.owner_id:
            return step.owner_id
        said = step.owner.casefold().strip()
        names = {one.id: one.name for one in self.supports} | {one.id: one.name for one in self.team}
        names |= {one.id: one.name for one in self.persons} | {one.id: one.name for one in self.staff}
        for whole in (True, False):
            named = {who for who, name in names.items() if said and _goes_by(said, name, whole)}
            if len(named) == 1:
                return named.pop()
        return ""


class PeopleShare:
    """Shares and questions of the families on this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def of_family(self, family_id: str) -> ShareView:
        """See Supports.share."""
        facts = await self._desk.vault.read(lambda session: _facts(session, family_id))
        meetings = sorted(_held(facts), key=lambda one: one.on)
        counts = [(one.on, attendance(one)) for one in meetings if attendance(one).everybody]
        months = by_month(meetings)[-MONTHS_SHOWN:]
        last_on, last = counts[-1] if counts else (None, None)
        steps = _steps(facts)
        moved = trend(months[0].count, last) if last is not None and len(months) > 1 else None
        return ShareView(
            team=counted(
                [
                    *(side_of("natural") for one in facts.supports if _on_team(one)),
                    *(side_of(one.kind) for one in facts.team if one.status != "left"),
                ]
            ),
            last=last,
            last_on=last_on,
            months=months,
            trend=moved,
            open_steps=open_by_month(steps, self._desk.today(), MONTHS_SHOWN),
            done_steps=done_by_month(steps)[-MONTHS_SHOWN:],
        )

    async def months(self, family_id: str) -> tuple[Month, ...]:
        """Attendance of all months with a meeting, oldest first."""
        return by_month(_held(await self._desk.vault.read(lambda session: _facts(session, family_id))))

    async def question(self, family_id: str) -> CoachQuestion | None:
        """See Supports.coach."""
        facts = await self._desk.vault.read(lambda session: _facts(session, family_id))
        owners = {facts.owner(step) for step in facts.steps if step.status != "dropped"}
        chosen = [one for one in facts.strategies if one.chosen and one.status == "open"]
        said = " ".join(f"{one.text} {one.provider}" for one in chosen).casefold()
        names = {one.id: one.called or one.name for one in facts.persons}
        youths = [one.called or one.name for one in facts.persons if one.is_youth]
        close = [
            Close(
                one.id, one.name, one.closeness, one.status,
                names.get(one.close_to) or (youths[0] if len(youths) == 1 else ""),
                not one.do_not_contact,
                one.id in owners or (bool(one.name) and one.name.casefold() in said),
            )
            for one in facts.supports
        ]  # fmt: skip
        return question(family_id, close, await self._quiet(family_id))

    async def not_now(self, asked: CoachQuestion) -> None:
        """See Supports.not_now."""
        until = (self._desk.today() + timedelta(days=QUIET_DAYS)).isoformat()
        kept = await self._kept(asked.family_id) | {asked.about_id: until}
        await self._desk.vault.save_local(QUIET_KIND, asked.family_id, json.dumps(kept).encode())

    async def _quiet(self, family_id: str) -> frozenset[str]:
        today = self._desk.today().isoformat()
        return frozenset(who for who, until in (await self._kept(family_id)).items() if until > today)

    async def _kept(self, family_id: str) -> dict[str, str]:
        raw = await self._desk.vault.load_local(QUIET_KIND, family_id)
        found: dict[str, str] = json.loads(raw) if raw is not None else {}
        return found


def _on_team(support: NaturalSupport) -> bool:
    return support.status in ON_TEAM and not support.do_not_contact


def _goes_by(said: str, name: str, whole: bool) -> bool:
    known = name.casefold().strip()
    return said == known if whole else said in known.split()


def _facts(session: Session, family_id: str) -> _Facts:
    meetings = session.exec(
        select(Meeting)
        .where(Meeting.family_id == family_id)
        .where(Meeting.status == "held")
        .where(col(Meeting.professionals_only).is_(False))
    ).all()
    return _Facts(
        session.exec(
            select(NaturalSupport)
            .where(NaturalSupport.family_id == family_id)
            .order_by(col(NaturalSupport.closeness).desc(), col(NaturalSupport.name))
        ).all(),
        session.exec(select(TeamMember).where(TeamMember.family_id == family_id)).all(),
        session.exec(
            select(Person).where(Person.family_id == family_id).order_by(col(Person.order))
        ).all(),
        session.exec(select(StaffMember)).all(),
        session.exec(select(ActionStep).where(ActionStep.family_id == family_id)).all(),
        session.exec(select(Strategy).where(Strategy.family_id == family_id)).all(),
        meetings,
        session.exec(select(Attendance).where(Attendance.family_id == family_id)).all(),
    )


def _held(facts: _Facts) -> list[Held]:
    present: dict[str, list[str]] = {}
    for one in facts.attendance:
        kinds = present.setdefault(one.meeting_id, [])
        if one.how in PRESENT:
            kinds.append(one.kind)
    found = []
    for meeting in facts.meetings:
        on = _day(meeting.starts_at_ms)
        if on is not None:
            kinds_here: Mapping[str, list[str]] = present
            there = tuple(kinds_here[meeting.id]) if meeting.id in kinds_here else None
            found.append(Held(on, there, meeting.natural_present, meeting.formal_present))
    return found


def _steps(facts: _Facts) -> list[StepFact]:
    sides = facts.sides()
    found = []
    for step in facts.steps:
        side = sides.get(facts.owner(step))
        since = _day(step.created_at_ms)
        if side is None or since is None:
            continue
        ended = None
        if step.status == "done":
            ended = _iso(step.done_on) or _day(step.updated_at_ms)
        elif step.status == "dropped":
            ended = _day(step.updated_at_ms)
        found.append(StepFact(side, since, ended, step.status == "done"))
    return found


def _day(at_ms: int) -> date | None:
    """The day of an instant; None for one that no calendar has (it came from another tablet)."""
    try:
        return datetime.fromtimestamp(at_ms / 1000).date() if at_ms else None
    except (ValueError, OverflowError, OSError):
        return None


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
