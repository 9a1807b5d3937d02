"""A removal that is cut short goes on; one that nobody signed for wipes nobody."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from app.crypto.primitives import SigningKey
from app.errors import AppError, InvalidInput, StoreLocked
from app.protocol.control import Author
from app.protocol.ids import DeviceId, PersonId
from app.protocol.membership import build_agency_remove
from app.services.removal import KIND, Removal
from app.services.tablet import Tablet, TabletState
from app.store.vault import Vault
from tests.services.crew import bodies, family_with_note, joined, sees, sent, stream_of, write
from tests.services.office import PASSPHRASE, Office, office, until


class Killed(BaseException):
    """The battery is dead."""


def _dies(monkeypatch: pytest.MonkeyPatch, owner: type, name: str, *, after: bool) -> None:
    """Once: the process ends right before or right after this step."""
    real: Callable[..., Awaitable[Any]] = getattr(owner, name)

    async def step(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(owner, name, real)
        if after:
            await real(*args, **kwargs)
        raise Killed

    monkeypatch.setattr(owner, name, step)


QUICK: list[tuple[type, str, bool]] = [
    (Removal, "_keep", True),
    (Vault, "write_agency", True),
    (Removal, "_finish", False),
    (Vault, "give_keys", False),
]
SLOW: list[tuple[type, str, bool]] = [
    (Removal, "_sign", False),
    (Removal, "_cuts", True),
    (Removal, "_sign", True),
    (Removal, "_forget", False),
    (Removal, "_forget", True),
]
STEPS = [*QUICK, *(SLOW if os.environ.get("KT_SOAK") else [])]


@pytest.mark.parametrize(
    ("owner", "step", "after"), STEPS, ids=lambda value: getattr(value, "__name__", str(value))
)
async def test_a_removal_killed_between_two_steps_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: type, step: str, after: bool
) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        gone = await joined(place, founder, "gone", "Marisol Vega")
        family = await family_with_note(gone, "Nia", "Before.")
        await sent(gone)
        await sees(founder, family, "Before.")
        await _settled(founder)
        await founder.open.syncing.stop()
        person = gone.open.desk.me.person
        _dies(monkeypatch, owner, step, after=after)
        with pytest.raises(Killed):
            await founder.open.removal.remove_person(person)
        await founder.lock("killed")
        await founder.unlock(PASSPHRASE)

        async def done() -> bool:
            try:
                found = await founder.open.removal.removals()
                state = founder.open.desk.vault.stream_state(stream_of(founder, family))
                kept = await founder.open.desk.vault.list_local(KIND)
            except StoreLocked:
                return False
            rekeyed = state is not None and state.epoch.number == 2
            return len(found) == 1 and found[0].sent and rekeyed and not kept

        await until(done)
        (removal,) = await founder.open.removal.removals()
        assert removal.person_id == person
        assert await bodies(founder, family) == {"Before."}


async def test_a_removal_at_hand_is_not_taken_up_a_second_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office(tmp_path) as place:
        founder, coordinator, _ = await _two(place)
        real = Removal._cuts

        async def interrupted(self: Removal, *args: Any) -> Any:
            monkeypatch.setattr(Removal, "_cuts", real)
            await self.resume()  # what a contact in the middle of it leads to
            return await real(self, *args)

        monkeypatch.setattr(Removal, "_cuts", interrupted)
        await founder.open.removal.remove_person(coordinator.open.desk.me.person)
        assert len(await founder.open.removal.removals()) == 1


async def _settled(tablet: Tablet) -> None:
    async def idle() -> bool:
        await tablet.open.syncing.contact()
        return not await tablet.open.desk.vault.streams_due()

    await until(idle)


async def test_a_removal_that_nobody_may_sign_wipes_nobody(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder, coordinator, family = await _two(place)
        vault = coordinator.open.desk.vault
        agency = vault.agency
        me = DeviceId(bytes.fromhex(coordinator.open.desk.me.device))
        boss = DeviceId(bytes.fromhex(founder.open.desk.me.device))
        forged = SigningKey.from_seed(b"\x07" * 32)
        for author in (Author(boss, forged), Author.root(forged), Author(me, forged)):
            op = build_agency_remove(agency, author, 1, device=me, lost=True, reason="lost")
            with pytest.raises(AppError):
                await vault.apply_control(agency.agency, [op])
            assert await coordinator.open.removal.own.end() is None
        # A coordinator's own true signature takes nobody out either.
        signed = coordinator.open.desk.vault._core.author
        op = build_agency_remove(agency, signed, 1, device=boss, lost=True, reason="lost")
        with pytest.raises(AppError):
            await vault.apply_control(agency.agency, [op])
        await coordinator.open.syncing.contact()
        assert (coordinator.state, founder.state) == (TabletState.OPEN, TabletState.OPEN)
        assert await bodies(coordinator, family) == {"Before."}


async def test_a_removal_on_a_fork_of_the_chain_wipes_nobody(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder, coordinator, _ = await _two(place)
        before = founder.open.desk.vault.agency
        me = DeviceId(bytes.fromhex(coordinator.open.desk.me.device))
        author = founder.open.desk.vault._core.author
        fork = build_agency_remove(before, author, 1, device=me, lost=True, reason="lost")
        await joined(place, founder, "luis", "Luis Ortega")
        vault = coordinator.open.desk.vault

        async def knows() -> bool:
            await coordinator.open.syncing.contact()
            return len(vault.agency.heads) > len(before.heads)

        await until(knows)
        with pytest.raises(AppError):
            await vault.apply_control(before.agency, [fork])
        assert await coordinator.open.removal.own.end() is None
        await coordinator.open.syncing.contact()
        assert coordinator.state is TabletState.OPEN


async def test_a_removal_that_only_this_tablet_has_signed_wipes_nobody_yet(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        await joined(place, founder, "ines", "Ines Ferrante", ("administrator",))
        await founder.open.syncing.contact()
        await founder.open.syncing.stop()
        me = PersonId(bytes.fromhex(founder.open.desk.me.person))
        vault = founder.open.desk.vault
        await vault.write_agency(
            lambda state, author, hlc, _random: build_agency_remove(state, author, hlc, person=me)
        )
        assert vault.agency.devices[DeviceId(bytes.fromhex(founder.open.desk.me.device))].removed is not None
        assert await founder.open.removal.own.end() is None
        assert founder.state is TabletState.OPEN


async def test_what_a_removed_tablet_cannot_hand_over_is_not_wiped(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder, coordinator, family = await _two(place)
        await coordinator.open.syncing.stop()
        await write(coordinator, family, "Could be sent.")
        await family_with_note(coordinator, "Otis", "Nobody has this family's key.")
        await founder.open.removal.remove_person(coordinator.open.desk.me.person)
        coordinator.open.syncing.start(coordinator.open.removal.after_contact)

        async def handed_over() -> bool:
            end = await coordinator.open.removal.own.end()
            return end is not None and end.waiting == 0

        await until(handed_over)
        end = await coordinator.open.removal.own.end()
        assert end is not None and end.stuck > 0 and not end.due
        assert coordinator.state is TabletState.OPEN

        async def late() -> bool:
            await founder.open.syncing.contact()
            return [one.words for one in await founder.open.late.waiting()] == ["Could be sent."]

        await until(late)
        await coordinator.wipe("removed")
        assert coordinator.state is TabletState.REMOVED


async def test_a_wipe_waits_for_receipts(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder, coordinator, family = await _two(place)
        await coordinator.open.syncing.stop()
        await write(coordinator, family, "On its way.")
        await founder.open.removal.remove_person(coordinator.open.desk.me.person)
        agency_ops = await founder.open.desk.vault.agency_ops()
        vault = coordinator.open.desk.vault
        # The chain says so, and the server is away: nothing was handed over yet.
        place.down = True
        have = len(vault.agency.heads)
        await vault.apply_control(vault.agency.agency, list(agency_ops[have:]))
        end = await coordinator.open.removal.own.end()
        assert end is not None and (end.lost, end.waiting, end.due) == (False, 1, False)
        coordinator.open.syncing.start(coordinator.open.removal.after_contact)
        with pytest.raises(AppError):
            await coordinator.open.syncing.contact()
        assert coordinator.state is TabletState.OPEN
        place.down = False
        coordinator.open.syncing.now()

        async def wiped() -> bool:
            return coordinator.state is TabletState.REMOVED

        await until(wiped)


async def test_somebody_removed_twice_is_removed_once(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder, coordinator, _ = await _two(place)
        person = coordinator.open.desk.me.person
        await founder.open.removal.remove_person(person)
        with pytest.raises(InvalidInput):
            await founder.open.removal.remove_person(person)
        with pytest.raises(InvalidInput):
            await founder.open.removal.remove_device("00" * 16, lost=True)
        assert len(await founder.open.removal.removals()) == 1


async def _two(place: Office) -> tuple[Tablet, Tablet, str]:
    founder = await place.founded()
    coordinator = await joined(place, founder, "marisol", "Marisol Vega")
    family = await family_with_note(coordinator, "Nia", "Before.")
    await sent(coordinator)
    await sees(founder, family, "Before.")
    return founder, coordinator, family
