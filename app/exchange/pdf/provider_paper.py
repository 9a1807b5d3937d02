"""A message to a clinic on paper: our half, an empty half for the answer, and the notices.

Written from one office to another, so the family's language rules do not apply. Words are phrases of
messages.po and what was typed. Spec: docs/provider-message.md.
"""

from __future__ import annotations

from typing import Final

from app.exchange.paper_wish import PaperWish
from app.wraparound.provider_form import ANSWERED, ASKED, ProviderForm

from . import notice
from .blocks import GAP, masthead, rule
from .ink import BODY, EDGE, LABEL, SECTION, SMALL
from .paper import Paper, PaperFacts, made
from .speech import Lookup, Speech

ROOM: Final = {"answer": 52.0, "answer_medication": 34.0, "answer_co_management": 34.0}
"""Millimetres of empty lines for each part of the answer."""
_LINE: Final = 9.0
_SIGN: Final = 14.0


def provider_paper(
    form: ProviderForm, words: Lookup, wish: PaperWish, language: str
) -> tuple[bytes, int]:
    """The paper and its pages: one page of ours, one for the answer, then notices if there are any."""
    speech = Speech(words, language, wish.made_on)
    title = words("messages.paper.title")
    facts = PaperFacts(wish, language, title, words("messages.paper.foot"), words("family_copy.page"))

    def draw(paper: Paper) -> None:
        made_on = words("messages.paper.made").format(day=speech.whole_day(wish.made_on))
        masthead(paper, title, [_joined(form.to_name, form.to_organisation), made_on])
        born = words("messages.paper.born").format(day=speech.day(form.born_on)) if form.born_on else ""
        _fact(paper, words("messages.paper.about"), _joined(form.about, born))
        who = _joined(form.from_name, form.from_title, form.from_agency, form.from_phone)
        _fact(paper, words("messages.paper.from"), who)
        for name in ASKED:
            _fact(paper, words(f"messages.paper.{name}"), str(getattr(form, name)))
        until = words("messages.paper.due").format(day=speech.day(form.due_on)) if form.due_on else ""
        _fact(paper, words("messages.paper.answer_by"), until)
        _answer(paper, form, words)
        notice.draw(paper, wish.notices, words)

    return made(facts, draw)


def _answer(paper: Paper, form: ProviderForm, words: Lookup) -> None:
    """The half that the other office fills in: a page of its own, to be faxed back alone."""
    paper.new_page()
    title = words("messages.paper.answer_title")
    paper.outline(title)
    paper.text(title, SECTION, tag="H2")
    back = _joined(form.from_name, form.from_agency, form.from_phone)
    paper.text(words("messages.paper.back_to").format(who=back), BODY)
    paper.text(words("messages.paper.about_line").format(name=form.about), BODY)
    for name in ANSWERED:
        paper.space(GAP * 2)
        paper.room(ROOM[name] + LABEL.line)
        paper.text(words(f"messages.paper.{name}"), LABEL)
        _lines(paper, int(ROOM[name] // _LINE))
    paper.space(GAP * 2)
    paper.room(_SIGN + SMALL.line)
    paper.y += _SIGN
    paper.line((paper.left, paper.y), (paper.right, paper.y), EDGE, 0.3)
    paper.y += 1
    paper.text(words("messages.paper.answered_by"), SMALL)


def _lines(paper: Paper, count: int) -> None:
    for _ in range(count):
        paper.y += _LINE
        rule(paper)


def _fact(paper: Paper, label: str, said: str) -> None:
    if said.strip():
        paper.space(GAP)
        paper.room(LABEL.line + BODY.line)
        paper.text(label, LABEL, tag="H2")
        paper.text(said.strip(), BODY)


def _joined(*parts: str) -> str:
    return ", ".join(one.strip() for one in parts if one.strip())
