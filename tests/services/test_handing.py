"""Cover until a day and transfer for good, on three real tablets with a real server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.errors import AppError, InvalidInput, PermissionRefused
from app.services.handing_views import NewCover, NewTransfer
from app.services.opening import NewFamily
from app.services.tablet import Tablet
from tests.services.office import PASSPHRASE, Office, hired, office, until

DAY = 24 * 3600.0


@dataclass
class Desks:
    """Ruth supervises Ana and Ben; Ana leads one family."""

    place: Office
    ruth: Tablet
    ana: Tablet
    ben: Tablet
    family: str = ""

    def day(self, ahead: int) -> str:
        return (self.ruth.open.desk.today() + timedelta(days=ahead)).isoformat()

    async def titles(self, tablet: Tablet) -> list[str]:
        return [row.title for row in await tablet.open.casebook.families()]

    async def bodies(self, tablet: Tablet) -> list[str]:
        return sorted(note.body for note in await tablet.open.notes.of_family(self.family))

    async def write(self, tablet: Tablet, body: str) -> None:
        notes = tablet.open.notes
        await notes.save(replace(notes.begin(self.family), body=body))

    async def sees(self, tablet: Tablet, *bodies: str) -> None:
        async def there() -> bool:
            return await self.bodies(tablet) == sorted(bodies)

        tablet.open.syncing.now()
        await until(there)

    async def lost_sight(self, tablet: Tablet) -> None:
        async def gone() -> bool:
            tablet.open.syncing.now()
            return await self.titles(tablet) == []

        await until(gone)

    async def next_day(self, days: int) -> None:
        """Time passes, and Ruth's tablet is opened again."""
        self.place.clock.advance(days * DAY)
        await self.ruth.lock("test")
        await self.ruth.unlock(PASSPHRASE)


@pytest.fixture
async def desks(tmp_path: Path) -> AsyncIterator[Desks]:
    async with office(tmp_path, one_clock=True) as place:
        ruth = await place.founded()
        ana, ben = await hired(place, ruth, "Ana Ruiz"), await hired(place, ruth, "Ben Okafor")
        here = Desks(place, ruth, ana, ben)
        here.family = await ana.open.opening.open_family(NewFamily("Nia", "Delgado"))
        await here.write(ana, "Rosa met me at the door.")
        await here.sees(ruth, "Rosa met me at the door.")
        yield here


def _me(tablet: Tablet) -> str:
    return tablet.open.desk.me.person


async def test_cover_gives_a_colleague_everything_until_the_day_is_over(desks: Desks) -> None:
    assert await desks.titles(desks.ben) == []
    cover = NewCover((desks.family,), _me(desks.ben), desks.day(3), "holiday", "Ana is away.")
    assert await desks.ruth.open.handing.cover(cover) == 1
    await desks.sees(desks.ben, "Rosa met me at the door.")
    await desks.write(desks.ben, "Ben called in.")
    await desks.sees(desks.ana, "Rosa met me at the door.", "Ben called in.")
    (shown,) = await desks.ana.open.handing.covers(desks.family)
    assert (shown.person, shown.for_whom, shown.state) == ("Ben Okafor", "Ana Ruiz", "now")
    header = await desks.ana.open.casebook.header(desks.family)
    assert header is not None and header.lead == "Ana Ruiz"
    assert await desks.ana.open.handing.hand_overs(desks.family) == ()

    await desks.sees(desks.ruth, "Rosa met me at the door.", "Ben called in.")
    await desks.next_day(5)
    await desks.lost_sight(desks.ben)
    await desks.sees(desks.ana, "Rosa met me at the door.", "Ben called in.")
    (ended,) = await desks.ruth.open.handing.covers(desks.family)
    assert ended.state == "ended"


async def test_nothing_written_after_cover_reaches_who_stood_in(desks: Desks) -> None:
    cover = NewCover((desks.family,), _me(desks.ben), desks.day(3))
    await desks.ruth.open.handing.cover(cover)
    await desks.sees(desks.ben, "Rosa met me at the door.")
    (one,) = await desks.ruth.open.handing.covers(desks.family)
    await desks.ruth.open.handing.end_cover(one.cover_id)
    await desks.lost_sight(desks.ben)
    await desks.write(desks.ana, "Between us.")
    await desks.sees(desks.ruth, "Rosa met me at the door.", "Between us.")
    (stream,) = desks.ruth.open.desk.vault.streams_of(bytes.fromhex(desks.family))
    state = desks.ruth.open.desk.vault.stream_state(stream)
    assert state is not None and state.epoch.number == 2
    with pytest.raises(AppError):
        await desks.ben.open.desk.team_stream(desks.family)


