"""Ten thousand payloads, validly sealed and signed by a member: no crash, no stall, and all still answers.

A colleague's app can be changed, so what a member signs can be anything. It goes the whole way: through
the receiving vault, the reducer, the services that list and read, and the family's table.
"""

from __future__ import annotations

import inspect
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import msgpack
import pytest
from sqlmodel import select

from app.errors import AppError, Malformed, UnsupportedValue
from app.protocol import canonical
from app.protocol.envelope import Operation, pack_operation
from app.protocol.ids import RecordId, StreamId
from app.services.audience import Audiences
from app.services.audit_family import FamilyAudits
from app.services.contacts import Contacts
from app.services.coordinators import Coordinators
from app.services.crisis import CrisisPlans
from app.services.family_details import FamilyDetails
from app.services.labels import Labels
from app.services.language import Translations
from app.services.meetings import Meetings
from app.services.phases import Phases
from app.services.releases import Releases
from app.services.sharing import Sharing
from app.services.transition import Transition
from app.services.versions import Versions
from app.store import mirror
from app.store.reducer import Delivery, Touched
from app.sync.ports import IncomingSegment
from app.wraparound.audience import Audience
from app.wraparound.plan_document import read_document
from app.wraparound.records import RECORD_TYPES
from tests.attack import trials
from tests.attack.hostile import Mallory, Payloads, bombs, packed
from tests.fakes.agency import FakeAgency
from tests.services.kitchen import CODE, Kitchen, kitchen

TRIALS = 10_000
IN_ONE = 100
"""Payloads in one segment."""
SECONDS = 1.0
"""The longest that one segment may keep the tablet busy."""


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Kitchen]:
    async with kitchen(tmp_path) as found:
        yield found


async def mallory(place: Kitchen, chance: Random) -> tuple[Mallory, Payloads]:
    """The other member, the supervisor, with a changed app."""
    stream = await place.desk.team_stream(place.family)
    vault = place.desk.vault
    member = FakeAgency(2).members[0]
    assert vault.agency.devices[member.author.device].person == member.person
    hers = Mallory(member.keyring, stream, 1, vault.stream_key(stream, 1), chance)

    def ids(session: Any) -> list[bytes]:
        rows = session.connection().exec_driver_sql("SELECT record FROM kt_heads").all()
        return [row[0] for row in rows]

    known = await vault.read(ids)
    chains = [(bytes(c.chain), n) for c in await vault.held_chains(stream) for n in range(1, c.last + 1)]
    people = [member.person, *(p for p in vault.agency.persons)]
    return hers, Payloads(chance, stream, [*known, *people], chains, hers)


def head(place: Kitchen, stream: StreamId) -> bytes:
    state = place.desk.vault.stream_state(stream)
    assert state is not None
    return state.head


async def everything_answers(place: Kitchen) -> dict[str, str]:
    """Ask every service of a tablet for all it lists and reads; what is no error of ours fails.

    Returns the codes of those that refused calmly.
    """
    desk, family = place.desk, place.family
    opened = place.tablet.open
    if not await opened.table.code.exists():
        await opened.table.code.choose(CODE)
    services: list[Any] = [
        place.person.notes, place.person.supports, place.person.plan, place.person.conflicts,
        place.person.casebook, Versions(desk), CrisisPlans(desk), Meetings(desk), Audiences(desk),
        opened.pages, Phases(desk), Transition(desk), Coordinators(desk), Contacts(desk),
        FamilyDetails(desk), Sharing(desk), Releases(desk), Labels(desk), FamilyAudits(desk),
    ]  # fmt: skip
    refused: dict[str, str] = {}
    crashed: set[str] = set()

    async def ask(name: str, work: Callable[[], Awaitable[Any]]) -> Any:
        try:
            return await work()
        except AppError as error:
            refused[name] = error.code
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            place_of = f"{Path(where.filename).name}:{where.lineno}"
            crashed.add(f"{name}: {type(error).__name__}: {error} ({place_of})")
        return None

    asked = 0
    for service in services:
        for method in READS.get(type(service).__name__, ()):
            name = f"{type(service).__name__}.{method}"
            work = getattr(service, method)
            wanted = [p for p in inspect.signature(work).parameters.values() if p.default is p.empty]
            given = [family if p.name == "family_id" else "en" for p in wanted]
            await ask(name, lambda work=work, given=given: work(*given))  # type: ignore[misc]
            asked += 1
    assert asked == sum(len(methods) for methods in READS.values())
    audiences = await ask("readers", lambda: Audiences(desk).readers(family)) or ()
    for one in (Audience(strangers=True), *(Audience(frozenset({r.id})) for r in audiences[:5])):
        for language in ("en", "es"):
            await ask("page", lambda a=one, lang=language: opened.pages.page(family, a, lang))  # type: ignore[misc]
        await ask("begin", lambda a=one: opened.table.begin(family, a, "en"))  # type: ignore[misc]
        await ask("table", opened.table.view)
        await ask("audit", lambda a=one: FamilyAudits(desk).page(family, a))  # type: ignore[misc]
    for note in (await ask("notes", lambda: place.person.notes.of_family(family, 200)) or ())[:40]:
        await ask("note", lambda n=note: place.person.notes.note(n.note_id))  # type: ignore[misc]
    for version in (await ask("versions", lambda: Versions(desk).versions(family)) or ())[:20]:
        for method in ("version", "content", "as_written"):
            await ask(method, lambda v=version, m=method: getattr(Versions(desk), m)(v.version_id))  # type: ignore[misc]
    for meeting in (await ask("meetings", lambda: Meetings(desk).of_family(family)) or ())[:20]:
        await ask("held", lambda m=meeting: Meetings(desk).held(m.meeting_id))  # type: ignore[misc]
    for language in ("en", "es"):
        await ask("translated", lambda lang=language: place.person.plan.translated(family, lang))  # type: ignore[misc]
        await ask("gaps", lambda lang=language: opened.pages.gaps(family, lang))  # type: ignore[misc]
    await ask("of", lambda: Translations(desk).of(family, "text", "es"))
    for words in ("x", "home", "<script>", '"*) OR'):
        await ask("search", lambda w=words: place.person.notes.search(w))  # type: ignore[misc]
        await ask("find", lambda w=words: place.person.casebook.find(w))  # type: ignore[misc]
    for name in RECORD_TYPES:
        kind = RECORD_TYPES[name]
        await ask(name, lambda kind=kind: desk.vault.read(lambda s: s.exec(select(kind)).all()))  # type: ignore[misc]
    assert not crashed, "\n".join(sorted(crashed))
    return refused


