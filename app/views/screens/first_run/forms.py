"""The forms of first run as values: what was typed, what is wrong with it, and what is asked.

Pure, except that the three words to ask for are drawn with the randomness handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from app.services.recovery_papers import SecretPage
from app.views.screens.passphrase import Choice, check_choice
from app.views.screens.recovery.parts import ASKED, first_wrong
from app.views.widgets.ui import Ui


class Step(Enum):
    """Where in first run a person is."""

    CHOOSE = "choose"
    START = "start"
    SHEET = "sheet"
    CHECK = "check"
    CODE = "code"
    JOIN = "join"
    WAITING = "waiting"
    SEED = "seed"


@dataclass(frozen=True)
class Sheet:
    """A secret to write down or print. number of count: which sheet of this visit."""

    page: SecretPage
    number: int = 1
    count: int = 1

    @property
    def kind(self) -> str:
        """seed, share or kit."""
        return self.page.kind

    @property
    def words(self) -> tuple[str, ...]:
        """The 24 words."""
        return self.page.words


@dataclass(frozen=True)
class FirstRunForm:
    """Everything typed in first run.

    Attributes:
        step: where the person is.
        error: words for the field named in `field`, or for the page when that is empty.
        busy: keys are being made, or the server is asked.
        sheets: sheets still to be written down, the first one is shown.
        asked: positions (from 0) of the words asked for.
        answers: what was typed for them.
        made: five words on offer as a passphrase.
        own: the person writes their own instead.
        shares: the agency's seed is printed as three sheets.
        saved: what became of the file for the printer.
    """

    step: Step = Step.CHOOSE
    agency: str = ""
    your_name: str = ""
    your_title: str = ""
    server: str = ""
    passphrase: str = ""
    again: str = ""
    made: str = ""
    own: bool = False
    code: str = ""
    found_server: str = ""
    fingerprint: str = ""
    error: str = ""
    field: str = ""
    busy: bool = False
    sheets: tuple[Sheet, ...] = ()
    asked: tuple[int, ...] = ()
    answers: tuple[str, ...] = ()
    joining: bool = False
    leaving: bool = False
    shares: bool = False
    saved: str = ""

    @property
    def choice(self) -> Choice:
        """The passphrase as far as it is chosen."""
        return Choice(self.made, self.own, self.passphrase, self.again)

    @property
    def typed(self) -> bool:
        """Something would be forgotten by going back."""
        kept = (self.agency, self.your_name, self.passphrase, self.again, self.code)
        return any(words.strip() for words in kept)


def check_passphrase(ui: Ui, form: FirstRunForm) -> tuple[str, str]:
    """(field, words) of what is wrong with the passphrase, or two empty strings."""
    place, words = check_choice(ui, form.choice)
    return ("passphrase" if place == "new" else place), words


def check_agency(ui: Ui, form: FirstRunForm) -> tuple[str, str]:
    """The first thing to mend in the agency's form."""
    if not form.agency.strip():
        return "agency_name", ui.say("first_run.agency.name_missing")
    if not form.your_name.strip():
        return "your_name", ui.say("first_run.agency.your_name_missing")
    return check_passphrase(ui, form)


def ask_for(sheet: Sheet, sample: Callable[[int, int], list[int]]) -> tuple[int, ...]:
    """Positions of the words to ask for, in the order of the sheet. sample: (of how many, how many)."""
    return tuple(sorted(sample(len(sheet.words), min(ASKED, len(sheet.words)))))


def check_answers(ui: Ui, form: FirstRunForm) -> tuple[str, str]:
    """The first asked word that is not the sheet's; the field is its place among the asked."""
    place = first_wrong(form.sheets[0].page, form.asked, form.answers)
    if place < 0:
        return "", ""
    return f"word{place}", ui.say("first_run.check.wrong", number=form.asked[place] + 1)
