"""Who may see what at the table and on paper: the audience rule, pure.

"The family" is not one reader. Given the items of a family, what each person must not see, and who
is looking, `hidden` names everything that must leave no string, gap or count. It errs towards
hiding: what hangs on something hidden is hidden, and so is what names somebody hidden.
Source: design 02, Audience. Spec: docs/audience.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from .vocabulary import OPEN_LABELS

SHORTEST = 3
"""Letters from which one word of a name is looked for by itself; "de" and "Jo" are not."""

ALSO_WORDS = frozenset(
    ("angel art chance cruz dawn destiny faith fe frank grace grant heaven hope jack joy june luz mark "
     "may mercy miles mira paz rich rose sky sol star sunny trinity will").split()
)  # fmt: skip
"""Names that are everyday words, too: they are looked for with a capital letter alone, or a coach
called Will would hide every promise."""


@dataclass(frozen=True)
class Audience:
    """Who can see the screen or will read the paper. people: record ids (hex).

    strangers: somebody is there whom the records do not know; they get the least. An audience of
    nobody is one of strangers. labels: what the leave of this reader covers (services/gate.py); on
    screens and papers of a family always those that are open.
    """

    people: frozenset[str] = frozenset()
    strangers: bool = False
    labels: frozenset[str] = frozenset(OPEN_LABELS)

    @property
    def unknown(self) -> bool:
        """Whether anybody may be looking whom nobody named."""
        return self.strangers or not self.people


@dataclass(frozen=True)
class Item:
    """One record as the rule sees it.

    hangs_on: ids of the records it is part of. people: ids of the people it names. texts: its words.
    """

    id: str
    label: str = "general"
    hangs_on: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rules:
    """What is kept from whom. not_for: item id → ids of people who must not see it.

    names: person id → the names they go by. never: words that nobody's screen or paper may show,
    such as a protected address.
    """

    not_for: Mapping[str, frozenset[str]] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    never: tuple[str, ...] = ()

    def kept_from(self, item_id: str, audience: Audience) -> bool:
        """Whether somebody in the audience must not see this very item."""
        barred = self.not_for.get(item_id, frozenset())
        return bool(barred) and (audience.unknown or bool(barred & audience.people))


def hidden(items: Iterable[Item], rules: Rules, audience: Audience) -> frozenset[str]:
    """The ids of all items, and of all people, that this audience must not learn of.

    Labels that no leave covers are always hidden. Then everything that is kept from somebody present; what
    hangs on it; what names a hidden person by id or by name in its words; and so on until nothing
    more follows.
    """
    all_items = tuple(items)
    people = _hidden_people(rules, audience)
    gone = set(people)
    for item in all_items:
        if item.label not in audience.labels or rules.kept_from(item.id, audience):
            gone.add(item.id)
    tells = telltale(rules, audience)
    for item in all_items:
        if people.intersection(item.people) or any(map(tells, item.texts)):
            gone.add(item.id)
    while True:
        more = {
            item.id for item in all_items if item.id not in gone and not gone.isdisjoint(item.hangs_on)
        }
        if not more:
            return frozenset(gone)
        gone |= more


def telltale(rules: Rules, audience: Audience) -> Callable[[str], bool]:
    """Tells whether words name somebody hidden from this audience, or say what nobody may read."""
    gone = _hidden_people(rules, audience)
    shown = {word for one in rules.names if one not in gone for word in _words(rules.names[one])}
    wanted = {" ".join(words.split()) for words in rules.never if words.strip()}
    for person in gone:
        for name in rules.names[person]:
            wanted |= _telling(name, shown)
    capital = {one.capitalize() for one in wanted if one.casefold() in ALSO_WORDS}
    anyhow = _pattern((one for one in wanted if one.casefold() not in ALSO_WORDS), re.IGNORECASE)
    as_names = _pattern({*capital, *(one.upper() for one in capital)})

    def tells(text: str) -> bool:
        flat = " ".join(text.split())
        return any(one is not None and one.search(flat) is not None for one in (anyhow, as_names))

    return tells


def _hidden_people(rules: Rules, audience: Audience) -> frozenset[str]:
    """Those kept from somebody present, and those whom one knows only through them."""
    gone = {person for person in rules.names if rules.kept_from(person, audience)}
    while True:
        theirs = _owner_pattern(name for person in gone for name in rules.names[person])
        more = {
            person
            for person, names in rules.names.items()
            if person not in gone and theirs is not None and any(map(theirs.search, names))
        }
        if not more:
            return frozenset(gone)
        gone |= more


def _telling(name: str, shown: frozenset[str] | set[str]) -> set[str]:
    """What gives a hidden person away: the whole name, its first word, and each longer word of it
    that no one who is shown has in their name, as a family's surname is."""
    whole = " ".join(name.split())
    if not whole:
        return set()
    own = {word for word in _words((whole,)) if len(word) >= SHORTEST and word not in shown}
    return {whole, whole.split()[0]} | own


def _words(names: Iterable[str]) -> set[str]:
    return {word.casefold() for name in names for word in re.findall(r"\w+", name)}


def _owner_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """Finds somebody named through another: "Teo’s girlfriend", "la hermana de Teo"."""
    wanted = {word for name in names for word in _words((name,)) if len(word) >= SHORTEST}
    if not wanted:
        return None
    joined = "|".join(re.escape(word) for word in sorted(wanted, key=len, reverse=True))
    owner = rf"(?<!\w)(?:{joined})(?!\w)"
    return re.compile(rf"{owner}['’]s?(?!\w)|\b(?:de|del|of)\s+{owner}", re.IGNORECASE)


def _pattern(wanted: Iterable[str], flags: int = 0) -> re.Pattern[str] | None:
    """Finds any of the phrases as words of their own."""
    phrases = set(wanted)
    if not phrases:
        return None
    joined = "|".join(re.escape(one) for one in sorted(phrases, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{joined})(?!\w)", flags)
