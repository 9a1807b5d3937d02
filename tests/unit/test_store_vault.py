"""The vault: saved is saved, two tablets agree, a locked vault holds nothing."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, delete, select

from app.errors import (
    ChangeRefused,
    HomeInUse,
    StoreFailed,
    StoreLocked,
    TooLarge,
    UnencodableText,
)
from app.store.reducer import Delivery, Touched
from app.store.search import snippet_of
from app.store.vault import Changed, Vault
from app.wraparound.records import Note
from tests.fakes.agency import FakeAgency, FakeFamily, exchange, outgoing, record_id


async def bodies(vault: Vault) -> list[str]:
    return sorted(await vault.read(lambda s: [note.body for note in s.exec(select(Note))]))


async def test_saved_note_is_there_after_reopening(tmp_path: Path) -> None:
    agency = FakeAgency()
    family = agency.family()
    vault = await agency.vault(0, tmp_path, [family])
    refs = await vault.commit([family.change("note", record_id(1), {"body": "Grüße", "kind": "phone"})])
    assert [ref.dseq for ref in refs] == [1]
    await vault.close()
    vault = await agency.vault(0, tmp_path)
    note = await vault.read(lambda s: s.get(Note, record_id(1)))
    assert note is not None and (note.body, note.kind) == ("Grüße", "phone")
    assert note.family_id == family.id
    assert note.created_by == note.updated_by == agency.members[0].person.hex()
    assert note.created_at_ms == agency.members[0].clock.now_ms()
    await vault.close()


async def test_two_tablets_agree_after_exchanging_segments(tmp_path: Path) -> None:
    agency = FakeAgency()
    family = agency.family(opener=1)
    one = await agency.vault(0, tmp_path / "a", [family])
    two = await agency.vault(1, tmp_path / "b", [family])
    await one.commit([family.change("note", record_id(1), {"body": "from one"})])
    await two.commit([family.change("note", record_id(2), {"body": "from two"})])
    await exchange(family.stream, one, two)
    assert await bodies(one) == await bodies(two) == ["from one", "from two"]
    assert await one.digest(family.stream) == await two.digest(family.stream)
    for vault in (one, two):
        await vault.close()


async def pair(tmp_path: Path) -> tuple[FakeFamily, Vault, Vault]:
    agency = FakeAgency()
    family = agency.family(opener=1)
    one = await agency.vault(0, tmp_path / "a", [family])
    return family, one, await agency.vault(1, tmp_path / "b", [family])


async def test_concurrent_values_stay_visible_until_settled(tmp_path: Path) -> None:
    family, one, two = await pair(tmp_path)
    await one.commit([family.change("note", record_id(1), {"body": "first", "place": "home"})])
    await exchange(family.stream, one, two)
    await one.commit([family.change("note", record_id(1), {"body": "by one"})])
    await two.commit([family.change("note", record_id(1), {"body": "by two", "place": "school"})])
    await exchange(family.stream, one, two)
    for vault in (one, two):
        (conflict,) = await vault.conflicts()
        assert (conflict.field, conflict.record_id) == ("body", record_id(1))
        assert {head.value for head in conflict.heads} == {"by one", "by two"}
        assert len({head.author for head in conflict.heads}) == 2
        note = await vault.read(lambda s: s.get(Note, record_id(1)))
        assert note is not None and note.has_conflict and note.place == "school"
        assert note.body == conflict.heads[0].value
    await one.settle(record_id(1), "note", "body", "both words")
    await exchange(family.stream, one, two)
    for vault in (one, two):
        assert await vault.conflicts() == () and await bodies(vault) == ["both words"]
        note = await vault.read(lambda s: s.get(Note, record_id(1)))
        assert note is not None and not note.has_conflict
        await vault.close()


async def test_the_same_value_written_twice_at_once_is_no_conflict(tmp_path: Path) -> None:
    family, one, two = await pair(tmp_path)
    for vault in (one, two):
        await vault.commit([family.change("note", record_id(1), {"body": "the same"})])
    await exchange(family.stream, one, two)
    assert await one.conflicts() == await two.conflicts() == ()
    assert await one.digest(family.stream) == await two.digest(family.stream)
    for vault in (one, two):
        await vault.close()


async def test_a_deleted_record_is_gone_and_a_concurrent_edit_brings_it_back(tmp_path: Path) -> None:
    family, one, two = await pair(tmp_path)
    await one.commit([family.change("note", record_id(1), {"body": "kept words", "place": "home"})])
    await exchange(family.stream, one, two)
    await one.commit([family.change("note", record_id(1), {}, delete=True)])
    assert await bodies(one) == [] and await one.search("kept") == ()
    await two.commit([family.change("note", record_id(1), {"place": "school"})])
    await exchange(family.stream, one, two)
    for vault in (one, two):
        note = await vault.read(lambda s: s.get(Note, record_id(1)))
        assert note is not None and note.revived
        assert (note.body, note.place) == ("kept words", "school")
        assert len(await vault.search("kept")) == 1
        await vault.close()


async def test_a_deleted_record_can_be_restored(tmp_path: Path) -> None:
    family, one, two = await pair(tmp_path)
    await one.commit([family.change("note", record_id(1), {"body": "words"})])
    await one.commit([family.change("note", record_id(1), {}, delete=True)])
    await one.commit([family.change("note", record_id(1), {}, restore=True)])
    note = await one.read(lambda s: s.get(Note, record_id(1)))
    assert note is not None and note.body == "words" and not note.revived
    for vault in (one, two):
        await vault.close()


async def test_two_changes_of_one_record_in_one_action_follow_each_other(tmp_path: Path) -> None:
    family, one, two = await pair(tmp_path)
    refs = await one.commit(
        [
            family.change("note", record_id(1), {"body": "a", "place": "home"}),
            family.change("note", record_id(1), {"body": "b"}),
        ]
    )
    assert [ref.dseq for ref in refs] == [1, 2]
    assert await bodies(one) == ["b"] and await one.conflicts() == ()
    for vault in (one, two):
        await vault.close()


async def test_a_wrong_clock_does_not_bring_back_what_was_replaced(tmp_path: Path) -> None:
    agency = FakeAgency()
    family = agency.family(opener=1)
    agency.members[0].clock.advance(86_400)
    one = await agency.vault(0, tmp_path / "a", [family])
    two = await agency.vault(1, tmp_path / "b", [family])
    await one.commit([family.change("note", record_id(1), {"body": "from tomorrow"})])
    await exchange(family.stream, one, two)
    await two.commit([family.change("note", record_id(1), {"body": "today, having read it"})])
    await exchange(family.stream, one, two)
    assert await bodies(one) == await bodies(two) == ["today, having read it"]
    for vault in (one, two):
        await vault.close()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\0b",
        "🧡👩🏽‍👧‍👦",
        "שלום עולם",
        "مرحبا",
        "नमस्ते",
        "e\u0301 é",
        "x" * 1_000_000,
        "\u202e\ufeff\r\n\t",
    ],
    ids=["empty", "nul", "emoji", "hebrew", "arabic", "hindi", "accents", "long", "marks"],
)
async def test_any_text_is_saved_exactly(tmp_path: Path, text: str) -> None:
    family, one, two = await pair(tmp_path)
    await one.commit([family.change("note", record_id(1), {"body": text})])
    await exchange(family.stream, one, two)
    for vault in (one, two):
        note = await vault.read(lambda s: s.get(Note, record_id(1)))
        assert note is not None and note.body == text
        await vault.close()


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"body": "lone \ud800 surrogate"}, UnencodableText),
        ({"body": os.urandom(300_000).hex()}, TooLarge),
        ({"body": "x" * 2_000_000}, TooLarge),
        ({"body": 7}, ChangeRefused),
        ({"body": None}, ChangeRefused),
        ({"made": 1}, ChangeRefused),
        ({"started_at_ms": 2**63}, ChangeRefused),
        ({"started_at_ms": True}, ChangeRefused),
        ({"signed": "words"}, ChangeRefused),
        ({"signed": {"ratio": float("nan")}}, (ChangeRefused, ValueError)),
        ({"colour": "red"}, ChangeRefused),
        ({"created_by": "somebody else"}, ChangeRefused),
        ({"family_id": "another"}, ChangeRefused),
        ({"_deleted": []}, ChangeRefused),
        ({}, ChangeRefused),
    ],
)
async def test_what_cannot_be_kept_exactly_is_refused(
    tmp_path: Path, fields: dict[str, Any], error: type[Exception]
) -> None:
    family, one, two = await pair(tmp_path)
    with pytest.raises(error):
        await one.commit(
            [
                family.change("note", record_id(1), {"body": "good"}),
                family.change("note", record_id(2), fields),
            ]
        )
    assert await bodies(one) == [] and await one.unsent_count() == 0
    for vault in (one, two):
        await vault.close()


async def test_a_signed_document_comes_back_as_it_was(tmp_path: Path) -> None:
    family, one, two = await pair(tmp_path)
    signed = {"body": "words", "when": [1, 2.5, True, None], "who": {"name": "Ana"}}
    await one.commit([family.change("note", record_id(1), {"signed": signed})])
    await exchange(family.stream, one, two)
    note = await two.read(lambda s: s.get(Note, record_id(1)))
    assert note is not None and note.signed == signed
    await one.commit([family.change("note", record_id(1), {"signed": None})])
    note = await one.read(lambda s: s.get(Note, record_id(1)))
    assert note is not None and note.signed == signed, "a signature is written once"
    for vault in (one, two):
        await vault.close()


async def test_a_reader_cannot_write(tmp_path: Path) -> None:
    family, one, two = await pair(tmp_path)
    await one.commit([family.change("note", record_id(1), {"body": "words"})])

    def write(session: Session) -> None:
        session.exec(delete(Note))

    def add(session: Session) -> None:
        session.add(Note(id=record_id(2)))
        session.flush()

    def add_and_commit(session: Session) -> None:
        session.add(Note(id=record_id(2)))
        session.commit()

    for attempt in (write, add, add_and_commit):
        with pytest.raises(StoreFailed):
            await one.read(attempt)
    assert await bodies(one) == ["words"]
    await one.commit([family.change("note", record_id(2), {"body": "more"})])
    for vault in (one, two):
        await vault.close()


@pytest.mark.parametrize(
    ("body", "word", "snippet"),
    [
        ("  one\n two ", "two", "one two"),
        ("word " * 30 + "the School\n\n bus " + "more " * 30, "sch",
         "… " + "word " * 7 + "the School bus" + " more" * 13 + " …"),
        ("preschool " * 20 + "school here", "school", "… " + "preschool " * 4 + "school here"),
        ("un café allí " * 30 + "Ünder school", "under", "… " + "un café allí " * 3 + "Ünder school"),
        ("\n" * 200 + "needle" + " " * 200, "needle", "… needle …"),
        ("漢" * 300, "漢", "漢" * 120 + " …"),
        ("word " * 30, "title", ("word " * 24).strip() + " …"),
    ],
)  # fmt: skip
def test_a_hit_shows_the_words_around_its_first_match(body: str, word: str, snippet: str) -> None:
    assert snippet_of(body, [word]) == snippet


async def test_a_save_does_not_wait_for_memory_but_every_question_after_it_does(tmp_path: Path) -> None:
    agency = FakeAgency()
    family = agency.family()
    vault = await agency.vault(0, tmp_path, [family])
    reducer = vault._core.mirror.reducer
    apply, may_apply, told = reducer.apply, threading.Event(), list[Changed]()
    vault.subscribe(told.append)

    def slow(deliveries: Iterable[Delivery]) -> Touched:
        assert may_apply.wait(10)
        return apply(deliveries)

    reducer.apply = slow  # type: ignore[method-assign]
    (ref,) = await vault.commit([family.change("note", record_id(1), {"body": "words"})])
    assert ref.dseq == 1 and not told
    asking = asyncio.ensure_future(bodies(vault))
    may_apply.set()
    assert await asking == ["words"]
    assert told == [Changed(frozenset({family.id}), frozenset({"note"}))]
    await vault.close()


async def test_when_memory_cannot_follow_a_save_it_is_made_from_the_log_again(tmp_path: Path) -> None:
    agency = FakeAgency()
    family = agency.family()
    vault = await agency.vault(0, tmp_path, [family])
    await vault.commit([family.change("note", record_id(1), {"body": "before"})])

    def broken(deliveries: Iterable[Delivery]) -> Touched:
        raise ValueError("memory")

    vault._core.mirror.reducer.apply = broken  # type: ignore[method-assign]
    await vault.commit([family.change("note", record_id(2), {"body": "words"})])
    assert await bodies(vault) == ["before", "words"]
    await vault.close()


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TEMP TABLE other (x)"],
        ["CREATE TABLE other (x)"],
        ["DROP TABLE note"],
        ["ATTACH ':memory:' AS other"],
        ["PRAGMA user_version = 1"],
        ["COMMIT"],
        ["ROLLBACK"],
        ["SAVEPOINT other"],
        # The reducer has prepared this one, word for word: nothing is asked about it again.
        ['DELETE FROM "note" WHERE id = ?'],
        ['DELETE FROM "note" WHERE id = ?', "COMMIT"],
        ["ROLLBACK", 'DELETE FROM "note" WHERE id = ?'],
    ],
)
async def test_nothing_that_a_question_does_to_the_tables_stays(
    tmp_path: Path, statements: list[str]
) -> None:
    family, one, two = await pair(tmp_path)
    for number in (1, 2):
        await one.commit([family.change("note", record_id(number), {"body": "words"})])
    await one.commit([family.change("note", record_id(2), {}, delete=True)])

    def attempt(session: Session) -> None:
        for statement in statements:
            values = (record_id(1),) * statement.count("?")
            session.connection().exec_driver_sql(statement, values)

    with pytest.raises(StoreFailed):
        await one.read(attempt)
    assert await bodies(one) == ["words"]
    await one.commit([family.change("note", record_id(3), {"body": "more"})])
    assert await bodies(one) == ["more", "words"]
    for vault in (one, two):
        await vault.close()


async def test_a_question_that_is_rolled_back_half_way_still_cannot_write(tmp_path: Path) -> None:
    family, one, two = await pair(tmp_path)
    for number in (1, 2):
        await one.commit([family.change("note", record_id(number), {"body": "words"})])
    await one.commit([family.change("note", record_id(2), {}, delete=True)])

    def attempt(session: Session) -> None:
        session.rollback()
        session.connection().exec_driver_sql('DELETE FROM "note" WHERE id = ?', (record_id(1),))

    with pytest.raises(StoreFailed):
        await one.read(attempt)
    assert await bodies(one) == ["words"]
    for vault in (one, two):
        await vault.close()


async def test_status_follows_the_very_operation(tmp_path: Path) -> None:
    family, one, two = await pair(tmp_path)
    await one.commit([family.change("note", record_id(1), {"body": "a"})])
    assert await one.status(record_id(1)) == "saved_on_tablet"
    assert await one.unsent_by_family() == {family.id: 1}
    await outgoing(one, family.stream)
    assert await one.status(record_id(1)) == "on_server" and await one.unsent_count() == 0
    await one.commit([family.change("note", record_id(1), {"body": "b"})])
    assert await one.statuses([record_id(1), record_id(9)]) == {
        record_id(1): "saved_on_tablet",
        record_id(9): "saved_on_tablet",
    }
    assert await one.unsent_count() == 1
    for vault in (one, two):
        await vault.close()


async def test_screens_are_told_what_changed(tmp_path: Path) -> None:
    family, one, two = await pair(tmp_path)
    heard: list[Changed] = []
    stop = two.subscribe(heard.append)
    await one.commit([family.change("note", record_id(1), {"body": "a"})])
    await two.receive_segments(family.stream, await outgoing(one, family.stream), 1)
    await two.read(lambda s: None)
    assert Changed(frozenset({family.id}), frozenset({"note"})) in heard
    stop()
    heard.clear()
    await two.commit([family.change("note", record_id(2), {"body": "b"})])
    await two.read(lambda s: None)
    assert heard == []
    for vault in (one, two):
        await vault.close()


async def test_a_locked_vault_answers_nothing(tmp_path: Path) -> None:
    family, one, two = await pair(tmp_path)
    await one.close()
    await one.close()
    with pytest.raises(StoreLocked):
        await one.commit([family.change("note", record_id(1), {"body": "a"})])
    with pytest.raises(StoreLocked):
        await one.read(lambda s: None)
    with pytest.raises(StoreLocked):
        await one.load_local("draft", "x")
    await two.close()


async def test_one_home_is_open_once(tmp_path: Path) -> None:
    agency = FakeAgency()
    vault = await agency.vault(0, tmp_path)
    with pytest.raises(HomeInUse):
        await agency.vault(0, tmp_path)
    await vault.close()
    vault = await agency.vault(0, tmp_path)
    await vault.close()


async def test_drafts_are_kept_listed_and_forgotten(tmp_path: Path) -> None:
    agency = FakeAgency()
    vault = await agency.vault(0, tmp_path)
    await vault.save_local("draft", "b", b"two")
    await vault.save_local("draft", "a", b"one")
    await vault.save_local("setting", "a", b"large text")
    await vault.save_local("draft", "a", b"one, longer")
    await vault.close()
    vault = await agency.vault(0, tmp_path)
    assert await vault.list_local("draft") == ("a", "b")
    assert await vault.load_local("draft", "a") == b"one, longer"
    await vault.save_local("draft", "a", None)
    assert await vault.load_local("draft", "a") is None
    assert await vault.list_local("draft") == ("b",)
    assert await vault.load_local("setting", "a") == b"large text"
    await vault.close()


async def test_rebuilding_tells_how_far_it_is(tmp_path: Path) -> None:
    agency = FakeAgency()
    family = agency.family()
    vault = await agency.vault(0, tmp_path, [family])
    for number in range(4):
        await vault.commit([family.change("note", record_id(number), {"body": "x"})])
    await vault.close()
    heard: list[tuple[int, int]] = []
    vault = await agency.vault(0, tmp_path, progress=lambda *so_far: heard.append(so_far))
    await vault.read(lambda s: None)
    assert heard[-1] == (4, 4)
    await vault.close()


async def test_words_are_found_by_beginnings_without_accents_names_first(tmp_path: Path) -> None:
    family, one, two = await pair(tmp_path)
    await one.commit(
        [
            family.change("family", record_id(1), {"name": "Nia and the Delgado family"}),
            family.change("note", record_id(2), {"body": "Visited José at the café. Delgado talked."}),
            family.change("note", record_id(3), {"body": "x " * 200 + "the swimming lesson " + "y " * 200}),
        ]
    )
    hits = await one.search("delg")
    assert [hit.type for hit in hits] == ["family", "note"]
    assert hits[0].title == "Nia and the Delgado family" and hits[0].family_id == family.id
    assert [hit.record_id for hit in await one.search("JOSE caf")] == [record_id(2)]
    (found,) = await one.search("swim")
    assert "swimming lesson" in found.snippet and len(found.snippet) < 140
    assert await one.search("delg", types=("note",), limit=5) == hits[1:]
    assert await one.search("delg", family_id="0" * 32) == ()
    await one.commit([family.change("note", record_id(2), {"body": "nothing"})])
    assert await one.search("cafe") == ()
    for vault in (one, two):
        await vault.close()


@pytest.mark.parametrize(
    "typed",
    ["", "   ", '"', "'", "*", "a*", "body:x", "NEAR(a b)", "a AND", "OR", "-x", "^a", "(", "a\0b", "\ud800"],
)
async def test_what_is_typed_is_never_query_syntax(tmp_path: Path, typed: str) -> None:
    family, one, two = await pair(tmp_path)
    await one.commit([family.change("note", record_id(1), {"body": "near and or not body x a b"})])
    await one.search(typed)
    for vault in (one, two):
        await vault.close()


async def test_a_disposer_called_twice_takes_nobody_elses_reader_away(tmp_path: Path) -> None:
    agency = FakeAgency()
    vault = await agency.vault(0, tmp_path)
    stop = vault.subscribe(lambda _: None)
    stop()
    heard: list[object] = []
    vault.subscribe(heard.append)
    stop()
    vault._tell(Touched(frozenset({"f"}), frozenset()))
    assert len(heard) == 1
    await vault.close()


async def test_a_closed_vault_answers_nothing(tmp_path: Path) -> None:
    agency = FakeAgency()
    vault = await agency.vault(0, tmp_path)
    await vault.close()
    await vault.close()
    with pytest.raises(StoreLocked):
        _ = vault.agency
    with pytest.raises(StoreLocked):
        _ = vault.was_salvaged
    with pytest.raises(StoreLocked):
        await vault.save_image()
