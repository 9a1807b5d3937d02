"""Opening a family: a new team stream, made offline, and its first records."""

from __future__ import annotations

from dataclasses import dataclass

from app.protocol.bodies import Label
from app.protocol.ids import singleton_id
from app.store.vault import Change
from app.wraparound.records import Family, Person

from . import edge
from .desk import Desk
from .permissions import require

LANGUAGES = ("en", "es", "other")
FORMS = {
    "en": ("{youth} and the {surname} family", "{youth}’s family", "with {caregiver}"),
    "es": ("{youth} y la familia {surname}", "La familia de {youth}", "con {caregiver}"),
}
"""How a family's names are put together; people change them as the family says them."""


@dataclass(frozen=True)
class NewFamily:
    """What is known on the first day. Only the youth's first name is needed."""

    youth_name: str
    family_name: str = ""
    born_on: str = ""
    caregiver: str = ""
    """"grandmother Rosa"."""
    spoken_language: str = "en"
    phone: str = ""
    address: str = ""
    town: str = ""
    language: str = "en"
    """Language in which the names of the family are put together: en or es."""


class Opening:
    """Opens families. Needs no network: a genesis may be written offline (design 04, Control)."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def open_family(self, new: NewFamily) -> str:
        """Open a family and return its id (hex).

        The stream is sealed for me, my team's supervisor and recovery. Raises InvalidInput.
        """
        require(self._desk.me, "family.open")
        youth = edge.text(
            new.youth_name, "youth_name", required="What is the young person's first name?"
        ).strip()
        surname = edge.text(new.family_name, "family_name").strip()
        caregiver = edge.text(new.caregiver, "caregiver").strip()
        full, short, with_whom = FORMS.get(new.language, FORMS["en"])
        named = full if surname else short
        family = {
            "name": named.format(youth=youth, surname=surname),
            "list_name": f"{youth} {surname}".strip(),
            "with_whom_at_home": with_whom.format(caregiver=caregiver) if caregiver else "",
            "spoken_language": edge.choice(new.spoken_language, LANGUAGES, "spoken_language"),
            "written_language": new.spoken_language,
            "address": edge.text(new.address, "address"),
            "town": edge.text(new.town, "town"),
            "phone": edge.text(new.phone, "phone"),
            "phase": 1,
            "enrolled_on": self._desk.today().isoformat(),
            "status": "open",
            "lead_coordinator": self._desk.me.person,
        }
        born_on = edge.day(new.born_on, "born_on")
        group = bytes.fromhex(self._desk.new_id())
        stream = await self._desk.vault.open_stream(Label.TEAM, group)
        await self._desk.vault.commit(
            [
                Change(stream, Family.TYPE, singleton_id(stream, Family.TYPE).hex(), family),
                Change(
                    stream,
                    Person.TYPE,
                    self._desk.new_id(),
                    {
                        "name": f"{youth} {surname}".strip(),
                        "called": youth,
                        "role": "youth",
                        "is_youth": True,
                        "born_on": born_on,
                        "order": 1,
                    },
                ),
            ]
        )
        return group.hex()
