"""Reads the questions of a form that an agency is licensed for: a FHIR Questionnaire (R4 or R5), as JSON.

Owns the limits and what of the format is read. A picked file is not to be trusted: its size is bounded
before it is read, its depth while it is walked, every value is checked for its kind, and nothing is run,
fetched or written. What is wrong is reported by question; what a form says that this app does not do
(answers that open others, repeats) is counted by name. Raises QuestionnaireRefused. Spec: docs/measures.md.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final, NoReturn

from app.wraparound.rules.measures import MOST_ANSWER, MOST_TEXT

from .questionnaire_values import Answer, Problem, Question, Questionnaire, QuestionnaireRefused

MAX_PICKED_BYTES: Final = 2 * 1024 * 1024
MAX_DEPTH: Final = 16
"""Groups inside groups."""
MAX_ENTRIES: Final = 2_000
"""Entries of any kind, groups and displays too."""
MAX_ANSWERS: Final = MOST_ANSWER + 1
KEPT_PROBLEMS: Final = 200
_SHOWN: Final = 60
"""Letters of a wrong value that the report repeats."""
_HEAD: Final = {"title": 200, "publisher": 200, "copyright": 600}
"""Letters of the form's own facts; what is cut ends in "…"."""

_GROUP: Final = "group"
_DISPLAY: Final = "display"
_ASKED: Final = frozenset({"choice", "open-choice", "coding", "integer", "boolean"})
"""Types of entries that get a number for an answer."""
_WRITTEN: Final = frozenset(
    {"decimal", "date", "dateTime", "time", "string", "text", "url", "attachment", "reference", "quantity"}
)
_EXTENSION: Final = "http://hl7.org/fhir/StructureDefinition/"
_WEIGHTS: Final = tuple(
    _EXTENSION + name for name in ("itemWeight", "ordinalValue", "questionnaire-ordinalValue")
)
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Letters that turn the direction of what follows: words could look like others."""


def read_questionnaire(data: bytes) -> Questionnaire:
    """The questions of a picked file. Raises QuestionnaireRefused for what is no Questionnaire."""
    value = _json(data)
    if not isinstance(value, dict) or value.get("resourceType") != "Questionnaire":
        _refuse("questionnaire_not_one")
    return _Reading().whole(value)


def _refuse(code: str) -> NoReturn:
    raise QuestionnaireRefused(code)


def _json(data: bytes) -> Any:
    if len(data) > MAX_PICKED_BYTES:
        _refuse("questionnaire_too_large")

    def no_number(name: str) -> NoReturn:
        raise ValueError(name)

    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=no_number)
    except UnicodeDecodeError:
        _refuse("questionnaire_not_utf8")
    except RecursionError:
        _refuse("questionnaire_too_deep")
    except ValueError:
        _refuse("questionnaire_not_json")


class _Reading:
    """One file on its way: what was found so far."""

    def __init__(self) -> None:
        self._questions: list[Question] = []
        self._problems: list[Problem] = []
        self._left_out: Counter[str] = Counter()
        self._links: set[str] = set()
        self._entries = 0

    def whole(self, value: Mapping[str, Any]) -> Questionnaire:
        if value.get("modifierExtension"):
            self._wrong(0, "", "modifier")
        head = {name: _cut(_plain(value.get(name)), most) for name, most in _HEAD.items()}
        self._walk(value.get("item"), 1)
        return Questionnaire(
            head["title"] or _cut(_plain(value.get("name")), _HEAD["title"]),
            head["publisher"],
            head["copyright"],
            _cut(_plain(value.get("language")), 20),
            tuple(self._questions),
            tuple(self._problems),
            {name: count for name, count in self._left_out.items() if count},
        )

    def _walk(self, items: Any, depth: int) -> None:
        """Entries in the order in which they are asked: whoever contains others comes before them."""
        if items is None:
            return
        if depth > MAX_DEPTH:
            _refuse("questionnaire_too_deep")
        if not isinstance(items, list):
            self._wrong(0, "", "wrong_kind", "item")
            return
        for one in items:
            self._entries += 1
            if self._entries > MAX_ENTRIES:
                _refuse("questionnaire_too_many")
            if not isinstance(one, dict):
                self._wrong(0, "", "not_an_item", one)
                continue
            self._entry(one)
            self._walk(one.get("item"), depth + 1)

    def _entry(self, one: Mapping[str, Any]) -> None:
        link, kind = _cut(_plain(one.get("linkId")), _SHOWN), one.get("type")
        if link and link in self._links:
            self._wrong(0, link, "same_link")
        self._links.add(link)
        if one.get("modifierExtension"):
            self._wrong(0, link, "modifier")
        # A group that is not always asked leaves out its questions, so it is counted like one of them.
        for name in ("enableWhen", "repeats"):
            self._left_out[name] += bool(one.get(name))
        if kind == _GROUP:
            return
        if kind == _DISPLAY or kind in tuple(_WRITTEN):
            self._left_out["display" if kind == _DISPLAY else "written"] += 1
        elif kind not in tuple(_ASKED):
            self._wrong(0, link, "unknown_type", kind)
        elif one.get("readOnly") is True or _extension(one, "sdc-questionnaire-calculatedExpression"):
            self._left_out["worked_out"] += 1
        elif any(found.get("valueBoolean") is True for found in _extension(one, "questionnaire-hidden")):
            self._left_out["hidden"] += 1
        else:
            self._question(one, link)

    def _question(self, one: Mapping[str, Any], link: str) -> None:
        number = len(self._questions) + 1
        words = one.get("text")
        if words is not None and not isinstance(words, str):
            self._wrong(number, link, "wrong_kind", "text")
        said = " ".join(words.split()) if isinstance(words, str) else ""
        if not said:
            self._wrong(number, link, "no_text")
        elif len(said) > MOST_TEXT:
            self._wrong(number, link, "text_too_long", said)
        if _odd(said):
            self._wrong(number, link, "odd_letters", said)
        for name in ("initial", "answerValueSet"):
            self._left_out[name] += one.get(name) is not None
        self._left_out["free_answers"] += one["type"] == "open-choice" or "answerConstraint" in one
        self._left_out["translations"] += one.get("_text") is not None
        answers = self._answers(one, number, link)
        least, most = self._bounds(one)
        mark = _cut(_plain(one.get("prefix")), _SHOWN)
        self._questions.append(Question(number, link, said, mark, answers, least, most))

    def _bounds(self, one: Mapping[str, Any]) -> tuple[int | None, int | None]:
        if one["type"] == "boolean":
            return 0, 1
        found = []
        for name in ("minValue", "maxValue"):
            given = [_whole(entry.get("valueInteger")) for entry in _extension(one, name)]
            found.append(given[0] if given else None)
        return found[0], found[1]

    def _answers(self, one: Mapping[str, Any], number: int, link: str) -> tuple[Answer, ...]:
        options = one.get("answerOption")
        if options is None:
            return ()
        if not isinstance(options, list):
            self._wrong(number, link, "wrong_kind", "answerOption")
            return ()
        if len(options) > MAX_ANSWERS:
            self._wrong(number, link, "too_many_answers", len(options))
            return ()
        found: list[Answer] = []
        for option in options:
            answer = self._answer(option, number, link)
            if answer is None:
                continue
            if answer.value is not None and any(answer.value == known.value for known in found):
                self._wrong(number, link, "answer_twice", answer.value)
            found.append(answer)
        self._left_out["no_points"] += any(answer.value is None for answer in found)
        return tuple(found)

    def _answer(self, option: Any, number: int, link: str) -> Answer | None:
        """One answer with its number; None when it is broken, which is said."""
        if not isinstance(option, dict):
            self._wrong(number, link, "answer_broken", option)
            return None
        coding, plain = option.get("valueCoding"), option.get("valueString")
        given = option.get("valueInteger")
        if isinstance(coding, dict):
            words = _plain(coding.get("display"))
        elif isinstance(plain, str):
            words = _plain(plain)
        elif given is not None:
            words = ""
        else:
            self._wrong(number, link, "answer_broken", next(iter(option), ""))
            return None
        if len(words) > MOST_TEXT:
            self._wrong(number, link, "text_too_long", words)
        if _odd(words):
            self._wrong(number, link, "odd_letters", words)
        if given is None:
            given = next(_weights(option), None)
        if given is None and isinstance(coding, dict):
            given = next(_weights(coding), None)
        value = _whole(given)
        if given is not None and value is None:
            self._wrong(number, link, "answer_not_whole", given)
            return None
        return Answer(value, words)

    def _wrong(self, number: int, link: str, code: str, value: object = "") -> None:
        if len(self._problems) < KEPT_PROBLEMS:
            shown = value if isinstance(value, str | int | float) else type(value).__name__
            self._problems.append(Problem(number, link, code, _cut(_visible(str(shown)), _SHOWN)))
        elif len(self._problems) == KEPT_PROBLEMS:
            self._problems.append(Problem(0, "", "too_many_problems"))


def _extension(one: Mapping[str, Any], name: str) -> tuple[Mapping[str, Any], ...]:
    """Extensions whose address ends in a name of the specification."""
    listed = one.get("extension")
    return tuple(
        found
        for found in (listed if isinstance(listed, list) else ())
        if isinstance(found, dict) and str(found.get("url")).rsplit("/", 1)[-1] == name
    )


def _weights(one: Mapping[str, Any]) -> Iterator[Any]:
    """Numbers that stand beside an answer, whatever their kind."""
    listed = one.get("extension")
    for found in listed if isinstance(listed, list) else ():
        if isinstance(found, dict) and found.get("url") in _WEIGHTS:
            yield found.get("valueDecimal", found.get("valueInteger", "?"))


def _whole(value: Any) -> int | None:
    """A whole number that an answer can be, also one written as 2.0."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if abs(value) <= MOST_ANSWER and value == int(value) else None


def _plain(value: Any) -> str:
    """A text on one line; "" for what is none."""
    return " ".join(value.split()) if isinstance(value, str) else ""


def _odd(words: str) -> bool:
    """Whether letters are among them that cannot be seen for what they are, or not be kept at all."""
    return any(one in _TURNING or unicodedata.category(one) in ("Cc", "Cs", "Co") for one in words)


def _visible(words: str) -> str:
    return "".join("�" if _odd(one) else one for one in words)


def _cut(words: str, most: int) -> str:
    words = _visible(words)
    return words if len(words) <= most else f"{words[: most - 1]}…"
