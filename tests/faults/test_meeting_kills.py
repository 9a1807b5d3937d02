"""kill -9 at every step of a meeting, and several times while it ends: nothing that was kept is lost."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from app.services import meeting_draft as acts
from app.services.meeting_draft import MeetingDraft
from app.services.opening import NewFamily
from app.wraparound.meeting_flow import STEPS
from app.wraparound.records import (
    ActionStep,
    Attendance,
    Meeting,
    Note,
    PlanVersion,
    Rating,
    Signature,
    Strategy,
)
from tests.e2e.harness import ROOT
from tests.services.office import PASSPHRASE, office

ENDING_SECONDS = (0.0, 0.01, 0.03)
"""How long the ending may run before it is killed, one after the other."""


class Tablet:
    """The process of `meeting_child`: it lives and is killed again and again."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.meeting_child", str(home), PASSPHRASE],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.pid = 0

    def live(self) -> Any:
        """Begin a life. Returns the draft that it finds and the step at which that stands."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.pid = self.hear()["pid"]
        return self.hear()

    def hear(self) -> Any:
        """The next thing it says."""
        assert self.process.stdout is not None
        while not (line := self.process.stdout.readline()).strip():
            assert line, "the tablet's process ended by itself"
        heard = json.loads(line)
        assert "dead" not in heard, "the tablet died by itself"
        return heard

    def kill(self) -> list[Any]:
        """kill -9. What it had said meanwhile; half a line was nothing."""
        os.kill(self.pid, signal.SIGKILL)
        assert self.process.stdout is not None
        said = []
        while (line := self.process.stdout.readline()) != '{"dead": true}\n':
            with contextlib.suppress(json.JSONDecodeError):
                said.append(json.loads(line))
        return said

    def end(self) -> None:
        """No more lives."""
        self.process.stdin.close()  # type: ignore[union-attr]
        self.process.wait()
        self.process.stdout.close()  # type: ignore[union-attr]


async def begun(root: Path) -> tuple[Path, str]:
    """A tablet with a family and a meeting that has just begun, locked. Returns its home and the family."""
    async with office(root) as place:
        tablet = await place.founded("tablet")
        family = await tablet.open.opening.open_family(NewFamily("Nia"))
        await tablet.open.meetings.begin(family, flow="review")
        await tablet.lock("test")
    return root / "tablet", family


def test_no_kill_at_any_step_loses_what_was_kept(tmp_path: Path) -> None:
    home, family = asyncio.run(begun(tmp_path))
    kept, walked = 0, []
    tablet = Tablet(home)
    while True:
        found = tablet.live()
        draft = found["draft"]
        # The act after the last one that it spoke of may have been kept as well.
        number = int(draft["typed"].get("last", "word 0").split()[-1])
        assert number >= kept, f"kept words are lost at {found['step']}"
        walked.append(found["step"])
        if found["step"] == "done":
            tablet.kill()
            break
        while (heard := tablet.hear())["kept"] < 3:
            pass
        kept = [heard, *tablet.kill()][-1]["kept"]
    assert walked == list(STEPS["review"])
    draft = acts.from_bytes(json.dumps(draft).encode())
    assert isinstance(draft, MeetingDraft)
    assert draft.rules and draft.celebrations and draft.ratings[0].value == 7
    assert draft.steps[0].owner == "Nia" and draft.agreements[0].strokes
    assert draft.next_at == "16:30" and draft.crisis_words
    for seconds in ENDING_SECONDS:
        tablet.live()
        time.sleep(seconds)
        tablet.kill()
    if tablet.live()["step"] != "held":
        assert tablet.hear() == {"ended": True}
    tablet.kill()
    tablet.end()
    assert asyncio.run(counted(home, family)) == {
        "meeting": 2, "attendance": 1, "rating": 1, "strategy": 1, "action_step": 1, "plan_version": 1,
        "signature": 1, "note": 1, "held": 1, "drafts": 0,
    }  # fmt: skip


async def counted(home: Path, family: str) -> dict[str, int]:
    """How many records of each kind there are."""
    kinds = (Meeting, Attendance, Rating, Strategy, ActionStep, PlanVersion, Signature, Note)

    def find(session: Session) -> dict[str, int]:
        found = {kind.TYPE: len(session.exec(select(kind)).all()) for kind in kinds}
        found["held"] = len(session.exec(select(Meeting).where(Meeting.status == "held")).all())
        return found

    async with office(home.parent) as place:
        tablet = place.tablet(home.name)
        await tablet.unlock(PASSPHRASE)
        found = await tablet.open.desk.vault.read(find)
        return found | {"drafts": len(await tablet.open.meetings.running(family))}
