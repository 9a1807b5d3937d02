"""The rule file `measures`: what an agency measures with, and how answers become scores. Pure.

A definition never holds the words of a licensed item. Words that an agency may use come with its own
rule version (`item_texts`, `answer_texts`), brought in by `item_words`. Format: docs/measures.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast

from app.wraparound.practice_codes import INFORMANTS
from app.wraparound.reliable_change import jacobson_truax

from .reading import Table, read, unique

Words = Mapping[str, str]
"""Language code → words; always has `en`."""
Scoring = Literal["sum", "mean", "count_at_least", "single"]
SCORINGS: Final = ("sum", "mean", "count_at_least", "single")
BETTER: Final = ("up", "down")
MOST_ITEMS: Final = 150
MOST_ANSWER: Final = 100
MOST_TEXT: Final = 500
"""Letters of one item's licensed words."""
_NO_ITEM: Final = "“{name}” holds item numbers from 1 to {most}."
_NO_ANSWER: Final = "“{name}” holds answers from {least} to {most}."


@dataclass(frozen=True)
class Subscale:
    """A part of a measure. items: numbers of its items. blanks: how many may be left out."""

    code: str
    name: Words
    items: tuple[int, ...]
    blanks: int = 0


@dataclass(frozen=True)
class Band:
    """What a total from `low` to `high` is called. confirm: only the manual says so.

    informants: for whose answers it holds; empty: everybody's.
    """

    low: float
    high: float
    words: Words
    confirm: bool = True
    informants: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measure:
    """One measure. least, most: range of one answer. better: which way is better.

    at_least: with count_at_least, the answer that counts. blanks: how many items may be blank; prorated:
    the rest then stands for them. every: days until it is asked again, 0: when somebody likes to.
    reliable_change: points below which a change is none to speak of, 0 when nobody knows. self_harm,
    violence: items whose answer, from *_at on, needs a talk in private. alone: the whole measure opens
    only when the worker is alone with whoever answers. item_texts, answer_texts: number of an item, or of
    an answer, → its words, in whichever languages the agency has them.
    """

    code: str
    name: Words
    informants: tuple[str, ...]
    items: int
    least: int
    most: int
    better: Literal["up", "down"]
    scoring: Scoring
    at_least: int = 0
    blanks: int = 0
    prorated: bool = False
    totals_only: bool = True
    every: int = 0
    reliable_change: float = 0.0
    reliable_confirm: bool = True
    subscales: tuple[Subscale, ...] = ()
    bands: tuple[Band, ...] = ()
    self_harm: tuple[int, ...] = ()
    self_harm_at: int = 1
    violence: tuple[int, ...] = ()
    violence_at: int = 1
    sensitive_confirm: bool = True
    alone: bool = False
    licence: Words | None = None
    item_texts: Mapping[int, Words] | None = None
    answer_texts: Mapping[int, Words] | None = None

    @property
    def numbers(self) -> range:
        """The numbers of its items, from 1."""
        return range(1, self.items + 1)

    @property
    def private_items(self) -> frozenset[int]:
        """Items that are only asked when the worker is alone with whoever answers."""
        return frozenset(self.numbers) if self.alone else frozenset(self.violence)


@dataclass(frozen=True)
class Measures:
    """The whole file. protocol: what the agency does after an answer about self-harm or violence.

    lines: whom to call: (name, number) in the order of the file.
    """

    measures: tuple[Measure, ...]
    protocol: Words
    lines: tuple[tuple[Words, str], ...] = ()

    def named(self, code: str) -> Measure | None:
        """The measure with a code."""
        return next((one for one in self.measures if one.code == code), None)


def parse(text: str) -> Measures:
    """The values of a file. Raises RuleError with the line."""
    table = read(text)
    talk = table.table("private_talk")
    lines = []
    for one in talk.tables("line"):
        lines.append((one.words("name"), one.text("number", most=40)))
        one.done()
    protocol = talk.words("protocol")
    talk.done()
    tables = table.tables("measure")
    unique(tables)
    found = tuple(_measure(one) for one in tables)
    table.done()
    return Measures(found, protocol, tuple(lines))


