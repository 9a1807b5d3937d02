"""How a home ends: wiped whatever interrupts it, put aside byte for byte, brought back."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from pathlib import Path

import pytest

from app.errors import DeviceSecretLost, SecretsUnavailable, StoreError, WrongPassphrase
from app.services.first_run import StartAgency
from app.services.tablet import TabletState
from app.store import wiping
from app.store.keyfile import read_keyring, read_kit
from app.store.wiping import Removed, mark_removed, removed
from tests.fakes.secrets import FakeSecrets
from tests.services.office import PASSPHRASE
from tests.services.test_entry import NEW, One, one

OURS = ("process.lock", "lock", "removed")
"""What may be left of a home."""


def left(home: Path) -> list[str]:
    return sorted(path.name for path in home.iterdir() if path.name not in OURS)


def digests(home: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in home.iterdir()
        if path.is_file() and path.name.startswith(("log.sqlite", "image.bin", "unlock.bin", "tries"))
    }


async def furnished(here: One) -> None:
    """Everything that a home can hold: image, unlock blob, tries, a home put aside."""
    await here.tablet.unlock(PASSPHRASE)
    await here.tablet.start_over()  # open: nothing happens
    assert here.tablet.state is TabletState.OPEN
    await here.tablet.lock("test")
    await here.tablet.start_over()
    first = here.tablet.first_run
    await first.start_agency(StartAgency("Second House", "Ruth", "", NEW))
    await first.finish()
    await here.tablet.open.access.turn_on(NEW)
    await here.tablet.open.desk.vault.save_image()
    await here.tablet.lock("test")
    await here.wrong()
    names = left(here.home)
    assert {"image.bin", "unlock.bin", "tries", "log.sqlite"} <= set(names)
    assert any(name.startswith("kept-") for name in names)


class Killed(BaseException):
    """The process ended here."""


@pytest.mark.parametrize("lost", [True, False])
async def test_a_wipe_leaves_no_key_no_secret_and_no_file(tmp_path: Path, lost: bool) -> None:
    async with one(tmp_path, FakeSecrets()) as here:
        await furnished(here)
        assert len(here.secrets.values) == 3  # two devices' secrets, one unlock key
        await here.tablet.wipe("lost" if lost else "removed")
        assert here.tablet.state is TabletState.REMOVED
        assert left(here.home) == [] and here.secrets.values == {}
        assert here.tablet.removed == Removed("lost" if lost else "removed", True)
        await here.tablet.wipe("removed")  # once more: harmless
        here.start_again()
        assert here.tablet.state is TabletState.REMOVED
        await here.tablet.unlock(NEW)
        assert here.tablet.state is TabletState.REMOVED
        await here.tablet.set_up_again()
        assert here.tablet.state is TabletState.FIRST_RUN and not here.tablet.can_bring_back


async def test_a_wipe_that_is_killed_between_any_two_steps_is_ended_by_the_next_start(tmp_path: Path) -> None:
    steps: list[str] = []
    (tmp_path / "whole").mkdir()
    async with one(tmp_path / "whole", FakeSecrets()) as here:
        await furnished(here)
        await here.holder.wipe(True, steps.append)
    assert steps[0] == "mark" and steps[-1] == "done"
    assert steps.index("keys") < steps.index("secret") < steps.index("image") < steps.index("log")

    root = tmp_path / "killed"
    root.mkdir()
    async with one(root, FakeSecrets()) as here:
        await furnished(here)
        model = copied(here.home)
        secrets = dict(here.secrets.values)
        for kill_at in range(len(steps)):
            put_back(here.home, model)
            here.secrets.values = dict(secrets)
            here.start_again()
            seen = 0

            def between(_step: str, kill_at: int = kill_at) -> None:
                nonlocal seen
                if seen == kill_at:
                    raise Killed
                seen += 1

            with pytest.raises(Killed):
                await here.holder.wipe(True, between)
            here.start_again()
            if kill_at == 0:
                assert here.tablet.state is TabletState.LOCKED  # nothing was begun
                await here.tablet.wipe("lost")
            else:
                assert here.tablet.state is TabletState.REMOVED
                assert here.tablet.removed is not None
                if not here.tablet.removed.done:
                    with pytest.raises(StoreError):
                        here.holder.begin_anew()
                await here.tablet.finish_wiping()
            assert here.tablet.removed == Removed("lost", True), kill_at
            assert left(here.home) == [] and here.secrets.values == {}, kill_at


def copied(home: Path) -> dict[str, bytes]:
    """Every file of a home, homes put aside included: {path in it: bytes}."""
    files = (path for path in home.rglob("*") if path.is_file() and path.name not in OURS)
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in files}


def put_back(home: Path, model: dict[str, bytes]) -> None:
    """As it was when it was copied."""
    for path in home.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name not in ("process.lock", "lock"):
            path.unlink()
    for name, data in model.items():
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_bytes(data)


async def test_keyring_and_kit_are_gone_from_the_log_before_any_file_goes(tmp_path: Path) -> None:
    async with one(tmp_path, FakeSecrets()) as here:
        blobs = [read(here.home, lambda size: bytes(size)) for read in (read_keyring, read_kit)]

        def seen() -> list[bool]:
            data = b"".join(path.read_bytes() for path in here.home.glob("log.sqlite*"))
            return [blob is not None and blob[-100:] in data for blob in blobs]

        assert seen() == [True, True]

        def between(step: str) -> None:
            if step == "secret":
                raise Killed

        with pytest.raises(Killed):
            await here.holder.wipe(False, between)
        assert seen() == [False, False] and (here.home / "log.sqlite").exists()


async def test_after_a_wipe_a_copy_of_the_keyring_is_of_no_use_without_the_secret(tmp_path: Path) -> None:
    async with one(tmp_path, FakeSecrets()) as here:
        copy = copied(here.home)
        await here.tablet.wipe("removed")
        await here.tablet.set_up_again()
        put_back(here.home, copy)
        here.start_again()
        with pytest.raises(DeviceSecretLost):
            await here.tablet.unlock(PASSPHRASE)


async def test_a_storage_that_fails_leaves_the_wipe_unfinished_and_says_so(tmp_path: Path) -> None:
    async with one(tmp_path, FakeSecrets()) as here:
        here.secrets.failing = True
        with pytest.raises(SecretsUnavailable):
            await here.tablet.wipe("removed")
        assert here.tablet.state is TabletState.REMOVED and left(here.home) == []
        assert here.tablet.removed is not None and not here.tablet.removed.done
        with pytest.raises(SecretsUnavailable):
            await here.tablet.set_up_again()
        here.secrets.failing = False
        await here.tablet.set_up_again()
        assert here.tablet.state is TabletState.FIRST_RUN and here.secrets.values == {}


async def test_an_open_tablet_is_locked_and_wiped_even_by_a_task_that_locking_ends(tmp_path: Path) -> None:
    async with one(tmp_path, FakeSecrets()) as here:
        await here.tablet.unlock(PASSPHRASE)
        task = asyncio.ensure_future(here.tablet.wipe("removed"))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        while here.tablet.state is not TabletState.REMOVED:
            await asyncio.sleep(0.01)
        assert left(here.home) == []


def test_a_marker_that_cannot_be_read_means_wiping_again(tmp_path: Path) -> None:
    assert removed(tmp_path) is None
    mark = Removed("lost", False, (bytes(16), b"x" * 16))
    mark_removed(tmp_path, mark)
    assert removed(tmp_path) == mark
    data = (tmp_path / "removed").read_bytes()
    assert data == b"\x01\x01\x00\x02" + bytes(16) + b"x" * 16
    for damaged in (b"", data[:-1], b"\x02" + data[1:], b"\x01\x09" + data[2:], data + b"\0"):
        (tmp_path / "removed").write_bytes(damaged)
        found = removed(tmp_path)
        assert found is not None and not found.done


async def test_starting_over_puts_everything_aside_byte_for_byte_and_back(tmp_path: Path) -> None:
    async with one(tmp_path, FakeSecrets()) as here:
        await here.wrong(2)
        before = digests(here.home)
        await here.tablet.start_over()
        assert here.tablet.state is TabletState.FIRST_RUN
        (folder,) = here.home.glob("kept-*")
        assert digests(folder) == before and digests(here.home) == {}
        here.start_again()
        assert here.tablet.state is TabletState.FIRST_RUN and here.tablet.can_bring_back
        await here.tablet.bring_back()
        assert here.tablet.state is TabletState.LOCKED and digests(here.home) == before
        assert list(here.home.glob("kept-*")) == []
        await here.tablet.unlock(PASSPHRASE)
        assert here.holder.last_failed_tries == 2


async def test_what_was_put_aside_cannot_push_out_a_home_that_took_its_place(tmp_path: Path) -> None:
    async with one(tmp_path) as here:
        await here.tablet.start_over()
        await here.tablet.first_run.start_agency(StartAgency("Second House", "Ruth", "", NEW))
        await here.tablet.first_run.finish()
        await here.tablet.lock("test")
        assert not here.tablet.can_bring_back
        await here.tablet.bring_back()
        with pytest.raises(StoreError):
            here.holder.bring_back()
        with pytest.raises(WrongPassphrase):
            await here.tablet.unlock(PASSPHRASE)
        await here.tablet.unlock(NEW)


@pytest.mark.parametrize("back", [False, True])
async def test_a_move_that_is_killed_in_the_middle_is_ended_by_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, back: bool
) -> None:
    async with one(tmp_path) as here:
        await here.wrong()
        before = digests(here.home)
        if back:
            await here.tablet.start_over()
        replace = wiping.os.replace
        for kill_at in range(len(before)):
            done = 0

            def dying(source: Path, target: Path, kill_at: int = kill_at) -> None:
                nonlocal done
                if done == kill_at:
                    raise Killed
                done += 1
                replace(source, target)

            monkeypatch.setattr(wiping.os, "replace", dying)
            with pytest.raises(Killed):
                await (here.tablet.bring_back() if back else here.tablet.start_over())
            monkeypatch.setattr(wiping.os, "replace", replace)
            here.start_again()
            if back:
                assert here.tablet.state is TabletState.LOCKED and digests(here.home) == before
                await here.tablet.start_over()
            else:
                assert here.tablet.state is TabletState.FIRST_RUN and digests(here.home) == {}
                await here.tablet.bring_back()
        if back:
            await here.tablet.bring_back()
        await here.tablet.unlock(PASSPHRASE)
