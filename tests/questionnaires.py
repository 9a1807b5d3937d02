"""Invented forms as FHIR Questionnaires. No words of a real instrument stand here, nor may they."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

ANSWERS = ("Never", "Rarely", "Sometimes", "Often", "Mostly", "Always")
WEIGHT = "http://hl7.org/fhir/StructureDefinition/itemWeight"
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"


def option(value: object, words: str, url: str = WEIGHT, *, on_coding: bool = False) -> dict[str, Any]:
    """One answer with its points."""
    beside = {"extension": [{"url": url, "valueDecimal": value}]}
    coding = {"code": f"a{value}", "display": words}
    return {"valueCoding": coding | beside} if on_coding else {"valueCoding": coding} | beside


def options(words: Sequence[str] = ANSWERS, first: int = 0) -> list[dict[str, Any]]:
    """Answers from a number on."""
    return [option(number, said) for number, said in enumerate(words, start=first)]


def question(number: int, words: str = "", **more: Any) -> dict[str, Any]:
    """One question with six answers, 0 to 5."""
    said = words or f"Invented question {number} about kites"
    return {
        "linkId": f"q{number}", "text": said, "type": "choice", "answerOption": options(), **more
    }  # fmt: skip


def form(count: int = 20, **more: Any) -> dict[str, Any]:
    """A whole form."""
    return {
        "resourceType": "Questionnaire", "status": "active", "title": "The Kite Scales",
        "publisher": "Kite Makers", "copyright": "© Kite Makers. For tests.", "language": "en",
        "item": [question(number) for number in range(1, count + 1)], **more,
    }  # fmt: skip


def picked(value: Mapping[str, Any]) -> bytes:
    """The file."""
    return json.dumps(value).encode()
