"""One real tablet as a process that obeys: `python -m tests.faults.app_child HOME SERVER-URL`.

Home, keys, store, engine and network are the app's own; only the screens are missing. It takes one
JSON command per line, `[name, {arguments}]`, and answers each with one line of JSON. `write` never
ends: it saves notes and says each one's number once the save has returned.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections.abc import Awaitable, Callable
from dataclasses import fields, replace
from itertools import count
from pathlib import Path
from typing import Any

from app import logs
from app.bootstrap import surroundings
from app.config import make_private
from app.crypto.kdf import FLOOR
from app.protocol.ids import singleton_id
from app.services.enrolment import NewPerson
from app.services.first_run import FirstRun, JoinAgency, StartAgency
from app.services.keyholder import HomeKeyholder
from app.services.notes import Notes
from app.services.opening import NewFamily
from app.services.plan import Plan
from app.services.supports import SupportDraft
from app.services.tablet import Tablet
from app.store.vault import Change
from app.wraparound.audit import QUIET_TYPES
from app.wraparound.records import RECORD_TYPES, Record, fields_of
from app.wraparound.roles import RESTRICTED_ONLY, may_write

EVERYTHING = 1_000_000
OF_FAMILIES = tuple(
    record for record in RECORD_TYPES.values()
    if record.TYPE not in {"family", "family_vision", "note", *QUIET_TYPES}
    and may_write(record.TYPE, "team", ("coordinator",))
)  # fmt: skip
"""What a coordinator writes in a family besides those; the lines of the audit are codes alone."""
RESTRICTED = tuple(record for record in RECORD_TYPES.values() if record.TYPE in RESTRICTED_ONLY)
"""What lies in its restricted stream and nowhere else."""


class Child:
    """A tablet and what can be asked of it."""

    def __init__(self, home: Path, server: str) -> None:
        make_private(home)
        logs.configure(home)
        self.server = server
        around = replace(surroundings(server), kdf_params=lambda: FLOOR, kdf_floor=FLOOR)
        self.holder = HomeKeyholder(home, around)
        self.tablet = Tablet(self.holder, self.holder.around.time)
        self.tablet.begin_with(lambda: FirstRun(self.tablet, self.holder))

    async def start(self, agency: str, name: str, title: str, passphrase: str) -> dict[str, Any]:
        made = await self.tablet.first_run.start_agency(
            StartAgency(agency, name, title, passphrase, self.server)
        )
        await self.tablet.first_run.finish()
        return {"seed": made.seed_words, "kit": made.kit_words}

    async def invite(self, name: str, title: str) -> str:
        return (await self.tablet.open.enrolment.invite(NewPerson(name, title))).text

    async def join(self, code: str, passphrase: str) -> list[str]:
        return list((await self.tablet.first_run.join(JoinAgency(code, passphrase))).kit_words)

    async def admit(self) -> None:
        (waiting,) = await self.tablet.open.enrolment.pending()
        assert waiting.state == "joined"
        await self.tablet.open.enrolment.admit(waiting.invitation_id)

    async def arrive(self) -> None:
        while not await self.tablet.first_run.check_joined():
            await asyncio.sleep(0.05)
        await self.tablet.first_run.finish()

    async def unlock(self, passphrase: str) -> None:
        await self.tablet.unlock(passphrase)

    async def lock(self) -> None:
        await self.tablet.lock("asked")

    async def family(self, **words: str) -> str:
        return await self.tablet.open.opening.open_family(NewFamily(**words))

    async def settle(self) -> None:
        """Until everything of this tablet is on the server."""
        while await self.tablet.open.syncing.unsent():
            self.tablet.open.syncing.now()
            await asyncio.sleep(0.1)

    async def find(self, words: str, at_least: int) -> list[str]:
        """Until so many notes are found; their texts."""
        while len(found := await self.tablet.open.notes.search(words, limit=EVERYTHING)) < at_least:
            await asyncio.sleep(0.1)
        return [note.body for note in found]

    async def bodies(self, family: str) -> list[str]:
        return [note.body for note in await self.tablet.open.notes.of_family(family, EVERYTHING)]

    async def drafts(self) -> list[str]:
        return [draft.body for draft in await self.tablet.open.notes.drafts()]

    async def plant(self, family: str, marks: list[str]) -> dict[str, int]:
        """Put every mark into a place of its own, all kinds of records and drafts in turn."""
        ways: tuple[Callable[[str, str], Awaitable[object]], ...] = (
            self._note, self._signed, self._draft, self._support, self._plan, self._row,
        )  # fmt: skip
        for number, mark in enumerate(marks):
            await ways[number % len(ways)](family, mark)
        await self.tablet.open.casebook.families(marks[0])
        return {way.__name__.strip("_"): len(marks[place :: len(ways)]) for place, way in enumerate(ways)}

    async def write(self, family: str, start: int, seed: int) -> None:
        """Save until killed; says each number when its save has returned."""
        notes: Notes = self.tablet.open.notes
        chance = random.Random(seed)
        for number in count(start):
            draft = replace(notes.begin(family), body=f"word{number} " + chance.randbytes(90).hex())
            if chance.random() < 0.3:
                draft = await notes.keep_draft(draft)
            await (notes.sign if chance.random() < 0.2 else notes.save)(draft)
            say(number)
            if chance.random() < 0.2:
                await self.tablet.open.supports.save(SupportDraft(family, name=f"Friend {number}"))
            if chance.random() < 0.1:
                await self.tablet.open.desk.vault.save_image()

    async def _note(self, family: str, mark: str) -> None:
        notes = self.tablet.open.notes
        draft = replace(notes.begin(family), body=f"They said {mark}.", place=mark, with_whom_words=mark)
        saved = await notes.save(draft)
        if len(mark) % 2:  # some are changed once more
            await notes.save(replace(await notes.edit(saved.note_id), body=f"They said {mark} twice."))

    async def _signed(self, family: str, mark: str) -> None:
        notes = self.tablet.open.notes
        signed = await notes.sign(replace(notes.begin(family), body=f"Signed: {mark}"))
        await notes.add_to(signed.note_id, f"Added: {mark}")

    async def _draft(self, family: str, mark: str) -> None:
        notes = self.tablet.open.notes
        await notes.keep_draft(replace(notes.begin(family), body=mark, with_whom_words=mark))

    async def _support(self, family: str, mark: str) -> None:
        supports = self.tablet.open.supports
        draft = SupportDraft(family)
        words: dict[str, Any] = {
            field.name: mark for field in fields(SupportDraft)
            if field.type == "str" and field.name != "status" and not field.name.endswith(("_id", "_on"))
        }  # fmt: skip
        kept = await supports.save(replace(draft, do_not_contact=True, **words))
        await supports.remove(kept)

    async def _plan(self, family: str, mark: str) -> None:
        plan: Plan = self.tablet.open.plan
        await plan.save_vision(family, mark, mark)
        await plan.save_need(family, mark)
        need = (await plan.plan(family)).needs[-1]
        await plan.save_outcome(family, need.need_id, mark, baseline=mark, target=mark, current=mark)
        outcome = (await plan.plan(family)).needs[-1].outcomes[-1]
        await plan.save_strategy(family, outcome.outcome_id, mark, kind_words=mark)
        strategy = (await plan.plan(family)).needs[-1].outcomes[-1].strategies[-1]
        await plan.save_step(family, strategy.strategy_id, mark, owner=mark, what_happened=mark)

    async def _row(self, family: str, mark: str) -> None:
        """A mark in every text column of every kind of record of a family."""
        desk = self.tablet.open.desk
        stream = await desk.team_stream(family)
        await desk.vault.commit(
            [
                Change(
                    stream,
                    record.TYPE,
                    singleton_id(stream, record.TYPE).hex() if record.SINGLETON else desk.new_id(),
                    _words(record, mark),
                )
                for record in OF_FAMILIES
            ]
        )
        inner = await self.tablet.open.labels.home(family, "safety")
        await desk.vault.commit(
            [Change(inner, record.TYPE, desk.new_id(), _words(record, mark)) for record in RESTRICTED]
        )


def _words(record: type[Record], mark: str) -> dict[str, Any]:
    """The mark in every field that can hold words, also inside the documents."""
    marked: dict[str, Any] = {}
    for name in fields_of(record):
        kind = record.model_fields[name].annotation
        if kind is str:
            marked[name] = mark
        elif kind not in (int, bool):
            marked[name] = {"words": mark, "need": [{"id": mark, "text": mark}]}
    return marked


def say(answer: object) -> None:
    """One line for the process that asked."""
    print(json.dumps(answer), flush=True)


async def main(home: Path, server: str) -> None:
    child = Child(home, server)
    say("ready")
    while line := await asyncio.to_thread(sys.stdin.readline):
        name, arguments = json.loads(line)
        say(await getattr(child, name)(**arguments))
    await child.tablet.lock("end")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
