"""The family copy: the plan in plain words, as one reader may have it. Draws what the page holds.

Everything printed is a phrase of family_copy.po (of table.po: how a goal has gone), a day, or a value of
the page; the page was filtered for exactly this reader. Spec: docs/family-copy.md.
"""

from __future__ import annotations

from datetime import date

from app.exchange.paper_wish import PARTS, PaperWish
from app.wraparound.family_page import FamilyPage, Promise

from . import card, notice
from .blocks import GAP, INDENT, bullets, masthead, panel, rule, section, tickbox
from .circle import Circle
from .ink import BODY, GENTLE, LABEL, LEAF, LEAF_TINT, SMALL, STRONG, TOLD, TOLD_L
from .paper import Paper, PaperFacts, made
from .speech import Lookup, Speech, begin, leave_line
from .tree import Tree

_WHO, _WHEN = 36.0, 40.0
"""Widths of the columns of promises."""


def family_copy(
    page: FamilyPage, words: Lookup, wish: PaperWish, *, parts: frozenset[str] = frozenset(PARTS)
) -> tuple[bytes, int]:
    """The copy for one reader, and how many pages it has.

    page: what this reader may know. words: a phrase by its key, in the page's language.
    parts: codes of PARTS. Raises InvalidInput for a password that cannot be taken.
    """
    speech = Speech(words, page.language, wish.made_on)
    copy = _Copy(page, speech, parts, _head(speech, page, wish), notices=wish.notices)
    return made(_facts(speech, wish), copy.draw)


def version_paper(
    page: FamilyPage,
    words: Lookup,
    wish: PaperWish,
    *,
    of_day: date,
    parts: frozenset[str] = frozenset(PARTS),
) -> tuple[bytes, int]:
    """A version of the plan as it was on a day. page: made from the frozen document.

    Who is around the family and what comes next are of today, and stay away.
    """
    speech = Speech(words, page.language, wish.made_on)
    head = _head(speech, page, wish, speech.say("version_of", day=speech.whole_day(of_day)))
    copy = _Copy(page, speech, parts - {"eco_map"}, head, then=True, notices=wish.notices)
    return made(_facts(speech, wish), copy.draw)


def _head(speech: Speech, page: FamilyPage, wish: PaperWish, version: str = "") -> tuple[str, ...]:
    return (
        speech.say("title"),
        page.name,
        version,
        speech.say("for", reader=wish.reader, day=speech.whole_day(wish.made_on)),
        leave_line(speech, wish),
    )


def _facts(speech: Speech, wish: PaperWish) -> PaperFacts:
    foot = speech.say("foot", reader=wish.reader)
    return PaperFacts(wish, speech.language, speech.say("title"), foot, speech.say("page"))


