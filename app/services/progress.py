"""What a family's charts are made from, for two readers.

A worker sees everything that is on this tablet. The audience of a paper gets what its leave covers and
nothing that is kept from it. The share of natural supports is for workers alone.
Source: design 02, Outcome, Rating, MeasureScore, LifeEvent. Spec: docs/howto/progress.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlmodel import Session, select

from app.wraparound.audience import Audience, Item, hidden
from app.wraparound.records import LifeEvent, MeasureScore, Meeting

from .desk import Desk
from .family_page import FamilyPages
from .practice_rules import PracticeRules
from .progress_measures import Known, known_of
from .progress_papers import ProgressPapers
from .progress_reading import ProgressView, Reading, share_chart
from .supports_share import PeopleShare


class ProgressCharts:
    """Charts of the families on this tablet."""

    def __init__(self, desk: Desk, rules: PracticeRules) -> None:
        self._desk = desk
        self._rules = rules
        self._pages = FamilyPages(desk)
        self._shares = PeopleShare(desk)
        self.papers = ProgressPapers(desk, self.for_paper)

    async def of_family(self, family_id: str, language: str) -> ProgressView:
        """Everything, for a worker. language: of the measures' names. Raises InvalidInput when the
        family is not here."""

        def read(session: Session) -> ProgressView:
            gathered = self._pages.gather(session, family_id)
            reading = Reading(session, family_id, self._desk.today(), self._measures(session, language))
            return reading.view(gathered.around.name, gathered.document)

        view = await self._desk.vault.read(read)
        months = await self._shares.months(family_id)
        return replace(view, share=share_chart(months, view.today))

    async def for_paper(self, family_id: str, audience: Audience, language: str) -> ProgressView:
        """What a paper for this audience may show, with outcomes in its language.

        An outcome that is not on the audience's own page is not here; one without a checked translation
        has an empty title. Raises InvalidInput as FamilyPages.page does.
        """
        page = await self._pages.page(family_id, audience, language)
        hidden_here = await self._pages.hidden(family_id, audience)
        titles = {
            goal.outcome_id: "" if goal.text.gap else goal.text.text
            for need in page.needs
            for goal in need.goals
        }

        def read(session: Session) -> ProgressView:
            gathered = self._pages.gather(session, family_id)
            extra = _items(session, family_id)
            # Before lines are made: a hidden number must not break another's line either.
            gone = hidden(extra, gathered.rules, audience) | hidden_here
            reading = Reading(
                session, family_id, self._desk.today(), self._measures(session, language), gone, titles
            )
            return reading.view(page.name, gathered.document)

        view = await self._desk.vault.read(read)
        return _for_reader(view, language)

    def _measures(self, session: Session, language: str) -> Callable[[str], Known | None]:
        book = self._rules.books.book(session, "measures")
        return known_of(book.on(self._desk.today()), language)


def _items(session: Session, family_id: str) -> list[Item]:
    """Scores, events and meetings as the audience rule sees them."""
    met = session.exec(select(Meeting.id).where(Meeting.family_id == family_id))
    found = [Item(one) for one in met]
    for score in session.exec(select(MeasureScore).where(MeasureScore.family_id == family_id)):
        people = tuple(filter(None, (score.person_id, score.by_id)))
        found.append(Item(score.id, people=people, texts=(score.note, score.by_name)))
    for event in session.exec(select(LifeEvent).where(LifeEvent.family_id == family_id)):
        people = (event.person_id,) if event.person_id else ()
        found.append(Item(event.id, event.label, people=people, texts=(event.words,)))
    return found


def _for_reader(view: ProgressView, language: str) -> ProgressView:
    """A view for a paper: no line without a number, and no words in another language.

    What people said with a rating, and what an event was, carry no translation here: English alone. Words
    beside any other number are a worker's own, or of an older plan that nobody has looked through for
    this reader: they never go along.
    """
    charts = []
    for chart in view.charts:
        lines = tuple(
            replace(
                line,
                points=tuple(
                    one if language == "en" and chart.kind == "rating" else replace(one, words="")
                    for one in line.points
                ),
            )
            for line in chart.lines
        )
        kept = tuple(line for line in lines if any(one.value is not None for one in line.points))
        if kept:
            charts.append(replace(chart, lines=kept))
    events = view.events if language == "en" else tuple(replace(one, words="") for one in view.events)
    return replace(view, charts=tuple(charts), events=events)


__all__ = ["ProgressCharts", "ProgressView"]
