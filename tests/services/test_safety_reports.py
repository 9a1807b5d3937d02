"""Safety reports and adults' safety plans: what is due by which hour, what is refused, who has them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import InvalidInput, PermissionRefused
from app.services.adult_safety import AdultPlanDraft, AdultSafety, adult_form
from app.services.practice_rules import PracticeRules
from app.services.safety_reports import HOUR_MS, SafetyDraft, SafetyReports, countdowns_of, safety_form
from app.services.sharing import Sharing
from app.store.vault import Change
from app.wraparound.records import AdultSafetyPlan, Disclosure, Person, SafetyReport
from app.wraparound.rules.packet import SafetyRules
from tests.papers import text_of
from tests.services.test_sharing import english
from tests.services.trio import Trio, Worker, trio

RULES = SafetyRules(12, 48, {"en": "the line"})


def reports(worker: Worker) -> SafetyReports:
    return SafetyReports(worker.desk, PracticeRules(worker.desk))


def plans(worker: Worker) -> AdultSafety:
    return AdultSafety(worker.desk, Sharing(worker.desk).gate)


async def begun(here: Trio, **values: object) -> SafetyDraft:
    draft = await reports(here.coordinator).blank(here.family.id)
    return replace(draft, about="A bruise on the arm.", kind="physical", **values)  # type: ignore[arg-type]


def test_hours_count_through_nights_and_a_made_report_stops_its_countdown() -> None:
    oral, written = countdowns_of(1_000, 0, 0, RULES)
    assert (oral.due_ms, written.due_ms) == (1_000 + 12 * HOUR_MS, 1_000 + 60 * HOUR_MS)
    assert oral.left_ms(1_000 + 13 * HOUR_MS) == -HOUR_MS
    made, written = countdowns_of(1_000, 1_000 + HOUR_MS, 0, RULES)
    assert written.due_ms == 1_000 + 49 * HOUR_MS
    assert made.left_ms(1_000 + 99 * HOUR_MS) == 11 * HOUR_MS


async def test_report_lies_in_the_restricted_stream_and_a_partner_has_none(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        record = await reports(here.coordinator).save(await begun(here))
        await here.meet()
        stream = here.restricted(here.coordinator)[0]
        row = await here.coordinator.vault.read(lambda session: session.get(SafetyReport, record))
        assert row is not None and row.stream == stream.hex()
        (seen,) = await reports(here.supervisor).all(here.family.id)
        assert (seen.about, seen.status, seen.by) == ("A bruise on the arm.", "open", "Marisol Vega")
        assert here.restricted(here.partner) == []
        assert await here.partner.vault.read(lambda session: session.get(SafetyReport, record)) is None
        for ask in (reports(here.partner).all, reports(here.partner).blank, plans(here.partner).all):
            with pytest.raises(PermissionRefused):
                await ask(here.family.id)


async def test_status_follows_from_what_was_done(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        service = reports(here.coordinator)
        record = await service.save(await begun(here))
        now = here.coordinator.desk.now_ms()
        draft = safety_form(await service.one(record))
        await service.save(replace(draft, oral_at_ms=now, oral_to="Careline, R. Diaz"))
        assert (await service.one(record)).status == "open"
        draft = safety_form(await service.one(record))
        await service.save(replace(draft, written_at_ms=now, written_how="By fax"))
        view = await service.one(record)
        assert (view.status, view.oral_to, view.written_how) == ("done", "Careline, R. Diaz", "By fax")
        other = await service.save(await begun(here, not_made_why="It was a shadow on the photo."))
        assert (await service.one(other)).status == "not_made"
        assert [one.status for one in await service.all(here.family.id)] == ["done", "not_made"]


async def test_a_form_keeps_what_a_colleague_wrote_meanwhile(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        record = await reports(here.coordinator).save(await begun(here))
        await here.meet()
        mine = safety_form(await reports(here.coordinator).one(record))
        theirs = safety_form(await reports(here.supervisor).one(record))
        await reports(here.supervisor).save(replace(theirs, note="I called the hospital."))
        await here.meet()
        await reports(here.coordinator).save(replace(mine, reference="44-1"))
        view = await reports(here.coordinator).one(record)
        assert (view.note, view.reference) == ("I called the hospital.", "44-1")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"about": " "}, "safety_no_about"),
        ({"suspected_at_ms": 0}, "safety_no_moment"),
        ({"oral_at_ms": 1, "oral_to": "x"}, "safety_before"),
        ({"written_at_ms": 2**52}, "safety_to_come"),
        ({"kind": "nothing"}, "bad_choice"),
    ],
)
async def test_what_cannot_be_is_refused_in_words(
    tmp_path: Path, values: dict[str, object], code: str
) -> None:
    async with trio(tmp_path) as here:
        draft = replace(await begun(here), **values)  # type: ignore[arg-type]
        with pytest.raises(InvalidInput) as refused:
            await reports(here.coordinator).save(draft)
        assert refused.value.code == code


async def test_call_needs_whom_supervisor_needs_a_name_and_a_reason_excludes_a_report(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        service, now = reports(here.coordinator), here.coordinator.desk.now_ms()
        for values, code in (
            ({"oral_at_ms": now}, "safety_no_one"),
            ({"supervisor_told_at_ms": now}, "safety_no_supervisor"),
            ({"not_made_why": "No", "written_at_ms": now}, "safety_both"),
        ):
            with pytest.raises(InvalidInput) as refused:
                await service.save(replace(await begun(here), **values))  # type: ignore[arg-type]
            assert refused.value.code == code
        assert [one.name for one in await service.supervisors()] == ["Ruth Abara"]


async def test_only_a_report_that_nobody_acted_on_can_be_taken_away(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        service = reports(here.coordinator)
        record = await service.save(await begun(here))
        await service.remove(record)
        assert await service.all(here.family.id) == ()
        kept = await service.save(
            await begun(here, oral_at_ms=here.coordinator.desk.now_ms(), oral_to="Careline")
        )
        with pytest.raises(InvalidInput) as refused:
            await service.remove(kept)
        assert refused.value.code == "safety_kept"


async def test_plan_is_kept_reviewed_and_taken_away(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        service = plans(here.coordinator)
        with pytest.raises(InvalidInput) as refused:
            await service.save(AdultPlanDraft(here.family.id))
        assert refused.value.field == "person_name"
        plan = await service.save(AdultPlanDraft(here.family.id, person_name="Rosa", take="Passports"))
        await here.meet()
        row = await here.supervisor.vault.read(lambda session: session.get(AdultSafetyPlan, plan))
        assert row is not None and row.stream == here.restricted(here.supervisor)[0].hex()
        await service.review(plan)
        view = await service.one(plan)
        assert view.reviewed_on == here.coordinator.desk.today().isoformat()
        await service.save(replace(adult_form(view), take="Passports, keys"))
        assert (await service.one(plan)).take == "Passports, keys"
        await service.remove(plan)
        assert await service.all(here.family.id) == ()


async def test_plan_is_on_paper_only_when_paper_is_safe_and_then_it_is_logged(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        service = plans(here.coordinator)
        plan = await service.save(
            AdultPlanDraft(here.family.id, person_name="Rosa", take="Passports", note="Only for us")
        )
        with pytest.raises(InvalidInput) as refused:
            await service.on_paper(plan, False, "en", english)
        assert refused.value.code == "paper_not_safe"
        rows = await here.coordinator.vault.read(_disclosures)
        assert rows == []
        made = await service.on_paper(plan, True, "en", english)
        said = text_of(made.content)
        assert "Passports" in said and "Only for us" not in said
        assert "safety" not in made.file_name.lower() and "safety" not in said.lower()
        (row,) = await here.coordinator.vault.read(_disclosures)
        assert row.stream == here.restricted(here.coordinator)[0].hex()
        assert (row.recipient, row.basis) == ("Rosa", "serious_threat")


async def test_person_is_offered_by_the_name_they_are_called(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        await here.coordinator.vault.commit([
            Change(here.family.stream, Person.TYPE, "a1" * 16, {"name": "Rosa Delgado", "called": "Rosa"}),
            Change(here.family.stream, Person.TYPE, "a2" * 16, {"name": "Nia", "is_youth": True, "order": 2}),
        ])  # fmt: skip
        young = await reports(here.coordinator).young_people(here.family.id)
        assert [one.name for one in young] == ["Nia", "Rosa"]
        assert [one.name for one in await plans(here.coordinator).adults(here.family.id)] == ["Rosa", "Nia"]


def _disclosures(session: object) -> list[Disclosure]:
    from sqlmodel import Session, select

    assert isinstance(session, Session)
    return list(session.exec(select(Disclosure)))
