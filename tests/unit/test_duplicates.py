"""When two families are taken for one, and when they are not."""

from __future__ import annotations

import pytest

from app.wraparound.duplicates import FamilyFacts, Youth, likenesses, reasons_of


def family(
    name: str, *, key: str = "b", born_on: str = "", phone: str = "", address: str = ""
) -> FamilyFacts:
    return FamilyFacts(key, name, (Youth(name, "", born_on),), phone, address)


NIA = family("Nia Delgado", key="a", born_on="2014-03-02", phone="860 555 0142", address="12 Elm St, Vernon")


@pytest.mark.parametrize(
    ("other", "reasons"),
    [
        (family("Nia Delgado"), ("name",)),
        (family("NÍA  Delgado"), ("name",)),
        (family("Nia", born_on="2014-03-02"), ("born_on",)),
        (family("Nia", phone="+1 (860) 555-0142"), ("phone",)),
        (family("Nia", address="12 Elm St Vernon"), ("address",)),
        (family("Nia Delgado", born_on="2014-03-02"), ("name", "born_on")),
        # A mistyped day of birth: two other things must be the same.
        (family("Nia Delgado", born_on="2014-03-20", phone="8605550142"), ("name", "phone")),
    ],
)
def test_the_same_family_is_found_with_its_reasons(other: FamilyFacts, reasons: tuple[str, ...]) -> None:
    assert reasons_of(NIA, other) == reasons
    assert reasons_of(other, NIA) == reasons


@pytest.mark.parametrize(
    "other",
    [
        family("Nia"),
        family("Nia Okafor"),
        family("Sam Delgado", phone="860 555 0142", address="12 Elm St, Vernon"),
        family("Nia Delgado", born_on="2012-01-01"),
        family("Nia", phone="0142"),
        family("", phone="860 555 0142"),
    ],
)
def test_another_family_is_not_taken_for_it(other: FamilyFacts) -> None:
    assert reasons_of(NIA, other) == ()


def test_a_family_without_a_recorded_child_is_compared_by_its_short_name() -> None:
    assert reasons_of(NIA, FamilyFacts("b", "Nia Delgado")) == ("name",)


def test_a_family_is_no_duplicate_of_itself() -> None:
    assert reasons_of(NIA, NIA) == ()
    assert likenesses([NIA, NIA]) == ()


def test_pairs_are_named_once_in_one_order_whatever_order_they_come_in() -> None:
    families = [NIA, family("Nia Delgado"), family("Sam Reyes", key="c")]
    found = likenesses(families)
    assert [(one.first, one.second) for one in found] == [("a", "b")]
    assert likenesses(reversed(families)) == found
