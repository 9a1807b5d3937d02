"""Where records lie by their label, and who may choose one."""

from __future__ import annotations

import pytest

from app.wraparound.labels import PLAN_LABELS, RESTRICTED_LABELS, crosses, home_of, of_child, offered
from app.wraparound.vocabulary import LABELS


@pytest.mark.parametrize(
    ("label", "home"),
    [("general", "team"), ("school", "team"), ("sud", "restricted"), ("psychotherapy", "restricted"),
     ("minor_confidential", "restricted"), ("safety", "restricted")],
)  # fmt: skip
def test_every_label_has_its_stream(label: str, home: str) -> None:
    assert home_of(label) == home
    assert (label in RESTRICTED_LABELS) == (home == "restricted")


def test_a_label_that_nobody_knows_is_restricted() -> None:
    assert home_of("newer") == home_of("") == "restricted"


def test_readers_change_only_between_the_streams() -> None:
    assert crosses("general", "sud") and crosses("safety", "school")
    assert not crosses("general", "school") and not crosses("sud", "safety")


def test_a_partner_is_offered_no_restricted_label() -> None:
    assert offered(LABELS, ("partner",)) == ("general", "school")
    assert offered(LABELS, ("coordinator",)) == LABELS
    assert "psychotherapy" not in PLAN_LABELS


@pytest.mark.parametrize(
    ("own", "parent", "becomes"),
    [("general", "sud", "sud"), ("school", "safety", "safety"), ("safety", "sud", "safety"),
     ("sud", "general", "sud"), ("general", "school", "general")],
)  # fmt: skip
def test_what_hangs_on_something_is_never_more_open_than_it(own: str, parent: str, becomes: str) -> None:
    assert of_child(own, parent) == becomes
