"""How long records are kept: the agency's rule, closed families whose time has passed, legal hold.

Owns the list, the hold and the recorded decision. It destroys nothing: what destroying means, and
what is not built, stands in docs/labels.md, "Retention".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.protocol.ids import derived_id, singleton_id
from app.store.vault import Act, Change
from app.wraparound.records import (
    Family,
    LegalHold,
    Person,
    RetentionDecision,
    RetentionRule,
    StaffMember,
)
from app.wraparound.retention import AGE_RANGE, YEARS_RANGE, Kept, Rule, kept_until

from . import edge
from .desk import Desk
from .permissions import require

DECISIONS = ("destroy", "keep")


@dataclass(frozen=True)
class RuleView:
    """The agency's rule. source: law or contract, in its words. own: somebody has set it."""

    years: int
    age: int
    source: str
    own: bool


@dataclass(frozen=True)
class HoldView:
    """One hold on a family's record. lifted_on: empty while it stands."""

    hold_id: str
    family_id: str
    reason: str
    by: str
    from_on: str
    lifted_on: str
    lifted_why: str
    lifted_by: str


@dataclass(frozen=True)
class DecisionView:
    """What was decided about a family whose time has passed."""

    decision: str
    why: str
    by: str
    decided_on: str
    look_again_on: str


@dataclass(frozen=True)
class PassedFamily:
    """A closed family whose record the agency need not keep any longer, by its rule.

    ages_known: False when somebody young has no birthday here: then the rule's age is not looked at,
    and a person has to. decision: the last one; None when nothing is decided.
    """

    family_id: str
    name: str
    closed_on: str
    until: str
    ages_known: bool
    held: bool
    decision: DecisionView | None


