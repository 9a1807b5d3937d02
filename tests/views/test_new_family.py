"""Adding a family: one name is enough, nothing typed is lost, days are read as people write them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.errors import DiskFull, InvalidInput
from app.views.app import App
from app.views.screens.new_family import read_day
from tests.fakes.tablet import TODAY, Canned, canned
from tests.ui import Stage
from tests.views.on_families import OnFamilies


def disabled(on: Stage, key: str) -> bool:
    return bool(getattr(on.find(key), "disabled", False))


def stage(c: Canned) -> Stage:
    return OnFamilies(lambda: App(c.tablet, Path()))


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("4/12/2013", date(2013, 4, 12)),
        (" 04-12-13 ", date(2013, 4, 12)),
        ("2013-04-12", date(2013, 4, 12)),
        ("1/2/99", date(1999, 1, 2)),
        ("13/4/2013", None),
        ("2/30/2013", None),
        ("12/2/2026", None),
        ("1/1/1850", None),
        ("soon", None),
    ],
)
def test_a_day_of_birth_is_read_as_people_write_it(typed: str, day: date | None) -> None:
    assert read_day(typed, TODAY) == day


async def test_the_first_name_is_enough() -> None:
    c = canned().open()
    async with stage(c) as on:
        await on.tap("families.add")
        await on.type("new_family.youth", "Nia")
        await on.tap("new_family.save")
        assert c.opening.opened[0].youth_name == "Nia"
        assert c.opening.opened[0].born_on == ""
        assert not on.has("new_family.youth")


async def test_the_day_is_said_back_in_words() -> None:
    c = canned().open()
    async with stage(c) as on:
        await on.tap("families.add")
        await on.type("new_family.youth", "Nia")
        await on.type("new_family.born", "4/12/2013")
        assert "Fri 12 Apr 2013, 13 years old" in on.words()
        await on.tap("new_family.save")
        assert c.opening.opened[0].born_on == "2013-04-12"


async def test_no_name_and_no_day_are_said_beside_their_fields() -> None:
    c = canned().open()
    async with stage(c) as on:
        await on.tap("families.add")
        await on.tap("new_family.save")
        assert on.has("new_family.youth.error")
        await on.type("new_family.youth", "Nia")
        await on.type("new_family.born", "30/2")
        await on.tap("new_family.save")
        assert on.has("new_family.born.error")
        assert c.opening.opened == []


@pytest.mark.parametrize(
    ("error", "key"),
    [(DiskFull("x"), "new_family.error"),
     (InvalidInput("That is no street.", field="address"), "new_family.address.error")],
)
async def test_a_failure_keeps_every_word(error: Exception, key: str) -> None:
    c = canned().open()
    async with stage(c) as on:
        await on.tap("families.add")
        await on.type("new_family.youth", "Nia")
        await on.type("new_family.caregiver", "grandmother Rosa")
        c.fails.error = error  # type: ignore[assignment]
        await on.tap("new_family.save")
        assert on.has(key)
        assert on.value("new_family.caregiver") == "grandmother Rosa"
        assert not disabled(on, "new_family.save")


async def test_going_back_asks_when_something_was_typed() -> None:
    c = canned().open()
    async with stage(c) as on:
        await on.tap("families.add")
        await on.type("new_family.youth", "Nia")
        await on.tap("new_family.back")
        await on.tap("new_family.leave.keep")
        await on.dismiss()
        assert on.value("new_family.youth") == "Nia"
        await on.tap("new_family.back")
        await on.tap("new_family.leave.act")
        assert on.has("families.search")


@pytest.mark.parametrize("width", [1024, 390])
async def test_what_is_missing_is_said_beside_the_button_too(width: int) -> None:
    # The field may have been scrolled out of sight; a button that seems to do nothing is a dead end.
    c = canned().open()
    async with OnFamilies(lambda: App(c.tablet, Path()), width=width) as on:
        await on.tap("families.add")
        await on.tap("new_family.save")
        assert on.words().count("What is the young person’s first name?") == 2
        assert on.has("new_family.error_above")
        await on.type("new_family.youth", "Nia")
        assert not on.has("new_family.error_above")
