"""How easily words are read: the Flesch-Kincaid grade for English, INFLESZ for Spanish.

Both are the published formulas over words, sentences and syllables. They say nothing about
meaning; people have to judge that. A phrase is taken as it stands on the screen: its `{places}`
hold a short name, and its end is the end of a sentence.

* J. P. Kincaid and others, "Derivation of new readability formulas for Navy enlisted personnel",
  Naval Technical Training Command, Research Branch Report 8-75, 1975: the grade.
* F. Szigriszt Pazos, "Sistemas predictivos de legibilidad del mensaje escrito: fórmula de
  perspicuidad", Universidad Complutense de Madrid, 1993: the Spanish formula.
* I. M. Barrio-Cantalejo and others, "Validación de la Escala INFLESZ para evaluar la legibilidad de
  los textos dirigidos a pacientes", Anales del Sistema Sanitario de Navarra 31(2), 2008: its scale.
  Above 80 very easy, 65 to 80 fairly easy, 55 to 65 normal, 40 to 55 somewhat hard.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import syllapy

_PLACE = re.compile(r"\{[^{}]*\}")
_SENTENCE_END = re.compile(r"(?<=[.!?…:])[\s”»\"')]+|\n+")
_WORD = re.compile(r"\d+(?:[:.,]\d+)*|[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SPANISH_VOWELS = re.compile(r"[aeiouáéíóúü]+")
_STRONG = frozenset("aeoáéóíú")
"""Vowels that never share a syllable with each other; a stressed í or ú counts as one of them."""


@dataclass(frozen=True)
class Measure:
    """Counts of a text.

    Attributes:
        sentences: how many; a phrase without a full stop is one.
        words: how many.
        syllables: of all the words.
    """

    sentences: int = 0
    words: int = 0
    syllables: int = 0

    @property
    def grade(self) -> float:
        """The Flesch-Kincaid grade (English): years of school in the United States."""
        return 0.39 * self.words / self.sentences + 11.8 * self.syllables / self.words - 15.59

    @property
    def ease(self) -> float:
        """INFLESZ (Spanish): 0 to 100, more is easier."""
        return 206.835 - 62.3 * self.syllables / self.words - self.words / self.sentences


def sentences_of(phrase: str) -> list[str]:
    """The sentences of a phrase, with a short name in each of its places."""
    filled = _PLACE.sub("Ana", phrase)
    return [one for one in _SENTENCE_END.split(filled) if _WORD.search(one)]


def words_of(sentence: str) -> list[str]:
    """The words; a number is one."""
    return _WORD.findall(sentence)


def measure(phrases: Iterable[str], syllables: Callable[[str], int]) -> Measure:
    """The counts over all phrases together. syllables: of one word."""
    sentences = [one for phrase in phrases for one in sentences_of(phrase)]
    words = [word for one in sentences for word in words_of(one)]
    return Measure(len(sentences), len(words), sum(syllables(word) for word in words))


def english_syllables(word: str) -> int:
    """Syllables of an English word: a list of some thousand words, and a rule for all others."""
    return max(1, syllapy.count(word.replace("’", "'")))


def spanish_syllables(word: str) -> int:
    """Syllables of a Spanish word, by the rules of spelling.

    One for each group of vowels, and one more wherever two strong vowels meet: `ma-es-tro`,
    `dí-a`, but `bue-no`. The u of que, qui, gue and gui is silent, and y ends a word as a vowel.
    """
    lower = re.sub(r"(?<=q)u|(?<=g)u(?=[eiéí])", "", word.lower())
    lower = re.sub(r"y\b", "i", lower)
    count = 0
    for group in _SPANISH_VOWELS.findall(lower):
        strong = sum(vowel in _STRONG for vowel in group)
        count += max(1, strong)
    return max(1, count)
