"""Sentences with choices: `[a|b]` picks one, `{name}` is a value, `{#bank}` a word of a bank.

Choices may hold choices. A phrase is parsed once, when the files are read, and rendered
many times. Values are plain text and are not parsed again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class _Value:
    name: str
    opens_quote: bool = False
    """Stands right after an opening quotation mark: begins with a capital."""


@dataclass(frozen=True)
class _Verb:
    """A verb in the third person after a pronoun: "has", or "have" for somebody called they."""

    number: str
    """Name of the value that says `one` or `many`."""
    one: str
    many: str


@dataclass(frozen=True)
class _Choice:
    options: tuple[tuple[_Node, ...], ...]


_Node = str | _Value | _Verb | _Choice
_TOKEN = re.compile(r"[\[\]|{}]")
_AFTER_PRONOUN = re.compile(r"^( (?:never|still|only|just|really))? (\w+s)\b(?!’)")
_MANY = {"is": "are", "was": "were", "has": "have", "does": "do", "goes": "go"}
_NO_VERBS = frozenset({"always", "perhaps", "sometimes", "this", "across"})
_SENTENCE_START = re.compile(r"(^“?|[.?]”? “?|\n“?)([a-záéíóúñ])")
_END = re.compile(r"(?<=[.?”])(?<!Ms\.)(?<!Mr\.)(?<!Dr\.)(?<!St\.)(?<!Mrs\.)\s+(?=[A-ZÁÉÍÓÚÑ¿“])")

Banks = Mapping[str, "Sequence[Phrase]"]


@dataclass(frozen=True)
class Phrase:
    """A parsed phrase, and the names of the values that it must have to be rendered."""

    nodes: tuple[_Node, ...]
    needs: frozenset[str]

    def render(self, rng: Random, values: Mapping[str, str], banks: Banks) -> str:
        """The phrase with every choice made. Raises KeyError when a value is missing."""
        parts: list[str] = []
        _render(self.nodes, rng, values, banks, parts)
        return _SENTENCE_START.sub(lambda m: m[1] + m[2].upper(), "".join(parts))


def parse(text: str) -> Phrase:
    """Parse one phrase. Raises ValueError when a bracket is left open."""
    text = text.strip().replace("'", "’")
    needs: set[str] = set()
    nodes, end = _sequence(text, 0, 0, needs)
    if end != len(text):
        raise ValueError(f"stray {text[end]!r} at {end}: {text}")
    return Phrase(nodes, frozenset(needs))


def parse_lines(block: str) -> tuple[Phrase, ...]:
    """The phrases of a block, one on each line that is not empty."""
    return tuple(parse(line) for line in block.splitlines() if line.strip())


def sentences(body: str) -> list[str]:
    """The sentences of a text, good enough to count repetitions."""
    return [part.strip() for line in body.splitlines() for part in _END.split(line) if part.strip()]


def _sequence(text: str, at: int, depth: int, needs: set[str]) -> tuple[tuple[_Node, ...], int]:
    nodes: list[_Node] = []
    while at < len(text):
        at = _verb_after(nodes, text, at)
        match = _TOKEN.search(text, at)
        if match is None:
            nodes.append(text[at:])
            return tuple(nodes), len(text)
        if match.start() > at:
            nodes.append(text[at : match.start()])
        at = match.start()
        mark = match.group()
        if mark == "{":
            end = text.index("}", at)
            name = text[at + 1 : end].lower()
            if not name.startswith("#"):
                needs.add(name)
            quoted = bool(nodes) and isinstance(nodes[-1], str) and nodes[-1].endswith("“")
            nodes.append(_Value(name, quoted))
            at = end + 1
        elif mark == "[":
            options: list[tuple[_Node, ...]] = []
            while True:
                option, at = _sequence(text, at + 1, depth + 1, needs)
                options.append(option)
                if at >= len(text):
                    raise ValueError(f"open bracket: {text}")
                if text[at] == "]":
                    break
            nodes.append(_Choice(tuple(options)))
            at += 1
        elif mark in "|]" and depth:
            return tuple(nodes), at
        else:
            raise ValueError(f"stray {mark!r} at {at}: {text}")
    return tuple(nodes), at


def _verb_after(nodes: list[_Node], text: str, at: int) -> int:
    """Take the verb that follows a pronoun, so that it agrees. Gives where the text goes on."""
    last = nodes[-1] if nodes else None
    if not isinstance(last, _Value) or not last.name.endswith("they"):
        return at
    match = _AFTER_PRONOUN.match(text[at : at + 32])
    if match is None or match[2] in _NO_VERBS:
        return at
    nodes.append((match[1] or "") + " ")
    nodes.append(_Verb(last.name.removesuffix("they") + "number", match[2], _many(match[2])))
    return at + match.end()


def _many(verb: str) -> str:
    if verb in _MANY:
        return _MANY[verb]
    if verb.endswith("ies"):
        return verb[:-3] + "y"
    return verb[:-2] if verb.endswith(("ches", "shes", "sses", "xes", "zes")) else verb[:-1]


def _render(
    nodes: tuple[_Node, ...],
    rng: Random,
    values: Mapping[str, str],
    banks: Banks,
    parts: list[str],
) -> None:
    for node in nodes:
        if isinstance(node, str):
            parts.append(node)
        elif isinstance(node, _Choice):
            _render(node.options[int(rng.random() * len(node.options))], rng, values, banks, parts)
        elif isinstance(node, _Verb):
            parts.append(node.one if values.get(node.number) == "one" else node.many)
        elif node.name.startswith("#"):
            bank = banks[node.name[1:]]
            _render(bank[int(rng.random() * len(bank))].nodes, rng, values, banks, parts)
        else:
            word = values[node.name]
            parts.append(word[:1].upper() + word[1:] if node.opens_quote else word)
