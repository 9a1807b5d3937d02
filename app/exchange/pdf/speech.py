"""The phrases of a paper in its own language, with days and times in words. Pure.

The words themselves are handed in (`words(key)`), so that this part knows no screen.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from app.exchange.paper_wish import PaperWish
from app.wraparound.vocabulary import PLACES
from app.wraparound.wording import Words

from .ink import Letters

Lookup = Callable[[str], str]
"""Key → phrase, with `{places}` still in it."""

_NOON, _NIGHT = 12, 20


class Speech:
    """Phrases by key. made_on: the day of the paper; other years are named."""

    def __init__(self, words: Lookup, language: str, made_on: date) -> None:
        self._words = words
        self.made_on = made_on
        self.language = language

    def say(self, key: str, **values: object) -> str:
        """A phrase of family_copy.po with its places filled in."""
        phrase = self._words(f"family_copy.{key}")
        return phrase.format(**values) if values else phrase

    def phrase(self, key: str) -> str:
        """A phrase of any catalogue, by its whole key."""
        return self._words(key)

    def told(
        self, words: Words, letters: Letters, gap: Letters, *, quoted: bool = False
    ) -> tuple[str, Letters]:
        """What to print for the family's words, and how: a gap is said by the paper, not by them."""
        if words.gap:
            return self.say("gap"), gap
        return (f"“{words.text.strip()}”" if quoted else words.text.strip()), letters

    def day(self, iso: str) -> str:
        """A day in words; the same text when it is no day."""
        try:
            return self._day(date.fromisoformat(iso))
        except ValueError:
            return iso

    def moment(self, at_ms: int) -> str:
        """Day and time on the wall. at_ms: UTC milliseconds."""
        at = datetime.fromtimestamp(at_ms / 1000)
        half = "night" if at.hour >= _NIGHT else "pm" if at.hour >= _NOON else "am"
        time = self._words(f"dates.time_{half}").format(
            hour=at.hour % _NOON or _NOON, minute=f"{at.minute:02d}"
        )
        return self._words("dates.moment").format(day=self._day(at.date()), time=time)

    def _day(self, when: date) -> str:
        key = "dates.day" if when.year == self.made_on.year else "dates.day_year"
        return self._words(key).format(
            weekday=self._words("dates.weekdays").split()[when.weekday()],
            day=when.day,
            month=self._words("dates.months").split()[when.month - 1],
            year=when.year,
        )

    def place(self, where: str) -> str:
        """Where a meeting is: a code of the vocabulary in words, anything else as it was typed."""
        return self.say(f"place.{where}") if where in PLACES else where

    def whole_day(self, when: date) -> str:
        """A day with its year, for the head of a paper that is kept."""
        return self._words("dates.day_year").format(
            weekday=self._words("dates.weekdays").split()[when.weekday()],
            day=when.day,
            month=self._words("dates.months").split()[when.month - 1],
            year=when.year,
        )

    def numbers_only(self, text: str) -> str:
        """Words beside a number, as somebody typed them, are in the first language: English only.

        They carry no translation, so another language shows them only when they hold no letters.
        """
        plain = not any(sign.isalpha() for sign in text)
        return text.strip() if plain or self.language == "en" else ""


def begin(words: str) -> str:
    """The same words as the beginning of a sentence."""
    return words[:1].upper() + words[1:]


def leave_line(speech: Speech, wish: PaperWish) -> str:
    """What somebody outside the team is told about the family's leave; nothing for the others."""
    return speech.say("leave", day=speech.day(wish.until)) if wish.until else ""
