"""What is read of a form that an agency is licensed for: its questions, and what is wrong with them.

Owns the values and their codes; the screens have the words. Read by `questionnaire`. Spec: docs/measures.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

PROBLEMS: Final = (
    "not_an_item", "wrong_kind", "unknown_type", "no_text", "text_too_long", "odd_letters", "same_link",
    "modifier", "answer_broken", "answer_not_whole", "answer_twice", "too_many_answers", "too_many_problems",
)  # fmt: skip
LEFT_OUT: Final = (
    "display", "written", "worked_out", "hidden", "enableWhen", "repeats", "initial", "answerValueSet",
    "free_answers", "no_points", "translations",
)  # fmt: skip
"""What a form may say that is not read: whole entries, or a part of what they say."""


class QuestionnaireRefused(Exception):
    """The whole file is refused. code: `questionnaire_…`; the services have the words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Answer:
    """One answer on offer. value: its number, None when the form gives none."""

    value: int | None
    words: str = ""


@dataclass(frozen=True)
class Question:
    """One question, in the order of the form. number: from 1. link: the form's own name for it.

    mark: what the form prints before it, such as "7.". least, most: bounds of a number that is typed; None
    when the form says nothing.
    """

    number: int
    link: str
    text: str
    mark: str = ""
    answers: tuple[Answer, ...] = ()
    least: int | None = None
    most: int | None = None

    @property
    def misnumbered(self) -> bool:
        """Whether the form prints another number before it than its place in the order."""
        figures = "".join(one for one in self.mark if one in "0123456789")
        return bool(figures) and figures.lstrip("0") != str(self.number)

    @property
    def values(self) -> frozenset[int] | None:
        """The numbers that can be answered; None when the form does not say."""
        if self.answers:
            found = {one.value for one in self.answers}
            return None if None in found else frozenset(one for one in found if one is not None)
        if self.least is None or self.most is None or self.most < self.least:
            return None
        return frozenset(range(self.least, self.most + 1))


@dataclass(frozen=True)
class Problem:
    """One thing that keeps the form from being used. number: of the question, 0 for none of them.

    code: PROBLEMS. value: how what was there begins.
    """

    number: int
    link: str
    code: str
    value: str = ""


@dataclass(frozen=True)
class Questionnaire:
    """What was read. language: as the file says, "" when it does not. left_out: LEFT_OUT → how often."""

    title: str
    publisher: str
    copyright: str
    language: str
    questions: tuple[Question, ...]
    problems: tuple[Problem, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
