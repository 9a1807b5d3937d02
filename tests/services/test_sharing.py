"""Copies leave for one named reader, with the family's leave, and never without a line in the log."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.errors import InvalidInput, PermissionRefused
from app.protocol.ids import singleton_id
from app.services.copies import CopyWish
from app.services.desk import Desk, Me
from app.services.releases import ReleaseDraft
from app.services.sharing import Sharing
from app.services.versions import Versions
from app.store.vault import Change
from app.views.words import catalogue
from app.wraparound.records import (
    ActionStep,
    ContactSafety,
    CrisisItem,
    Disclosure,
    Family,
    FamilyVision,
    Meeting,
    NaturalSupport,
    Need,
    NotFor,
    Outcome,
    Person,
    Release,
    Strategy,
    TeamMember,
)
from tests.papers import info_of, streams_of, text_of
from tests.services.rig import Pair, pair

ROSA, DAN, TEO, NAIR, GARY, NIA = "a1" * 16, "a2" * 16, "a3" * 16, "a4" * 16, "a5" * 16, "a6" * 16
SIGNED = (((0, 0), (500, 200)), ((1, 2), (3, 4)))


def english(key: str) -> str:
    return catalogue("en")[key]


def spanish(key: str) -> str:
    return catalogue("es")[key]


async def furnish(tablets: Pair) -> Sharing:
    """A family with a father from whom one need is kept, and a support nobody may contact."""
    stream = tablets.family.stream
    await tablets.coordinator.vault.commit(
        [
            Change(stream, Person.TYPE, ROSA, {"name": "Rosa Delgado", "called": "Rosa", "order": 1}),
            Change(stream, Person.TYPE, DAN, {"name": "Dan Ruiz", "called": "Dan", "order": 2}),
            Change(
                stream,
                Person.TYPE,
                NIA,
                {"name": "Nia Delgado", "called": "Nia", "is_youth": True, "born_on": "2012-03-04"},
            ),
            Change(
                stream,
                NaturalSupport.TYPE,
                TEO,
                {"name": "Uncle Teo", "status": "on_team", "agreed_on": "2026-01-02"},
            ),
            Change(
                stream,
                NaturalSupport.TYPE,
                GARY,
                {"name": "Gary", "status": "on_team", "do_not_contact": True},
            ),
            Change(stream, TeamMember.TYPE, NAIR, {"name": "Ms. Nair", "status": "left"}),
            Change(stream, FamilyVision.TYPE, "b1" * 16, {"text": "Quiet mornings — señor Peña says so."}),
            Change(
                stream, Need.TYPE, "b2" * 16, {"text": "Nia needs company in the mornings.", "priority": 1}
            ),
            Change(stream, Need.TYPE, "b3" * 16, {"text": "Rosa needs a plan to leave.", "priority": 2}),
            Change(
                stream,
                Need.TYPE,
                "b4" * 16,
                {"text": "Nia asked about the clinic.", "label": "minor_confidential", "priority": 3},
            ),
            Change(
                stream, CrisisItem.TYPE, "b5" * 16, {"section": "helps", "text": "Ten minutes with music"}
            ),
            Change(
                stream,
                NotFor.TYPE,
                "b6" * 16,
                {"item_id": "b3" * 16, "item_type": "need", "person_id": DAN},
            ),
        ]
    )
    return Sharing(tablets.coordinator.desk)


def wish(tablets: Pair, **more: object) -> CopyWish:
    return replace(CopyWish(tablets.family.id, ROSA), **more)  # type: ignore[arg-type]


def release(tablets: Pair, **more: object) -> ReleaseDraft:
    until = (tablets.coordinator.desk.today() + timedelta(days=90)).isoformat()
    draft = ReleaseDraft(
        tablets.family.id,
        about_id=NIA,
        recipient="Ms. Okafor",
        organisation="Housing office",
        what=("plan", "promises"),
        purpose="A flat on the ground floor",
        until_on=until,
        signer="Rosa Delgado",
        signer_role="grandmother",
        authority="guardian",
        ground="Probate court, May 2019",
        strokes=SIGNED,
    )
    return replace(draft, **more)  # type: ignore[arg-type]


async def logged(tablets: Pair) -> int:
    return len(await Sharing(tablets.coordinator.desk).copies(tablets.family.id))


async def test_each_reader_gets_what_that_reader_may_see(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        rosa = text_of((await sharing.copy_for(wish(tablets), english)).content)
        dan = text_of((await sharing.copy_for(wish(tablets, reader_id=DAN), english)).content)
        assert "Rosa needs a plan to leave." in rosa and "For Rosa." in rosa
        assert "Nia needs company" in dan and "For Dan." in dan
        assert "plan to leave" not in dan
        assert "clinic" not in rosa and "clinic" not in dan
        assert "Gary" not in rosa


async def test_a_copy_is_in_the_log_before_anybody_has_it(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        made = await sharing.copy_for(wish(tablets, language="es"), spanish)
        (line,) = await sharing.copies(tablets.family.id)
        assert (line.recipient, line.language, line.by) == ("Rosa", "es", "Marisol Vega")
        assert line.what == ("plan", "promises", "eco_map", "crisis_card")
        row = await tablets.coordinator.vault.read(
            lambda session: session.get(Disclosure, line.disclosure_id)
        )
        assert row is not None
        assert row.digest == made.digest == hashlib.sha256(made.content).hexdigest()
        await tablets.meet()
        there = await Sharing(tablets.supervisor.desk).copies(tablets.family.id)
        assert [one.disclosure_id for one in there] == [line.disclosure_id]


async def test_no_bytes_come_out_when_the_log_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)

        async def full(*_: object) -> None:
            raise OSError("full")

        monkeypatch.setattr(tablets.coordinator.vault, "commit", full)
        with pytest.raises(OSError, match="full"):
            await sharing.copy_for(wish(tablets), english)


async def test_looking_at_what_a_copy_would_be_leaves_no_line(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        facts = await sharing.facts(wish(tablets, language="es"), spanish)
        assert (facts.reader, facts.pages) == ("Rosa", 2)
        assert {gap.text for gap in facts.gaps} >= {"Ten minutes with music"}
        card = await sharing.facts(wish(tablets, language="es", crisis_only=True), spanish)
        assert {gap.text for gap in card.gaps} == {"Ten minutes with music"}
        hidden = await sharing.facts(wish(tablets, language="es", reader_id=DAN), spanish)
        assert "Rosa needs a plan to leave." not in {gap.text for gap in hidden.gaps}
        assert await logged(tablets) == 0


async def test_the_file_name_tells_nothing(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        day = tablets.coordinator.desk.today().isoformat()
        assert (await sharing.copy_for(wish(tablets), english)).file_name == f"our-plan-{day}.pdf"
        card = await sharing.copy_for(wish(tablets, language="es", crisis_only=True), spanish)
        assert (card.file_name, card.pages) == (f"nuestra-tarjeta-{day}.pdf", 1)


@pytest.mark.parametrize(
    ("reader", "code"),
    [
        ("", "no_reader"),
        (NAIR, "reader_not_on_team"),
        ("ff" * 16, "reader_not_on_team"),
        (GARY, "reader_unsafe"),
    ],
)
async def test_whoever_is_not_on_the_team_gets_no_copy(tmp_path: Path, reader: str, code: str) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        names = {one.name for one in await sharing.readers(tablets.family.id)}
        assert names == {"Rosa", "Dan", "Nia", "Uncle Teo"}
        with pytest.raises(InvalidInput) as refused:
            await sharing.copy_for(wish(tablets, reader_id=reader), english)
        assert refused.value.code == code
        assert await logged(tablets) == 0


async def test_a_release_lets_out_its_parts_and_the_least_of_them(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        leave = await sharing.releases.save(release(tablets))
        made = await sharing.copy_for(wish(tablets, reader_id="", release_id=leave), english)
        said = text_of(made.content)
        assert "For Ms. Okafor." in said and "with the family’s leave" in said
        assert "Nia needs company" in said
        assert "plan to leave" not in said  # Kept from somebody: a stranger might be anybody.
        assert "Ten minutes" not in said and "Uncle Teo" not in said  # Not among the parts.
        assert "ground floor" not in said  # The purpose is for the log, not for the paper.
        (line,) = await sharing.copies(tablets.family.id)
        assert (line.recipient, line.release_id, line.what) == ("Ms. Okafor", leave, ("plan", "promises"))
        with pytest.raises(InvalidInput) as refused:
            await sharing.copy_for(wish(tablets, reader_id="", release_id=leave, crisis_only=True), english)
        assert refused.value.code == "release_not_covering"


async def test_nothing_leaves_under_a_release_that_is_over_or_taken_back(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        today = tablets.coordinator.desk.today()
        short = await sharing.releases.save(
            release(tablets, until_on=(today + timedelta(days=3)).isoformat())
        )
        long = await sharing.releases.save(release(tablets))
        assert [(one.release_id, one.state) for one in await sharing.releases.all(tablets.family.id)] == [
            (short, "soon"),
            (long, "valid"),
        ]
        tablets.coordinator.later(4 * 24 * 3600)
        await sharing.releases.revoke(long)
        for leave, state, code in (
            (short, "expired", "release_expired"),
            (long, "revoked", "release_revoked"),
        ):
            assert (await sharing.releases.release(leave)).state == state
            with pytest.raises(InvalidInput) as refused:
                await sharing.copy_for(wish(tablets, reader_id="", release_id=leave), english)
            assert refused.value.code == code
        assert await logged(tablets) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"until_on": "2099-01-01"},
        {"what": "plan,promises,crisis_card"},
        {"recipient": "Dan"},
        {"from_on": ""},
    ],
)
async def test_a_release_that_is_not_what_was_signed_holds_no_longer(
    tmp_path: Path, change: dict[str, str]
) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        leave = await sharing.releases.save(release(tablets))
        await tablets.coordinator.vault.commit([Change(tablets.family.stream, Release.TYPE, leave, change)])
        assert (await sharing.releases.release(leave)).state == "changed"
        with pytest.raises(InvalidInput) as refused:
            await sharing.copy_for(wish(tablets, reader_id="", release_id=leave), english)
        assert refused.value.code == "release_unsigned"


async def test_a_release_without_a_signature_holds_nothing(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        row = {"recipient": "Dan", "what": "plan", "from_on": "2026-01-01", "until_on": "2099-01-01"}
        await tablets.coordinator.vault.commit([Change(tablets.family.stream, Release.TYPE, "c1" * 16, row)])
        assert not (await sharing.releases.release("c1" * 16)).holds


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"recipient": " "}, "no_recipient"),
        ({"what": ()}, "nothing_shared"),
        ({"what": ("notes",)}, "bad_choice"),
        ({"purpose": ""}, "no_purpose"),
        ({"until_on": ""}, "no_end"),
        ({"until_on": "soon"}, "bad_day"),
        ({"until_on": "2020-01-01"}, "end_is_past"),
        ({"signer": ""}, "no_signer"),
        ({"signer_role": ""}, "no_signer_role"),
        ({"strokes": ()}, "release_not_signed"),
        ({"about_id": ""}, "no_about"),
        ({"about_id": "ff" * 16}, "no_about"),
        ({"authority": ""}, "no_authority"),
        ({"authority": "friend"}, "bad_choice"),
        ({"ground": " "}, "no_ground"),
        ({"authority": "self"}, "not_themselves"),
        ({"by_word": True, "strokes": ()}, "must_be_written"),
        ({"by_word": True, "strokes": (), "organisation": "", "labels": ("school",)}, "must_be_written"),
        ({"labels": ("sud",)}, "not_described"),
        ({"labels": ("sud",), "described": "Whether Nia goes"}, "patient_must_sign"),
        ({"labels": ("minor_confidential",)}, "patient_must_sign"),
        ({"labels": ("psychotherapy",), "described": "All"}, "needs_own_release"),
        ({"labels": ("psychotherapy", "sud"), "what": (), "described": "All"}, "needs_own_release"),
        ({"signer": "Nia", "authority": "self"}, "parent_must_sign"),
        ({"second": "Nia Delgado", "second_role": "youth", "second_authority": "self"}, "release_not_signed"),
    ],
)
async def test_a_release_that_is_not_whole_is_refused(
    tmp_path: Path, change: dict[str, object], code: str
) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        with pytest.raises(InvalidInput) as refused:
            await sharing.releases.save(release(tablets, **change))
        assert refused.value.code == code
        assert await sharing.releases.all(tablets.family.id) == ()


async def test_a_release_keeps_its_strokes_and_the_form_survives_a_lock(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        draft = release(tablets)
        await sharing.releases.keep_draft(draft)
        assert await Sharing(tablets.coordinator.desk).releases.draft(tablets.family.id) == draft
        leave = await sharing.releases.save(draft)
        view = await sharing.releases.release(leave)
        assert (view.strokes, view.signer, view.state) == (draft.strokes, "Rosa Delgado", "valid")
        assert await sharing.releases.draft(tablets.family.id) is None


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "short_copy_password"),
        ("        ", "short_copy_password"),
        ("aaaaaaaaaa", "weak_copy_password"),
        ("12345678", "weak_copy_password"),
        ("Contraseña", "weak_copy_password"),
        ("\u0007bell bell bell", "odd_copy_password"),
        ("ñ" + "long" * 40, "long_copy_password"),
    ],
)
async def test_a_password_that_protects_nothing_is_refused(tmp_path: Path, password: str, code: str) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        with pytest.raises(InvalidInput) as refused:
            await sharing.copy_for(wish(tablets, password=password), english)
        assert (refused.value.code, refused.value.field) == (code, "password")
        assert await logged(tablets) == 0


async def test_a_wish_and_a_copy_do_not_show_their_secrets(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        asked = wish(tablets, password="tres gatos azules")
        assert "gatos" not in repr(asked)
        assert "PDF" not in repr(await sharing.copy_for(asked, english))


async def test_who_does_not_work_with_families_makes_no_copy(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await furnish(tablets)
        desk = tablets.coordinator.desk
        clerk = Desk(desk.vault, desk.now_ms, desk.new_id, Me("p", "d", "Pat", "", ("administrator",)))
        with pytest.raises(PermissionRefused):
            await Sharing(clerk).copy_for(wish(tablets), english)
        with pytest.raises(PermissionRefused):
            await Sharing(clerk).releases.save(release(tablets))


SECRETS = (
    "plan to leave", "clinic", "Elm Street", "555-0199", "555-0188", "lawyer", "shelter", "Gary",
)  # fmt: skip
"""Words of what Dan must not learn: kept from him, restricted, an address, two numbers, what hangs
on a hidden need, and somebody the team must not contact."""


async def hide(tablets: Pair) -> None:
    """More to hide: under the hidden need, a protected address, numbers that nobody may call."""
    stream = tablets.family.stream
    hidden_need = "b3" * 16
    soon = tablets.coordinator.desk.now_ms() + 86_400_000
    await tablets.coordinator.vault.commit(
        [
            Change(
                stream,
                Family.TYPE,
                singleton_id(stream, Family.TYPE).hex(),
                {"address": "12 Elm Street, Unit 3"},
            ),
            Change(
                stream,
                ContactSafety.TYPE,
                "d1" * 16,
                {"about_id": tablets.family.id, "protected_address": True},
            ),
            Change(stream, ContactSafety.TYPE, "d2" * 16, {"about_id": TEO, "may_call": False}),
            Change(stream, Outcome.TYPE, "d3" * 16, {"need_id": hidden_need, "text": "She has a lawyer"}),
            Change(stream, Strategy.TYPE, "d4" * 16, {"outcome_id": "d3" * 16, "text": "Call the shelter"}),
            Change(
                stream,
                ActionStep.TYPE,
                "d5" * 16,
                {"strategy_id": "d4" * 16, "what": "Ask the lawyer", "owner": "Rosa", "due_on": "2026-12-01"},
            ),
            Change(
                stream,
                CrisisItem.TYPE,
                "d6" * 16,
                {"section": "call", "who": "Gary", "who_id": GARY, "phone": "(860) 555-0199", "text": "no"},
            ),
            Change(
                stream,
                CrisisItem.TYPE,
                "d7" * 16,
                {"section": "call", "who": "Uncle Teo", "who_id": TEO, "phone": "(860) 555-0188"},
            ),
            Change(
                stream, CrisisItem.TYPE, "d8" * 16, {"section": "safe_place", "text": "Stay at 12 Elm Street"}
            ),
            Change(
                stream,
                NotFor.TYPE,
                "d9" * 16,
                {"item_id": GARY, "item_type": "natural_support", "person_id": DAN},
            ),
            Change(
                stream,
                Meeting.TYPE,
                "da" * 16,
                {"status": "planned", "starts_at_ms": soon, "place": "12 Elm Street, kitchen"},
            ),
        ]
    )


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("crisis_only", [False, True])
async def test_what_a_reader_must_not_learn_is_nowhere_in_the_file(
    tmp_path: Path, language: str, crisis_only: bool
) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        await hide(tablets)
        asked = wish(tablets, reader_id=DAN, language=language, crisis_only=crisis_only)
        made = await sharing.copy_for(asked, english if language == "en" else spanish)
        facts = await sharing.facts(asked, english if language == "en" else spanish)
        read = " ".join(
            [text_of(made.content), made.file_name, *info_of(made.content).values(), *map(str, facts.gaps)]
        ).casefold()
        raw = streams_of(made.content).lower()
        for secret in SECRETS:
            assert secret.casefold() not in read, secret
            for coded in (
                secret.encode(),
                secret.encode("utf-16-be"),
                secret.encode("utf-16-be").hex().encode(),
            ):
                assert coded.lower() not in raw, secret
        assert "dan" in read and ("uncle teo" in read)


async def test_the_same_words_do_stand_in_the_copy_of_whoever_may_read_them(tmp_path: Path) -> None:
    """Or the test above would prove nothing."""
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        await hide(tablets)
        rosa = text_of((await sharing.copy_for(wish(tablets), english)).content)
        for words in ("plan to leave", "lawyer", "shelter"):
            assert words in rosa, words
        for nobody in ("clinic", "Elm Street", "555-0199", "555-0188"):
            assert nobody not in rosa, nobody


async def test_a_version_is_printed_as_it_was_and_hides_what_is_hidden_today(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        frozen = await Versions(tablets.coordinator.desk).freeze(tablets.family.id)
        stream = tablets.family.stream
        await tablets.coordinator.vault.commit(
            [
                Change(stream, Need.TYPE, "b2" * 16, {"text": "Nia walks to school alone now."}),
                Change(stream, CrisisItem.TYPE, "b5" * 16, {"text": "A walk round the block"}),
            ]
        )
        dan = text_of(
            (await sharing.copy_for(wish(tablets, reader_id=DAN, version_id=frozen), english)).content
        )
        assert "This is the plan as it was on" in dan
        assert "Nia needs company" in dan and "walks to school" not in dan
        assert "plan to leave" not in dan
        leave = await sharing.releases.save(release(tablets))
        outside = wish(tablets, reader_id="", release_id=leave, version_id=frozen)
        said = text_of((await sharing.copy_for(outside, english)).content)
        assert "Nia needs company" in said
        assert "Ten minutes with music" not in said  # The release does not cover the crisis card.


def test_a_tablet_starts_without_what_draws_papers() -> None:
    """Fonts' and pictures' libraries are loaded when the first paper is made, not before Unlock."""
    asked = "import sys, app.services.tablet; print('fpdf' in sys.modules, 'PIL' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
