"""Getting in: tries that are counted before they are made, the device secret, finger or face."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.crypto.keyring import needs_device_secret
from app.errors import (
    DeviceSecretLost,
    DiskFull,
    InvalidInput,
    PassphraseDue,
    PersonAskedOtherwise,
    PersonNotConfirmed,
    SecretsUnavailable,
    UnencodableText,
    WrongPassphrase,
)
from app.services import entry as entry_module
from app.services.device_port import NoSecrets, secret_names
from app.services.entry import FREE_TRIES, PASSPHRASE_EVERY_SECONDS, REFUSALS
from app.services.first_run import StartAgency
from app.services.keyholder import HomeKeyholder
from app.services.tablet import Tablet, TabletState
from app.store.keyfile import read_keyring
from app.store.tries import DAMAGED_WRONG, NAME, Tries, pack, read_tries, unpack, write_tries
from tests.fakes.secrets import FakeSecrets
from tests.services.office import PASSPHRASE, Office, office

WRONG = "not the passphrase at all"
NEW = "otter lamp seven quiet bread"
DAY = 24 * 3600.0


@dataclass
class One:
    """One tablet on its home, which can be started again."""

    place: Office
    tablet: Tablet
    secrets: FakeSecrets
    kit: str

    @property
    def holder(self) -> HomeKeyholder:
        return self.place.holders[-1]

    @property
    def home(self) -> Path:
        return self.holder.home

    async def wrong(self, count: int = 1) -> None:
        """Try so often in vain, waiting as long as it takes."""
        for _ in range(count):
            self.place.clock.seconds += self.tablet.retry_after_seconds
            with pytest.raises(WrongPassphrase):
                await self.tablet.unlock(WRONG)

    def start_again(self) -> Tablet:
        """The app is ended, however it ended, and started."""
        self.holder.release()
        self.tablet = self.place.tablet("one", "")
        return self.tablet


@asynccontextmanager
async def one(root: Path, secrets: FakeSecrets | None = None) -> AsyncIterator[One]:
    """A tablet that was set up and locked."""
    async with office(root) as place:
        place.secrets = secrets or NoSecrets()
        tablet = place.tablet("one", "")
        made = await tablet.first_run.start_agency(StartAgency("River House", "Ruth", "", PASSPHRASE))
        await tablet.first_run.finish()
        await tablet.lock("test")
        yield One(place, tablet, secrets or FakeSecrets(), " ".join(made.kit_words))


# -- tries ------------------------------------------------------------------------------------


async def test_a_try_is_on_the_disk_before_it_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with one(tmp_path) as here:
        seen: list[Tries] = []
        unwrap = entry_module.unwrap_keyring

        def looked(*args: object, **more: object) -> object:
            seen.append(read_tries(here.home))
            return unwrap(*args, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(entry_module, "unwrap_keyring", looked)
        await here.wrong(2)
        await here.tablet.unlock(PASSPHRASE)
        assert [(one.wrong, one.untold) for one in seen] == [(1, 1), (2, 2), (3, 3)]
        assert read_tries(here.home) == Tries()


async def test_starting_the_app_again_begins_the_whole_wait_again(tmp_path: Path) -> None:
    async with one(tmp_path) as here:
        await here.wrong(FREE_TRIES + 3)
        assert here.tablet.retry_after_seconds == 16.0
        here.place.clock.seconds += 15.0
        tablet = here.start_again()
        assert tablet.retry_after_seconds == 16.0
        with pytest.raises(InvalidInput):
            await tablet.unlock(PASSPHRASE)
        here.place.clock.seconds += 16.0
        await tablet.unlock(PASSPHRASE)
        assert tablet.state is TabletState.OPEN


@pytest.mark.parametrize("days", [-400, 400])
async def test_the_wall_clock_has_no_part_in_the_wait(tmp_path: Path, days: int) -> None:
    async with one(tmp_path) as here:
        await here.wrong(FREE_TRIES + 1)
        here.place.clock.wall_ms += days * 24 * 3600 * 1000
        assert here.tablet.retry_after_seconds == 4.0
        assert here.start_again().retry_after_seconds == 4.0
        with pytest.raises(InvalidInput):
            await here.tablet.unlock(PASSPHRASE)


async def test_the_wait_grows_to_a_minute_and_no_further(tmp_path: Path) -> None:
    async with one(tmp_path) as here:
        waits = []
        for _ in range(FREE_TRIES + 6):
            await here.wrong()
            waits.append(here.tablet.retry_after_seconds)
        assert waits == [0, 0, 0, 0, 2, 4, 8, 16, 32, 60, 60]
        write_tries(here.home, Tries(2**32 - 1, 2**32 - 1))
        assert here.start_again().retry_after_seconds == 60


async def test_ending_the_app_in_the_middle_of_a_try_counts_it(tmp_path: Path) -> None:
    async with one(tmp_path) as here:
        await here.wrong(FREE_TRIES - 1)
        write_tries(here.home, Tries(FREE_TRIES, FREE_TRIES))  # as on the disk during the next one
        assert here.start_again().retry_after_seconds == 2.0


async def test_kits_and_confirmations_count_too(tmp_path: Path) -> None:
    async with one(tmp_path) as here:
        other = " ".join(["abandon"] * 23 + ["art"])
        with pytest.raises(WrongPassphrase):
            await here.tablet.recover(other, NEW)
        await here.tablet.unlock(PASSPHRASE)
        assert here.holder.last_failed_tries == 1
        for _ in range(FREE_TRIES):
            with pytest.raises(WrongPassphrase):
                await here.holder.confirm_passphrase(WRONG)
        with pytest.raises(InvalidInput):
            await here.holder.confirm_passphrase(PASSPHRASE)
        here.place.clock.advance(3)
        await here.holder.confirm_passphrase(PASSPHRASE)
        assert here.tablet.retry_after_seconds == 0
        await here.tablet.lock("test")
        await here.tablet.unlock(PASSPHRASE)
        # A right confirmation ends the wait; it is still told who tried at the family's table.
        assert here.holder.last_failed_tries == FREE_TRIES


async def test_what_cannot_be_a_passphrase_is_no_try(tmp_path: Path) -> None:
    async with one(tmp_path) as here:
        for _ in range(FREE_TRIES + 1):
            with pytest.raises(UnencodableText):
                await here.tablet.unlock("half a letter \ud800")
        assert read_tries(here.home) == Tries() and here.tablet.retry_after_seconds == 0


async def test_failed_tries_are_told_once_after_the_next_unlock(tmp_path: Path) -> None:
    async with one(tmp_path) as here:
        await here.wrong(2)
        here.start_again()
        await here.wrong()
        await here.tablet.unlock(PASSPHRASE)
        assert here.holder.last_failed_tries == 3
        access = here.tablet.open.access
        assert (access.tell_once(), access.tell_once(), access.failed_tries) == (3, 0, 3)
        await here.tablet.lock("test")
        await here.tablet.unlock(PASSPHRASE)
        assert here.tablet.open.access.tell_once() == 0


async def test_a_full_disk_keeps_nobody_out_and_counting_goes_on_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with one(tmp_path) as here:

        def full(home: Path, tries: Tries) -> None:
            raise DiskFull("ENOSPC")

        monkeypatch.setattr(entry_module, "write_tries", full)
        await here.wrong(FREE_TRIES)
        assert here.tablet.retry_after_seconds == 2.0
        here.place.clock.advance(2)
        await here.tablet.unlock(PASSPHRASE)


def test_the_count_has_one_form_and_a_damaged_one_makes_wait(tmp_path: Path) -> None:
    for tries in (Tries(), Tries(1, 2, 3), Tries(2**32 - 1, 7, 0)):
        data = pack(tries)
        assert len(data) == 17 and unpack(data) == tries
        for bit in range(len(data) * 8):
            changed = bytearray(data)
            changed[bit // 8] ^= 1 << bit % 8
            assert unpack(bytes(changed)) == Tries(DAMAGED_WRONG, DAMAGED_WRONG)
    for strange in (b"", b"\x01", pack(Tries()) + b"\0"):
        (tmp_path / NAME).write_bytes(strange)
        assert read_tries(tmp_path).wrong == DAMAGED_WRONG
    (tmp_path / NAME).unlink()
    assert read_tries(tmp_path) == Tries()


# -- passphrase -------------------------------------------------------------------------------


def _rows(home: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(home / "log.sqlite")) as log:
        tables = [row[0] for row in log.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {name: sorted(log.execute(f"SELECT * FROM {name}"), key=repr) for name in tables}


async def test_a_new_passphrase_changes_the_keyring_and_nothing_else(tmp_path: Path) -> None:
    async with one(tmp_path) as here:
        await here.tablet.unlock(PASSPHRASE)
        await here.tablet.open.desk.vault.save_image()
        await here.tablet.open.syncing.stop()

        def files() -> dict[str, bytes]:
            kept = (path for path in sorted(here.home.iterdir()) if path.is_file())
            skip = ("log.sqlite", NAME)
            return {path.name: path.read_bytes() for path in kept if not path.name.startswith(skip)}

        before, files_before = _rows(here.home), files()
        await here.tablet.open.settings.change_passphrase(PASSPHRASE, NEW)
        after = _rows(here.home)
        assert "image.bin" in files_before and files() == files_before
        assert before.pop("keyring") != after.pop("keyring")
        second = {dict(rows.pop("meta"))["keyring"] for rows in (before, after)}  # type: ignore[arg-type]
        assert len(second) == 2
        assert before == after


async def test_names_that_people_know_are_no_passphrase(tmp_path: Path) -> None:
    async with one(tmp_path) as here:
        await here.tablet.unlock(PASSPHRASE)
        with pytest.raises(InvalidInput) as refused:
            await here.tablet.open.settings.change_passphrase(PASSPHRASE, "River House Ruth 1234")
        assert refused.value.code == "passphrase_names"


# -- device secret ----------------------------------------------------------------------------


async def test_new_keyrings_need_the_devices_secret_too(tmp_path: Path) -> None:
    async with one(tmp_path, FakeSecrets()) as here:
        blob = read_keyring(here.home, lambda size: bytes(size))
        assert blob is not None and needs_device_secret(blob)
        (name,) = here.secrets.values
        kept = here.secrets.values.pop(name)
        with pytest.raises(DeviceSecretLost):
            await here.tablet.unlock(PASSPHRASE)
        assert read_tries(here.home) == Tries()  # nothing was guessed
        here.secrets.values[name] = bytes(32)
        with pytest.raises(WrongPassphrase):
            await here.tablet.unlock(PASSPHRASE)
        here.secrets.values[name] = kept
        await here.tablet.unlock(PASSPHRASE)
        assert here.secrets.writes == [name]


async def test_the_secret_is_written_once_and_never_over(tmp_path: Path) -> None:
    async with one(tmp_path, FakeSecrets()) as here:
        kept = dict(here.secrets.values)
        await here.tablet.unlock(PASSPHRASE)
        await here.tablet.open.settings.change_passphrase(PASSPHRASE, NEW)
        await here.tablet.lock("test")
        await here.tablet.recover(here.kit, PASSPHRASE)
        assert here.secrets.values == kept and len(here.secrets.writes) == 1


async def test_a_keyring_from_before_gets_the_secret_at_the_next_unlock(tmp_path: Path) -> None:
    secrets = FakeSecrets(there=False)
    async with one(tmp_path, secrets) as here:
        old = read_keyring(here.home, lambda size: bytes(size))
        assert old is not None and not needs_device_secret(old)
        secrets.there = secrets.failing = True
        await here.tablet.unlock(PASSPHRASE)  # the system does not answer: as before, in all calm
        await here.tablet.lock("test")
        assert read_keyring(here.home, lambda size: bytes(size)) == old
        secrets.failing, secrets.lossy = False, True
        await here.tablet.unlock(PASSPHRASE)  # what was written does not come back: not used
        await here.tablet.lock("test")
        assert read_keyring(here.home, lambda size: bytes(size)) == old
        secrets.lossy = False
        await here.tablet.unlock(PASSPHRASE)
        await here.tablet.lock("test")
        new = read_keyring(here.home, lambda size: bytes(size))
        assert new is not None and needs_device_secret(new)
        await here.tablet.unlock(PASSPHRASE)


async def test_a_storage_that_fails_for_a_moment_changes_nothing(tmp_path: Path) -> None:
    async with one(tmp_path, FakeSecrets()) as here:
        blob, kept = read_keyring(here.home, lambda size: bytes(size)), dict(here.secrets.values)
        here.secrets.failing = True
        with pytest.raises(SecretsUnavailable):
            await here.tablet.unlock(PASSPHRASE)
        with pytest.raises(SecretsUnavailable):
            await here.tablet.recover(here.kit, NEW)
        assert here.tablet.state is TabletState.LOCKED
        assert (read_keyring(here.home, lambda size: bytes(size)), here.secrets.values) == (blob, kept)
        here.secrets.failing = False
        await here.tablet.unlock(PASSPHRASE)


async def test_after_a_new_installation_the_kit_opens_the_tablet_with_all_its_notes(tmp_path: Path) -> None:
    async with one(tmp_path, FakeSecrets()) as here:
        here.secrets.values.clear()
        with pytest.raises(DeviceSecretLost):
            await here.tablet.unlock(PASSPHRASE)
        await here.tablet.recover(here.kit, NEW)
        assert here.tablet.open.desk.me.name == "Ruth"
        await here.tablet.lock("test")
        await here.tablet.unlock(NEW)
        assert len(here.secrets.values) == 1


# -- finger or face ---------------------------------------------------------------------------


async def _turned_on(here: One) -> None:
    await here.tablet.unlock(PASSPHRASE)
    await here.tablet.open.access.turn_on(PASSPHRASE)
    await here.tablet.lock("test")


async def test_finger_or_face_open_the_tablet_once_they_are_turned_on(tmp_path: Path) -> None:
    async with one(tmp_path, FakeSecrets()) as here:
        with pytest.raises(PassphraseDue):
            await here.tablet.unlock_by_person("Open")
        assert not (await here.tablet.protection()).by_person
        await here.tablet.unlock(PASSPHRASE)
        with pytest.raises(WrongPassphrase):
            await here.tablet.open.access.turn_on(WRONG)
        await here.tablet.lock("test")
        await _turned_on(here)
        assert (await here.tablet.protection()).by_person
        await here.tablet.unlock_by_person("Open")
        assert here.secrets.asked == ["Open"]
        assert here.tablet.open.desk.me.name == "Ruth"
        await here.tablet.open.access.turn_off()
        await here.tablet.lock("test")
        with pytest.raises(PassphraseDue):
            await here.tablet.unlock_by_person("Open")
        assert len(here.secrets.values) == 1  # the unlock key is gone, the device secret is not


async def test_the_key_is_not_even_read_before_the_person_is_confirmed(tmp_path: Path) -> None:
    async with one(tmp_path, FakeSecrets()) as here:
        await _turned_on(here)
        reads: list[str] = []
        read = here.secrets.read

        async def noted(name: str) -> bytes | None:
            reads.append(name)
            return await read(name)

        here.secrets.read = noted  # type: ignore[method-assign]
        here.secrets.prompts = [PersonNotConfirmed()]
        with pytest.raises(PersonNotConfirmed):
            await here.tablet.unlock_by_person("Open")
        assert reads == []


async def test_five_refusals_turn_it_off_and_a_cancelled_prompt_is_none(tmp_path: Path) -> None:
    async with one(tmp_path, FakeSecrets()) as here:
        await _turned_on(here)

        async def refused(times: int) -> None:
            here.secrets.prompts = [PersonNotConfirmed()] * times
            for _ in range(times):
                with pytest.raises(PersonNotConfirmed):
                    await here.tablet.unlock_by_person("Open")

        await refused(REFUSALS - 2)
        here.start_again()  # the count is on the disk
        here.secrets.prompts = [PersonAskedOtherwise()]
        with pytest.raises(PersonAskedOtherwise):
            await here.tablet.unlock_by_person("Open")
        await refused(1)
        assert (await here.tablet.protection()).by_person
        await refused(1)
        assert not (await here.tablet.protection()).by_person
        assert not any(name.startswith("kt.unlock") for name in here.secrets.values)
        with pytest.raises(PassphraseDue):
            await here.tablet.unlock_by_person("Open")
        await here.tablet.unlock(PASSPHRASE)


async def test_the_passphrase_is_asked_for_every_two_weeks_by_either_clock(tmp_path: Path) -> None:
    async with one(tmp_path, FakeSecrets()) as here:
        await _turned_on(here)
        clock = here.place.clock
        clock.advance(PASSPHRASE_EVERY_SECONDS - 60)
        await here.tablet.unlock_by_person("Open")
        await here.tablet.lock("test")
        clock.wall_ms += 61_000  # only the wall clock has moved
        with pytest.raises(PassphraseDue):
            await here.tablet.unlock_by_person("Open")
        await here.tablet.unlock(PASSPHRASE)
        await here.tablet.lock("test")
        await here.tablet.unlock_by_person("Open")
        await here.tablet.lock("test")
        clock.seconds += PASSPHRASE_EVERY_SECONDS  # the wall clock was held back all the while
        with pytest.raises(PassphraseDue):
            await here.tablet.unlock_by_person("Open")


async def test_a_clock_that_was_turned_back_asks_for_the_passphrase(tmp_path: Path) -> None:
    async with one(tmp_path, FakeSecrets()) as here:
        await _turned_on(here)
        here.place.clock.advance(10 * DAY)
        await here.tablet.unlock_by_person("Open")
        await here.tablet.lock("test")
        here.start_again()
        here.place.clock.wall_ms -= int(9 * DAY * 1000)
        with pytest.raises(PassphraseDue):
            await here.tablet.unlock_by_person("Open")


async def test_a_changed_blob_or_a_lost_key_turns_it_off(tmp_path: Path) -> None:
    async with one(tmp_path, FakeSecrets()) as here:
        await _turned_on(here)
        path = here.home / "unlock.bin"
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(bytes(data))
        with pytest.raises(PassphraseDue):
            await here.tablet.unlock_by_person("Open")
        assert not path.exists()
        await _turned_on(here)
        device = path.read_bytes()[18:34]
        del here.secrets.values[secret_names(device)[1]]
        with pytest.raises(PassphraseDue):
            await here.tablet.unlock_by_person("Open")
        assert not path.exists()


async def test_the_kit_turns_finger_and_face_off(tmp_path: Path) -> None:
    async with one(tmp_path, FakeSecrets()) as here:
        await _turned_on(here)
        await here.tablet.recover(here.kit, NEW)
        assert not (await here.tablet.protection()).by_person


async def test_without_secure_storage_there_is_no_finger_and_no_face(tmp_path: Path) -> None:
    async with one(tmp_path) as here:
        found = await here.tablet.protection()
        assert (found.secure, found.may, found.by_person) == (False, False, False)
        await here.tablet.unlock(PASSPHRASE)
        with pytest.raises(SecretsUnavailable):
            await here.tablet.open.access.turn_on(PASSPHRASE)
