"""Damage anywhere in the files of a tablet: what can be verified is salvaged, the rest comes again.

Spec: docs/faults.md, "Damage"; protocol.md, "Local files".
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from pathlib import Path

import pytest

from app.errors import AppError
from app.store.image import IMAGE_NAME
from app.store.log import LOG_NAME
from app.store.notices import DAMAGED
from tests.faults.disk import SOAK
from tests.faults.ring import Ring, ring

PLACES = 240 if SOAK else 18
PAGE = 4096
HARMS = ("bit", "byte run", "page of zeros", "page of noise", "another page", "cut off")
pytestmark = pytest.mark.timeout(3600 if SOAK else 300)

SENT, HERS, UNSENT = 60, 30, 12


async def home(place: Ring) -> list[str]:
    """A home `member1` with sent, received and unsent notes, an image and a journal; what it shows."""
    hers = await place.tab(2)
    for number in range(HERS):
        await hers.write(1000 + number, f"hers {number} " + "of some length " * (number % 40))
    await hers.rounds(2)
    await hers.close()
    # Locked and opened once: what the first session wrote is in the database itself.
    await (await place.tab()).close()
    tab = await place.tab()
    for number in range(SENT):
        await tab.write(number, f"note {number} " + "of some length " * (number % 40))
    await tab.vault.save_local("draft", "one", b"my draft")
    await tab.rounds(3)
    assert await tab.vault.save_image()
    for number in range(UNSENT):
        await tab.write(2000 + number, f"unsent {number} " + "of some length " * (number * 20))
    shown = await tab.bodies()
    # As a kill leaves it: half of it in the journal.
    shutil.copytree(place.root / "member1", place.root / "killed")
    (place.root / "killed" / "lock").unlink()
    await tab.close()
    shutil.copytree(place.root / "member1", place.root / "closed")
    assert len(shown) == SENT + HERS + UNSENT
    return shown


def harm(path: Path, kind: str, chance: random.Random) -> None:
    """Damage a file at a place drawn by chance."""
    raw = bytearray(path.read_bytes())
    at, page = chance.randrange(len(raw)), chance.randrange(max(1, len(raw) // PAGE)) * PAGE
    match kind:
        case "bit":
            raw[at] ^= 1 << chance.randrange(8)
        case "byte run":
            raw[at : at + 64] = chance.randbytes(len(raw[at : at + 64]))
        case "page of zeros":
            raw[page : page + PAGE] = bytes(len(raw[page : page + PAGE]))
        case "page of noise":
            raw[page : page + PAGE] = chance.randbytes(len(raw[page : page + PAGE]))
        case "another page":
            other = chance.randrange(max(1, len(raw) // PAGE)) * PAGE
            raw[page : page + PAGE] = raw[other : other + PAGE]
        case _:
            del raw[at:]
    path.write_bytes(raw)


async def recovered(
    place: Ring, target: str, shown: list[str], told: Counter[str], harmed: str
) -> list[str]:
    """Open a damaged home, meet the server, write on; what is not as it should be."""
    wrong: list[str] = []
    home = place.root / "member1"
    sent = {body for body in shown if not body.startswith("unsent")}
    damaged, journal = (home / LOG_NAME).read_bytes(), (home / f"{LOG_NAME}-wal").exists()
    told["homes"] += 1
    tab = await place.tab()
    before = set(await tab.bodies())
    if tab.vault.was_salvaged:
        told["salvaged at opening"] += 1
        # Beside a journal SQLite has written that back into it before the damage was met.
        kept = (home / "log.damaged-1.sqlite").read_bytes()
        if kept != damaged and not journal:
            wrong.append("the original is not kept")
        if DAMAGED not in await tab.amiss():
            wrong.append("nobody is told")
    elif target == IMAGE_NAME and before != set(shown):
        wrong.append("an image is more than an accelerator")
    if not tab.vault.has_agency:  # cut off in its first pages: no keyring is left either
        told["nothing left"] += 1
        await tab.close()
        return wrong
    status = await tab.rounds(4)
    if status.problem == "log_damaged":
        # Met while it was open, in a page that nothing had read: told, and salvaged next time.
        told["met while open"] += 1
        await tab.close()
        tab = await place.tab()
        if not tab.vault.was_salvaged:
            wrong.append("told of damage, and not salvaged")
        status = await tab.rounds(4)
    # What takes keys or chains that had to be fetched first is written again at the next opening.
    await tab.close()
    tab = await place.tab()
    status = await tab.rounds(2)
    after = set(await tab.bodies())
    gone = len(set(shown) - sent - after)
    told["unsent notes in all"] += UNSENT
    told["unsent notes lost"] += gone
    told["homes that lost an unsent note"] += bool(gone)
    if gone:
        told[f"of them {harmed}"] += gone
    if status.problem:
        wrong.append(f"after the contact: {status.problem}")
    if sent - after:
        wrong.append(f"{len(sent - after)} that were sent did not come again")
    if after - set(shown):
        wrong.append("something false is shown")
    try:
        await tab.write(10**6 + told["homes"], shown[0])
    except AppError as error:
        wrong.append(f"it cannot be written in: {error.code}")
    await tab.close()
    return wrong


async def test_damage_anywhere_costs_at_most_what_it_hit(tmp_path: Path) -> None:
    async with ring(tmp_path) as place:
        shown = await home(place)
        supervisor = await place.tab(0)
        await supervisor.rounds(3)
        await supervisor.close()
        place.app.state.desk.database.close()
        place.copy_home("server", "server then")
        told: Counter[str] = Counter()
        wrong: list[str] = []
        for number in range(PLACES):
            chance = random.Random(number)
            kind = HARMS[number % len(HARMS)]
            state = ("closed", "killed")[number // len(HARMS) % 2]
            files = [LOG_NAME, f"{LOG_NAME}-wal", IMAGE_NAME] if state == "killed" else [LOG_NAME, IMAGE_NAME]
            # Twice as often the log, which is the truth.
            target = chance.choice([*files, LOG_NAME])
            place.put_server("server then")  # what was not sent stays unsent from one home to the next
            place.copy_home(state, "member1")
            harm(tmp_path / "member1" / target, kind, chance)
            wrong += [
                f"{number}: {kind} in {target}, {state}: {what}"
                for what in await recovered(place, target, shown, told, f"{kind} in {target}")
            ]
        print({name: count for name, count in told.items() if count})
        print(*wrong, sep="\n")
        assert wrong == []
        assert told["homes"] == PLACES


async def test_a_log_cut_off_before_the_beginning_of_a_table_gives_what_was_before(tmp_path: Path) -> None:
    async with ring(tmp_path) as place:
        shown = await home(place)
        place.copy_home("closed", "member1")
        path = tmp_path / "member1" / LOG_NAME
        path.write_bytes(path.read_bytes()[: 5 * PAGE])
        tab = await place.tab()
        assert tab.vault.was_salvaged
        assert (await tab.rounds(3)).problem == ""
        assert set(await tab.bodies()) == {body for body in shown if not body.startswith("unsent")}