def _measure(table: Table) -> Measure:
    items = table.number("items", least=1, most=MOST_ITEMS)
    least = table.number("least", 0, most=MOST_ANSWER)
    most = table.number("most", least=least + 1, most=MOST_ANSWER)
    scoring = cast(Scoring, table.choice("scoring", SCORINGS))
    if scoring == "single" and items != 1:
        raise table.wrong("items", "single_has_one", "A measure with scoring “single” has one item.")
    parts = table.tables("subscale")
    unique(parts)
    made = Measure(
        code=table.text("code", most=40),
        name=table.words("name"),
        informants=table.choices("informants", INFORMANTS, needed=True),
        items=items,
        least=least,
        most=most,
        better=cast(Literal["up", "down"], table.choice("better", BETTER)),
        scoring=scoring,
        at_least=(
            table.number("at_least", least=least + 1, most=most) if scoring == "count_at_least" else 0
        ),
        blanks=table.number("blanks", 0, most=items - 1),
        prorated=table.yes("prorated"),
        totals_only=table.yes("totals_only", True),
        every=table.number("every", 0, most=3660),
        reliable_change=_reliable(table),
        reliable_confirm=table.yes("reliable_change_confirm", True),
        subscales=tuple(_subscale(one, items) for one in parts),
        bands=tuple(_band(one) for one in table.tables("band")),
        self_harm=_numbers(table, "self_harm", items),
        self_harm_at=table.number("self_harm_at", least + 1, least=least + 1, most=most),
        violence=_numbers(table, "violence", items),
        violence_at=table.number("violence_at", least + 1, least=least + 1, most=most),
        sensitive_confirm=table.yes("sensitive_confirm", True),
        alone=table.yes("alone"),
        licence=table.words("licence", needed=False) or None,
        item_texts=_texts(table, "item_texts", 1, items, "no_such_item", _NO_ITEM),
        answer_texts=_texts(table, "answer_texts", least, most, "no_such_answer", _NO_ANSWER),
    )
    table.done()
    return made


def _reliable(table: Table) -> float:
    """The points as given, or from spread and reliability (Jacobson and Truax)."""
    if table.has("sd") or table.has("reliability"):
        spread = table.decimal("sd", least=0.001, most=1000)
        return jacobson_truax(spread, table.decimal("reliability", least=0.0, most=0.9999))
    return table.decimal("reliable_change", 0.0, least=0.0, most=10_000)


def _subscale(table: Table, items: int) -> Subscale:
    numbers = _numbers(table, "items", items)
    if not numbers:
        raise table.wrong("items", "empty")
    made = Subscale(
        table.text("code", most=40), table.words("name"), numbers,
        table.number("blanks", 0, most=len(numbers) - 1),
    )  # fmt: skip
    table.done()
    return made


def _band(table: Table) -> Band:
    low = table.decimal("from")
    high = table.decimal("to", least=low)
    made = Band(
        low, high, table.words("words"), table.yes("confirm", True), table.choices("informants", INFORMANTS)
    )
    table.done()
    return made


def _numbers(table: Table, name: str, items: int) -> tuple[int, ...]:
    """Item numbers, each once."""
    values = table.raw(name) if table.has(name) else []
    if not isinstance(values, list):
        raise table.wrong(name, "not_list")
    for one in values:
        if not isinstance(one, int) or isinstance(one, bool) or not 1 <= one <= items:
            raise table.wrong(name, "no_such_item", _NO_ITEM, most=items)
    if len(set(values)) != len(values):
        raise table.wrong(name, "twice", value=name)
    return tuple(values)


def _texts(
    table: Table, key: str, low: int, high: int, reason: str, english: str
) -> Mapping[int, Words] | None:
    """Number of an item or an answer → its licensed words."""
    if not table.has(key):
        return None
    texts = table.table(key)
    found: dict[int, Words] = {}
    for name in texts.names():
        if not (name.isascii() and name.isdigit() and low <= int(name) <= high):
            raise texts.wrong(name, reason, english, least=low, most=high)
        words = texts.words(name, english=False)
        if any(len(one) > MOST_TEXT for one in words.values()):
            raise texts.wrong(name, "too_long", most=MOST_TEXT)
        found[int(name)] = words
    texts.done()
    return found
