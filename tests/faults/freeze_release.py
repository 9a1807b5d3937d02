"""Freeze what this release leaves on disks: `python -m tests.faults.freeze_release OUT.tar.gz`.

Run it with the code of a release, once, before its schema changes; the tests of migration open the
result with every later version. It holds a server with its database, the home of a supervisor that
was closed, and the home of a coordinator as a kill left it (the journal still beside the database),
with work that was never sent, a draft and a conflict.
"""

from __future__ import annotations

import asyncio
import io
import json
import sys
import tarfile
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.services.enrolment import NewPerson
from app.services.first_run import JoinAgency
from app.services.opening import NewFamily
from app.services.supports import SupportDraft
from app.services.tablet import Tablet
from tests.services.office import PASSPHRASE, Office, office, until

KEPT = ("log.sqlite", "log.sqlite-wal", "server.sqlite", "server.sqlite-wal")


async def _sent(tablet: Tablet) -> None:
    async def nothing_left() -> bool:
        tablet.open.syncing.now()
        return not await tablet.open.syncing.unsent()

    await until(nothing_left)


async def _note(place: Office, tablet: Tablet, family: str, body: str, sign: bool = False) -> str:
    place.clock.advance(60)
    draft = replace(tablet.open.notes.begin(family), body=body)
    return (await (tablet.open.notes.sign if sign else tablet.open.notes.save)(draft)).note_id


async def _seen(tablet: Tablet, family: str) -> dict[str, Any]:
    notes = await tablet.open.notes.of_family(family, 1000)
    return {
        "notes": sorted(note.body for note in notes),
        "signed": sorted(note.body for note in notes if note.signed_at_ms),
        "drafts": [draft.body for draft in await tablet.open.notes.drafts()],
        "unsent": await tablet.open.syncing.unsent(),
        "vision": (await tablet.open.plan.plan(family)).vision,
        "conflicts": [
            sorted(version.value for version in one.versions) for one in await tablet.open.conflicts.open()
        ],
    }


def _files(home: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in home.iterdir() if path.name in KEPT}


async def _live(root: Path) -> tuple[dict[str, dict[str, bytes]], dict[str, Any]]:
    async with office(root) as place:
        ruth = await place.founded("ruth")
        invited = await ruth.open.enrolment.invite(NewPerson("Marisol Vega", "Care coordinator"))
        marisol = place.tablet("marisol")
        await marisol.first_run.join(JoinAgency(invited.text, PASSPHRASE))
        (pending,) = await ruth.open.enrolment.pending()
        await ruth.open.enrolment.admit(pending.invitation_id)
        await until(marisol.first_run.check_joined)
        await marisol.first_run.finish()
        family = await marisol.open.opening.open_family(NewFamily("Nia", "Delgado"))
        for number in range(20):
            await _note(place, marisol, family, f"note {number}", sign=number % 5 == 0)
        await marisol.open.supports.save(SupportDraft(family, name="Uncle Teo", relation="uncle"))
        await marisol.open.plan.save_vision(family, "Quiet mornings.")
        await marisol.open.plan.save_need(family, "Sleep.")
        await _sent(marisol)

        async def arrived() -> bool:
            ruth.open.syncing.now()
            return len(await ruth.open.notes.of_family(family, 1000)) == 20

        await until(arrived)
        place.down = True
        await marisol.open.plan.save_vision(family, "Quiet mornings, and Nia laughs.")
        place.clock.advance(60)
        await ruth.open.plan.save_vision(family, "Mornings are quiet.")
        await _note(place, ruth, family, "a note of the supervisor's")
        place.down = False
        await _sent(ruth)
        await _sent(marisol)

        async def disagree() -> bool:
            marisol.open.syncing.now()
            return bool(await marisol.open.conflicts.open())

        await until(disagree)
        place.down = True
        assert await marisol.open.desk.vault.save_image()
        for number in range(7):
            await _note(place, marisol, family, f"never sent {number}", sign=number == 3)
        notes = marisol.open.notes
        await notes.keep_draft(replace(notes.begin(family), body="half a thought"))
        expected = {"family": family, "passphrase": PASSPHRASE}
        expected |= {"marisol": await _seen(marisol, family), "ruth": await _seen(ruth, family)}
        files = {"marisol": _files(root / "marisol")}
        assert "log.sqlite-wal" in files["marisol"]
    files |= {"ruth": _files(root / "ruth"), "server": _files(root / "server")}
    return files, expected


def main(out: Path) -> None:
    """Live through it and pack what is left."""
    with tempfile.TemporaryDirectory() as root:
        files, expected = asyncio.run(_live(Path(root)))
    with tarfile.open(out, "w:gz") as packed:
        everything = {f"{home}/{name}": data for home, held in files.items() for name, data in held.items()}
        everything["expected.json"] = json.dumps(expected, indent=1).encode()
        for name, data in sorted(everything.items()):
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            packed.addfile(entry, io.BytesIO(data))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
