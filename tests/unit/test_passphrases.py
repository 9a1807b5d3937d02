"""Which passphrases are refused and why, and the five words on offer."""

from __future__ import annotations

import math
from collections import Counter
from time import perf_counter

import pytest

from app.crypto.words import word_list
from app.errors import InvalidInput
from app.services.passphrases import SHORTEST, check_passphrase, suggest_passphrase
from tests.vectors.agency_world import drawn_from

NAMES = ("River House", "Ruth Abara", "")


def refusal(passphrase: str) -> str:
    with pytest.raises(InvalidInput) as refused:
        check_passphrase(passphrase, NAMES)
    assert refused.value.field == "passphrase"
    return refused.value.code


@pytest.mark.parametrize(
    "passphrase",
    [
        "lemon window river plate slow",
        "a much better phrase",
        "no digits no signs only words",
        "ÜBERRASCHUNG im Küchenschrank",
        "日本語の長い合言葉を使います今日も",
        "вечером мы пьём холодный чай",
        "   spaces before and after   ",
        "🥄 seven spoons 🥄 under the boat",
        "tab\tand newline\nare characters too",
        "Jx8#kQ2!vTz5&Lm",
        "lemon window river plate slow " * 30,
        "a" * 200 + " lemon window river plate slow",
    ],
)
def test_anything_long_and_unlikely_is_taken(passphrase: str) -> None:
    check_passphrase(passphrase, NAMES)


@pytest.mark.parametrize(
    ("passphrase", "code"),
    [
        ("", "short_passphrase"),
        ("lemon window 1", "short_passphrase"),
        ("a" * 40, "passphrase_repeats"),
        ("abcabcabcabcabcabc", "passphrase_repeats"),
        ("correct horse " * 60, "passphrase_repeats"),
        ("lemon lemon lemon lemon", "passphrase_repeats"),
        (" " * 30, "passphrase_repeats"),
        ("dcabbdacdbacbddacbad", "passphrase_repeats"),
        ("abcdefghijklmnopqrstuvwxyz", "passphrase_repeats"),
        ("passwordpassword1", "passphrase_repeats"),
        ("P@ssw0rd P@ssw0rd 1", "passphrase_easy"),
        ("123456789 123456789", "passphrase_repeats"),
        ("thank you very much", "passphrase_easy"),
        ("monday tuesday wednesday", "passphrase_known"),
        ("Mi casa es tu casa!", "passphrase_known"),
        ("CORRECT horse battery-staple", "passphrase_known"),
        ("en un lugar de la Mancha", "passphrase_known"),
        ("Padre nuestro, que estás en el cielo", "passphrase_known"),
        ("to be or not to be", "passphrase_known"),
        ("River House Agency 2026", "passphrase_names"),
        ("Ruth Abara River House", "passphrase_names"),
        ("ruthabararuthabara1", "passphrase_names"),
        ("kitchen table example", "passphrase_names"),
        ("Kitchen Table 2026!", "passphrase_names"),
    ],
)
def test_what_is_guessed_early_is_refused_with_the_reason(passphrase: str, code: str) -> None:
    assert refusal(passphrase) == code


def test_length_is_counted_in_characters_as_they_are_stored() -> None:
    assert refusal("\ufb01" * 7) == "short_passphrase"  # a ligature is two letters: 14
    assert refusal("\ufb01" * 8) == "passphrase_repeats"
    assert refusal("e\u0301" * (SHORTEST - 1)) == "short_passphrase"


def test_names_of_one_check_are_not_remembered_by_the_next() -> None:
    name = "Zephyrine Quillfeather"
    with pytest.raises(InvalidInput):
        check_passphrase(f"{name} 2026", (name,))
    check_passphrase(f"{name} 2026", ())
    from zxcvbn import matching

    assert "zephyrine" not in matching.RANKED_DICTIONARIES.get("user_inputs", {})


def test_a_very_long_passphrase_takes_a_moment_and_no_more() -> None:
    started = perf_counter()
    check_passphrase("".join(chr(33 + (n * n * 7) % 90) for n in range(2000)), NAMES)
    with pytest.raises(InvalidInput):
        check_passphrase("qwertyuiop" * 200, NAMES)
    assert perf_counter() - started < 5


@pytest.mark.parametrize("language", ["en", "es", "zz"])
def test_five_words_come_from_a_list_of_2048_and_are_always_good_enough(language: str) -> None:
    draw = drawn_from(f"words {language}")
    seen: Counter[str] = Counter()
    for _ in range(200):
        phrase = suggest_passphrase(draw, language)
        assert phrase == phrase.lower() and len(phrase) >= SHORTEST
        words = phrase.split(" ")
        assert len(words) == 5
        seen.update(words)
    assert len(seen) > 700
    assert math.log2(len(word_list(language))) * 5 == 55
    assert not set("áéíóúü") & set("".join(seen))


def test_a_draw_that_repeats_itself_is_drawn_again() -> None:
    draws = iter([b"\0\0"] * 5 + [bytes((0, n)) for n in range(0, 250, 50)])
    assert len(set(suggest_passphrase(lambda _size: next(draws), "en").split())) == 5
