"""Nothing of a safety report, an adult's safety plan or a private talk shows where a family may look.

The oracle knows no rule of the app: whatever families are shown is taken twice, before and after such
records are put in, and has to be the same to the letter, so that no count, gap or order tells of them.
What makes papers, and what reads these records, is listed from the code: something new fails here.
"""

from __future__ import annotations

import ast
import logging
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

import app
from app.services.audience import Audiences
from app.services.audit import Audit
from app.services.audit_copies import AuditCopyWish
from app.services.copies import CopyWish
from app.services.crisis import CrisisPlans
from app.services.desk import Desk
from app.services.family_page import FamilyPages
from app.services.gate import OwnRecord
from app.services.labels import Labels
from app.services.notes import Notes
from app.services.sharing import Sharing
from app.services.table import FamilyTable
from app.services.transition import Transition
from app.services.versions import Versions
from app.store.vault import Change
from app.views.words import catalogue
from app.wraparound.audience import Audience
from app.wraparound.audit import FAMILY_AREAS, FAMILY_TYPES
from app.wraparound.records import AdultSafetyPlan, Disclosure, PrivateTalk, Rating, SafetyReport
from app.wraparound.roles import RESTRICTED_ONLY
from tests.papers import text_of
from tests.services.kitchen import NIA, OUTCOME, ROSA, TEO, Kitchen, kitchen
from tests.services.trio import trio

APP = Path(app.__file__).parent
CANARY = "zzcanaryqx"
KINDS = (SafetyReport, AdultSafetyPlan, PrivateTalk)
US = Audience(frozenset({NIA, ROSA, TEO}))
LOW = Audience(strangers=True)

PAPERS = {
    "family_copy": "compared", "crisis_card": "compared", "version_paper": "compared",
    "accounting_paper": "compared", "audit_paper": "compared (the page that it prints)",
    "release_paper": "a release as it was signed: holds its own words alone",
    "provider_paper": "one message as it was written: holds its own words alone",
    "packet_paper": "tests/services/test_audit_packet.py plants the same records",
    "safety_paper": "the adult's own plan, for themselves, after they said that paper is safe",
    "progress_paper": "outcomes, measures and life events: the reading of them is compared",
    "secret_papers": "a worker's own recovery words: nothing of a family",
    "made": "the machine under all of them",
}  # fmt: skip
"""What draws pages of a family (app/exchange/pdf) → how this test knows that it holds nothing."""

READERS = {
    "app/services/safety_reports.py": "the worker's screen of reports",
    "app/services/adult_safety.py": "the worker's screen of plans",
    "app/services/private_talks.py": "the worker's screen of talks",
    "app/services/measures.py": "opens a talk when an answer calls for one",
    "app/services/screening.py": "opens a talk when an answer calls for one",
    "app/services/today.py": "a neutral line on the day of somebody who reads the restricted stream",
    "app/services/caseload_facts.py": "clocks, for workers",
    "app/services/caseload_events.py": "clocks, for workers",
    "app/services/joining_rules.py": "stay where they are when two records are joined",
    "app/services/tablet.py": "opens the services", "app/services/keyholder.py": "opens the services",
    "app/wraparound/roles.py": "the matrix",
    "app/wraparound/rules/measures.py": "which answers call for a talk",
    "app/wraparound/records/__init__.py": "the records", "app/wraparound/records/care.py": "the records",
    "app/wraparound/records/measures.py": "the records",
    "app/views/seen.py": "looking there is noted in the restricted stream",
    "app/views/routes.py": "places of workers",
    "app/views/screens/conflict/values.py": "two versions, for who may write them",
    "app/views/screens/conflict/fields.py": "two versions, for who may write them",
}  # fmt: skip
"""Who names these records at all, and why. Screens of their own stand below."""
OWN_SCREENS = (
    "app/views/screens/safety/", "app/views/screens/measures/", "app/views/screens/screening/",
    "app/views/screens/today/", "app/demo/",
)  # fmt: skip
NAMES = ("SafetyReport", "AdultSafetyPlan", "PrivateTalk", *RESTRICTED_ONLY)


def english(key: str) -> str:
    return catalogue("en")[key]


