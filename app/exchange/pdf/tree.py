"""What the family works on: need → outcome → ways, tied by the thread, with everybody's numbers.

The thread goes on over a page's end: what is still open is drawn to the foot and taken up again.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.wraparound.family_page import GoalShown, NeedShown, RatingShown, WayShown
from app.wraparound.history_words import has_line, how_it_went, span_for

from .blocks import number_disc
from .ink import BODY, GENTLE, HEAD, LABEL, LEAF, NUMBER, SMALL, STRONG, TOLD
from .paper import Paper
from .speech import Speech

_STEP = 11.0
"""Width of one level."""
_DISC = 3.7
_RATING = 6.0
_CELL = 40.0


@dataclass
class _Thread:
    """One open line. x: where it runs. since: from which height on this page."""

    x: float
    since: float


class Tree:
    """Draws the needs of a page. then: the page is of a day that is past, so nothing is said of now."""

    def __init__(self, paper: Paper, speech: Speech, *, then: bool = False) -> None:
        self._paper = paper
        self._speech = speech
        self._then = then
        self._open: list[_Thread] = []

    def draw(self, needs: tuple[NeedShown, ...]) -> None:
        """All needs, one after another."""
        paper = self._paper
        paper.on_leaving = self._leave
        repeat = paper.on_new_page

        def arrive() -> None:
            repeat()
            self._arrive()

        paper.on_new_page = arrive
        for place, need in enumerate(needs):
            if place:
                paper.space(6)
            self._need(need)
        paper.on_leaving = lambda: None
        paper.on_new_page = repeat

    def first_height(self, need: NeedShown) -> float:
        """What must fit under the heading of the section."""
        text, letters = self._speech.told(need.text, TOLD, GENTLE)
        return self._paper.tall(text, letters, self._width(1)) + self._goal_height(need.goals[:1])

    # -- the thread ------------------------------------------------------------

    def _leave(self) -> None:
        for thread in self._open:
            self._paper.line((thread.x, thread.since), (thread.x, self._paper.bottom), LEAF, 0.5)

    def _arrive(self) -> None:
        for thread in self._open:
            thread.since = self._paper.y - 2

    def _elbow(self, thread: _Thread, y: float, length: float, last: bool) -> None:
        self._paper.line((thread.x, thread.since), (thread.x, y), LEAF, 0.5)
        self._paper.line((thread.x, y), (thread.x + length, y), LEAF, 0.5)
        thread.since = y
        if last:
            self._open.remove(thread)

    def _thread(self, x: float) -> _Thread:
        thread = _Thread(x, self._paper.y + 1)
        self._open.append(thread)
        return thread

    # -- the levels ------------------------------------------------------------

    def _width(self, level: int) -> float:
        return self._paper.right - self._x(level)

    def _x(self, level: int) -> float:
        return self._paper.left + level * _STEP

    def _goal_height(self, goals: tuple[GoalShown, ...]) -> float:
        if not goals:
            return 0
        text, letters = self._speech.told(goals[0].text, HEAD, GENTLE)
        rated = 2 * _RATING + 5 if goals[0].ratings else 0
        return LABEL.line + self._paper.tall(text, letters, self._width(1)) + rated + 5

    def _need(self, need: NeedShown) -> None:
        paper, speech = self._paper, self._speech
        paper.room(self.first_height(need))
        text, letters = speech.told(need.text, TOLD, GENTLE)
        if need.status == "met":
            text = f"{text} ({speech.say('need_met')})"
        middle = paper.y + letters.line / 2
        with paper.decoration():
            number_disc(paper, self._x(0) + _DISC, middle, _DISC, need.number, letters=NUMBER.times(0.62))
        before = paper.page
        paper.text(text, letters, self._x(1), self._width(1), tag="H3")
        if not need.goals:
            return
        thread = self._thread(self._x(0) + _DISC)
        if before == paper.page:
            thread.since = middle + _DISC
        for place, goal in enumerate(need.goals):
            paper.space(3.5)
            paper.room(self._goal_height((goal,)))
            if place == 0:
                paper.text(speech.say("goal"), LABEL, self._x(1))
            self._goal(goal, thread, place == len(need.goals) - 1)

    def _goal(self, goal: GoalShown, thread: _Thread, last: bool) -> None:
        paper, speech = self._paper, self._speech
        text, letters = speech.told(goal.text, HEAD, GENTLE)
        if goal.status == "reached":
            text = f"{text} ({speech.say('goal_reached')})"
        self._elbow(thread, paper.y + letters.line / 2, _STEP - _DISC - 1.5, last)
        paper.text(text, letters, self._x(1), self._width(1))
        self._measures(goal)
        self._ratings(goal.ratings)
        self._history(goal)
        if goal.ways:
            paper.space(1.5)
            self._ways(goal.ways)

    def _measures(self, goal: GoalShown) -> None:
        speech = self._speech
        parts = [
            speech.say(key, value=shown)
            for key, value in (("start", goal.baseline), ("now", goal.current), ("wanted", goal.target))
            if (shown := speech.numbers_only(value))
        ]
        if parts and not goal.ratings:
            self._paper.text(" · ".join(parts), SMALL, self._x(1), self._width(1))

    def _ratings(self, ratings: tuple[RatingShown, ...]) -> None:
        paper, speech = self._paper, self._speech
        if not ratings:
            return
        each = max(1, int(self._width(1) // _CELL))
        for start in range(0, len(ratings), each):
            row = ratings[start : start + each]
            names = [
                paper.cut(one.by.name or speech.say("someone"), STRONG, _CELL - 2 * _RATING - 5)
                for one in row
            ]
            height = max(2 * _RATING, max(len(name) for name in names) * STRONG.line + SMALL.line) + 3
            paper.space(2)
            paper.room(height)
            for place, (rating, name) in enumerate(zip(row, names, strict=True)):
                x = self._x(1) + place * _CELL
                with paper.tag("P"):
                    number_disc(paper, x + _RATING, paper.y + _RATING, _RATING, rating.value)
                    top = paper.y + max(0.0, _RATING - (len(name) * STRONG.line + SMALL.line) / 2)
                    paper.at(x + 2 * _RATING + 2.5, top, name, STRONG)
                    line = top + len(name) * STRONG.line
                    paper.at(x + 2 * _RATING + 2.5, line, [self._change(rating)], SMALL)
            paper.y += height
        for rating in ratings:
            if rating.words:
                told, letters = speech.told(rating.words, TOLD.times(0.92), GENTLE, quoted=True)
                who = rating.by.name or speech.say("someone")
                paper.text(speech.say("words_of", name=who, words=told), letters, self._x(1), self._width(1))
                paper.space(1)

    def _history(self, goal: GoalShown) -> None:
        """From the first number to the newest, in the sentences of the family's table."""
        today = self._speech.made_on
        if not self._then and has_line(goal, span_for(goal, today)):
            told = " ".join(how_it_went(goal, today, self._speech.phrase))
            self._paper.text(told, BODY, self._x(1), self._width(1))

    def _change(self, rating: RatingShown) -> str:
        if rating.before is None:
            return self._speech.say("first_number")
        if rating.before == rating.value:
            return self._speech.say("same")
        return self._speech.say("before", number=rating.before)

    def _ways(self, ways: tuple[WayShown, ...]) -> None:
        paper, speech = self._paper, self._speech
        label = speech.say("ways")
        first, letters = speech.told(ways[0].text, BODY, GENTLE)
        paper.room(LABEL.line + paper.tall(first, letters, self._width(2)))
        thread = self._thread(self._x(1) + 2)
        paper.text(label, LABEL, self._x(2) - 3)
        for place, way in enumerate(ways):
            text, letters = speech.told(way.text, BODY, GENTLE)
            paper.space(1 if place else 0.3)
            paper.room(min(2, len(paper.cut(text, letters, self._width(2)))) * letters.line)
            self._elbow(thread, paper.y + letters.line / 2, _STEP - 6.5, place == len(ways) - 1)
            paper.text(text, letters, self._x(2) - 3, self._width(2) + 3)
