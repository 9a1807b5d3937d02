"""A process that writes until it is killed: `python -m tests.faults.store_child HOME START MARK`.

Prints `ready`, then one line with a number after each commit that was acknowledged. Between
commits it does everything else a vault does: drafts, images, conflicts, deletes, searches.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from sqlmodel import col, select

from app.wraparound.records import Note
from tests.fakes.agency import FakeAgency, outgoing, record_id


async def main(home: Path, start: int, mark: str) -> None:
    agency = FakeAgency(seed="killed")
    family = agency.family()
    vault = await agency.vault(0, home, [family])
    print("ready", flush=True)
    number = start
    while True:
        text = f"{mark}{number} " + os.urandom(150).hex()
        await vault.commit(
            [
                family.change("note", record_id(number), {"body": text, "place": f"{mark}p{number}"}),
                family.change("person", record_id(number + 2**64), {"name": f"{mark}n{number}"}),
            ]
        )
        print(number, flush=True)
        if number % 5 == 0:
            await vault.save_local("draft", f"{mark}d{number}", f"{mark}draft{number}".encode())
        if number % 7 == 0:
            await vault.save_image()
        if number % 11 == 0:
            await outgoing(vault, family.stream)
        if number % 3 == 0:
            await vault.search(mark)
            # A sort too large for the cache spills to a temporary file where that is allowed.
            await vault.read(lambda s: s.exec(select(Note.body).order_by(col(Note.body).desc())).all())
        number += 1


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