class Open:
    """The services that make what families see, over one desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.pages = FamilyPages(desk)
        self.table = FamilyTable(desk, _nobody)
        self.audiences = Audiences(desk)
        self.sharing = Sharing(desk)
        self.versions = Versions(desk)
        self.audit = Audit(desk)
        self.notes = Notes(desk)
        self.crisis = CrisisPlans(desk)
        self.transition = Transition(desk)


async def _nobody(_passphrase: str) -> None:
    raise AssertionError("nobody closes a table here")


async def plant(opened: Open, family: str) -> None:
    """Every such record, with the canary in every field that holds words, and what left because of them."""
    stream = await Labels(opened.desk).home(family, "safety")
    now = opened.desk.now_ms()
    changes = []
    for number, kind in enumerate(KINDS):
        fields: dict[str, Any] = {
            name: CANARY for name, one in kind.model_fields.items()
            if one.annotation is str and name not in ("id", "family_id", "stream", "created_by", "updated_by")
        }  # fmt: skip
        if "person_id" in fields:
            fields["person_id"] = NIA
        changes.append(Change(stream, kind.TYPE, f"{number:x}" * 32, fields))
    left = {"recipient": CANARY, "basis": "mandated_report", "at_ms": now, "how": "told", "what": "talk",
            "facts": {"labels": ["safety"], "reason": CANARY}}  # fmt: skip
    changes.append(Change(stream, Disclosure.TYPE, "d" * 32, left))
    await opened.desk.vault.commit(changes)
    await opened.audit.saw(family, "safety", restricted=True)


async def shown(opened: Open, family: str) -> dict[str, str]:
    """Everything that a family may be shown or given, as words."""
    found: dict[str, str] = {}

    async def keep(name: str, asked: Awaitable[Any]) -> Any:
        value = await asked
        found[name] = repr(value)
        return value

    sharing, versions = opened.sharing, opened.versions
    for audience in (US, LOW, Audience(frozenset({ROSA})), Audience(frozenset({NIA}))):
        for language in ("en", "es"):
            who = f"{sorted(audience.people)} {language}"
            await keep(f"page {who}", opened.pages.page(family, audience, language))
            await keep(f"gaps {who}", opened.table.gaps(family, audience, language))
        await keep(f"hidden {who}", opened.pages.hidden(family, audience))
        await keep(f"labels {who}", opened.pages.labels(family, audience))
        await keep(f"since {who}", versions.since_last_meeting(family, audience))
    for one in await keep("versions", versions.versions(family)):
        asked = versions.changes(family, one.version_id, audience=US, language="en")
        await keep(f"changes {one.version_id}", asked)
    await keep("readers", sharing.readers(family))
    await keep("audiences", opened.audiences.readers(family))
    for card in (False, True):
        wish = CopyWish(family, ROSA, crisis_only=card)
        await keep(f"copy {card}", sharing.facts(wish, english))
        own = CopyWish(family, own=OwnRecord("Rosa", "parent"), crisis_only=card)
        await keep(f"own copy {card}", sharing.facts(own, english))
    copies = opened.audit.copies(sharing.gate)
    # What its `hidden` names is shown to nobody: it says which lines are left out.
    audit = await copies.preview(AuditCopyWish(family, ROSA), english)
    found["audit"] = repr((audit.lines, audit.told, audit.names))
    await keep("search", opened.desk.vault.search(CANARY))
    await keep("notes", opened.notes.of_family(family))
    await keep("transition", opened.transition.transition(family))
    await keep("crisis", opened.crisis.card(family, "en"))
    return found


async def settle(place: Kitchen) -> tuple[Open, str]:
    opened = Open(place.desk)
    await opened.versions.freeze(place.family, "signature")
    return opened, place.family


async def test_what_a_family_is_shown_is_the_same_to_the_letter(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        opened, family = await settle(place)
        before = await shown(opened, family)
        await plant(opened, family)
        after = await shown(opened, family)
        assert before.keys() == after.keys()
        assert [name for name in before if before[name] != after[name]] == []
        assert not any(CANARY in words for words in after.values())


async def test_number_from_a_talk_about_safety_is_on_no_line_of_a_goal(tmp_path: Path) -> None:
    """About a goal that the family does see: how it has gone stays as it was."""
    async with kitchen(tmp_path) as place:
        pages, family = FamilyPages(place.desk), place.family
        audiences = (US, LOW, Audience(frozenset({ROSA})), Audience(frozenset({NIA})))
        before = [await pages.page(family, one, "en") for one in audiences]
        assert all("history=(Line(" in repr(page) for page in before)
        stream = await Labels(place.desk).home(family, "safety")
        number: dict[str, Any] = {
            "outcome_id": OUTCOME, "by_id": NIA, "value": 0, "rated_at_ms": place.desk.now_ms(),
            "label": "safety", "meeting_id": "e" * 32,
        }  # fmt: skip
        await place.desk.vault.commit([Change(stream, Rating.TYPE, "c" * 32, number)])
        assert [await pages.page(family, one, "en") for one in audiences] == before


async def test_papers_for_a_family_hold_no_word_of_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with kitchen(tmp_path) as place:
        opened, family = await settle(place)
        await plant(opened, family)
        sharing = opened.sharing
        (version, *_) = await opened.versions.versions(family)
        made = [
            await sharing.copy_for(CopyWish(family, ROSA), english),
            await sharing.copy_for(CopyWish(family, ROSA, crisis_only=True), english),
            await sharing.copy_for(CopyWish(family, ROSA, version_id=version.version_id), english),
            await sharing.copy_for(CopyWish(family, own=OwnRecord("Rosa", "parent")), english),
            await sharing.log.print_accounting(family, "Rosa", "en", english),
        ]
        copies = opened.audit.copies(sharing.gate)
        made.append(await copies.copy_for(AuditCopyWish(family, ROSA), english, repr))
        for one in made:
            said = text_of(one.content).casefold()
            assert CANARY not in said and "mandated" not in said
        file = await copies.copy_for(AuditCopyWish(family, ROSA, as_file=True), english, repr)
        for kind in KINDS:
            assert kind.TYPE.encode() not in file.content and CANARY.encode() not in file.content
        assert CANARY not in caplog.text


async def test_partner_has_nothing_and_members_find_it_in_no_search(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        stream = await here.coordinator.labels.home(here.family.id, "safety")
        for number, kind in enumerate(KINDS):
            words = {"about": CANARY} if kind is SafetyReport else {"note": CANARY}
            fields = words if kind is not PrivateTalk else {"told_whom": CANARY}
            await here.coordinator.vault.commit([Change(stream, kind.TYPE, f"{number:x}" * 32, fields)])
        await here.meet()
        assert here.restricted(here.partner) == []
        for kind in KINDS:
            def of(session: Session, kind: Any = kind) -> int:
                return len(session.exec(select(kind)).all())

            assert await here.supervisor.vault.read(of) == 1
            assert await here.partner.vault.read(of) == 0
        for worker in (here.supervisor, here.coordinator, here.partner):
            assert list(await worker.vault.search(CANARY)) == []


async def test_record_of_this_kind_put_in_the_teams_stream_counts_nowhere(tmp_path: Path) -> None:
    """A changed app of a member writes one where partners read: honest tablets pass it over."""
    async with trio(tmp_path) as here:
        changes = [Change(here.family.stream, kind.TYPE, f"{number:x}" * 32, {"note": CANARY})
                   for number, kind in enumerate(KINDS)]  # fmt: skip
        try:
            await here.coordinator.vault.commit([one for one in changes if one.type != "private_talk"])
        except Exception:
            return  # Refused at once: nothing was written.
        await here.meet()
        for worker in here.workers:
            for kind in (SafetyReport, AdultSafetyPlan):
                rows = await worker.vault.read(lambda s, kind=kind: list(s.exec(select(kind))))  # type: ignore[misc]
                assert rows == []


def test_family_facing_lists_name_none_of_it() -> None:
    assert not RESTRICTED_ONLY & FAMILY_TYPES
    assert "safety" not in FAMILY_AREAS
    assert {kind.TYPE for kind in KINDS} == RESTRICTED_ONLY
    for kind in KINDS:
        assert kind.SEARCH_TITLE == () and kind.SEARCH_TEXT == (), "search shows hits where others look on"


def test_every_paper_of_a_family_is_known_here() -> None:
    drawn = set()
    for file in sorted((APP / "exchange" / "pdf").glob("*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.returns is not None:
                if ast.unparse(node.returns) == "tuple[bytes, int]" and not node.name.startswith("_"):
                    drawn.add(node.name)
    assert drawn <= set(PAPERS), "say in PAPERS how it is known to hold nothing of a safety report"


def test_everybody_who_names_these_records_has_a_reason() -> None:
    named = set()
    for file in sorted(APP.rglob("*.py")):
        path = file.relative_to(APP.parent).as_posix()
        if path.startswith(OWN_SCREENS):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                    said = name
                case ast.Constant(value=str(said)):
                    pass
                case _:
                    continue
            if said in NAMES:
                named.add(path)
    assert named <= set(READERS), "say in READERS why it may read a safety report, a safety plan or a talk"
