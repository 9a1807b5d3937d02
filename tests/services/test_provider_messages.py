"""Messages with clinics: nothing leaves that no release for exactly this recipient and label covers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from app.errors import InvalidInput, PermissionRefused
from app.services.provider_message_views import Answer, MessageDraft, message_form
from app.services.provider_messages import ProviderMessages
from app.services.releases import ReleaseDraft
from app.services.sharing import Sharing
from app.store.vault import Change
from app.wraparound.notices import PART2_SENTENCE
from app.wraparound.provider_form import ProviderForm, days_left, is_for, may_become, missing_of
from app.wraparound.records import CareFacts, Disclosure, ProviderMessage, TeamMember
from app.wraparound.vocabulary import RELEASE_PARTS
from tests.papers import text_of
from tests.services.rig import Pair, pair
from tests.services.test_sharing import NIA, english, furnish, release
from tests.services.trio import trio

TAN = "c1" * 16


def covering_release(tablets: Pair, **more: object) -> ReleaseDraft:
    """A release for Dr. Tan that names messages."""
    terms: dict[str, object] = {
        "recipient": "Dr. Tan", "organisation": "River clinic", "what": ("message",),
        "purpose": "Shared care", **more,
    }  # fmt: skip
    return release(tablets, **terms)


def message(tablets: Pair, **more: object) -> MessageDraft:
    due = tablets.coordinator.desk.today().isoformat()
    draft = MessageDraft(
        tablets.family.id, to_name="Dr. Tan", to_organisation="River clinic", about_id=NIA,
        reason="Sleep is worse since March.", question="Could the morning dose be the cause?",
        medication="zzmedicineqx", due_on=due,
    )  # fmt: skip
    return replace(draft, **more)  # type: ignore[arg-type]


def messages(tablets: Pair, sharing: Sharing) -> ProviderMessages:
    return ProviderMessages(tablets.coordinator.desk, sharing)


def test_form_lacks_what_it_cannot_leave_without() -> None:
    whole = ProviderForm(to_name="T", about="N", reason="r", question="q", due_on="2026-01-01")
    assert missing_of(whole) == ()
    for name in ("to_name", "about", "reason", "question", "due_on"):
        assert missing_of(replace(whole, **{name: " "})) == (name,)


def test_recipient_is_the_very_person_and_office() -> None:
    assert is_for("Dr. Tan", "River clinic", " dr.  tan", "river  clinic")
    assert is_for("Dr. Tan", "", "Dr. Tan", "River clinic")
    assert is_for("Dr. Tan", "River clinic", "Dr. Tan", "")
    assert not is_for("Dr. Tan", "River clinic", "Dr. Tan", "Other clinic")
    assert not is_for("Dr. Tan", "", "Dr. Tang", "")


def test_message_goes_from_draft_to_sent_to_answered_to_closed_and_never_back() -> None:
    pairs = product(("draft", "sent", "answered", "closed"), repeat=2)
    steps = {(before, after) for before, after in pairs if may_become(before, after)}
    assert steps == {("draft", "sent"), ("sent", "answered"), ("sent", "closed"), ("answered", "answered"),
                     ("answered", "closed")}  # fmt: skip
    assert days_left("no day", date(2026, 1, 1)) is None


async def test_message_leaves_under_a_release_and_is_answered(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        service = messages(tablets, sharing)
        kept = await sharing.releases.save(covering_release(tablets))
        record = await service.save(message(tablets))
        made = await service.send(record, "file", english)
        said = " ".join(text_of(made.content).split())
        for words in ("Dr. Tan, River clinic", "Nia Delgado", "Could the morning dose", "zzmedicineqx",
                      "Your answer", "Please send this page back to"):  # fmt: skip
            assert words in said, words
        assert made.pages >= 2 and "Nia" not in made.file_name
        line = await sharing.log.one(made.disclosure_id)
        assert (line.recipient, line.release_id, line.what, line.basis) == ("Dr. Tan", kept, ("message",), "")
        view = await service.one(record)
        assert (view.status, view.disclosure_id, view.release_id) == ("sent", made.disclosure_id, kept)
        today = tablets.coordinator.desk.today().isoformat()
        await service.answered(record, Answer("No, but take it at noon.", "Moved to noon", "", "Dr. Tan", ""))
        view = await service.one(record)
        assert (view.status, view.answered_on, view.answer_medication) == ("answered", today, "Moved to noon")
        await service.close(record)
        assert (await service.one(record)).status == "closed"
        with pytest.raises(InvalidInput):
            await service.answered(record, Answer("More", answered_by="Dr. Tan"))


async def test_what_has_left_is_not_changed_or_removed(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        service = messages(tablets, sharing)
        await sharing.releases.save(covering_release(tablets))
        record = await service.save(message(tablets))
        await service.send(record, "paper", english)
        draft = message_form(await service.one(record))
        for act in (service.save(replace(draft, question="Other?")), service.remove(record),
                    service.send(record, "file", english)):  # fmt: skip
            with pytest.raises(InvalidInput) as refused:
                await act
            assert refused.value.code == "message_sent"


@pytest.mark.parametrize(
    ("terms", "draft"),
    [
        ({"what": ("talk",)}, {}),
        ({"recipient": "Dr. Lund"}, {}),
        ({"organisation": "Other clinic"}, {}),
        ({"direction": "in", "described": "What they find"}, {}),
        ({}, {"label": "sud"}),
        ({}, {"label": "school"}),
    ],
)
async def test_without_a_release_that_covers_it_nothing_leaves(
    tmp_path: Path, terms: dict[str, object], draft: dict[str, object]
) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        service = messages(tablets, sharing)
        await sharing.releases.save(covering_release(tablets, **terms))
        record = await service.save(message(tablets, **draft))
        with pytest.raises(InvalidInput) as refused:
            await service.send(record, "file", english)
        assert refused.value.code == "message_no_release"
        assert (await service.one(record)).status == "draft"
        rows = await tablets.coordinator.vault.read(_disclosures)
        assert rows == []


async def test_release_that_was_taken_back_covers_nothing(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        service = messages(tablets, sharing)
        kept = await sharing.releases.save(covering_release(tablets))
        record = await service.save(message(tablets))
        assert [one.release_id for one in await service.covering(message(tablets))] == [kept]
        await sharing.releases.revoke(kept)
        with pytest.raises(InvalidInput) as refused:
            await service.send(record, "file", english)
        assert refused.value.code == "message_no_release"


async def test_substance_use_leaves_with_its_consent_and_notice_from_the_restricted_stream(
    tmp_path: Path,
) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        service = messages(tablets, sharing)
        await sharing.releases.save(
            covering_release(tablets, labels=("sud",), described="Treatment and dates", signer="Nia",
                             signer_role="youth", authority="self")
        )  # fmt: skip
        record = await service.save(message(tablets, label="sud"))
        row = await tablets.coordinator.vault.read(lambda session: session.get(ProviderMessage, record))
        assert row is not None and row.stream != tablets.family.stream.hex()
        made = await service.send(record, "file", english)
        assert PART2_SENTENCE in " ".join(text_of(made.content).split())


async def test_draft_that_becomes_restricted_is_written_anew_elsewhere(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        service = ProviderMessages(here.coordinator.desk, Sharing(here.coordinator.desk))
        draft = MessageDraft(here.family.id, to_name="Dr. Tan", question="Q")
        record = await service.save(draft)
        draft = message_form(await service.one(record))
        anew = await service.save(replace(draft, label="sud"))
        assert anew != record
        await here.meet()
        seen = [one.message_id for one in await service.all(here.family.id)]
        assert seen == [anew]
        partner = ProviderMessages(here.partner.desk, Sharing(here.partner.desk))
        assert await partner.all(here.family.id) == ()
        with pytest.raises(PermissionRefused):
            await partner.save(draft)


async def test_what_is_missing_is_named(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        service = messages(tablets, sharing)
        await sharing.releases.save(covering_release(tablets))
        with pytest.raises(InvalidInput) as refused:
            await service.save(message(tablets, to_name=" "))
        assert refused.value.code == "message_no_recipient"
        for name in ("reason", "question", "due_on", "about_id"):
            record = await service.save(message(tablets, **{name: ""}))
            with pytest.raises(InvalidInput) as refused:
                await service.send(record, "file", english)
            assert refused.value.code == "message_missing"
        with pytest.raises(InvalidInput) as refused:
            await service.answered(record, Answer("x", answered_by="T"))
        assert refused.value.code == "message_not_waiting"


async def test_team_and_medicines_are_offered(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        sharing = await furnish(tablets)
        service = messages(tablets, sharing)
        stream = tablets.family.stream
        await tablets.coordinator.vault.commit([
            Change(stream, TeamMember.TYPE, TAN,
                   {"name": "Dr. Tan", "organisation": "River clinic", "kind": "formal"}),
            Change(stream, CareFacts.TYPE, "c2" * 16, {"person_id": NIA, "medicines": "Melatonin 3 mg"}),
        ])  # fmt: skip
        assert [one.name for one in await service.recipients(tablets.family.id)] == ["Dr. Tan"]
        people = await service.people(tablets.family.id)
        assert (people[0].name, people[0].medicines) == ("Nia", "Melatonin 3 mg")


def test_message_is_a_part_that_a_release_may_name() -> None:
    assert "message" in RELEASE_PARTS


def _disclosures(session: object) -> list[Disclosure]:
    from sqlmodel import Session, select

    assert isinstance(session, Session)
    return list(session.exec(select(Disclosure)))
