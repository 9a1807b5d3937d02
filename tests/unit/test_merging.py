"""Several versions made into one: nothing anybody added is lost, and what is the same stands once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.wraparound.merging import BASE, MOST_WORDS, Dropped, Piece, merge_lists, merge_texts

BEGAN = "Uncle Teo drives Nia on Tuesdays and Thursdays. She picks the music."
MAYA = f"{BEGAN} He waits at the corner, not at the door."
DANA = "Uncle Teo drives Nia on Tuesdays, Thursdays and Fridays. She picks the music."

words = st.lists(st.sampled_from("ox ax ewe hen cow ant bee elk".split()), max_size=9).map(" ".join)


def test_changes_at_different_places_are_both_taken_and_say_whose_they_are() -> None:
    merged = merge_texts(BEGAN, [MAYA, DANA])
    assert merged is not None and not merged.clash
    assert merged.text == (
        "Uncle Teo drives Nia on Tuesdays, Thursdays and Fridays. She picks the music."
        " He waits at the corner, not at the door."
    )
    assert [piece for piece in merged.pieces if piece.whose != BASE] == [
        Piece(", Thursdays", 1), Piece("Fridays", 1),
        Piece("He waits at the corner, not at the door.", 0),
    ]  # fmt: skip
    assert merged.dropped == (Dropped("Thursdays", 1),)


def test_the_same_place_changed_twice_keeps_both_wordings_there() -> None:
    merged = merge_texts("Call at noon.", ["Call at one.", "Call at two."])
    assert merged is not None
    assert (merged.text, merged.clash) == ("Call at one two.", True)


def test_what_both_wrote_alike_stands_once_and_is_nobodys() -> None:
    merged = merge_texts("Call at noon.", ["Call at one. Bring keys.", "Call at one. Bring tea."])
    assert merged is not None
    assert merged.text.count("one.") == 1 and merged.text.count("Bring") == 1


def test_what_one_took_out_and_the_other_rewrote_stays() -> None:
    merged = merge_texts("Rosa drives. Teo cooks soup.", ["Rosa drives.", "Rosa drives. Teo cooks rice."])
    assert merged is not None
    assert "rice." in merged.text and merged.clash


def test_what_one_took_out_is_out_and_is_told() -> None:
    merged = merge_texts("Rosa drives. Teo cooks.", ["Rosa drives.", "Rosa drives slowly. Teo cooks."])
    assert merged is not None
    assert merged.text == "Rosa drives slowly."
    assert Dropped("Teo cooks.", 0) in merged.dropped


def test_three_versions_come_into_one() -> None:
    merged = merge_texts("a b c d e f", ["x b c d e f", "a b c d e y", "a b c z d e f"])
    assert merged is not None and merged.text == "x b c z d e y"
    assert [one.whose for one in merged.pieces if one.whose != BASE] == [0, 2, 1]


def test_words_too_many_to_compare_are_left_alone() -> None:
    assert merge_texts("a", ["a b", "b " * MOST_WORDS]) is None
    assert merge_texts("a", ["a b"]) is None


@settings(max_examples=150, deadline=None)
@given(words, words)
def test_who_changed_nothing_gets_the_others_words(began: str, other: str) -> None:
    for versions in ([began, other], [other, began]):
        merged = merge_texts(began, versions)
        assert merged is not None and merged.text == other and not merged.clash


@settings(max_examples=150, deadline=None)
@given(words, words, words)
def test_every_new_word_of_everybody_is_there(began: str, one: str, other: str) -> None:
    merged = merge_texts(began, [one, other])
    assert merged is not None
    for version in (one, other):
        new = set(version.split()) - set(began.split())
        assert new <= set(merged.text.split())
    assert "".join(piece.words for piece in merged.pieces) == merged.text


@settings(max_examples=150, deadline=None)
@given(words, words)
def test_the_same_change_twice_is_one_change(began: str, both: str) -> None:
    merged = merge_texts(began, [both, both])
    assert merged is not None and merged.text == both and not merged.clash


@pytest.mark.parametrize(
    ("began", "versions", "merged"),
    [
        ("abc", ("abdc", "abc"), "abdc"),
        ("abc", ("bc", "abce"), "bce"),
        ("abc", ("cab", "abce"), "ceab"),
        ("abc", ("", "abcd"), "d"),
        ("", ("ab", "ba"), "ab"),
        ("ab", ("xab", "yab"), "yxab"),
    ],
)
def test_lists_take_what_was_added_and_leave_what_was_taken_out(
    began: str, versions: tuple[str, ...], merged: str
) -> None:
    assert "".join(merge_lists(began, versions)) == merged


items = st.lists(st.sampled_from("abcdef"), unique=True, max_size=6)


@settings(max_examples=200, deadline=None)
@given(items, items, items)
def test_a_merged_list_holds_each_item_once_and_exactly_those(
    began: list[str], one: list[str], other: list[str]
) -> None:
    merged = merge_lists(began, [one, other])
    added = (set(one) | set(other)) - set(began)
    assert len(set(merged)) == len(merged)
    assert set(merged) == added | (set(began) & set(one) & set(other))
