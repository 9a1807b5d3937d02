"""Every way out of the app is known, and what holds content of a family goes through the gate.

The code is walked: a call that hands bytes or words to the system, and stands neither in a function
that takes a `Handed` nor on the list below with its reason, fails the test.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import app

APP = Path(app.__file__).parent
WAYS_OUT = frozenset({
    "save_file", "launch_url", "share_files", "share_text", "share_uri", "open_url", "set_data", "startfile",
    "can_launch_url", "open_window",
})  # fmt: skip
"""Methods of flet and of Python that hand something to the system. `Clipboard().set` is looked for, too."""
LEAVES = frozenset({"write_bytes", "write_text"})
DRAWERS = frozenset({
    "family_copy", "version_paper", "crisis_card", "release_paper", "accounting_paper", "progress_paper",
    "progress_picture",
    "packet_paper", "provider_paper", "safety_paper",
})  # fmt: skip
"""What makes papers of a family (app/exchange)."""

KNOWN: dict[str, str] = {
    "views/calling.py:launch": "a number for the device's own telephone: no words go along",
    "views/directions.py:launch": "the address a person was asked about, for a map; never a protected one",
    "views/screens/directory/service.py:launch": "a service's own number or page: nothing of a family",
    "views/screens/carrying.py:save": "segments as the server holds them: members' keys alone open them",
    "views/screens/recovery/parts.py:save_pages": "a person's own recovery words: nothing of a family",
    "views/screens/audit/saving.py:save": "a family's copy comes from the gate (services/audit_copies.py); "
    "the agency's own file holds nothing of a family; a month of contacts is the agency's own work, noted "
    "as log.file, and holds no word of a note",
    "views/screens/documents/saving.py:save": "takes a Handed: the gate made it",
}
"""file:function → why it may call one of WAYS_OUT."""
WRITERS: dict[str, str] = {
    "services/audit_command.py:_write_heads": "heads of chains, at the command line",
}
"""file:function → why it may write a file."""
FILES = frozenset({"views", "services", "exchange"})
"""Where content of families passes in the clear; the layers below hold it sealed (see docs/crypto.md)."""


def calls() -> Iterator[tuple[str, str, ast.Call, ast.AST]]:
    """(file, innermost function, call, that function's node) of every call in the app."""
    for file in sorted(APP.rglob("*.py")):
        name = file.relative_to(APP).as_posix()
        tree = ast.parse(file.read_text(encoding="utf-8"))
        yield from _within(name, "", tree, tree)


def _within(
    file: str, function: str, owner: ast.AST, node: ast.AST
) -> Iterator[tuple[str, str, ast.Call, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        inner, whose = function, owner
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            inner, whose = child.name, child
        if isinstance(child, ast.Call):
            yield file, inner, child, whose
        yield from _within(file, inner, whose, child)


def called(call: ast.Call) -> str:
    """The last name of what is called."""
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def is_way_out(call: ast.Call) -> bool:
    if called(call) in WAYS_OUT:
        return True
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "set":
        return False
    return isinstance(call.func.value, ast.Call) and called(call.func.value) == "Clipboard"


def test_every_way_out_is_known_and_has_its_reason() -> None:
    found = {f"{file}:{function}" for file, function, call, _ in calls() if is_way_out(call)}
    assert found == set(KNOWN), "give it a Handed from app/services/gate.py, or its reason here"


def test_the_only_file_dialog_for_records_takes_what_the_gate_handed_out() -> None:
    (saving,) = [
        owner
        for file, function, call, owner in calls()
        if called(call) == "save_file" and f"{file}:{function}" == "views/screens/documents/saving.py:save"
    ]
    assert isinstance(saving, ast.AsyncFunctionDef)
    taken = {ast.unparse(one.annotation) for one in saving.args.args if one.annotation is not None}
    assert "Handed" in taken
    (content,) = [
        ast.unparse(one.value)
        for file, function, call, _ in calls()
        if called(call) == "save_file" and file.endswith("documents/saving.py")
        for one in call.keywords
        if one.arg == "src_bytes"
    ]
    assert content == "made.content"


def test_only_the_gate_makes_what_may_leave() -> None:
    makers = {file for file, _, call, _ in calls() if called(call) in ("Handed", "Made")}
    assert makers == {"services/gate.py"}


def files_of_services_and_views() -> list[str]:
    return [
        file.relative_to(APP).as_posix()
        for folder in ("services", "views", "demo")
        for file in sorted((APP / folder).rglob("*.py"))
    ]


def drawn_in(file: str) -> set[str]:
    """The papers of a family that a module takes from app/exchange."""
    tree = ast.parse((APP / file).read_text(encoding="utf-8"))
    return {
        one.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("app.exchange")
        for one in node.names
    } & DRAWERS


def test_papers_are_drawn_only_for_the_gate() -> None:
    drawers = {file for file in files_of_services_and_views() if drawn_in(file)}
    assert drawers == {
        "services/sharing.py", "services/disclosures.py", "services/progress_papers.py",
        "services/audit_packet.py", "services/adult_safety.py", "services/provider_messages.py",
    }  # fmt: skip
    for name in sorted(drawers):
        tree = ast.parse((APP / name).read_text(encoding="utf-8"))
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            returns = ast.unparse(function.returns) if function.returns else ""
            if returns in ("Handed", "Made"):
                inside = {called(one) for one in ast.walk(function) if isinstance(one, ast.Call)}
                assert inside & {"let_out", "let_out_together", "_own_paper"}, f"{name}:{function.name}"


def test_screens_and_papers_write_no_file_of_their_own() -> None:
    wrote = {
        f"{file}:{function}"
        for file, function, call, _ in calls()
        if file.split("/")[0] in FILES and (called(call) in LEAVES or _opens_to_write(call))
    }
    assert wrote <= set(WRITERS), "a file of its own goes around the gate"


def _opens_to_write(call: ast.Call) -> bool:
    if called(call) != "open" or len(call.args) < 2 or not isinstance(call.args[1], ast.Constant):
        return False
    return isinstance(call.args[1].value, str) and bool(set(call.args[1].value) & set("wax+"))


def test_audiences_that_read_more_than_the_family_are_made_by_the_gate_alone() -> None:
    wide = {
        file
        for file, _, call, _ in calls()
        if called(call) == "Audience" and any(one.arg == "labels" for one in call.keywords)
    }
    assert wide == {"services/gate.py"}
    positional = [file for file, _, call, _ in calls() if called(call) == "Audience" and len(call.args) > 2]
    assert positional == []


def test_a_number_that_is_called_carries_no_words() -> None:
    (url,) = [
        ast.unparse(call.args[0])
        for file, _, call, _ in calls()
        if called(call) == "launch_url" and file == "views/calling.py"
    ]
    assert url == "f'{scheme}:{dialled(phone)}'"
