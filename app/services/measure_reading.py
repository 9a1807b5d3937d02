"""Reading what was measured: each score with its definition, its band, and the one before it.

Owns the values that screens draw. Source: design 02, "Measures"; docs/measures.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlmodel import Session, col, select

from app.wraparound.records import MeasureScore, Person, StaffMember
from app.wraparound.reliable_change import Change as Since
from app.wraparound.reliable_change import changed
from app.wraparound.rules.measures import Band, Measure, Measures
from app.wraparound.scoring import band_of, by_item, kept

from .practice_rules import RuleBook


@dataclass(frozen=True)
class ScoreView:
    """One filled-in measure. measure: its definition at that time, None when no rules here know it.

    answers: item number → answer; total: None when it could not be scored. before: the one by the same
    informant before it, if it can be compared. since: what became of it; "" without one before.
    """

    score_id: str
    family_id: str
    code: str
    name: str
    measure: Measure | None
    informant: str
    by_name: str
    about: str
    on_day: str
    answers: Mapping[int, int]
    total: Decimal | None
    subscales: Mapping[str, Decimal]
    answered: int
    items: int
    alone: bool
    note: str
    written_by: str
    band: Band | None = None
    before: ScoreView | None = None
    since: Since | str = ""
    has_conflict: bool = False

    @property
    def who(self) -> tuple[str, str]:
        """Informant and name: the same for everything that one person said."""
        return self.informant, self.by_name.strip().casefold()


@dataclass(frozen=True)
class MeasureView:
    """One measure of a family. latest: of each informant, the newest first. due_on: ISO day, "" for none."""

    code: str
    measure: Measure | None
    name: str
    scores: tuple[ScoreView, ...]
    latest: tuple[ScoreView, ...]
    due_on: str = ""


@dataclass(frozen=True)
class FamilyMeasures:
    """Every measure that the agency uses, or that this family ever filled in."""

    rules: Measures
    measures: tuple[MeasureView, ...]


def scores_of(session: Session, family_id: str, book: RuleBook) -> tuple[ScoreView, ...]:
    """Every score of a family, the newest first, each held against the one before it."""
    rows = session.exec(
        select(MeasureScore)
        .where(MeasureScore.family_id == family_id)
        .order_by(col(MeasureScore.on_day), col(MeasureScore.created_at_ms), col(MeasureScore.id))
    ).all()
    people = {one.id: one.called or one.name for one in session.exec(select(Person))} if rows else {}
    staff = {one.id: one.name for one in session.exec(select(StaffMember))} if rows else {}
    last: dict[tuple[str, str, tuple[str, str]], ScoreView] = {}
    found: list[ScoreView] = []
    for row in rows:
        plain = _score_view(row, book, people, staff)
        key = (plain.code, row.person_id, plain.who)
        made = _held_against(plain, last.get(key))
        found.append(made)
        if made.total is not None:
            last[key] = made
    return tuple(reversed(found))


def _score_view(
    row: MeasureScore, book: RuleBook, people: Mapping[str, str], staff: Mapping[str, str]
) -> ScoreView:
    measure = _definition(book, row)
    total = kept(row.total)
    return ScoreView(
        row.id, row.family_id, row.measure, row.measure_name, measure, row.informant, row.by_name,
        people.get(row.person_id, ""), row.on_day,
        by_item(row.answers or {}), total, _parts(row), row.answered, row.items, row.alone, row.note,
        staff.get(row.created_by, ""),
        band_of(measure, total, row.informant) if measure is not None and total is not None else None,
        has_conflict=row.has_conflict,
    )  # fmt: skip


def _definition(book: RuleBook, row: MeasureScore) -> Measure | None:
    """The measure as the version says by which it was scored; the newest that has it otherwise."""
    known = {version.version_id: values for version, values in book.versions}
    order = [known[row.definition]] if row.definition in known else []
    for values in (*order, *(values for _version, values in reversed(book.versions))):
        found: Measure | None = values.named(row.measure)
        if found is not None:
            return found
    return None


def _held_against(now: ScoreView, before: ScoreView | None) -> ScoreView:
    """With what became of it. Only scores of one range can be held against each other."""
    if before is None or now.total is None or before.total is None:
        return now
    one, other = now.measure, before.measure
    if one is None or other is None or _kind(one) != _kind(other):
        return now
    since = changed(before.total, now.total, one.better, one.reliable_change)
    return ScoreView(**(vars(now) | {"before": before, "since": since}))


def _kind(measure: Measure) -> tuple[object, ...]:
    return measure.items, measure.least, measure.most, measure.scoring, measure.at_least, measure.better


def measure_view(code: str, measure: Measure | None, scores: tuple[ScoreView, ...]) -> MeasureView:
    latest: dict[tuple[str, str], ScoreView] = {}
    for one in scores:
        latest.setdefault(one.who, one)
    name = measure.name["en"] if measure is not None else next((one.name for one in scores), code)
    due = ""
    if measure is not None and measure.every and scores:
        due = _later(scores[0].on_day, measure.every)
    return MeasureView(code, measure, name, scores, tuple(latest.values()), due)


def _later(iso: str, days: int) -> str:
    try:
        return (date.fromisoformat(iso) + timedelta(days=days)).isoformat()
    except (ValueError, OverflowError):
        return ""


def _parts(row: MeasureScore) -> dict[str, Decimal]:
    found = {code: kept(str(text)) for code, text in (row.subscales or {}).items()}
    return {code: value for code, value in found.items() if value is not None}
