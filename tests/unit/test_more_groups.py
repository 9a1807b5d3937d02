"""The groups of the More tab: every place is in exactly one, and both columns are about as long."""

from __future__ import annotations

from app.views.screens.more.groups import GROUPS, grouped, in_two
from app.views.screens.more.places import ORDER


def test_every_place_of_the_list_is_in_one_group_by_name() -> None:
    named = [name for _, members in GROUPS for name in members]
    assert len(named) == len(set(named))
    assert {name for name, _ in ORDER} == set(named)


def test_what_is_not_there_leaves_no_empty_group_and_what_is_new_comes_last() -> None:
    found = grouped(("table", "brand_new", "audit"))
    assert found == (("together", ("table",)), ("work", ("audit", "brand_new")))
    assert grouped(()) == ()


def test_two_columns_are_about_as_long() -> None:
    groups = tuple((name, members) for name, members in GROUPS)
    left = in_two(groups)
    lengths = [sum(len(members) + 1 for _, members in some) for some in (groups[:left], groups[left:])]
    assert abs(lengths[0] - lengths[1]) <= max(len(members) + 1 for _, members in GROUPS)
    assert in_two(()) == 0
