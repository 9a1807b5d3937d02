"""The two-way form between a family's team and primary care: what it holds, lacks, and how it stands.

Pure. The form has two halves: what is told and asked here, and room for the answer, which the office
fills in and sends back. Source: design 02, ProviderMessage; docs/provider-message.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

PART: Final = "message"
"""The code of vocabulary.RELEASE_PARTS under which a message leaves."""
ASKED: Final = ("reason", "question", "medication", "co_management")
"""Fields of our half, in the order in which they are read."""
ANSWERED: Final = ("answer", "answer_medication", "answer_co_management")
"""Fields of the answer, in the order in which they are filled in."""
NEXT: Final = {
    "draft": ("sent",), "sent": ("answered", "closed"), "answered": ("answered", "closed"), "closed": (),
}  # fmt: skip
"""Status → what it may become."""


@dataclass(frozen=True)
class ProviderForm:
    """What a message says. Days are ISO text. about: whom it is about, by name. born_on: their birthday.

    from_name, from_title, from_agency, from_phone: who asks. label: a code of vocabulary.LABELS.
    """

    to_name: str = ""
    to_organisation: str = ""
    about: str = ""
    born_on: str = ""
    reason: str = ""
    question: str = ""
    medication: str = ""
    co_management: str = ""
    due_on: str = ""
    from_name: str = ""
    from_title: str = ""
    from_agency: str = ""
    from_phone: str = ""
    label: str = "general"


def missing_of(form: ProviderForm) -> tuple[str, ...]:
    """Fields that a message cannot leave without, in the order of the form."""
    return tuple(
        name for name in ("to_name", "about", "reason", "question", "due_on")
        if not str(getattr(form, name)).strip()
    )  # fmt: skip


def may_become(status: str, after: str) -> bool:
    """Whether a message that stands so may stand otherwise."""
    return after in NEXT.get(status, ())


def is_for(recipient: str, organisation: str, to_name: str, to_organisation: str) -> bool:
    """Whether a release for `recipient` covers a message to `to_name`: the same person, or their office.

    Names are compared without case and outer blanks, and nothing else is guessed.
    """

    def plain(words: str) -> str:
        return " ".join(words.split()).casefold()

    if plain(to_name) != plain(recipient):
        return False
    theirs = plain(to_organisation)
    return not theirs or not plain(organisation) or theirs == plain(organisation)


def days_left(due_on: str, today: date) -> int | None:
    """Days until the answer is wanted, below 0 when it is late; None without a day."""
    try:
        return (date.fromisoformat(due_on) - today).days
    except ValueError:
        return None
