"""From tablet to tablet without a network: a file is a pull that somebody carried."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.errors import BundleInvalid, InvalidInput, OtherAgencysBundle
from app.services.tablet import Tablet
from tests.services.crew import family_with_note, joined, sees, sent, write
from tests.services.office import Office, office, until


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as made:
        yield made


async def two(place: Office) -> tuple[Tablet, Tablet, str]:
    """A supervisor and her coordinator, and a family of theirs that both hold."""
    ruth = await place.founded()
    me = ruth.open.desk.me.person
    marisol = await joined(place, ruth, "marisol", "Marisol Vega", supervisor_id=me)
    family = await family_with_note(marisol, "Nia Delgado", "A first visit.")
    await sent(marisol)
    await sees(ruth, family, "A first visit.")
    return ruth, marisol, family


async def test_words_written_without_a_network_reach_a_colleague_and_then_the_server(place: Office) -> None:
    ruth, marisol, family = await two(place)
    place.down = True
    await write(marisol, family, "Nobody has heard of this yet.")
    made = await marisol.open.carrying.make()
    assert (made.changes, made.families) == (1, 1)
    taken = await ruth.open.carrying.take(made.content)
    assert (taken.changes, taken.families) == (1, ("Nia Delgado",))
    assert (taken.set_aside, taken.waiting, taken.not_yours) == (0, 0, 0)
    await sees(ruth, family, "Nobody has heard of this yet.")
    # Only the reader finds a network again: the words of the other go on to the server with her.
    await marisol.lock("test")
    place.down = False
    await write(ruth, family, "I have read it.")
    await sent(ruth)
    status = ruth.open.syncing.status
    assert (status.problem, status.withheld) == ("", 0)
    assert await ruth.open.desk.vault.carried() == []
    third = await joined(place, ruth, "third", "Ben Okafor", ("supervisor",))
    await ruth.open.desk.vault.let_in(
        next(iter(ruth.open.desk.vault.streams_of(bytes.fromhex(family)))),
        [bytes.fromhex(third.open.desk.me.person)],  # type: ignore[list-item]
    )
    await sent(ruth)
    await sees(third, family, "Nobody has heard of this yet.")


async def test_the_same_file_twice_changes_nothing(place: Office) -> None:
    ruth, marisol, family = await two(place)
    place.down = True
    await write(marisol, family, "Once.")
    made = await marisol.open.carrying.make(family)
    assert (await ruth.open.carrying.take(made.content)).changes == 1
    assert (await ruth.open.carrying.take(made.content)).changes == 0
    place.down = False
    await sent(marisol)
    await sent(ruth)
    assert [note.body for note in await ruth.open.notes.of_family(family)].count("Once.") == 1


async def test_a_family_opened_without_a_network_can_be_handed_on(place: Office) -> None:
    ruth, marisol, _ = await two(place)
    place.down = True
    family = await family_with_note(marisol, "Sam Reyes", "Opened in the hills.")
    made = await marisol.open.carrying.make(family)
    taken = await ruth.open.carrying.take(made.content)
    assert "Sam Reyes" in taken.families
    await sees(ruth, family, "Opened in the hills.")
    place.down = False
    await sent(ruth)  # the reader's tablet makes the family known to the server
    await sent(marisol)
    await sees(marisol, family, "Opened in the hills.")
    assert marisol.open.syncing.status.problem == ""


async def test_a_family_of_others_in_the_file_is_passed_over(place: Office) -> None:
    ruth, marisol, family = await two(place)
    ines = await joined(place, ruth, "ines", "Ines Ferrante")
    place.down = True
    await write(marisol, family, "Not for Ines.")
    made = await marisol.open.carrying.make(family)
    taken = await ines.open.carrying.take(made.content)
    assert (taken.changes, taken.families, taken.not_yours) == (0, (), 1)
    assert ines.open.desk.vault.streams_of(bytes.fromhex(family)) == {}


async def test_what_comes_back_in_a_file_does_not_count_as_sent(place: Office) -> None:
    ruth, marisol, family = await two(place)
    place.down = True
    await write(marisol, family, "Only here.")
    there = await marisol.open.carrying.make()
    await ruth.open.carrying.take(there.content)
    back = await ruth.open.carrying.make(everything=True)
    await marisol.open.carrying.take(back.content)
    assert await marisol.open.syncing.unsent() >= 1


async def test_a_damaged_file_changes_nothing_and_says_so(place: Office) -> None:
    ruth, marisol, family = await two(place)
    place.down = True
    await write(marisol, family, "Cut short.")
    made = await marisol.open.carrying.make()
    before = await ruth.open.desk.vault.digest(
        next(iter(ruth.open.desk.vault.streams_of(bytes.fromhex(family))))
    )
    with pytest.raises(BundleInvalid):
        await ruth.open.carrying.take(made.content[:-40])
    after = await ruth.open.desk.vault.digest(
        next(iter(ruth.open.desk.vault.streams_of(bytes.fromhex(family))))
    )
    assert before == after


async def test_a_file_of_another_agency_is_refused(place: Office, tmp_path: Path) -> None:
    _, marisol, family = await two(place)
    other_root = tmp_path / "other"
    other_root.mkdir()
    async with office(other_root) as elsewhere:
        stranger = await elsewhere.founded("stranger")
        elsewhere.down = True
        own = await family_with_note(stranger, "Somebody Else", "Elsewhere.")
        made = await stranger.open.carrying.make(own)
        with pytest.raises(OtherAgencysBundle):
            await marisol.open.carrying.take(made.content)


async def test_with_nothing_to_carry_it_says_so(place: Office) -> None:
    _, marisol, _ = await two(place)

    async def quiet() -> bool:
        await marisol.open.syncing.contact()
        return not any(chain.pending for chain in await marisol.open.desk.vault.own_chains())

    await until(quiet)
    await marisol.open.syncing.stop()
    with pytest.raises(InvalidInput) as refused:
        await marisol.open.carrying.make()
    assert refused.value.code == "nothing_to_carry"
