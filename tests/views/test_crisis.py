"""The crisis page: public numbers, the family's own people, and no dead end."""

from __future__ import annotations

from app.errors import StoreFailed
from app.views.calling import dialled
from app.views.hooks import NavContext, TabletContext
from app.views.place import Nav, Place
from app.views.screens.crisis import Crisis
from tests.fakes.tablet import Canned, canned
from tests.ui import Stage


def crisis(c: Canned) -> Stage:
    def nothing(*_: object) -> None:
        """Nowhere to go."""

    place = Place("crisis", "a1")
    nav = Nav(place, nothing, nothing, nothing, nothing)
    return Stage.of(
        lambda: TabletContext(c.tablet, lambda: NavContext(nav, lambda: Crisis(place)))
    )


async def test_crisis_names_the_public_numbers_and_the_familys_own_people() -> None:
    async with crisis(canned().open()) as on:
        for said in ("988", "911", "211", "Press 1", "Tía Carmen", "aunt, next door",
                     "The family’s own crisis plan comes here once it is written."):
            assert said in on.words(), said
        assert on.has("crisis.call.988") and on.has("crisis.text.988")
        assert on.has("crisis.person.0")


async def test_crisis_without_supports_says_so() -> None:
    c = canned().open()
    c.casebook.contacts = ()
    async with crisis(c) as on:
        assert "Nobody on the list of supports has said yet" in on.words()


async def test_crisis_keeps_its_numbers_when_the_tablet_cannot_be_read() -> None:
    c = canned().open()
    c.fails.error = StoreFailed("x")
    async with crisis(c) as on:
        assert on.has("crisis.call.988") and on.has("crisis.error.act")


def test_a_number_is_dialled_without_what_people_write_around_it() -> None:
    assert dialled("(860) 555-0101 Rosa") == "8605550101"
    assert dialled("+1 860 555 0101") == "+18605550101"