class _Copy:
    def __init__(
        self,
        page: FamilyPage,
        speech: Speech,
        parts: frozenset[str],
        head: tuple[str, ...],
        then: bool = False,
        notices: tuple[str, ...] = (),
    ) -> None:
        self._page = page
        self._speech = speech
        self._parts = parts
        self._head = tuple(line for line in head if line)
        self._then = then
        self._notices = notices

    def draw(self, paper: Paper) -> None:
        masthead(paper, self._head[0], self._head[1:])
        page = self._page
        if "plan" in self._parts:
            self._vision(paper)
            self._next_meeting(paper)
            self._agreements(paper)
            self._needs(paper)
        if "promises" in self._parts and page.promises:
            self._promises(paper)
        if "plan" in self._parts:
            self._good_news(paper)
            self._strengths(paper)
        if "eco_map" in self._parts and page.circle:
            around = Circle(paper, page)
            self._section(paper, "circle", around.least)
            around.draw(paper, self._speech)
        if "plan" in self._parts:
            self._letting_go(paper)
        if "crisis_card" in self._parts and page.crisis:
            paper.on_new_page = lambda: None
            if paper.y > 40 or paper.page > 1:
                paper.new_page()
            card.draw(paper, self._speech, page)
        notice.draw(paper, self._notices, self._speech.phrase)

    def _section(self, paper: Paper, key: str, least: float) -> None:
        title = self._speech.say(key)
        section(paper, title, least, self._speech.say("again", title=title))

    def _vision(self, paper: Paper) -> None:
        if self._page.vision:
            text, letters = self._speech.told(self._page.vision, TOLD_L, GENTLE, quoted=True)
            panel(paper, self._speech.say("vision"), text, letters)

    def _next_meeting(self, paper: Paper) -> None:
        meeting = self._page.next_meeting
        if meeting is None or self._then:
            return
        paper.space(4)
        when = begin(self._speech.moment(meeting.starts_at_ms))
        panel(paper, self._speech.say("next_meeting"), when, STRONG.times(1.15), tint=LEAF_TINT,
              label_ink=LEAF, after=self._speech.place(meeting.place))  # fmt: skip

    def _agreements(self, paper: Paper) -> None:
        for key, words in (("mission", self._page.mission), ("ground_rules", self._page.ground_rules)):
            if not words:
                continue
            text, letters = self._speech.told(words, TOLD, GENTLE)
            self._section(paper, key, letters.line)
            lines = [line.strip() for line in text.splitlines() if line.strip()]
            if len(lines) > 1:
                bullets(paper, [(line, letters) for line in lines])
            else:
                paper.text(text, letters)

    def _needs(self, paper: Paper) -> None:
        needs = self._page.needs
        tree = Tree(paper, self._speech, then=self._then)
        self._section(paper, "needs", tree.first_height(needs[0]) if needs else BODY.line)
        if any(goal.ratings for need in needs for goal in need.goals):
            paper.text(self._speech.say("how_numbers_work"), SMALL)
            paper.space(2.5)
        if needs:
            tree.draw(needs)
        else:
            paper.text(self._speech.say("no_needs"), GENTLE)

    def _promises(self, paper: Paper) -> None:
        self._section(paper, "promises", LABEL.line + 2 * BODY.line + 6)
        what = paper.right - paper.left - INDENT - _WHO - _WHEN - 6
        columns = (paper.left + INDENT, paper.left + INDENT + what + 3, paper.right - _WHEN)
        heads = (("what", what), ("who", _WHO), ("by_when", _WHEN))
        for (key, width), x in zip(heads, columns, strict=True):
            with paper.tag("P"):
                paper.at(x, paper.y, paper.cut(self._speech.say(key), LABEL, width)[:1], LABEL)
        paper.y += LABEL.line + 1.5
        for promise in self._page.promises:
            self._promise(paper, promise, what, columns)

    def _promise(
        self, paper: Paper, promise: Promise, what: float, columns: tuple[float, float, float]
    ) -> None:
        speech = self._speech
        text, letters = speech.told(promise.what, BODY, GENTLE)
        lines = paper.cut(text, letters, what)
        who = paper.cut(promise.owner or speech.say("nobody_yet"), STRONG if promise.owner else GENTLE, _WHO)
        when = paper.cut(self._when(promise), SMALL.times(1.08), _WHEN)
        after: list[str] = []
        if promise.what_happened:
            told, _ = speech.told(promise.what_happened, BODY, GENTLE, quoted=True)
            after = paper.cut(told, SMALL, what)
        told_at = len(lines) * letters.line + 0.6
        height = (
            max(told_at + len(after) * SMALL.line, len(who) * STRONG.line, len(when) * SMALL.line * 1.08)
            + 3.6
        )
        paper.room(height)
        rule(paper)
        paper.y += 1.8
        top = paper.y
        tickbox(paper, paper.left, top + 0.5, promise.state == "done")
        with paper.tag("P"):
            paper.at(columns[0], top, lines, letters)
            paper.at(columns[1], top, who, STRONG if promise.owner else GENTLE)
            paper.at(columns[2], top + 0.5, when, SMALL.times(1.08))
            if after:
                paper.at(columns[0], top + told_at, after, SMALL)
        paper.y = top + height - 1.8

    def _when(self, promise: Promise) -> str:
        if promise.state == "done":
            day = self._speech.day(promise.done_on) if promise.done_on else ""
            return self._speech.say("done_on", day=day) if day else self._speech.say("done")
        if promise.state == "no_date":
            return self._speech.say("no_date")
        return self._speech.say(promise.state, day=self._speech.day(promise.due_on))

    def _good_news(self, paper: Paper) -> None:
        if self._page.good_news and not self._then:
            self._section(paper, "good_news", 2 * TOLD.line)
            bullets(paper, [self._speech.told(words, TOLD, GENTLE) for words in self._page.good_news])

    def _strengths(self, paper: Paper) -> None:
        if not self._page.strengths:
            return
        self._section(paper, "strengths", STRONG.line + 2 * TOLD.line)
        whose = None
        for one in self._page.strengths:
            name = one.whose or self._speech.say("all_of_us")
            if name != whose:
                paper.space(1.5 if whose is not None else 0)
                paper.room(STRONG.line + 2 * TOLD.line)
                paper.text(name, STRONG)
                whose = name
            bullets(paper, [self._speech.told(one.text, TOLD, GENTLE)])

    def _letting_go(self, paper: Paper) -> None:
        speech, plan = self._speech, self._page.transition
        parts = [
            (speech.say(key), *speech.told(words, TOLD, GENTLE))
            for key, words in (("celebration", plan.celebration), ("way_back", plan.way_back))
            if words
        ]
        if not parts and not plan.items:
            return
        self._section(paper, "letting_go", LABEL.line + 2 * TOLD.line)
        for _, words, who, done in plan.items:
            text, letters = speech.told(words, BODY, GENTLE)
            shown = f"{text} ({who})" if who else text
            paper.room(
                letters.line * min(2, len(paper.cut(shown, letters, paper.right - paper.left - INDENT)))
            )
            tickbox(paper, paper.left, paper.y + 0.5, done)
            paper.text(shown, letters, paper.left + INDENT)
            paper.space(1.2)
        for label, text, letters in parts:
            paper.space(GAP)
            paper.room(LABEL.line + letters.line)
            paper.text(label, LABEL)
            paper.text(text, letters)
