"""A family around its table: a real vault with a plan, people, and things that are kept from somebody.

Everybody in it is invented. The words of what is kept from the father hold "canary", so that a test
finds them wherever they come out.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.errors import WrongPassphrase
from app.protocol.ids import derived_id, singleton_id
from app.services.audience import Audiences
from app.services.casebook import Casebook
from app.services.caseload import Caseload
from app.services.crisis import CrisisPlans
from app.services.desk import Desk
from app.services.family_page import FamilyPages
from app.services.language import Translations
from app.services.practice_rules import PracticeRules
from app.services.table import FamilyTable
from app.services.tablet import Tablet
from app.store.vault import Change
from app.wraparound.records import (
    ActionStep,
    ContactSafety,
    CrisisItem,
    Family,
    FamilyVision,
    Meeting,
    NaturalSupport,
    Need,
    NotFor,
    Outcome,
    Person,
    Rating,
    Strategy,
    Strength,
    TeamMember,
)
from tests.fakes.tablet import PASSPHRASE, FakeKeyholder, canned
from tests.services.rig import Person as Somebody
from tests.services.rig import pair

NIA, ROSA, LUIS = "a1" * 16, "a2" * 16, "a3" * 16
TEO, CARMEN, MARISOL = "b1" * 16, "b2" * 16, "c1" * 16
NEED, SECRET_NEED = "d1" * 16, "d2" * 16
OUTCOME, SECRET_OUTCOME = "e1" * 16, "e2" * 16
WAY, SECRET_WAY = "f1" * 16, "f2" * 16
STEP, SECRET_STEP, DONE_STEP = "91" * 16, "92" * 16, "93" * 16
LINE, SECRET_LINE, CALL_LINE = "81" * 16, "82" * 16, "83" * 16
STREET = "12 Hidden Lane"
CODE = "274915"
FOREIGN = ("Marisol Vega", "Ruth Abara")
"""Staff: their names stand on no table unless they are on the family's team."""


@dataclass
class Kitchen:
    """One family's tablet. tablet: as screens hold it."""

    person: Somebody
    tablet: Tablet
    family: str

    @property
    def desk(self) -> Desk:
        return self.person.desk

    async def put(self, record_type: str, record: str, **fields: Any) -> None:
        """Write one record of the family."""
        stream = await self.desk.team_stream(self.family)
        await self.desk.vault.commit([Change(stream, record_type, record, fields)])

    async def keep_from(self, item_type: str, item: str, person: str = LUIS) -> None:
        """Hide an item from somebody."""
        stream = await self.desk.team_stream(self.family)
        record = derived_id(stream, NotFor.TYPE, item, person).hex()
        await self.put(NotFor.TYPE, record, item_id=item, item_type=item_type, person_id=person)


@asynccontextmanager
async def kitchen(home: Path) -> AsyncIterator[Kitchen]:
    """The Delgados: Luis may not know of a need, a step, a support (Carmen) and a crisis line."""
    async with pair(home) as tablets:
        person = tablets.coordinator
        opened = replace(
            canned().keyholder.opened,
            desk=person.desk,
            casebook=Casebook(person.desk, Caseload(person.desk, PracticeRules(person.desk))),
            audiences=Audiences(person.desk),
            translations=Translations(person.desk),
            pages=FamilyPages(person.desk),
            table=FamilyTable(person.desk, _confirm),
            crisis=CrisisPlans(person.desk),
        )
        tablet = Tablet(FakeKeyholder(opened), canned().time)
        place = Kitchen(person, tablet, tablets.family.id)
        await _furnish(place)
        tablet.adopt(opened)
        yield place


async def _confirm(passphrase: str) -> None:
    if passphrase != PASSPHRASE:
        raise WrongPassphrase("fake")