async def test_a_transfer_names_the_next_coordinator_with_the_whole_history(desks: Desks) -> None:
    asked = NewTransfer((desks.family,), _me(desks.ben), "Rosa prefers mornings.", desks.day(7))
    assert await desks.ruth.open.handing.transfer(asked) == 1
    await desks.sees(desks.ben, "Rosa met me at the door.")

    async def told() -> bool:
        return bool(await desks.ben.open.handing.to_me())

    await until(told)
    (note,) = await desks.ben.open.handing.to_me()
    assert (note.note, note.from_whom, note.leaving) == ("Rosa prefers mornings.", "Ana Ruiz", True)
    await desks.ben.open.handing.seen(note.hand_over_id)
    assert await desks.ben.open.handing.to_me() == ()
    header = await desks.ben.open.casebook.header(desks.family)
    assert header is not None and header.lead == "Ben Okafor"
    # Both see the same until the last day; then Ana's tablet lets go.
    await desks.write(desks.ana, "One last call.")
    await desks.sees(desks.ben, "Rosa met me at the door.", "One last call.")
    await desks.sees(desks.ruth, "Rosa met me at the door.", "One last call.")
    await desks.next_day(9)
    await desks.lost_sight(desks.ana)
    await desks.sees(desks.ben, "Rosa met me at the door.", "One last call.")


async def test_a_transfer_can_be_asked_for_again_and_does_nothing_twice(desks: Desks) -> None:
    asked = NewTransfer((desks.family,), _me(desks.ben), "Rosa prefers mornings.", desks.day(7))
    for _ in range(2):
        await desks.ruth.open.handing.transfer(asked)
    assert len(await desks.ruth.open.handing.hand_overs(desks.family)) == 1
    (stream,) = desks.ruth.open.desk.vault.streams_of(bytes.fromhex(desks.family))
    assert len(await desks.ruth.open.desk.vault.stream_ops(stream)) == 2


async def test_a_whole_caseload_moves_with_progress(desks: Desks) -> None:
    for name in ("Leo", "Mia"):
        await desks.ana.open.opening.open_family(NewFamily(name))

    async def all_three() -> bool:
        return len(await desks.ruth.open.handing.caseload(_me(desks.ana))) == 3

    await until(all_three)
    chosen = tuple(one.family_id for one in await desks.ruth.open.handing.caseload(_me(desks.ana)))
    seen: list[tuple[int, int]] = []
    moved = await desks.ruth.open.handing.transfer(
        NewTransfer(chosen, _me(desks.ben), "All three."), lambda done, total: seen.append((done, total))
    )
    assert (moved, seen) == (3, [(1, 3), (2, 3), (3, 3)])
    assert await desks.ruth.open.handing.caseload(_me(desks.ana)) == ()

    async def ben_has_them() -> bool:
        return len(await desks.titles(desks.ben)) == 3

    desks.ben.open.syncing.now()
    await until(ben_has_them)
    await desks.lost_sight(desks.ana)


async def test_only_supervisors_hand_on(desks: Desks) -> None:
    handing = desks.ana.open.handing
    with pytest.raises(PermissionRefused):
        await handing.cover(NewCover((desks.family,), _me(desks.ben), desks.day(3)))
    with pytest.raises(PermissionRefused):
        await handing.transfer(NewTransfer((desks.family,), _me(desks.ben), "Take them."))
    assert await handing.end_due() == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"until_on": ""}, "no_cover_end"),
        ({"until_on": "2020-01-01"}, "end_is_past"),
        ({"family_ids": ()}, "no_family_chosen"),
        ({"person_id": ""}, "cannot_take_over"),
        ({"reason": "because"}, "bad_choice"),
        ({"family_ids": ("ff" * 16,)}, "family_not_here"),
    ],
)
async def test_cover_is_refused_in_plain_words(desks: Desks, change: dict[str, object], code: str) -> None:
    asked = NewCover((desks.family,), _me(desks.ben), desks.day(3))
    with pytest.raises(InvalidInput) as refused:
        await desks.ruth.open.handing.cover(replace(asked, **change))  # type: ignore[arg-type]
    assert refused.value.code == code


async def test_who_leads_needs_no_cover_and_a_transfer_needs_a_note(desks: Desks) -> None:
    with pytest.raises(InvalidInput) as refused:
        await desks.ruth.open.handing.cover(NewCover((desks.family,), _me(desks.ana), desks.day(1)))
    assert refused.value.code == "leads_already"
    with pytest.raises(InvalidInput) as refused:
        await desks.ruth.open.handing.transfer(NewTransfer((desks.family,), _me(desks.ben), " "))
    assert refused.value.code == "no_hand_over_note"


async def test_who_took_over_meanwhile_stays_when_the_cover_ends(desks: Desks) -> None:
    await desks.ruth.open.handing.cover(NewCover((desks.family,), _me(desks.ben), desks.day(3)))
    await desks.sees(desks.ben, "Rosa met me at the door.")
    await desks.ruth.open.handing.transfer(
        NewTransfer((desks.family,), _me(desks.ben), "It stays with Ben.", desks.day(1))
    )
    await desks.next_day(5)

    async def cover_ended() -> bool:
        covers = await desks.ruth.open.handing.covers(desks.family)
        return all(one.state == "ended" for one in covers)

    await until(cover_ended)
    await desks.write(desks.ben, "Still here.")
    await desks.sees(desks.ruth, "Rosa met me at the door.", "Still here.")
