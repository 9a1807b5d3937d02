"""Choosing a new passphrase: five words that are offered first, or the person's own.

First run, Settings and the way in with a recovery kit share it. The screens look at length and
sameness; what is guessed too early is refused by app/services/passphrases.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from app.views.widgets.buttons import quiet
from app.views.widgets.fields import field
from app.views.widgets.panels import sheet
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui

SHORTEST = 15


@dataclass(frozen=True)
class Choice:
    """A passphrase being chosen.

    Attributes:
        made: the five words on offer.
        own: the person writes their own.
        typed: their own, so far.
        again: what was typed to confirm either.
    """

    made: str
    own: bool
    typed: str
    again: str

    @property
    def passphrase(self) -> str:
        """What will be the passphrase."""
        return self.typed if self.own else self.made


@dataclass(frozen=True)
class ChoiceActs:
    """What can be done. own: True to write one's own. other: other five words."""

    own: Callable[[bool], object]
    other: Callable[[], object]
    typed: Callable[[str], object]
    again: Callable[[str], object]
    submit: Callable[[], object]


@dataclass(frozen=True)
class ChoiceKeys:
    """Keys of the two fields; the buttons are `<stem>.own`, `<stem>.offer` and `<stem>.other`."""

    stem: str
    new: str
    again: str


def check_choice(ui: Ui, choice: Choice) -> tuple[str, str]:
    """("new" or "again", words) of the first thing to mend, or two empty strings."""
    if choice.own and len(choice.typed) < SHORTEST:
        return "new", ui.say("passphrase.short")
    if choice.again != choice.passphrase:
        return "again", ui.say("passphrase.differ" if choice.own else "passphrase.made_differ")
    return "", ""


def chooser(
    ui: Ui,
    choice: Choice,
    acts: ChoiceActs,
    keys: ChoiceKeys,
    *,
    wrong: Callable[[str], str | None],
    busy: bool,
) -> list[ft.Control]:
    """The words on offer and one field, or two fields.

    Args:
        ui: settings in force.
        choice: what was chosen so far.
        acts: what can be done.
        keys: keys of the fields.
        wrong: words for "new" or "again", or None.
        busy: nothing can be changed now.
    """
    say = ui.say
    if choice.own:
        return [
            field(ui, say("passphrase.new"), choice.typed, acts.typed, key=keys.new, secret=True,
                  help=say("passphrase.help"), error=wrong("new"), disabled=busy),
            field(ui, say("passphrase.again"), choice.again, acts.again, key=keys.again,
                  secret=True, error=wrong("again"), disabled=busy, on_submit=acts.submit),
            ft.Row([quiet(ui, say("passphrase.offer"), lambda: acts.own(False),
                          key=f"{keys.stem}.offer", symbol=ft.Icons.LIGHTBULB_OUTLINE,
                          disabled=busy)], wrap=True),
        ]  # fmt: skip
    return [
        text(ui, say("passphrase.made_line"), ui.type.body, SOFT),
        sheet(
            text(ui, choice.made, ui.type.words_l, key=f"{keys.stem}.made"),
            padding=ft.Padding.symmetric(horizontal=20, vertical=16),
        ),
        # A new passphrase that the service refused is said here: there is no field of its own.
        field(ui, say("passphrase.made_again"), choice.again, acts.again, key=keys.again,
              secret=True, error=wrong("again") or wrong("new"), disabled=busy,
              on_submit=acts.submit),
        ft.Row(
            [
                quiet(ui, say("passphrase.other"), acts.other, key=f"{keys.stem}.other",
                      symbol=ft.Icons.REFRESH, disabled=busy),
                quiet(ui, say("passphrase.own"), lambda: acts.own(True), key=f"{keys.stem}.own",
                      symbol=ft.Icons.EDIT_OUTLINED, disabled=busy),
            ],
            wrap=True, spacing=4, run_spacing=4,
        ),
    ]  # fmt: skip
