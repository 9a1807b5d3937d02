"""What a passphrase must be, and five words for somebody who would rather be given one.

Owns the rules (after NIST SP 800-63B): at least 15 characters, nothing that is guessed early, no
rule about digits or signs, any character of any script. How early it is guessed is estimated by
zxcvbn, as written and with the gaps left out, because guessers try words without gaps too.
Keeps nothing: names given for one check are gone with it. Spec: docs/crypto.md, "Passphrase".
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from sqlmodel import Session, select

from app.crypto.primitives import Random
from app.crypto.words import word_list
from app.errors import InvalidInput
from app.store.vault import Vault
from app.wraparound.records import AgencyProfile, StaffMember

SHORTEST = 15
"""Characters (code points after NFKC)."""
WORDS = 5
"""Words of a phrase on offer: 55 bits."""
FEWEST_GUESSES = 1e11
PIECE = 100
"""Characters that are estimated at a time: the cost grows with the square."""
FEWEST_LETTERS = 5
"""Different characters."""

EXPECTED = (
    "kitchen table", "mesa de cocina", "wraparound", "care coordinator", "recovery kit",
    "frase de acceso", "contraseña",
)  # fmt: skip
"""What anybody would try on a tablet of this app."""

KNOWN = (
    "correct horse battery staple", "to be or not to be that is the question", "mi casa es tu casa",
    "the quick brown fox jumps over the lazy dog", "once upon a time in a land far far away",
    "i love you to the moon and back", "may the force be with you", "happy birthday to you",
    "twinkle twinkle little star how i wonder what you are", "let it go let it go let it go",
    "our father who art in heaven hallowed be thy name", "in the beginning was the word",
    "the lord is my shepherd i shall not want", "god bless america land that i love",
    "we the people of the united states", "four score and seven years ago",
    "padre nuestro que estas en el cielo santificado sea tu nombre", "en el principio era el verbo",
    "dios te salve maria llena eres de gracia", "feliz cumpleanos a ti te deseamos todos",
    "en un lugar de la mancha de cuyo nombre no quiero acordarme", "erase una vez en un pais muy lejano",
    "cien anos de soledad", "el que madruga dios lo ayuda", "mas vale tarde que nunca",
    "no hay mal que por bien no venga", "live long and prosper", "winter is coming is coming",
    "you shall not pass", "one two three four five six seven", "uno dos tres cuatro cinco seis siete",
    "monday tuesday wednesday thursday friday", "lunes martes miercoles jueves viernes",
)  # fmt: skip
"""Sentences that many people know by heart; a part of one is no better."""


def check_passphrase(passphrase: str, names: Iterable[str] = ()) -> None:
    """Return only for a passphrase that may be used. Takes up to a second for a very long one.

    names: of the agency and the person, which others would try. Raises InvalidInput in plain words.
    """
    plain = unicodedata.normalize("NFKC", passphrase)
    if len(plain) < SHORTEST:
        raise InvalidInput(
            "Make it longer: at least 15 letters. Five words with spaces are good.",
            field="passphrase",
            code="short_passphrase",
        )
    bare = _bare(plain)
    if any(bare and bare in _bare(known) for known in KNOWN):
        raise InvalidInput(
            "Many people know this sentence, so it is tried first. Take words that do not belong together.",
            field="passphrase",
            code="passphrase_known",
        )
    if len(set(plain)) < FEWEST_LETTERS:
        _refuse("repeat")
    once = _once(plain)
    expected = _expected(names)
    # The whole is at least as hard as its hardest piece.
    hardest: tuple[float, str] = (0.0, "repeat")
    for piece in _pieces(once):
        guess = min(_guesses(form, expected) for form in (piece, _bare(piece)) if form)
        if guess[0] >= FEWEST_GUESSES:
            return
        hardest = max(hardest, guess)
    _refuse("repeat" if len(once) <= len(plain) / 2 else hardest[1])


def suggest_passphrase(random: Random, language: str) -> str:
    """Five words of a list of 2048, drawn with `random`, with spaces between, in small letters.

    language: code of the person's. Accents are left out: on many keyboards they are hard to type.
    """
    words = word_list(language)
    while True:
        drawn = [words[int.from_bytes(random(2), "big") % len(words)] for _ in range(WORDS)]
        phrase = " ".join(_without_accents(word) for word in drawn)
        try:
            check_passphrase(phrase)
        except InvalidInput:
            continue  # one in many thousands: the same word again and again
        return phrase


async def names_here(vault: Vault) -> tuple[str, ...]:
    """Names that anybody would try first: the agency's and its people's."""

    def find(session: Session) -> tuple[str, ...]:
        agencies = session.exec(select(AgencyProfile.name)).all()
        return (*agencies, *session.exec(select(StaffMember.name)).all())

    return await vault.read(find)


def _refuse(pattern: str) -> None:
    if pattern in ("repeat", "sequence", "spatial"):
        raise InvalidInput(
            "The same letters come again and again, or stand in a row on the keyboard. "
            "That is tried first. Take words that do not belong together.",
            field="passphrase",
            code="passphrase_repeats",
        )
    if pattern == "names":
        raise InvalidInput(
            "Names that people here know are tried first. Leave out your own name, your agency "
            "and Kitchen Table.",
            field="passphrase",
            code="passphrase_names",
        )
    raise InvalidInput(
        "This can be guessed too quickly. Take a few more words that do not belong together.",
        field="passphrase",
        code="passphrase_easy",
    )


def _once(plain: str) -> str:
    """The text without what only comes again: each word once, and once what is written in a row."""
    text = " ".join(dict.fromkeys(plain.split()))
    # The shortest beginning that gives the whole when it is written again and again.
    edge = [0] * len(text)
    for at in range(1, len(text)):
        size = edge[at - 1]
        while size and text[at] != text[size]:
            size = edge[size - 1]
        edge[at] = size + (text[at] == text[size])
    period = len(text) - edge[-1] if text else 0
    return text[:period] if period <= len(text) / 2 else text


def _pieces(plain: str) -> Iterator[str]:
    for at in range(0, len(plain), PIECE):
        yield plain[at : at + PIECE]


def _expected(names: Iterable[str]) -> list[str]:
    found = [*EXPECTED]
    for name in names:
        found += [name, *name.split()]
    lower = [one.lower() for one in found if len(one) > 2]
    return list(dict.fromkeys([*lower, *(_bare(one) for one in lower)]))


def _guesses(text: str, expected: list[str]) -> tuple[float, str]:
    """(about how many guesses find it, what makes it easy)."""
    # Its lists of words are wanted rarely.
    from zxcvbn import matching, scoring

    # Not `zxcvbn.zxcvbn`: that would keep the names in a dictionary of its module.
    lists: dict[str, Any] = dict(matching.RANKED_DICTIONARIES)
    lists["user_inputs"] = matching.build_ranked_dict(expected)
    found = scoring.most_guessable_match_sequence(text, matching.omnimatch(text, lists))
    guesses = float(found["guesses"]) if found["guesses"] < 1e300 else math.inf
    easy = ""
    longest = 0
    for match in found["sequence"]:
        if match["pattern"] == "bruteforce" or len(match["token"]) <= longest:
            continue
        longest = len(match["token"])
        named = match.get("dictionary_name") == "user_inputs"
        easy = "names" if named else str(match["pattern"])
    return guesses, easy


def _bare(text: str) -> str:
    """Small letters and digits alone, without accents and gaps."""
    return "".join(letter for letter in _without_accents(text).casefold() if letter.isalnum())


def _without_accents(text: str) -> str:
    """Without accents, but an ñ stays one."""
    kept = []
    for letter in unicodedata.normalize("NFC", text):
        if letter in "ñÑ":
            kept.append(letter)
        else:
            apart = unicodedata.normalize("NFD", letter)
            kept += [mark for mark in apart if not unicodedata.combining(mark)]
    return unicodedata.normalize("NFC", "".join(kept))
