"""Co-signing: who may, what a decision binds, the rounds between author and supervisor, and the queue."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select

from app.errors import InvalidInput, PermissionRefused
from app.services.cosigning import UNDO_MS, Cosigning
from app.services.desk import Desk
from app.services.practice_rules import PracticeRules
from app.store.rights import Rights
from app.store.vault import Change
from app.wraparound.records import CoSignature, Note
from tests.services.rig import Pair, Person, pair
from tests.services.trio import trio

COMMENT = "Who will ask the school? Say it in one line."


@asynccontextmanager
async def signed(home: Path, body: str = "We ate together.") -> AsyncIterator[tuple[Pair, str]]:
    """Two tablets that both have a note which the coordinator has signed."""
    async with pair(home) as tablets:
        note = await write(tablets, tablets.coordinator, body)
        await tablets.meet()
        yield tablets, note


async def write(tablets: Pair, who: Person, body: str) -> str:
    return (await who.notes.sign(replace(who.notes.begin(tablets.family.id), body=body))).note_id


def queue(person: Person) -> Cosigning:
    return Cosigning(person.desk, person.notes, PracticeRules(person.desk))


async def digest(person: Person, note: str) -> str:
    view = await person.notes.note(note)
    assert view is not None and view.co_sign.digest
    return view.co_sign.digest


async def standing(person: Person, note: str) -> str:
    view = await person.notes.note(note)
    assert view is not None
    listed = {one.note_id: one for one in await person.notes.of_family(view.family_id)}
    assert listed[note].co_sign == view.co_sign
    return view.co_sign.standing


async def test_both_tablets_hold_the_same_note_under_the_same_digest(tmp_path: Path) -> None:
    async with signed(tmp_path) as (tablets, note):
        assert await digest(tablets.supervisor, note) == await digest(tablets.coordinator, note)


async def test_co_signed_note_leaves_the_queue_and_its_author_sees_by_whom(tmp_path: Path) -> None:
    async with signed(tmp_path) as (tablets, note):
        waiting = queue(tablets.supervisor)
        assert [one.note_id for one in await waiting.waiting()] == [note]
        author = tablets.coordinator.desk.me.person
        assert await waiting.by_author() == {author: 1}
        await waiting.co_sign(note, await digest(tablets.supervisor, note))
        assert await waiting.waiting() == () and await waiting.by_author() == {}
        await tablets.meet()
        view = await tablets.coordinator.notes.note(note)
        assert view is not None and view.co_sign.standing == "co_signed"
        last = view.co_sign.last
        assert last is not None and (last.by, last.matches) == ("Ruth Abara", True)


async def test_coordinator_may_not_co_sign(tmp_path: Path) -> None:
    async with signed(tmp_path) as (tablets, note):
        own = queue(tablets.coordinator)
        with pytest.raises(PermissionRefused):
            await own.co_sign(note, await digest(tablets.coordinator, note))
        with pytest.raises(PermissionRefused):
            await own.give_back(note, await digest(tablets.coordinator, note), COMMENT)
        with pytest.raises(PermissionRefused):
            await own.take_back("00" * 16)


async def test_supervisors_own_note_is_asked_of_nobody_and_not_signed_by_herself(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        note = await write(tablets, tablets.supervisor, "I stood in for Marisol.")
        waiting = queue(tablets.supervisor)
        assert await waiting.waiting() == ()
        assert await standing(tablets.supervisor, note) == ""
        with pytest.raises(InvalidInput) as refused:
            await waiting.co_sign(note, await digest(tablets.supervisor, note))
        assert refused.value.code == "own_note"


async def test_unsigned_note_is_not_co_signed(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        draft = tablets.coordinator.notes.begin(tablets.family.id)
        note = (await tablets.coordinator.notes.save(replace(draft, body="Not done."))).note_id
        await tablets.meet()
        with pytest.raises(InvalidInput) as refused:
            await queue(tablets.supervisor).co_sign(note, "")
        assert refused.value.code == "not_signed_yet"
        assert await queue(tablets.supervisor).waiting() == ()


async def test_what_arrived_while_she_read_is_read_before_it_is_signed(tmp_path: Path) -> None:
    async with signed(tmp_path) as (tablets, note):
        read = await digest(tablets.supervisor, note)
        await tablets.coordinator.notes.add_to(note, "The school called back.")
        await tablets.meet()
        with pytest.raises(InvalidInput) as refused:
            await queue(tablets.supervisor).co_sign(note, read)
        assert refused.value.code == "note_grew"


async def test_words_that_come_after_a_co_signature_are_not_taken_for_read(tmp_path: Path) -> None:
    async with signed(tmp_path) as (tablets, note):
        await tablets.coordinator.notes.add_to(note, "Added offline, before she signed.")
        waiting = queue(tablets.supervisor)
        await waiting.co_sign(note, await digest(tablets.supervisor, note))
        assert await waiting.waiting() == ()
        await tablets.meet()
        assert await standing(tablets.supervisor, note) == "added_since"
        assert [one.standing for one in await waiting.waiting()] == ["added_since"]
        await waiting.co_sign(note, await digest(tablets.supervisor, note))
        assert await standing(tablets.supervisor, note) == "co_signed"


async def test_given_back_answered_and_co_signed_keeps_every_round(tmp_path: Path) -> None:
    async with signed(tmp_path) as (tablets, note):
        waiting, author = queue(tablets.supervisor), queue(tablets.coordinator)
        await waiting.give_back(note, await digest(tablets.supervisor, note), COMMENT)
        assert await waiting.waiting() == ()
        await tablets.meet()
        assert [one.note_id for one in await author.returned_to_me()] == [note]
        assert await waiting.returned_to_me() == ()
        view = await tablets.coordinator.notes.note(note)
        assert view is not None and view.co_sign.last is not None
        assert (view.co_sign.standing, view.co_sign.last.comment) == ("returned", COMMENT)
        tablets.coordinator.later(60)
        await tablets.coordinator.notes.add_to(note, "Rosa asks the school.")
        assert await author.returned_to_me() == ()
        await tablets.meet()
        assert [one.standing for one in await waiting.waiting()] == ["answered"]
        tablets.supervisor.later(3600)
        await waiting.co_sign(note, await digest(tablets.supervisor, note))
        view = await tablets.supervisor.notes.note(note)
        assert view is not None and view.co_sign.standing == "co_signed"
        assert [(one.decision, one.matches) for one in view.co_sign.rounds] == [
            ("returned", False), ("co_signed", True),
        ]  # fmt: skip


@pytest.mark.parametrize(("comment", "code"), [(" \n", "no_comment"), ("x" * 20_001, "too_long")])
async def test_giving_back_needs_words_that_fit(tmp_path: Path, comment: str, code: str) -> None:
    async with signed(tmp_path) as (tablets, note):
        with pytest.raises(InvalidInput) as refused:
            await queue(tablets.supervisor).give_back(note, await digest(tablets.supervisor, note), comment)
        assert refused.value.code == code
        assert await standing(tablets.supervisor, note) == "waiting"


async def test_decision_is_undone_within_a_minute_and_not_after(tmp_path: Path) -> None:
    async with signed(tmp_path) as (tablets, note):
        waiting = queue(tablets.supervisor)
        decided = await waiting.co_sign(note, await digest(tablets.supervisor, note))
        await waiting.take_back(decided)
        assert [one.note_id for one in await waiting.waiting()] == [note]
        again = await waiting.co_sign(note, await digest(tablets.supervisor, note))
        tablets.supervisor.later(UNDO_MS / 1000 + 1)
        with pytest.raises(InvalidInput) as refused:
            await waiting.take_back(again)
        assert refused.value.code == "undo_too_late"


async def test_queue_is_read_again_when_a_colleagues_work_arrives(tmp_path: Path) -> None:
    async with signed(tmp_path) as (tablets, note):
        waiting = queue(tablets.supervisor)
        assert len(await waiting.waiting()) == 1
        second = await write(tablets, tablets.coordinator, "Second.")
        await tablets.meet()
        assert {one.note_id for one in await waiting.waiting()} == {note, second}


async def test_notes_of_long_ago_are_not_asked_for(tmp_path: Path) -> None:
    async with signed(tmp_path) as (tablets, note):
        waiting = queue(tablets.supervisor)
        tablets.supervisor.later(181 * 24 * 3600)
        assert await waiting.waiting() == ()
        assert await standing(tablets.supervisor, note) == ""


async def test_the_agencys_rules_say_which_kinds_are_co_signed(tmp_path: Path) -> None:
    async with signed(tmp_path) as (tablets, note):
        notes = tablets.coordinator.notes
        call = (await notes.sign(replace(notes.begin(tablets.family.id, "phone"), body="Called."))).note_id
        await tablets.meet()
        waiting = queue(tablets.supervisor)
        assert [one.note_id for one in await waiting.waiting()] == [note]
        assert await standing(tablets.supervisor, call) == ""
        rules = PracticeRules(tablets.supervisor.desk)
        today = tablets.supervisor.desk.today()
        await rules.save("notes", '[[kind]]\ncode = "phone"\nco_sign = true\n', today, "Calls, too.")
        assert [one.note_id for one in await waiting.waiting()] == [call]
        assert await standing(tablets.supervisor, note) == ""


# -- by an app that skips its own checks ------------------------------------------------------


def forged(desk: Desk, note: str, mark: str, decision: str = "co_signed") -> dict[str, object]:
    return {
        "note_id": note, "decision": decision, "comment": "", "decided_at_ms": desk.now_ms(),
        "digest": mark, "signer_title": "Supervisor",
    }  # fmt: skip


async def put(tablets: Pair, who: Person, note: str, mark: str, record: str = "c0" * 16) -> None:
    fields = forged(who.desk, note, mark)
    await who.vault.commit([Change(tablets.family.stream, CoSignature.TYPE, record, fields)])


async def test_attack_co_signature_by_a_coordinator_counts_on_no_other_tablet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Rights, "require_own", lambda *_: None)
    async with signed(tmp_path) as (tablets, note):
        await put(tablets, tablets.coordinator, note, await digest(tablets.coordinator, note))
        await tablets.meet()
        assert await standing(tablets.supervisor, note) == "waiting"
        rows = await tablets.supervisor.vault.read(lambda session: session.get(CoSignature, "c0" * 16))
        assert rows is None


async def test_attack_own_note_co_signed_by_its_supervising_author_counts_for_nothing(
    tmp_path: Path,
) -> None:
    async with pair(tmp_path) as tablets:
        note = await write(tablets, tablets.supervisor, "I stood in.")
        await put(tablets, tablets.supervisor, note, await digest(tablets.supervisor, note))
        await tablets.meet()
        assert await standing(tablets.coordinator, note) == ""


async def test_attack_digest_of_something_else_is_shown_as_not_this(tmp_path: Path) -> None:
    async with signed(tmp_path) as (tablets, note):
        await put(tablets, tablets.supervisor, note, "ab" * 32)
        await tablets.meet()
        assert await standing(tablets.coordinator, note) == "added_since"


async def test_attack_decision_is_not_rewritten_by_another_hand(tmp_path: Path) -> None:
    async with signed(tmp_path) as (tablets, note):
        waiting = queue(tablets.supervisor)
        mark = await digest(tablets.supervisor, note)
        decided = await waiting.give_back(note, mark, COMMENT)
        stream = tablets.family.stream
        await tablets.supervisor.vault.commit(
            [Change(stream, CoSignature.TYPE, decided, {"decision": "co_signed", "comment": ""})]
        )
        await tablets.meet()
        view = await tablets.coordinator.notes.note(note)
        assert view is not None and view.co_sign.last is not None
        assert (view.co_sign.last.decision, view.co_sign.last.comment) == ("returned", COMMENT)


# -- where it lies ----------------------------------------------------------------------------


async def test_what_is_said_of_a_restricted_note_lies_where_the_note_lies(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        draft = replace(here.coordinator.notes.begin(here.family.id), body="Detox bed.", label="sud")
        note = (await here.coordinator.notes.sign(draft)).note_id
        await here.meet()
        waiting = queue(here.supervisor)
        assert [one.note_id for one in await waiting.waiting()] == [note]
        await waiting.give_back(note, await digest(here.supervisor, note), "Canary comment.")
        await here.meet()
        assert await standing(here.coordinator, note) == "returned"
        rows = await here.partner.vault.read(lambda session: list(session.exec(select(CoSignature))))
        assert rows == []


async def test_co_signature_stays_with_a_note_whose_label_changes(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        draft = replace(here.coordinator.notes.begin(here.family.id), body="We talked.")
        note = (await here.coordinator.notes.sign(draft)).note_id
        await here.coordinator.notes.add_to(note, "One more line.")
        await here.meet()
        waiting = queue(here.supervisor)
        await waiting.co_sign(note, await digest(here.supervisor, note))
        await here.meet()
        moved = await here.coordinator.labels.relabel(Note.TYPE, note, "sud")
        await here.meet()
        assert moved.record_id != note
        assert await standing(here.coordinator, moved.record_id) == "co_signed"
        assert await standing(here.supervisor, moved.record_id) == "co_signed"
        assert await waiting.waiting() == ()