class Retaining:
    """The rule, the holds, and the list, for the families on this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # -- the rule ---------------------------------------------------------------------------------

    async def rule(self) -> RuleView:
        """The agency's rule; the shipped one where nobody has set it."""
        row = await self._desk.vault.read(lambda session: session.exec(select(RetentionRule)).first())
        if row is None:
            return RuleView(Rule().years, Rule().age, "", False)
        # Another tablet's value may be anything: what no rule could be is the shipped one.
        years = row.years_after_close if _within(row.years_after_close, YEARS_RANGE) else Rule().years
        age = row.until_age if _within(row.until_age, AGE_RANGE) else Rule().age
        return RuleView(years, age, row.source, True)

    async def set_rule(self, years: int, age: int, source: str) -> None:
        """Change the agency's rule. Administrators. Raises InvalidInput, PermissionRefused."""
        require(self._desk.me, "agency.edit")
        if not _within(years, YEARS_RANGE):
            raise InvalidInput("A number of years from 1 to 99.", field="years", code="bad_years")
        if not _within(age, AGE_RANGE):
            raise InvalidInput("An age from 0 to 99.", field="age", code="bad_age")
        words = edge.text(
            source, "source", required="Which law or contract says so?", blank="no_rule_source"
        )
        stream = self._desk.vault.data_stream
        record = singleton_id(stream, RetentionRule.TYPE).hex()
        fields = {"years_after_close": years, "until_age": age, "source": words}
        await self._desk.vault.commit(
            [Change(stream, RetentionRule.TYPE, record, fields)],
            [Act(stream, "retention.set", RetentionRule.TYPE, record, f"{years} {age}")],
        )

    # -- holds ------------------------------------------------------------------------------------

    async def holds(self, family_id: str) -> tuple[HoldView, ...]:
        """All holds a family ever had, those that stand first."""

        def find(session: Session) -> list[HoldView]:
            staff = {one.id: one.name for one in session.exec(select(StaffMember))}
            rows = session.exec(
                select(LegalHold)
                .where(LegalHold.held_family == family_id)
                .order_by(col(LegalHold.created_at_ms).desc(), col(LegalHold.id))
            )
            return [
                HoldView(
                    row.id, row.held_family, row.reason, staff.get(row.created_by, ""), row.from_on,
                    row.lifted_on, row.lifted_why, staff.get(row.updated_by, "") if row.lifted_on else "",
                )
                for row in rows
            ]  # fmt: skip

        found = await self._desk.vault.read(find)
        return tuple(sorted(found, key=lambda one: bool(one.lifted_on)))

    async def held(self, family_id: str) -> HoldView | None:
        """The hold that stands, or None."""
        return next((one for one in await self.holds(family_id) if not one.lifted_on), None)

    async def hold(self, family_id: str, reason: str) -> str:
        """Forbid destroying anything of a family. Returns the hold's id. Supervisors, administrators.

        reason: everybody in the agency can read it, so it names nobody. Raises InvalidInput.
        """
        require(self._desk.me, "hold.set")
        words = edge.text(
            reason, "hold_reason", required="Say in a few words why.", blank="no_hold_reason"
        )
        if await self.held(family_id) is not None:
            raise InvalidInput("A hold stands already.", code="held_already")
        stream, record = self._desk.vault.data_stream, self._desk.new_id()
        fields = {"held_family": family_id, "reason": words, "from_on": self._desk.today().isoformat()}
        await self._desk.vault.commit(
            [Change(stream, LegalHold.TYPE, record, fields)],
            [Act(stream, "hold.set", Family.TYPE, family_id)],
        )
        return record

    async def lift(self, hold_id: str, why: str) -> None:
        """Lift a hold. why: kept beside it. Raises InvalidInput."""
        require(self._desk.me, "hold.set")
        words = edge.text(
            why, "lift_reason", required="Say in a few words why.", blank="no_lift_reason"
        )
        row = await self._desk.vault.read(lambda session: session.get(LegalHold, hold_id))
        if row is None or row.lifted_on:
            raise InvalidInput("This hold has been lifted already.", code="not_held")
        stream = self._desk.vault.data_stream
        fields = {"lifted_on": self._desk.today().isoformat(), "lifted_why": words}
        await self._desk.vault.commit(
            [Change(stream, LegalHold.TYPE, hold_id, fields)],
            [Act(stream, "hold.lift", Family.TYPE, row.held_family)],
        )

    # -- what has passed --------------------------------------------------------------------------

    async def passed(self) -> tuple[PassedFamily, ...]:
        """Closed families on this tablet whose time has passed, the longest past first."""
        view = await self.rule()
        rule, today = Rule(view.years, view.age), self._desk.surely_today()

        def find(session: Session) -> list[tuple[Family, Kept, bool, DecisionView | None]]:
            held = set(
                session.exec(select(LegalHold.held_family).where(LegalHold.lifted_on == ""))
            )
            found = []
            for family in session.exec(select(Family).where(Family.status == "closed")):
                closed = _date(family.status_on)
                kept = kept_until(rule, closed, _born(session, family.family_id)) if closed else None
                if kept is not None and kept.until <= today:
                    decision = _decision(session, family.family_id)
                    found.append((family, kept, family.family_id in held, decision))
            return found

        rows = await self._desk.vault.read(find)
        rows.sort(key=lambda one: (one[1].until, one[0].family_id))
        return tuple(
            PassedFamily(
                family.family_id, family.list_name or family.name, family.status_on,
                kept.until.isoformat(), kept.ages_known, held, decision,
            )
            for family, kept, held, decision in rows
        )  # fmt: skip

    async def decide(self, family_id: str, decision: str, why: str, look_again_on: str = "") -> None:
        """Record what becomes of a family whose time has passed. It destroys nothing.

        Raises InvalidInput while a hold stands or the time has not passed; PermissionRefused.
        """
        require(self._desk.me, "retention.decide")
        edge.choice(decision, DECISIONS, "decision")
        words = edge.text(
            why, "decision_reason", required="Say in a few words why.", blank="no_decision_why"
        )
        again = edge.day(look_again_on, "look_again_on")
        family = next((one for one in await self.passed() if one.family_id == family_id), None)
        if family is None:
            raise InvalidInput("The time of this record has not passed.", code="time_not_passed")
        if decision == "destroy" and family.held:
            raise InvalidInput(
                "A legal hold stands: nothing of this family may be destroyed.", code="on_hold"
            )
        stream = self._desk.vault.data_stream
        # One for each family: who decides anew has seen the last one, and two at once are a conflict.
        record = derived_id(stream, RetentionDecision.TYPE, family_id).hex()
        fields = {
            "about_family": family_id, "decision": decision, "why": words, "look_again_on": again,
            "decided_on": self._desk.today().isoformat(),
        }  # fmt: skip
        await self._desk.vault.commit(
            [Change(stream, RetentionDecision.TYPE, record, fields)],
            [Act(stream, "retention.set", Family.TYPE, family_id, decision)],
        )


def _within(value: object, span: tuple[int, int]) -> bool:
    return type(value) is int and span[0] <= value <= span[1]


def _born(session: Session, family_id: str) -> list[date | None]:
    chosen = select(Person.born_on).where(Person.family_id == family_id).where(col(Person.is_youth))
    return [_date(born) for born in session.exec(chosen)]


def _decision(session: Session, family_id: str) -> DecisionView | None:
    row = session.exec(
        select(RetentionDecision).where(RetentionDecision.about_family == family_id)
    ).first()
    if row is None:
        return None
    named = session.get(StaffMember, row.updated_by)
    by = named.name if named is not None else ""
    return DecisionView(row.decision, row.why, by, row.decided_on, row.look_again_on)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
