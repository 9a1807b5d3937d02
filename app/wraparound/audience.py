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


@dataclass(frozen=True)
class Audience:
    """Who can see the screen or will read the paper. people: record ids (hex).

    strangers: somebody is there whom the records do not know; they get the least. An audience of
    nobody is one of strangers.
    """

    people: frozenset[str] = frozenset()
    strangers: bool = False

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

    Restricted labels are always hidden. Then everything that is kept from somebody present; what
    hangs on it; what names a hidden person by id or by name in its words; and so on until nothing
    more follows.
    """
    all_items = tuple(items)
    people = _hidden_people(rules, audience)
    gone = set(people)
    for item in all_items:
        if item.label not in OPEN_LABELS or rules.kept_from(item.id, audience):
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
    people = _hidden_people(rules, audience)
    named = _pattern([name for one in people for name in rules.names[one]], rules.never)
    return lambda text: named is not None and named.search(" ".join(text.split())) is not None


def _hidden_people(rules: Rules, audience: Audience) -> frozenset[str]:
    return frozenset(person for person in rules.names if rules.kept_from(person, audience))


def _pattern(names: Iterable[str], never: Iterable[str]) -> re.Pattern[str] | None:
    """Finds any of the names, or its first word, as a word of its own, in whatever case."""
    wanted = {" ".join(words.split()) for words in never if words.strip()}
    for name in names:
        whole = " ".join(name.split())
        if whole:
            wanted |= {whole, whole.split()[0]}
    if not wanted:
        return None
    joined = "|".join(sorted((re.escape(one) for one in wanted), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{joined})(?!\w)", re.IGNORECASE)
