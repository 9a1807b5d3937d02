"""kill -9 at every statement, begin, commit and give-back of founding, opening a stream and pushing.

After each death the database holds together and the same request is welcome again: `step_child.py`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.server.test_process import ROOT

STRIDE = 1 if os.environ.get("KT_SOAK") else 16


def test_death_at_every_step_leaves_a_whole_and_the_same_bytes_are_welcome_again(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.server.step_child", str(tmp_path), str(STRIDE)],
        cwd=ROOT,
        env={**os.environ, "PYTHONWARNINGS": "error"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    died = dict(line.split() for line in done.stdout.splitlines())
    assert list(died) == ["found", "open", "push", "next"]
    # As many as there are now, and not fewer: a step that nobody dies at is not tested.
    assert all(int(died[name]) >= least // STRIDE for name, least in LEAST.items()), died


LEAST = {"found": 36, "open": 88, "push": 88, "next": 88}
