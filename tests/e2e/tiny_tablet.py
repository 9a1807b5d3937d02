"""A very small Flet app behind the real web server, guard and gate: what the harness is tried on.

Run as `python tiny_tablet.py PORT`. It has a lock, like a tablet: every window starts locked.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import flet as ft  # noqa: E402

from app import logs  # noqa: E402
from app.errors import AppError  # noqa: E402
from app.views.web.gate import SessionGate  # noqa: E402
from app.views.web.serve import run_web  # noqa: E402


class Tablet:
    """Holds one saved note and whether it is unlocked."""

    def __init__(self) -> None:
        self.unlocked = False
        self.note = ""

    async def lock(self) -> None:
        self.unlocked = False


def main(port: int) -> int:
    tablet = Tablet()
    gate = SessionGate(tablet.lock)

    async def window(page: ft.Page) -> None:
        async def blank() -> None:
            page.controls.clear()
            page.add(ft.Text("This tablet is open in another window"))

        ticket = await gate.enter(blank)

        def save() -> None:
            if ticket.live:
                tablet.note = note.value or ""
                shown.value = f"Saved: {tablet.note[:40]} ({len(tablet.note)} characters)"

        def unlock() -> None:
            if ticket.live and secret.value == "open":
                tablet.unlocked = True
                page.controls.clear()
                page.add(note, ft.Button("Save note", on_click=save), shown)

        secret = ft.TextField(label="Passphrase", password=True)
        note = ft.TextField(label="Note", multiline=True, max_lines=4)
        shown = ft.Text("Nothing saved")
        page.add(ft.Text("Locked"), secret, ft.Button("Unlock", on_click=unlock))

    return run_web(window, port=port, assets_dir=ROOT / "assets")


if __name__ == "__main__":
    logs.configure(None)
    try:
        sys.exit(main(int(sys.argv[1])))
    except AppError as error:
        print(error.user_message)
        sys.exit(3)
