"""The audit with a real server: looking changes no chip, heads are counter-signed, both audits verify."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlmodel import Session, select

from app.crypto.seed import root_fingerprint
from app.errors import NoNetwork
from app.services.audit_command import main
from app.services.audit_copies import AuditCopyWish
from app.services.audit_export import AuditWish
from app.services.audit_lines import Line, line_of
from app.services.audit_verify import examine
from app.services.opening import NewFamily
from app.services.tablet import Tablet
from app.store.vault import Change
from app.views.screens.audit.wording import sayer, sentence
from app.views.words import catalogue
from app.wraparound.records import AuditEntry, AuditSeal, Person
from server.verify import main as verify_server
from tests.services.crew import joined
from tests.services.office import Office, office, until

ENGLISH = catalogue("en").__getitem__


def say(row: object, name: str) -> str:
    """The words of a line in a file, as the screens give them."""
    return sentence(sayer(ENGLISH), line_of(row), {line_of(row).person: name})  # type: ignore[arg-type]


async def count(tablet: Tablet, kind: type[AuditEntry] | type[AuditSeal], family: str) -> int:
    def read(session: Session) -> int:
        return len(session.exec(select(kind).where(kind.family_id == family)).all())

    return await tablet.open.desk.vault.read(read)


async def shared(place: Office) -> tuple[Tablet, Tablet, str]:
    """A supervisor and a coordinator with one family, which both have."""
    ruth = await place.founded()
    ana = await joined(place, ruth, "ana", "Ana Díaz", supervisor_id=ruth.open.desk.me.person)
    family = await ana.open.opening.open_family(NewFamily("Nia Delgado"))
    await ana.open.syncing.contact()

    async def here() -> bool:
        await ruth.open.syncing.contact()
        return any(row.family_id == family for row in await ruth.open.casebook.families())

    await until(here)
    return ruth, ana, family


async def test_looking_changes_no_chip_and_reaches_the_supervisor(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        ruth, ana, family = await shared(place)
        await ana.open.syncing.contact()
        assert (await ana.open.syncing.chip()).kind == "on_server"
        place.down = True
        await ana.open.audit.saw(family, "plan")
        await ana.open.audit.note("table.open", family)
        assert await ana.open.syncing.unsent() == 0
        place.down = False

        async def reached() -> bool:
            try:
                await ana.open.syncing.contact()
            except NoNetwork:
                return False  # the round that was on its way while the network was pulled out
            return True

        await until(reached)
        assert (await ana.open.syncing.chip()).kind == "on_server"

        async def seen() -> bool:
            await ruth.open.syncing.contact()
            return await count(ruth, AuditEntry, family) == 2

        await until(seen)
        page = await ruth.open.audit.lines.family(family)
        assert "Ana Díaz opened the plan" in [sentence(sayer(ENGLISH), one, page.names) for one in page.lines]
        assert page.alarms == ()


async def test_both_audits_verify_and_the_servers_is_held_to_what_tablets_were_told(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        ruth, ana, family = await shared(place)
        await ana.open.audit.note("table.open", family)
        await ana.open.syncing.contact()
        await ruth.lock("test")
        await ruth.unlock("five warm words for tests")  # a new login is told where the server's audit is

        async def sealed() -> bool:
            await ruth.open.syncing.contact()
            return await count(ruth, AuditSeal, family) > 0

        await until(sealed)
        made = await ruth.open.audit.export.make(AuditWish(family), say)
        root = root_fingerprint(ruth.open.desk.vault.agency.root_public)
        verdict = examine(made.content, root)
        assert verdict.wrong == [] and verdict.server_heads and verdict.acts
        file, heads, said = tmp_path / "one.ktaudit", tmp_path / "heads.jsonl", list[str]()
        file.write_bytes(made.content)
        assert main(file, root.hex(), heads, said.append) == 0
        data = tmp_path / "server"
        assert verify_server(data, None, heads, said.append) == 0
        stream, number, _ = verdict.server_heads[0]
        with sqlite3.connect(data / "server.sqlite") as database:
            place_of = (stream, number)
            database.execute("DELETE FROM audit WHERE stream = ? AND n >= ?", place_of)
        database.close()
        assert verify_server(data, None, heads, said.append) == 1
        agency = await ruth.open.audit.export.agency(say)
        assert examine(agency.content, root).wrong == []


async def test_a_copy_for_a_reader_leaves_through_the_gate_on_paper_and_as_a_file(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        _, ana, family = await shared(place)
        stream = await ana.open.desk.team_stream(family)
        rosa = {"name": "Rosa", "role": "mother", "is_youth": False}
        await ana.open.desk.vault.commit([Change(stream, Person.TYPE, "51" * 16, rosa)])
        copies = ana.open.audit.copies(ana.open.sharing.gate)

        def words(line: Line) -> str:
            return sentence(sayer(ENGLISH), line, {line.person: line.name})

        paper = await copies.copy_for(AuditCopyWish(family, "51" * 16), ENGLISH, words)
        assert paper.content.startswith(b"%PDF") and paper.pages == 1
        wish = AuditCopyWish(family, "51" * 16, as_file=True, names=False)
        file = await copies.copy_for(wish, ENGLISH, words)
        verdict = examine(file.content)
        assert (verdict.kind, verdict.wrong) == ("copy", [])
        assert "Ana Díaz" not in file.content.decode()
        page = await ana.open.audit.lines.family(family)
        given = [line.code for line in page.lines if line.code.startswith("audit.")]
        assert given == ["audit.file", "audit.print"]
