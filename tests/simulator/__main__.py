"""Replay one seed, or try one after another for a while. See docs/simulator.md."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter

from tests.simulator.nemesis import KINDS
from tests.simulator.run import Plan, shrunk, simulate, told


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--tablets", type=int, default=8)
    parser.add_argument("--kinds", default=",".join(KINDS), help="kinds of trouble, by comma")
    parser.add_argument("--trouble", type=float, default=0.2, help="share of the steps")
    parser.add_argument("--seconds", type=float, default=0.0, help="go on with further seeds for so long")
    parser.add_argument("--story", action="store_true", help="print the whole story")
    parser.add_argument("--shrink", action="store_true", help="look for a shorter run that goes wrong")
    parser.add_argument("--keep-going", action="store_true", help="do not end at the first wrong run")
    asked = parser.parse_args()
    began, number, wrong, writes = time.monotonic(), 0, 0, 0
    doubts: Counter[str] = Counter()
    while True:
        seed = asked.seed if number == 0 else f"{asked.seed}.{number}"
        plan = Plan(seed, asked.steps, asked.tablets, tuple(asked.kinds.split(",")), asked.trouble)
        took = time.monotonic()
        outcome = shrunk(plan) if asked.shrink else simulate(plan)
        writes += outcome.writes
        state = "WRONG" if outcome.wrong else "right"
        print(f"{state} seed {seed}: {outcome.writes} writes, {outcome.certain} certain, "
              f"{outcome.seconds:.0f} s of theirs, {time.monotonic() - took:.1f} s of ours, "
              f"{outcome.digest[:12]}", flush=True)  # fmt: skip
        for why, count in outcome.doubts:
            doubts[why] += count
        if outcome.wrong or asked.story:
            print(told(outcome, 10**9 if asked.story else 40), flush=True)
        wrong += bool(outcome.wrong)
        number += 1
        over = time.monotonic() - began >= asked.seconds
        if over or (outcome.wrong and not asked.keep_going):
            print(f"{number} runs, {wrong} wrong, {writes} writes")
            for why, count in doubts.most_common():
                print(f"{count:7} may be missing: {why}")
            return 1 if wrong else 0


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":
        # The order of sets is part of a history: with it fixed, a seed gives the same one each time.
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, "PYTHONHASHSEED": "0"})
    sys.exit(main())