READS: dict[str, tuple[str, ...]] = {
    "Notes": ("of_family", "drafts"),
    "Supports": ("people", "share", "coach", "releases"),
    "Plan": ("plan", "helpers", "flags", "kept_forms"),
    "Conflicts": ("open",),
    "Casebook": ("families", "header", "crisis_contacts"),
    "Versions": ("versions", "since_last_meeting"),
    "CrisisPlans": ("plan", "callees", "card"),
    "Meetings": ("of_family", "running"),
    "Audiences": ("readers", "kept_from"),
    "FamilyPages": ("gaps",),
    "Phases": ("phases",),
    "Transition": ("transition",),
    "Coordinators": ("map",),
    "Contacts": ("of_family",),
    "FamilyDetails": ("form",),
    "Sharing": ("readers", "language", "copies"),
    "Releases": ("all",),
}


@pytest.mark.timeout(3600)
async def test_no_signed_payload_stops_stalls_or_silences_a_tablet(place: Kitchen) -> None:
    chance = Random(2026)
    hers, payloads = await mallory(place, chance)
    stream, vault = hers.stream, place.desk.vault
    slowest = 0.0
    for batch in range(trials.of(TRIALS) // IN_ONE):
        segment = hers.segment([payloads.draw() for _ in range(IN_ONE)], head(place, stream))
        # Time of the processor: how busy the machine is otherwise says nothing about the tablet.
        started = time.process_time()
        received = await vault.receive_segments(stream, [segment], batch + 1)
        slowest = max(slowest, time.process_time() - started)
        assert received.applied == IN_ONE
        if batch % 10 == 0:
            await everything_answers(place)
    refused = await everything_answers(place)
    print(f"slowest segment {slowest:.2f} s; refused calmly: {refused}")
    if trials.SOAK:
        assert slowest < SECONDS
    # Its own work goes on.
    note = place.person.notes.begin(place.family)
    saved = await place.person.notes.save(replace(note, body="After all that."))
    assert (await place.person.notes.note(saved.note_id)) is not None


async def test_the_same_comes_of_it_in_any_order_and_after_a_restart(place: Kitchen) -> None:
    """Hostile payloads do not tear tablets apart: what one makes of them, all do."""
    chance = Random(7)
    hers, payloads = await mallory(place, chance)
    stream, vault = hers.stream, place.desk.vault
    segments: list[IncomingSegment] = [
        hers.segment([payloads.draw() for _ in range(25)], head(place, stream))
        for _ in range(trials.of(100))
    ]
    await vault.receive_segments(stream, segments, 1)
    digest = await vault.digest(stream)

    def rebuilt() -> None:
        vault._core.mirror.rebuild()

    await vault._run(rebuilt)
    assert await vault.digest(stream) == digest


async def test_a_payload_over_every_cap_is_set_aside_and_the_next_is_read(place: Kitchen) -> None:
    chance = Random(3)
    hers, _ = await mallory(place, chance)
    good = {"record": b"n" * 16, "type": "note", "fields": {"body": "still here"}, "pred": {}, "schema": 1}
    envelopes = [hers.seal(b"", deflated=raw) for raw in bombs()]
    envelopes.append(hers.seal(packed(good)))
    segment = hers.segment(envelopes, head(place, hers.stream))
    await place.desk.vault.receive_segments(hers.stream, [segment], 1)
    found = await place.person.notes.of_family(place.family, 100)
    assert "still here" in {note.body for note in found}


@pytest.mark.parametrize("fields", [{"body": [[[]] * 40_000] * 2}, {f"f{n}": n for n in range(40_000)}])
def test_more_items_than_anybody_needs_are_refused_before_they_are_made(
    fields: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    document = {"record": bytes(16), "type": "note", "fields": fields, "pred": {}, "schema": 1}
    data = packed(document)
    with pytest.raises(UnsupportedValue):
        pack_operation(Operation(RecordId(bytes(16)), "note", fields, {}))
    monkeypatch.setattr(msgpack, "unpackb", lambda *args, **more: pytest.fail("unpacked"))
    for raw in (data, data[:-1], data[:70_000], data[:1] + b"\xc1" + data[2:]):
        with pytest.raises(Malformed):
            canonical.unpack_map(raw)


def test_as_many_items_as_are_allowed_are_read() -> None:
    fields = {"body": [1] * 65_000, "place": "x" * 70_000, "made": {"a": [b"y" * 300, 1.5, -5, 70_000]}}
    operation = Operation(RecordId(bytes(16)), "note", fields, {})
    assert canonical.unpack_map(pack_operation(operation))["fields"] == fields


async def test_what_is_dear_to_open_is_opened_a_little_at_a_time(
    place: Kitchen, monkeypatch: pytest.MonkeyPatch
) -> None:
    hers, _ = await mallory(place, Random(4))
    good = {"record": b"n" * 16, "type": "note", "fields": {"body": "dear"}, "pred": {}, "schema": 1}
    segment = hers.segment([hers.seal(packed(good)) for _ in range(5)], head(place, hers.stream))
    monkeypatch.setattr(mirror, "SLICE", 0.0)
    goes: list[int] = []
    core = place.desk.vault._core
    apply = core.mirror.apply

    def counted(found: Sequence[Delivery]) -> Touched:
        goes.append(len(found))
        return apply(found)

    monkeypatch.setattr(core.mirror, "apply", counted)
    await place.desk.vault.receive_segments(hers.stream, [segment], 1)
    assert goes == [1] * 5


async def test_a_moment_without_a_day_and_a_list_for_a_document_show_as_blank(place: Kitchen) -> None:
    """Also what is of the right kind for the log can be wrong for a calendar, or for who reads it."""
    hers, _ = await mallory(place, Random(5))
    moments = (2**63 - 1, -1, 253_402_300_800_000, 253_370_764_800_000, 7)
    fields: list[dict[str, Any]] = [{"body": "moment", "started_at_ms": at} for at in moments]
    fields.append({"body": "signed", "signed": [1, 2]})
    raws = []
    for number, one in enumerate(fields, start=1):
        document = {"record": bytes([number]) * 16, "type": "note", "fields": one, "pred": {}, "schema": 1}
        raws.append(hers.seal(packed(document)))
    segment = hers.segment(raws, head(place, hers.stream))
    await place.desk.vault.receive_segments(hers.stream, [segment], 1)

    def find(session: Any) -> list[tuple[int, Any]]:
        rows = [session.get(RECORD_TYPES["note"], (bytes([n + 1]) * 16).hex()) for n in range(len(fields))]
        return [(row.started_at_ms, row.signed) for row in rows]

    assert await place.desk.vault.read(find) == [
        (0, None), (0, None), (0, None), (253_370_764_800_000, None), (7, None), (0, None)
    ]  # fmt: skip


def test_a_frozen_plan_is_read_whatever_stands_in_it() -> None:
    good = {"id": "n1", "text": "Sleep.", "priority": 2}
    found = read_document(
        {
            "need": [good, {**good, "text": 7, "priority": "first"}, {"text": "no id"}, {"id": 5}, "x", None],
            "outcome": {"id": "o"}, "strategy": 3, "nonsense": [good],
            "rating": [{"id": "r", "rated_at_ms": 2**62}],
            "team_member": [{"id": "m", "name": ["x"]}],
        }
    )  # fmt: skip
    assert set(found) == {"need", "rating", "team_member"}
    assert [(row["text"], row["priority"]) for row in found["need"]] == [("Sleep.", 2), ("", 0)]
    assert found["rating"][0]["rated_at_ms"] == 0 and found["team_member"][0]["name"] == ""
    assert read_document(None) == {}
