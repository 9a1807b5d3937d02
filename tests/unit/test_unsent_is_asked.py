"""Every way to destroy or put aside what is on a tablet is known here: read from the code itself.

Whatever a person can start asks with the number of unsent changes and photos first. A new call of one
of these names makes this red by its place, until somebody has said how it asks, or why it need not.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DESTROYS = frozenset({
    "start_over", "put_aside", "wipe", "wipe_home", "wipe_steps", "drop_keys", "forget_home",
    "begin_anew", "set_up_again", "let_go", "drop_stream", "rmtree", "reset", "_remove_homes",
})  # fmt: skip
"""What ends a home, a family on it, or files of it."""
ASKS = "asks with the number"
"""The function's module says `unsent_words` (or prints the number) before the act."""

KNOWN: dict[str, str] = {
    "app/views/screens/unlock/start_over.py:StartOver.go.start_over": ASKS,
    "app/views/screens/staff/here.py:AgencyChanges.wipe.wipe": ASKS,
    "app/demo/commands.py:reset._remove_homes": ASKS,
    "app/views/screens/removed.py:RemovedScreen.again.set_up_again": "all is wiped already",
    "app/services/departures.py:Departures._wipe.wipe": "called by wipe",
    "app/services/departures.py:Departures.finish_wiping.wipe": "ends a wipe that was begun",
    "app/services/departures.py:Departures.set_up_again.begin_anew": "all is wiped already",
    "app/services/departures.py:Departures.start_over.start_over": "the screen has asked",
    "app/services/removal_own.py:OwnRemoval._look.wipe":
        "reported lost, or all was handed over: "
        "test_removed_tablet_is_not_wiped_while_photos_are_only_on_it",
    "app/services/leaving.py:Leaving.wipe.wipe_home": "called by wipe",
    "app/services/leaving.py:wipe_home.wipe_steps": "called by wipe",
    "app/services/leaving.py:Leaving.start_over.put_aside": "called by start_over",
    "app/services/leaving.py:Leaving.bring_back.forget_home": "only a home that was never set up",
    "app/services/keyholder.py:HomeKeyholder.make_home.forget_home": "only a home without a keyring",
    "app/services/first_run.py:FirstRun._undo_join.forget_home": "only a home that was never let in",
    "app/services/first_run_seed.py:FirstRunWithSeed.leave.forget_home": "only a home never let in",
    "app/__main__.py:_demo_reset.reset": "commands.reset asks",
    "app/demo/commands.py:build._remove_homes": "only a half-written example: the marker is missing",
    "app/demo/commands.py:_remove_homes.rmtree": "called by reset and build",
    "app/demo/control.py:ControlLine.close.rmtree": "the folder of a socket",
    "app/store/damage.py:swap.rmtree": "a half-made log; the damaged one is kept",
    "app/store/salvage.py:salvage.rmtree": "a half-made log; the damaged one is kept",
    "app/store/keyfile.py:_from_copy.rmtree": "a copy made for one reading",
    "app/store/wiping.py:_drop.rmtree": "called by wipe_steps",
    "app/store/wiping.py:_drop_folder.rmtree": "called by wipe_steps",
    "app/store/wiping.py:finish_moves.rmtree": "an empty folder of a move that was cut short",
    "app/views/screens/plan/tab.py:PlanTab.save_form.put_aside": "a form of the plan, kept as a draft",
    "app/sync/steps.py:Steps._leave.let_go": "keeps what holds unsent work: test_store_leaving.py",
    "app/store/sync_side.py:SyncSide.let_go.let_go": "called by let_go",
    "app/store/core.py:Core.let_go.drop_stream": "called by let_go, which keeps unsent work",
}
"""Where such a call stands → how it asks, or why it need not."""


def _calls(tree: ast.AST, inside: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    for node in ast.iter_child_nodes(tree):
        named = isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        yield from _calls(node, (*inside, node.name) if named else inside)  # type: ignore[attr-defined]
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in DESTROYS:
                yield ".".join(inside), name


def found() -> set[str]:
    """Every call of one of the names in app/."""
    places = set()
    for path in sorted((ROOT / "app").rglob("*.py")):
        for inside, name in _calls(ast.parse(path.read_text(encoding="utf-8"))):
            places.add(f"{path.relative_to(ROOT)}:{inside}.{name}")
    return places


def test_every_way_to_destroy_work_is_known() -> None:
    assert sorted(found() - set(KNOWN)) == []


def test_no_entry_is_out_of_date() -> None:
    assert sorted(set(KNOWN) - found()) == []


@pytest.mark.parametrize("place", sorted(one for one, how in KNOWN.items() if how == ASKS))
def test_what_a_person_starts_asks_with_the_number_first(place: str) -> None:
    text = (ROOT / place.split(":")[0]).read_text(encoding="utf-8")
    assert "unsent_words(" in text or "unsent_in(" in text
