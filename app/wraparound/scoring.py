"""From answers to scores: totals, subscales, bands, and what is impossible. Pure.

A blank is never a zero: what was left out counts for nothing, or, where the measure allows it, the
answered items stand for it. Source: design 02, "Measures"; docs/measures.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from app.errors import InvalidInput
from app.wraparound.rules.measures import Band, Measure, Subscale

Answers = Mapping[int, int]
"""Item number → answer; what was left blank is not in it."""
_TENTH = Decimal("0.1")
_HUNDREDTH = Decimal("0.01")
_NUMBER = re.compile(r"-?[0-9]{1,6}(\.[0-9]{1,4})?")
_ITEM = re.compile(r"[0-9]{1,3}")


@dataclass(frozen=True)
class Score:
    """A scored measure. total: None when too much was left blank. subscales: those that could be scored."""

    total: Decimal | None
    subscales: Mapping[str, Decimal]
    answered: int


def bounds(measure: Measure, items: int | None = None) -> tuple[Decimal, Decimal]:
    """The lowest and the highest possible total over so many items; all of them when None."""
    count = measure.items if items is None else items
    if measure.scoring == "sum":
        return Decimal(count * measure.least), Decimal(count * measure.most)
    if measure.scoring == "count_at_least":
        return Decimal(0), Decimal(count)
    return Decimal(measure.least), Decimal(measure.most)


def checked_answers(measure: Measure, answers: Answers) -> Answers:
    """The answers as they are. Raises InvalidInput naming `item.<number>` for an impossible one."""
    for number, answer in answers.items():
        if number not in measure.numbers:
            raise InvalidInput(
                f"This measure has only {measure.items} items.", field=f"item.{number}", code="no_such_item",
                values={"most": measure.items},
            )  # fmt: skip
        if not measure.least <= answer <= measure.most:
            raise InvalidInput(
                f"An answer is a number from {measure.least} to {measure.most}.", field=f"item.{number}",
                code="answer_range", values={"least": measure.least, "most": measure.most},
            )  # fmt: skip
    return answers


def score(measure: Measure, answers: Answers) -> Score:
    """Total and subscales of some answers. Raises InvalidInput for impossible ones."""
    checked_answers(measure, answers)
    parts = {}
    for part in measure.subscales:
        found = _scored(measure, part.items, answers, part.blanks)
        if found is not None:
            parts[part.code] = found
    return Score(_scored(measure, tuple(measure.numbers), answers, measure.blanks), parts, len(answers))


def _scored(measure: Measure, items: tuple[int, ...], answers: Answers, blanks: int) -> Decimal | None:
    given = [answers[one] for one in items if one in answers]
    missing = len(items) - len(given)
    if not given or missing > blanks:
        return None
    if measure.scoring == "mean":
        return (Decimal(sum(given)) / len(given)).quantize(_HUNDREDTH, ROUND_HALF_UP)
    if measure.scoring == "count_at_least":
        raw = Decimal(sum(one >= measure.at_least for one in given))
    else:
        raw = Decimal(sum(given))
    if missing and not measure.prorated:
        # Without standing in for the rest, a sum over fewer items cannot be compared with a whole one.
        return None
    if missing:
        return (raw * len(items) / len(given)).quantize(_TENTH, ROUND_HALF_UP)
    return raw


def number(typed: str, field: str) -> Decimal | None:
    """A number that was typed, with a point or a comma; None for none. Raises InvalidInput."""
    plain = typed.strip().replace(",", ".")
    if not plain:
        return None
    if not _NUMBER.fullmatch(plain):
        raise InvalidInput("Write a number.", field=field, code="not_a_number")
    return Decimal(plain)


def kept(text: str) -> Decimal | None:
    """A score as it was kept; None for none, and for what this app would not have kept.

    Another tablet wrote it: a number of a million places would otherwise be drawn, or stop the screen.
    """
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def by_item(answers: Mapping[str, object]) -> dict[int, int]:
    """Item number → answer, of answers as they are kept; what is neither is passed over."""
    return {
        int(item): answer
        for item, answer in answers.items()
        if _ITEM.fullmatch(item) and isinstance(answer, int) and not isinstance(answer, bool)
    }


def totals(
    measure: Measure, total: Decimal | None, subscales: Mapping[str, Decimal], answered: int
) -> Score:
    """Totals that somebody took from paper. answered: how many items were, 0 when not said.

    Raises InvalidInput naming `total`, `answered` or `subscale.<code>` for what cannot be.
    """
    if total is None:
        raise InvalidInput("Write the total.", field="total", code="no_total")
    if answered > measure.items or answered < 0:
        raise InvalidInput(
            f"This measure has only {measure.items} items.", field="answered", code="too_many_answered",
            values={"most": measure.items},
        )  # fmt: skip
    if answered and measure.items - answered > measure.blanks:
        least = measure.items - measure.blanks
        raise InvalidInput(
            f"There is a total only when at least {least} of {measure.items} items are answered.",
            field="answered", code="too_many_blank", values={"least": least, "most": measure.items},
        )  # fmt: skip
    # With items left out a total may still have been prorated by hand: then the whole range is open.
    few = answered if answered and not measure.prorated else None
    _in_range(measure, total, few, "total")
    for part in measure.subscales:
        if part.code in subscales:
            _in_range(measure, subscales[part.code], len(part.items), f"subscale.{part.code}")
    if _adds_up(measure) and set(subscales) == {part.code for part in measure.subscales}:
        together = sum(subscales.values(), Decimal(0))
        if together != total:
            raise InvalidInput(
                f"The parts add up to {together.normalize():f}.", field="total", code="parts_differ",
                values={"sum": shown(together)},
            )  # fmt: skip
    return Score(total, dict(subscales), answered or measure.items)


def _in_range(measure: Measure, value: Decimal, items: int | None, field: str) -> None:
    low, high = bounds(measure, items)
    if not low <= value <= high:
        raise InvalidInput(
            f"This can only be from {low} to {high}.", field=field, code="score_range",
            values={"least": shown(low), "most": shown(high)},
        )  # fmt: skip
    whole = measure.scoring != "mean" and not measure.prorated
    if whole and value != value.to_integral_value():
        raise InvalidInput("Write a whole number.", field=field, code="whole_number")


def _adds_up(measure: Measure) -> bool:
    """Whether the subscales share all items out among them, so that their sums make the total."""
    if measure.scoring not in ("sum", "count_at_least") or not measure.subscales:
        return False
    items = sorted(item for part in measure.subscales for item in part.items)
    return items == list(measure.numbers)


def subscale_bounds(measure: Measure, part: Subscale) -> tuple[Decimal, Decimal]:
    """The lowest and highest possible score of a part."""
    return bounds(measure, len(part.items))


def band_of(measure: Measure, total: Decimal, informant: str) -> Band | None:
    """What a total is called, when the file says so for this informant."""
    for band in measure.bands:
        if band.informants and informant not in band.informants:
            continue
        if Decimal(str(band.low)) <= total <= Decimal(str(band.high)):
            return band
    return None


def shown(value: Decimal) -> str:
    """A score as text, without needless zeros: "12", "2.5"."""
    plain = f"{value.normalize():f}"
    return "0" if plain == "-0" else plain


def concerns(measure: Measure, answers: Answers) -> tuple[str, ...]:
    """Codes of practice_codes.PRIVATE_KINDS of what the answers call for a talk in private about."""
    found = []
    if any(answers.get(one, measure.least) >= measure.self_harm_at for one in measure.self_harm):
        found.append("self_harm")
    if any(answers.get(one, measure.least) >= measure.violence_at for one in measure.violence):
        found.append("violence")
    return tuple(found)
