"""Nothing leaves that no leave covers, and nothing leaves that is not in the log.

The oracle below says what may leave in its own words, from the raw record, without the app's rules.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.errors import AppError, InvalidInput, PermissionRefused
from app.services.copies import CopyWish
from app.services.desk import Desk, Me
from app.services.gate import Drawn, Leave, Leaving, OwnRecord
from app.services.labels import Labels
from app.services.sharing import Sharing
from app.store.vault import Change
from app.wraparound.lawful import Ground
from app.wraparound.notices import PART2_SENTENCE
from app.wraparound.records import (
    ActionStep,
    CrisisItem,
    Disclosure,
    Need,
    Outcome,
    Release,
    Strategy,
    TeamMember,
)
from tests.papers import text_of
from tests.services.rig import Pair, pair
from tests.services.test_sharing import ROSA, SIGNED, english, furnish, release

SOAK = bool(os.environ.get("KT_SOAK"))
TRIALS = 400 if SOAK else 40
LABELS = ("general", "school", "sud", "minor_confidential", "safety", "psychotherapy")
MOTHER = {"name": "Rosa", "role": "mother", "authority": "parent", "ground": ""}


def token(part: str, label: str) -> str:
    """A word that stands in the record of one part with one label and nowhere else."""
    return f"zz{part[:2]}{LABELS.index(label)}qx"


async def mark(tablets: Pair) -> Sharing:
    """In every part of the plan one item for each label, each where it belongs."""
    sharing = await furnish(tablets)
    desk = tablets.coordinator.desk
    labels = Labels(desk)
    for number, label in enumerate(LABELS):
        stream = await labels.home(tablets.family.id, label)
        need, goal, way, step, card = (f"{number}{letter}" * 16 for letter in "abcde")
        rows: list[tuple[str, str, dict[str, Any]]] = [
            (Need.TYPE, need, {"text": token("plan", label), "priority": 5}),
            (Outcome.TYPE, goal, {"need_id": need, "text": "Better"}),
            (Strategy.TYPE, way, {"outcome_id": goal, "text": "Together"}),
            (ActionStep.TYPE, step,
             {"strategy_id": way, "what": token("promises", label), "owner": "Rosa", "due_on": "2099-01-01"}),
        ]  # fmt: skip
        if stream == tablets.family.stream:  # No crisis item lies in a restricted stream.
            rows.append((CrisisItem.TYPE, card, {"section": "helps", "text": token("crisis_card", label)}))
        changes = [Change(stream, kind, record, {**fields, "label": label}) for kind, record, fields in rows]
        await desk.vault.commit(changes)
    return sharing


def allowed(row: dict[str, Any], today: date) -> set[tuple[str, str]]:
    """The oracle: (part, label) that may leave under a release, from its raw fields."""
    signed = row["signed"]
    terms = signed.get("terms") or {}
    kinds = set(terms.get("labels", ()))
    if row.get("revoked_on") or terms.get("direction") not in ("out", "both") or row["until_on"] == "":
        return set()
    if not row["from_on"] <= today.isoformat() <= row["until_on"]:
        return set()
    if any(signed[one] != row[one] for one in ("recipient", "what", "purpose", "from_on", "until_on")):
        return set()
    if not (terms.get("about") and terms.get("discloser") and row["recipient"] and row["what"]):
        return set()
    if not row["purpose"] or terms.get("statements") != "2026-1" or not signed.get("name"):
        return set()
    if terms["direction"] == "both" and not terms["described"]:
        return set()
    grounds = {terms.get("authority"), (signed.get("second") or {}).get("authority")} - {None, ""}
    if not terms.get("authority") or (terms.get("authority") == "guardian" and not terms["ground"]):
        return set()
    if not grounds - {"self"} and (not kinds or kinds - {"sud", "minor_confidential"}):
        return set()
    if kinds & {"sud", "minor_confidential"} and "self" not in grounds:
        return set()
    if "psychotherapy" in kinds or ("sud" in kinds and not terms["described"]):
        return set()  # With parts of the plan on it, a paper for notes kept apart is none.
    by_word = not signed["strokes"] or terms.get("by_word")
    if by_word and (kinds or row["organisation"] or terms["direction"] != "out" or not terms["by_word"]):
        return set()
    if signed.get("second") and not (signed["second"]["strokes"] or terms.get("by_word")):
        return set()
    return {(part, label) for part in row["what"].split(",") for label in {"general", *kinds}}


def draw_release(dice: random.Random, today: date) -> dict[str, Any]:
    """A release as a tablet might hold it: whole, or broken in any way."""

    def some(good: Any, *bad: Any) -> Any:
        return good if dice.random() < 0.97 else dice.choice(bad)

    def day(start: int, end: int) -> str:
        return (today + timedelta(days=dice.randrange(start, end))).isoformat()

    kinds = [one for one in LABELS[1:5] if dice.random() < 0.3]
    if dice.random() < 0.1:
        kinds.append("psychotherapy")
    parts = [one for one in ("plan", "crisis_card", "promises") if dice.random() < 0.6] or ["plan"]
    row: dict[str, Any] = {
        "recipient": some("Dr. Tan", ""), "organisation": dice.choice(("", "Clinic")),
        "what": some(",".join(parts), ""), "purpose": some("Care", ""),
        "from_on": some(day(-90, 1), day(1, 9)),
        "until_on": some(day(0, 400), day(-60, 0), ""),
    }  # fmt: skip
    by_word = dice.random() < 0.2
    strokes: list[Any] = [] if by_word or dice.random() < 0.05 else [[[0, 0], [9, 9]]]
    first = dice.choice(("parent", "parent", "self", "guardian", ""))
    terms = {
        "about": some("Nia Delgado", ""), "about_born_on": "2012-03-04", "discloser": some("River House", ""),
        "direction": some("out", "both", "in", "x"), "labels": kinds, "described": some("How it goes", ""),
        "until_event": "", "everyone_treating": False, "statements": some("2026-1", "", "1999"),
        "language": "en", "by_word": by_word, "authority": first, "ground": some("Court, 2020", ""),
    }  # fmt: skip
    signed: dict[str, Any] = {
        "name": some("Rosa", ""), "role": "mother", "signed_at_ms": 1_700_000_000_000, "strokes": strokes,
        **row,
    }  # fmt: skip
    if dice.random() < 0.95:
        signed["terms"] = terms
    if dice.random() < 0.5:
        signed["second"] = {
            "name": "Nia", "role": "youth", "authority": "self", "ground": "",
            "strokes": some([[[1, 1]]], []),
        }  # fmt: skip
    if dice.random() < 0.05:
        row["until_on"] = day(300, 500)  # No longer what was signed.
    if dice.random() < 0.05:
        row["revoked_on"] = today.isoformat()
    return row | {"signed": signed}


async def rows_of(tablets: Pair) -> dict[str, Disclosure]:
    """Digest of what left → its line in the log."""

    def find(session: Any) -> dict[str, Disclosure]:
        from sqlmodel import select

        return {row.digest: row for row in session.exec(select(Disclosure))}

    return await tablets.coordinator.vault.read(find)


async def test_nothing_leaves_that_no_active_release_covers(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await mark(tablets)
        desk, dice, left = tablets.coordinator.desk, random.Random(7), 0
        for number in range(TRIALS):
            row = draw_release(dice, desk.today())
            record = f"{number:032x}"
            await desk.vault.commit([Change(tablets.family.stream, Release.TYPE, record, row)])
            may = allowed(row, desk.today())
            wish = CopyWish(tablets.family.id, release_id=record, crisis_only=dice.random() < 0.2)
            try:
                made = await sharing.copy_for(wish, english)
            except AppError:
                wanted = {"crisis_card"} if wish.crisis_only else {"plan", "promises", "crisis_card"}
                assert not {part for part, _ in may} & wanted, row  # Shut only where nothing may leave.
                continue
            left += 1
            said = text_of(made.content)
            found = {
                (part, label)
                for part in ("plan", "promises", "crisis_card")
                for label in LABELS
                if token(part, label) in said
            }
            assert found <= may, (number, row, found - may)
            if not wish.crisis_only:
                there = {(part, one) for part, one in may if part != "crisis_card" or one in LABELS[:2]}
                assert found >= there, (row, there - found)
            line = (await rows_of(tablets))[hashlib.sha256(made.content).hexdigest()]
            assert line.release_id == record
            assert ("sud" in row["signed"]["terms"]["labels"]) == (PART2_SENTENCE in " ".join(said.split()))
        assert left > TRIALS // 8  # The dice throw whole papers, too.


PAPERS = {
    "medical_emergency": {"general", "school", "sud", "minor_confidential", "safety"},
    "serious_threat": {"general", "school", "minor_confidential", "safety", "psychotherapy"},
    "mandated_report": {"general", "minor_confidential", "safety"},
    "court_order": set(LABELS),
    "audit": {"general", "school", "sud"},
}


async def test_nothing_leaves_that_no_ground_covers_and_all_of_it_waits_for_a_supervisor(
    tmp_path: Path,
) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await mark(tablets)
        dice, left = random.Random(11), 0
        for _ in range(TRIALS):
            basis = dice.choice((*PAPERS, "because"))
            ticked = {one for one in LABELS[1:] if dice.random() < 0.3}

            def some(word: str) -> str:
                return word if dice.random() < 0.9 else " "

            parts = tuple(one for one in ("plan", "promises", "crisis_card") if dice.random() < 0.6)
            ground = Ground(
                basis, some("Dr. Tan"), some("St. Mary"), some("She fell"), some("What she takes"),
                some("Order 12"), dice.random() < 0.5, parts, tuple(ticked),
            )  # fmt: skip
            whole = all(word.strip() for word in (ground.recipient, ground.reason, ground.least))
            whole &= bool(parts) and (basis != "medical_emergency" or ground.organisation == "St. Mary")
            whole &= basis not in ("court_order", "audit") or ground.reference == "Order 12"
            may = basis in PAPERS and ticked <= PAPERS[basis] and whole
            may &= not (basis == "court_order" and "sud" in ticked and not ground.compelled)
            try:
                made = await sharing.copy_for(CopyWish(tablets.family.id, ground=ground), english)
            except AppError:
                assert not may, ground
                continue
            assert may, ground
            left += 1
            said = text_of(made.content)
            for part in ("plan", "promises", "crisis_card"):
                for label in LABELS:
                    if token(part, label) in said:
                        assert part in parts and label in {"general", *ticked}
            line = (await rows_of(tablets))[made.digest]
            assert (line.basis, line.facts is not None and line.facts["least"]) == (basis, "What she takes")
            assert line.stream != tablets.family.stream.hex()  # Where no partner reads.
        assert left > TRIALS // 8
        unseen = await sharing.log.unseen(tablets.family.id)
        assert len(unseen) == left
        with pytest.raises(PermissionRefused):
            await sharing.log.seen(unseen[0].disclosure_id)


async def test_there_is_a_line_for_every_byte_that_left_wherever_it_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        vault, dice = tablets.coordinator.vault, random.Random(3)
        commit = vault.commit
        handed = 0
        for number in range(TRIALS):
            when = dice.choice(("make", "before", "after", "never"))

            async def dying(changes: Any, acts: Any = (), *, when: str = when) -> Any:
                if when == "before":
                    raise asyncio.CancelledError
                done = await commit(changes, acts)
                if when == "after":
                    raise asyncio.CancelledError
                return done

            async def make(leave: Leave, when: str = when, number: int = number) -> Drawn:
                if when == "make":
                    raise asyncio.CancelledError
                return Drawn(f"paper {number} for {leave.name}".encode(), inside=frozenset({"general"}))

            monkeypatch.setattr(vault, "commit", dying)
            leaving = Leaving(tablets.family.id, frozenset({"plan"}), reader_id=ROSA)
            try:
                made = await sharing.gate.let_out(leaving, english, make)
            except asyncio.CancelledError:
                continue
            handed += 1
            assert when == "never"
            assert made.digest in await rows_of(tablets)
        monkeypatch.undo()
        assert handed and len(await sharing.copies(tablets.family.id)) >= handed


async def test_what_is_drawn_beyond_the_leave_never_leaves(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)

        async def make(leave: Leave) -> Drawn:
            return Drawn(b"secret", inside=frozenset({"sud"}))

        leaving = Leaving(tablets.family.id, frozenset({"plan"}), reader_id=ROSA)
        with pytest.raises(PermissionRefused):
            await sharing.gate.let_out(leaving, english, make)
        assert await sharing.copies(tablets.family.id) == ()


@pytest.mark.parametrize("ways", [{}, {"reader_id": ROSA, "own": OwnRecord("Rosa", "own")}])
async def test_the_gate_wants_exactly_one_reader(tmp_path: Path, ways: dict[str, Any]) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        with pytest.raises(InvalidInput) as refused:
            await sharing.gate.ask(Leaving(tablets.family.id, frozenset({"plan"}), **ways), english)
        assert refused.value.code == "no_reader"


async def test_a_partner_hands_nothing_out(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await furnish(tablets)
        desk = tablets.coordinator.desk
        partner = Sharing(Desk(desk.vault, desk.now_ms, desk.new_id, Me("p", "d", "Pat", "", ("partner",))))
        ground = Ground("serious_threat", "Police", "", "He said so", "His name", told="His name is …")
        with pytest.raises(PermissionRefused):
            await partner.copy_for(CopyWish(tablets.family.id, ROSA), english)
        with pytest.raises(PermissionRefused):
            await partner.log.tell(tablets.family.id, ground, "en", english)


async def test_school_things_go_to_the_family_and_to_whom_a_release_names(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await mark(tablets)
        stream, school = tablets.family.stream, token("plan", "school")
        await tablets.coordinator.vault.commit(
            [
                Change(
                    stream, TeamMember.TYPE, "e1" * 16,
                    {"name": "Ms. Nair", "status": "on_team", "kind": "formal"},
                )
            ]  # fmt: skip
        )
        rosa = text_of((await sharing.copy_for(CopyWish(tablets.family.id, ROSA), english)).content)
        nair = CopyWish(tablets.family.id, "e1" * 16)
        before = text_of((await sharing.copy_for(nair, english)).content)
        assert school in rosa and school not in before and token("plan", "general") in before
        await sharing.releases.save(
            release(tablets, recipient="Ms. Nair", labels=("school",), authority="parent", ground="")
        )
        after = text_of((await sharing.copy_for(nair, english)).content)
        assert school in after
        assert "left out" not in before and "release" not in before  # The paper does not say so.


async def test_the_log_keeps_the_notice_as_it_was_printed(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await mark(tablets)
        leave = await sharing.releases.save(
            release(
                tablets, labels=("sud",), described="Whether Nia goes to her group", second="Nia Delgado",
                second_role="youth", second_authority="self", second_strokes=SIGNED,
            )
        )  # fmt: skip
        made = await sharing.copy_for(CopyWish(tablets.family.id, release_id=leave), english)
        printed = " ".join(text_of(made.content).split())
        line = await sharing.log.one(made.disclosure_id)
        assert [one.split("/")[0] for one, _ in line.notices] == ["part2", "hipaa"]
        for _, words in line.notices:
            assert " ".join(words.split()) in printed
        assert "Whether Nia goes to her group" in line.notices[0][1]  # The scope (42 CFR 2.32(b)).
        assert "sud" in line.labels


async def test_what_is_told_is_on_the_list_before_it_is_said(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        ground = Ground(
            "medical_emergency", "Dr. Tan", "St. Mary", "Nia fell", "What she takes", told="She takes A.",
            labels=("sud",),
        )  # fmt: skip
        made = await sharing.log.tell(tablets.family.id, ground, "en", english)
        assert made.content == b"She takes A."
        (line,) = await sharing.log.unseen()
        assert (line.how, line.basis, line.facts["told"], line.labels) == (
            "told", "medical_emergency", "She takes A.", ("general", "sud"),
        )  # fmt: skip
        assert [one.split("/")[0] for one, _ in line.notices] == ["part2"]
        leave = await sharing.releases.save(release(tablets, what=("talk",)))
        told = await sharing.log.tell_released(leave, "She is well", "en", english)
        assert (await sharing.log.one(told.disclosure_id)).how == "told"
        with pytest.raises(InvalidInput) as refused:
            await sharing.copy_for(CopyWish(tablets.family.id, release_id=leave), english)
        assert refused.value.code == "release_not_covering"


async def test_a_supervisor_sees_what_left_without_a_release(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        stream = tablets.family.stream
        line = {"recipient": "Dr. Tan", "basis": "serious_threat", "at_ms": 5, "facts": {"reason": "x"}}
        await tablets.coordinator.vault.commit([Change(stream, Disclosure.TYPE, "f1" * 16, line)])
        await tablets.meet()
        log = Sharing(tablets.supervisor.desk).log
        assert await log.unseen_families() == {tablets.family.id: "Nia Delgado"}
        await log.seen("f1" * 16)
        assert await log.unseen() == () and (await log.one("f1" * 16)).seen
        # The line itself nobody changes any more.
        await tablets.coordinator.vault.commit(
            [Change(stream, Disclosure.TYPE, "f1" * 16, {"recipient": "Nobody", "basis": ""})]
        )
        await tablets.meet()
        for desk in (tablets.supervisor.desk, tablets.coordinator.desk):
            assert (await Sharing(desk).log.one("f1" * 16)).recipient == "Dr. Tan"


async def test_the_family_may_ask_for_its_own_record_and_its_log(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await mark(tablets)
        asked = OwnRecord("Rosa Delgado", "grandmother, guardian", "c5" * 16)
        made = await sharing.copy_for(CopyWish(tablets.family.id, own=asked), english)
        said = text_of(made.content)
        assert token("plan", "school") in said and token("plan", "sud") not in said
        ground = Ground("mandated_report", "Careline", "", "What Nia said", "Names", told="…")
        await sharing.log.tell(tablets.family.id, ground, "en", english)
        paper = await sharing.log.print_accounting(tablets.family.id, "Rosa Delgado", "en", english)
        printed = text_of(paper.content)
        assert "Rosa Delgado" in printed and "Careline" not in printed
        assert paper.digest in await rows_of(tablets)
        over = await sharing.log.all(tablets.family.id, until=date(2020, 1, 1))
        assert over == ()


async def test_whoever_signed_gets_a_copy_and_the_release_says_so(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        leave = await sharing.releases.save(release(tablets))
        assert not (await sharing.releases.release(leave)).copy_given_on
        for language, words in (("en", "You do not have to sign."), ("es", "No tienes que firmar.")):
            paper = await sharing.log.print_release(leave, "Rosa Delgado", language, lookup(language))
            said = " ".join(text_of(paper.content).split())
            assert words in said and "Ms. Okafor, Housing office" in said and "Probate court" in said
        assert (await sharing.releases.release(leave)).copy_given_on


def lookup(language: str) -> Any:
    from app.views.words import catalogue

    return catalogue(language).__getitem__


async def test_a_release_of_version_0_2_is_read_and_lets_nothing_out(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        said = {
            "recipient": "Dr. Tan", "organisation": "Clinic", "what": "plan", "purpose": "Care",
            "from_on": "2026-01-01", "until_on": "2099-01-01",
        }  # fmt: skip
        signed = said | {"name": "Rosa", "role": "mother", "signed_at_ms": 1_700_000_000_000, "strokes": []}
        await tablets.coordinator.vault.commit(
            [Change(tablets.family.stream, Release.TYPE, "c7" * 16, said | {"signed": signed})]
        )
        old = await sharing.releases.release("c7" * 16)
        assert (old.state, old.recipient, old.signer) == ("incomplete", "Dr. Tan", "Rosa")
        assert set(old.missing) >= {"about", "discloser", "statements", "authority", "signature"}
        with pytest.raises(InvalidInput) as refused:
            await sharing.copy_for(CopyWish(tablets.family.id, release_id="c7" * 16), english)
        assert refused.value.code == "release_incomplete"


async def test_taking_back_says_who_how_and_whom_to_tell(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        leave = await sharing.releases.save(release(tablets))
        await sharing.copy_for(CopyWish(tablets.family.id, release_id=leave), english)
        await sharing.releases.revoke(leave, "Nia Delgado", "aloud")
        now = await sharing.releases.release(leave)
        assert (now.state, now.given) == ("revoked", 1)
        assert (now.revoked_by, now.revoked_how) == ("Nia Delgado", "aloud")
        assert await sharing.releases.to_tell(leave) == ("Ms. Okafor",)
        await sharing.releases.tell(leave, "Ms. Okafor, by phone")
        assert (await sharing.releases.release(leave)).told == "Ms. Okafor, by phone"
        assert len(await sharing.copies(tablets.family.id)) == 1


async def test_a_restricted_release_lies_where_only_its_readers_look(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        plain = await sharing.releases.save(release(tablets))
        signs = replace(
            release(tablets), labels=("minor_confidential",), second="Nia", second_role="youth",
            second_authority="self", second_strokes=SIGNED,
        )  # fmt: skip
        private = await sharing.releases.save(signs)
        streams = await tablets.coordinator.vault.read(
            lambda session: {
                one: session.get(Release, one).stream for one in (plain, private)  # type: ignore[union-attr]
            }
        )
        assert streams[plain] == tablets.family.stream.hex() != streams[private]
