"""A tablet that runs a meeting and is killed: `python -m tests.faults.meeting_child HOME PASSPHRASE`.

For every line on its input it lives once: it says the draft it finds, then plays the step at which
that stands, saying each act once it is kept; at the last step it ends the meeting. It is killed
whenever the test likes.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import replace
from pathlib import Path

from app import logs
from app.bootstrap import surroundings
from app.config import make_private
from app.crypto.kdf import FLOOR
from app.services import meeting_draft as acts
from app.services.keyholder import HomeKeyholder
from app.services.meeting_draft import Agreement, GivenRating, Idea, MeetingDraft, NewStep, Presence
from app.services.tablet import Tablet

NIA = Presence("a1" * 16, "Nia", "youth", "family", is_youth=True)
GOAL = "a2" * 16


def played(draft: MeetingDraft, number: int) -> MeetingDraft:
    """One act of the step at which a meeting stands, with words that name its number."""
    said = f"word {number}"
    draft = acts.put_typed(draft, "last", said)
    match draft.position.step:
        case "who":
            return acts.see(draft, (NIA,), strangers=False)
        case "rules":
            return replace(draft, rules=(*draft.rules, said))
        case "good":
            return replace(draft, celebrations=(*draft.celebrations, said))
        case "going":
            given = GivenRating("a3" * 16, GOAL, NIA.person_id, 7, shown=True, words=said)
            return acts.put_rating(draft, given)
        case "ideas":
            return replace(draft, ideas=(Idea("a4" * 16, GOAL, said, chosen=True),))
        case "steps":
            return acts.put_step(draft, NewStep("a5" * 16, "a4" * 16, said, "Nia", due_on="2030-01-02"))
        case "crisis":
            return replace(draft, crisis="changed", crisis_words=said)
        case "next":
            return replace(draft, next_on="2030-01-03", next_at="16:30", next_place=said)
        case _:
            given_agreement = Agreement(
                NIA.person_id, "agree_except", said, strokes=(((number, 2), (3, 4)),), signed_at_ms=1
            )
            return acts.put_agreement(draft, given_agreement)


async def main(home: Path, passphrase: str) -> None:
    """Unlock, tell, play."""
    make_private(home)
    logs.configure(home)
    holder = HomeKeyholder(
        home,
        replace(surroundings("http://127.0.0.1:9"), kdf_params=lambda: FLOOR, kdf_floor=FLOOR),
    )
    tablet = Tablet(holder, holder.around.time)
    await tablet.unlock(passphrase)
    meetings = tablet.open.meetings
    found = await meetings.running()
    if not found:
        say({"step": "held"})
        await asyncio.sleep(60)
    (draft,) = found
    say({"step": draft.position.step, "draft": json.loads(acts.to_bytes(draft))})
    if draft.position.step == "done":
        await meetings.end(draft, "Minutes of the meeting.")
        say({"ended": True})
        await asyncio.sleep(60)
    for number in range(1, 1_000_000):
        draft = await meetings.keep(played(draft, number))
        if number == 3:
            draft = await meetings.keep(acts.forward(draft))
        say({"kept": number, "step": draft.position.step})


def say(answer: object) -> None:
    """One line for the test."""
    print(json.dumps(answer), flush=True)


def lives(home: Path, passphrase: str) -> None:
    """One life for each line that is read: a fork, so that what is imported is imported once.

    Says the life's process id first, and `dead` when it is over, however that came.
    """
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            say({"pid": os.getpid()})
            asyncio.run(main(home, passphrase))
            os._exit(0)
        os.waitpid(child, 0)
        print(flush=True)  # ends half a line
        say({"dead": True})


if __name__ == "__main__":
    lives(Path(sys.argv[1]), sys.argv[2])