async def _furnish(place: Kitchen) -> None:
    desk = place.desk
    stream = await desk.team_stream(place.family)
    now, today = desk.now_ms(), desk.today().isoformat()

    def one(record_type: str, record: str, **fields: Any) -> Change:
        return Change(stream, record_type, record, fields)

    await desk.vault.commit(
        [
            one(Family.TYPE, singleton_id(stream, Family.TYPE).hex(), address=STREET,
                name="Nia and the Delgado family", spoken_language="es"),
            one(ContactSafety.TYPE, "71" * 16, about_id="", protected_address=True),
            one(FamilyVision.TYPE, singleton_id(stream, FamilyVision.TYPE).hex(),
                text="We want quiet mornings.", team_mission="We stay."),
            one(Person.TYPE, NIA, name="Nia Delgado", called="Nia", role="youth", is_youth=True, order=1),
            one(Person.TYPE, ROSA, name="Rosa Delgado", called="Rosa", role="grandmother", order=2),
            one(Person.TYPE, LUIS, name="Luis Delgado", called="Luis", role="father", order=3),
            one(NaturalSupport.TYPE, TEO, name="Uncle Teo", relation="uncle", status="on_team",
                agreed_on=today, phone="860 555 0140", how_they_help="crisis", closeness=3),
            one(NaturalSupport.TYPE, CARMEN, name="Carmen Canary", relation="aunt", status="on_team",
                agreed_on=today, phone="860 555 0199", how_they_help="crisis", closeness=3),
            one(TeamMember.TYPE, MARISOL, name="Marisol Vega", role="coordinator", agreed_on=today),
            one(Strength.TYPE, "61" * 16, text="Nia knows every song.", whose=NIA, order=1),
            one(Need.TYPE, NEED, text="Nia needs somebody who stays.", priority=1),
            one(Outcome.TYPE, OUTCOME, need_id=NEED, text="At school on time", order=1),
            one(Strategy.TYPE, WAY, outcome_id=OUTCOME, text="Uncle Teo drives her", order=1),
            one(ActionStep.TYPE, STEP, strategy_id=WAY, what="Ask his boss", owner="Uncle Teo",
                owner_id=TEO, due_on="2020-01-02", order=1),
            one(ActionStep.TYPE, DONE_STEP, strategy_id=WAY, what="Make the car playlist", owner="Nia",
                owner_id=NIA, status="done", done_on=today, order=2),
            one(ActionStep.TYPE, SECRET_STEP, strategy_id=WAY, what="Canary: change the locks",
                owner="Rosa", owner_id=ROSA, order=3),
            one(Need.TYPE, SECRET_NEED, text="Canary: Rosa needs a safe way out.", priority=2),
            one(Outcome.TYPE, SECRET_OUTCOME, need_id=SECRET_NEED, text="Canary: a packed bag", order=1),
            one(Strategy.TYPE, SECRET_WAY, outcome_id=SECRET_OUTCOME, text="Canary: the shelter", order=1),
            one(Rating.TYPE, "51" * 16, outcome_id=OUTCOME, by_id=NIA, by_name="Nia", value=4,
                rated_at_ms=now - 20 * 86_400_000),
            one(Rating.TYPE, "52" * 16, outcome_id=OUTCOME, by_id=NIA, by_name="Nia", value=7,
                rated_at_ms=now - 86_400_000),
            one(CrisisItem.TYPE, LINE, section="helps", text="Sit next to her.", order=1),
            one(CrisisItem.TYPE, SECRET_LINE, section="safe_place", text="Canary: the church hall", order=1),
            one(CrisisItem.TYPE, CALL_LINE, section="call", who="Uncle Teo", who_id=TEO,
                phone="860 555 0140", order=1),
            one(CrisisItem.TYPE, "84" * 16, section="call", who="Carmen Canary", who_id=CARMEN,
                phone="860 555 0199", order=2),
            one(Meeting.TYPE, "41" * 16, status="planned", starts_at_ms=now + 3 * 86_400_000, place="home"),
        ]
    )  # fmt: skip
    for item_type, item in (
        (Need.TYPE, SECRET_NEED), (ActionStep.TYPE, SECRET_STEP), (NaturalSupport.TYPE, CARMEN),
        (CrisisItem.TYPE, SECRET_LINE),
    ):  # fmt: skip
        await place.keep_from(item_type, item)
