"""Words of a measure that the agency is licensed for: read from a form, looked at, used, taken out again.

Owns the way from a picked FHIR Questionnaire to a version of the rules that every tablet has. Nothing is
kept before `use`. The words travel sealed with the rule file; earlier versions stay as they are.
Spec: docs/measures.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from app.errors import InvalidInput
from app.exchange.questionnaire import read_questionnaire
from app.exchange.questionnaire_values import (
    LEFT_OUT,
    PROBLEMS,
    Problem,
    Question,
    Questionnaire,
    QuestionnaireRefused,
)
from app.wraparound.audit import is_detail
from app.wraparound.rules.item_words import KEYS, with_words, without_any, without_words
from app.wraparound.rules.measures import Measure, Measures, parse
from app.wraparound.rules.reading import RuleError

from . import edge
from .desk import Desk
from .permissions import require
from .practice_rules import PracticeRules

__all__ = [
    "LANGUAGES", "LEFT_OUT", "PROBLEMS", "ItemTexts", "Mismatch", "Problem", "Question", "Questionnaire",
    "answer_words", "language_of", "languages_of", "likely", "mismatches", "readable",
]  # fmt: skip

LANGUAGES: Final = ("en", "es")
_RULES: Final = "measures"


@dataclass(frozen=True)
class Mismatch:
    """Where a form and a measure do not agree. number: of the question, 0 for how many there are.

    has, wants: the numbers of answers in the form and in the measure, or how many questions.
    """

    kind: Literal["count", "answers"]
    number: int
    has: tuple[int, ...]
    wants: tuple[int, ...]


class ItemTexts:
    """The agency's licensed words."""

    def __init__(self, desk: Desk, rules: PracticeRules) -> None:
        self._desk = desk
        self._rules = rules

    async def read(self, data: bytes) -> Questionnaire:
        """Read a picked file off the event loop; nothing is kept. Raises InvalidInput for what is none."""
        require(self._desk.me, "rules.set")
        try:
            return await asyncio.to_thread(read_questionnaire, data)
        except QuestionnaireRefused as refused:
            raise _refusal(refused) from None

    async def measures(self) -> tuple[Measure, ...]:
        """The measures of today."""
        rules: Measures = await self._rules.today(_RULES)
        return rules.measures

    async def use(self, read: Questionnaire, code: str, language: str, why: str, *, licensed: bool) -> None:
        """Show these words with the measure, from today on. licensed: somebody says that the agency may.

        Raises InvalidInput, RuleError, PermissionRefused; then nothing changes.
        """
        require(self._desk.me, "rules.set")
        edge.choice(language, LANGUAGES, "language")
        if not licensed:
            raise InvalidInput(
                "Say first that your agency is licensed for these words.",
                field="licensed", code="item_texts_unlicensed",
            )  # fmt: skip
        if read.problems or await self._measure(code) is None:
            raise InvalidInput("This form cannot be used as it is.", code="item_texts_unusable")
        words = {one.number: one.text for one in read.questions}

        def put(text: str) -> str:
            measure = parse(text).named(code)
            if measure is None:  # a version to come may have dropped the measure
                return text
            if mismatches(read, measure):
                raise InvalidInput(
                    "The form does not agree with this measure in the rules of today, or in a version that "
                    "is to come.",
                    code="item_texts_do_not_fit",
                )
            return with_words(text, code, language, words, answer_words(read))

        await self._rules.amend(_RULES, put, why, "item_texts.use", _about(code, language))

    async def withdraw(self, code: str, language: str, why: str) -> None:
        """Show a measure's words in one language no more, from today on. Raises as `use` does."""
        require(self._desk.me, "rules.set")

        def take(text: str) -> str:
            return text if parse(text).named(code) is None else without_words(text, code, language)

        await self._rules.amend(_RULES, take, why, "item_texts.withdraw", _about(code, language))

    async def _measure(self, code: str) -> Measure | None:
        return next((one for one in await self.measures() if one.code == code), None)


def mismatches(read: Questionnaire, measure: Measure) -> tuple[Mismatch, ...]:
    """Where the form asks for something else than the measure; answers that it does not say are none."""
    found: list[Mismatch] = []
    if len(read.questions) != measure.items:
        found.append(Mismatch("count", 0, (len(read.questions),), (measure.items,)))
    wanted = tuple(range(measure.least, measure.most + 1))
    for one in read.questions:
        if one.values is not None and tuple(sorted(one.values)) != wanted:
            found.append(Mismatch("answers", one.number, tuple(sorted(one.values)), wanted))
    return tuple(found)


def answer_words(read: Questionnaire) -> Mapping[int, str]:
    """Number of an answer → its words, where every question offers the same ones; else none."""
    if len({one.answers for one in read.questions}) != 1:
        return {}
    return {
        one.value: one.words for one in read.questions[0].answers if one.value is not None and one.words
    }


def likely(read: Questionnaire, measures: Sequence[Measure]) -> str:
    """The code of the one measure that the form agrees with; "" for none or several."""
    fitting = [one.code for one in measures if not mismatches(read, one)]
    return fitting[0] if len(fitting) == 1 else ""


def language_of(read: Questionnaire) -> str:
    """The language that the form says it is in, if it is one of ours; else ""."""
    language = read.language.lower().replace("_", "-").split("-")[0]
    return language if language in LANGUAGES else ""


def languages_of(measure: Measure) -> tuple[str, ...]:
    """The languages in which a measure has licensed words."""
    texts = (measure.item_texts or {}, measure.answer_texts or {})
    known = {language for one in texts for words in one.values() for language in words}
    return tuple(language for language in LANGUAGES if language in known)


def readable(name: str, text: str) -> tuple[str, int]:
    """A rule file as everybody may read it, and of how many measures the licensed words are left out.

    Raises RuleError when they cannot be told from the rest.
    """
    if name != _RULES:
        return text, 0
    try:
        parse(text)
    except RuleError:
        if any(key in text for key in KEYS):
            raise
        return text, 0
    return without_any(text)


def _about(code: str, language: str) -> str:
    """The audit's detail holds codes only, and an agency may have named a measure otherwise."""
    return f"{code} {language}" if is_detail(code) else language


def _refusal(refused: QuestionnaireRefused) -> InvalidInput:
    return {
        "questionnaire_too_large": InvalidInput(
            "This file is too large for a form.", field="file", code="questionnaire_too_large"
        ),
        "questionnaire_not_utf8": InvalidInput(
            "This file is not written in UTF-8, as FHIR asks.", field="file", code="questionnaire_not_utf8"
        ),
        "questionnaire_not_json": InvalidInput(
            "This is not a readable JSON file. It may be cut off.",
            field="file", code="questionnaire_not_json",
        ),
        "questionnaire_not_one": InvalidInput(
            "This is not a form. It should be a FHIR Questionnaire as JSON.",
            field="file", code="questionnaire_not_one",
        ),
        "questionnaire_too_deep": InvalidInput(
            "This form has too many groups inside groups. It was not read.",
            field="file", code="questionnaire_too_deep",
        ),
        "questionnaire_too_many": InvalidInput(
            "This form has too many entries. It was not read.", field="file", code="questionnaire_too_many"
        ),
    }[refused.code]  # fmt: skip
