"""Reading one family's charts within a session: outcomes, measures, events, stays and meetings.

What a line is and where it breaks is app/wraparound/progress.py; who may read what is progress.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlmodel import Session, col, select

from app.wraparound.natural_share import Month
from app.wraparound.plan_document import Document, Row, read_document
from app.wraparound.practice_codes import INFORMANTS
from app.wraparound.progress import (
    Chart,
    Event,
    Line,
    Point,
    Stay,
    rating_lines,
    said_lines,
    stays,
)
from app.wraparound.progress_axis import scale
from app.wraparound.rating_rows import answers_of, asked_on, day_of_ms
from app.wraparound.records import LifeEvent, MeasureScore, Meeting, Person, PlanVersion
from app.wraparound.vocabulary import RATERS

from .progress_measures import Known

_RATED = (0.0, 10.0)
_MIDDLE = 15
"""Day of a month at which its share stands."""


@dataclass(frozen=True)
class ProgressView:
    """Everything on one axis. charts: open outcomes first, then measures. meetings: days they were held.

    share: natural supports at meetings by month, None for papers and where no meeting counts.
    """

    family_id: str
    name: str
    today: date
    charts: tuple[Chart, ...] = ()
    events: tuple[Event, ...] = ()
    stays: tuple[Stay, ...] = ()
    meetings: tuple[date, ...] = ()
    share: Chart | None = None

    @property
    def days(self) -> tuple[date, ...]:
        """Every day on which anything stands, for the axis of *all*."""
        shown = (*self.charts, *((self.share,) if self.share else ()))
        marks = (one.day for chart in shown for line in chart.lines for one in line.points)
        return (*marks, *(one.day for one in self.events), *self.meetings)

    @property
    def empty(self) -> bool:
        """Nothing has been rated, measured or noted yet."""
        return not (self.charts or self.events)


class Reading:
    """One reading of one family within a session."""

    def __init__(
        self,
        session: Session,
        family_id: str,
        today: date,
        measures: Callable[[str], Known | None],
        gone: frozenset[str] = frozenset(),
        titles: Mapping[str, str] | None = None,
    ) -> None:
        self._session, self._family, self._today = session, family_id, today
        self._measures, self._gone, self._titles = measures, gone, titles

    def view(self, name: str, document: Document) -> ProgressView:
        people = self._session.exec(
            select(Person).where(Person.family_id == self._family).order_by(col(Person.order))
        ).all()
        names = {one.id: one.called or one.name for one in people if one.id not in self._gone}
        several = sum(one.is_youth for one in people) > 1
        events = self._events(names if several else {})
        return ProgressView(
            family_id=self._family,
            name=name,
            today=self._today,
            charts=(*self._outcomes(document), *self._scores(names if several else {})),
            events=events,
            stays=tuple(
                one
                for who in sorted({event.who for event in events})
                for one in stays((event for event in events if event.who == who), self._today)
            ),
            meetings=self._meetings(),
        )

    # -- outcomes ---------------------------------------------------------------------------------

    def _outcomes(self, document: Document) -> list[Chart]:
        rated: dict[str, list[Row]] = defaultdict(list)
        for row in document.get("rating", ()):
            if row["id"] not in self._gone:
                rated[str(row.get("outcome_id"))].append(row)
        history = self._history(document)
        rank = {str(one["id"]): one.get("priority") or 99 for one in document.get("need", ())}
        rows = sorted(
            (one for one in document.get("outcome", ()) if one["id"] not in self._gone),
            key=lambda one: (
                one.get("status") != "open", rank.get(str(one.get("need_id")), 99), one.get("order") or 0,
                str(one["id"]),
            ),
        )  # fmt: skip
        found: list[Chart] = []
        for row in rows:
            record = str(row["id"])
            if self._titles is not None and record not in self._titles:
                continue
            title = str(row.get("text") or "") if self._titles is None else self._titles[record]
            base = Chart(
                "rating", record, title, *_RATED, (), target=str(row.get("target") or ""),
                label=str(row.get("label") or "general"), open=row.get("status") == "open",
            )  # fmt: skip
            lines = rating_lines(answers_of(rated[record]), RATERS, asked_on(rated[record]))
            if lines:
                found.append(replace(base, lines=lines))
            found += _told_chart(base, row, history.get(record, ()))
        return found

    def _history(self, document: Document) -> dict[str, list[tuple[date, str]]]:
        """What stood written of each outcome, day by day: at every frozen plan, and today."""
        found: dict[str, list[tuple[date, str]]] = defaultdict(list)
        versions = self._session.exec(
            select(PlanVersion)
            .where(PlanVersion.family_id == self._family)
            .order_by(col(PlanVersion.frozen_at_ms), col(PlanVersion.id))
        )
        for version in versions:
            day = day_of_ms(version.frozen_at_ms)
            if day is not None:
                for frozen in read_document(version.content).get("outcome", ()):
                    found[str(frozen["id"])].append((day, str(frozen.get("current") or "")))
        for row in document.get("outcome", ()):
            if row.get("status") == "open" and str(row.get("current") or "").strip():
                found[str(row["id"])].append((self._today, str(row.get("current"))))
        return found

    # -- measures ---------------------------------------------------------------------------------

    def _scores(self, names: Mapping[str, str]) -> list[Chart]:
        rows = self._session.exec(
            select(MeasureScore)
            .where(MeasureScore.family_id == self._family)
            .order_by(col(MeasureScore.on_day), col(MeasureScore.created_at_ms), col(MeasureScore.id))
        ).all()
        groups: dict[tuple[str, str], list[MeasureScore]] = defaultdict(list)
        for row in rows:
            if row.id not in self._gone:
                groups[row.measure, row.person_id].append(row)
        return [
            chart
            for (code, person), scores in sorted(groups.items())
            if (chart := _measure_chart(code, scores, self._measures(code), names.get(person, "")))
        ]

    # -- events and meetings ----------------------------------------------------------------------

    def _events(self, names: Mapping[str, str]) -> tuple[Event, ...]:
        rows = self._session.exec(
            select(LifeEvent)
            .where(LifeEvent.family_id == self._family)
            .order_by(col(LifeEvent.on_day), col(LifeEvent.id))
        )
        found = []
        for row in rows:
            day = _iso(row.on_day)
            if day is not None and row.id not in self._gone:
                who = names.get(row.person_id, "")
                found.append(
                    Event(row.id, day, row.kind, row.words, _iso(row.until_on), row.setting, row.label, who)
                )
        return tuple(found)

    def _meetings(self) -> tuple[date, ...]:
        rows = self._session.exec(
            select(Meeting.id, Meeting.starts_at_ms)
            .where(Meeting.family_id == self._family)
            .where(Meeting.status == "held")
            .where(col(Meeting.professionals_only).is_(False))
        )
        days = {day_of_ms(at_ms) for meeting_id, at_ms in rows if meeting_id not in self._gone}
        return tuple(sorted(day for day in days if day is not None))


def _told_chart(base: Chart, row: Row, history: Sequence[tuple[date, str]]) -> list[Chart]:
    """A chart of the count, or the yes or no, that stands in the plan as where things are."""
    kind = row.get("measure_kind")
    if kind not in ("count", "yes_no"):
        return []
    lines = said_lines(history, kind)
    if not lines:
        return []
    better = str(row.get("better") or "up")
    if kind == "yes_no":
        return [replace(base, kind="yes_no", low=0.0, high=1.0, lines=lines, better=better)]
    high = scale(0.0, max(one.value or 0.0 for one in lines[0].points) or 1.0, 4)[-1]
    return [replace(base, kind="count", low=0.0, high=high, lines=lines, better=better)]


def _measure_chart(
    code: str, scores: Sequence[MeasureScore], known: Known | None, who: str
) -> Chart | None:
    by: dict[str, list[Point]] = defaultdict(list)
    for row in scores:
        day, value = _iso(row.on_day), _decimal(row.total)
        if day is not None:
            by[row.informant].append(Point(day, value, row.by_name, row.note, row.by_id, row.id))
    if not any(one.value is not None for points in by.values() for one in points):
        return None
    order = [*INFORMANTS, *sorted(set(by) - set(INFORMANTS))]
    lines = tuple(Line(one, tuple(by[one])) for one in order if one in by)
    title = known.name if known else scores[-1].measure_name or code
    if who:
        title = f"{title} · {who}"
    if known is None:
        values = [one.value for line in lines for one in line.points if one.value is not None]
        marks = scale(min(0.0, *values), max(values))
        return Chart("measure", code, title, marks[0], marks[-1], lines, better="")
    return Chart(
        "measure", code, title, known.low, known.high, lines, known.better, known.beyond, known.bands,
        confirm=known.confirm,
    )  # fmt: skip


def share_chart(months: Sequence[Month], today: date) -> Chart | None:
    """Natural supports among those who came to meetings, by month; months without a meeting are gaps."""
    if not months:
        return None
    counted = {one.month: one.count for one in months}
    points: list[Point] = []
    day = date.fromisoformat(f"{months[0].month}-{_MIDDLE}")
    last = date.fromisoformat(f"{months[-1].month}-{_MIDDLE}")
    while day <= last:
        count = counted.get(f"{day.year:04d}-{day.month:02d}")
        value = round(100 * count.share, 1) if count is not None else None
        record = f"{count.natural}/{count.everybody}" if count is not None else ""
        points.append(Point(min(day, today), value, record=record))
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=_MIDDLE)
    return Chart("share", "share", "", 0.0, 100.0, (Line("", tuple(points)),), better="")


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _decimal(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if abs(found) < 1e6 else None  # nan and infinity are none
