"""Requests for the record: thirty days, what is withheld and why, how it was answered."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import InvalidInput, PermissionRefused
from app.services.keeping_requests import Delivery, RequestDraft
from app.wraparound.records import Disclosure
from tests.services.trio import Trio, Worker, trio

GIVEN = "da" * 16


def asked(here: Trio, who: Worker, **more: str) -> RequestDraft:
    begun = who.keeping.requests.begin(here.family.id)
    return replace(begun, requester="Rosa Delgado", asked_for="All notes of this year.", **more)


async def gave(here: Trio, who: Worker, record: str = GIVEN, days_ago: int = 0) -> None:
    fields = {"recipient": "Rosa", "what": "plan", "at_ms": who.desk.now_ms() - days_ago * 86_400_000}
    await who.vault.commit([here.family.change(Disclosure.TYPE, record, fields)])


async def test_request_is_due_thirty_days_after_it_came_in(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        who = here.coordinator
        draft = asked(here, who, received_on="2025-10-01", due_on="")
        view = await who.keeping.requests.one(await who.keeping.requests.save(draft))
        assert (view.due_on, view.outcome) == ("2025-10-31", "open")
        assert view.clock is not None and view.clock.code == "record_request"
        assert view.clock.due_on.isoformat() == "2025-10-31"
        agreed = replace(draft, request_id=view.request_id, due_on="2025-11-30")
        await who.keeping.requests.save(agreed)
        later = await who.keeping.requests.one(view.request_id)
        assert later.clock is not None and later.clock.due_on.isoformat() == "2025-11-30"


async def test_caseload_and_family_show_the_clock_until_it_is_answered(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        who = here.coordinator
        day = who.desk.today().replace(day=1).isoformat()
        request = await who.keeping.requests.save(asked(here, who, received_on=day, due_on=""))
        rows = {row.title: row.clock for row in await who.casebook.families()}
        clock = rows["Nia Delgado"]
        assert clock is not None and clock.code == "record_request" and rows["Sam Rivers"] is None
        header = await who.casebook.header(here.family.id)
        assert header.clock is not None and header.clock.code == "record_request"
        await who.keeping.requests.decide(request, "withdrawn")
        assert (await who.casebook.header(here.family.id)).clock is None


async def test_partner_sees_no_request(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        await here.coordinator.keeping.requests.save(asked(here, here.coordinator))
        await here.meet()
        assert len(await here.supervisor.keeping.requests.of_family(here.family.id)) == 1
        assert await here.partner.keeping.requests.of_family(here.family.id) == ()
        with pytest.raises(PermissionRefused):
            here.partner.keeping.requests.begin(here.family.id)


async def test_delivery_names_what_the_gate_let_out_since(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        requests = here.coordinator.keeping.requests
        request = await requests.save(asked(here, here.coordinator))
        with pytest.raises(InvalidInput) as refused:
            await requests.deliver(Delivery(request, "mail"))
        assert refused.value.code == "no_disclosure"
        await gave(here, here.coordinator, "db" * 16, days_ago=3)
        with pytest.raises(InvalidInput) as refused:
            await requests.deliver(Delivery(request, "mail", ["db" * 16]))
        assert refused.value.code == "bad_choice"
        await gave(here, here.coordinator)
        assert [one.disclosure_id for one in await requests.given_since(request)] == [GIVEN]
        await requests.deliver(Delivery(request, "mail", [GIVEN]))
        view = await requests.one(request)
        assert (view.outcome, view.how, view.disclosures, view.clock) == ("delivered", "mail", (GIVEN,), None)
        assert view.delivered_on == here.coordinator.desk.today().isoformat()


async def test_record_that_was_read_on_the_spot_needs_no_copy(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        requests = here.coordinator.keeping.requests
        request = await requests.save(asked(here, here.coordinator))
        await requests.deliver(Delivery(request, "read_here"))
        assert (await requests.one(request)).outcome == "delivered"


async def test_what_is_withheld_has_a_reason(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        requests = here.coordinator.keeping.requests
        request = await requests.save(asked(here, here.coordinator, withheld="The counsellor’s notes."))
        with pytest.raises(InvalidInput) as refused:
            await requests.deliver(Delivery(request, "read_here"))
        assert refused.value.code == "withheld_both"
        draft = asked(here, here.coordinator, withheld="The counsellor’s notes.", withheld_why="Kept apart.")
        await requests.save(replace(draft, request_id=request))
        await requests.deliver(Delivery(request, "read_here"))


async def test_amendment_is_made_or_refused_with_a_statement_of_disagreement(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        requests = here.coordinator.keeping.requests
        request = await requests.save(asked(here, here.coordinator, kind="amendment"))
        for outcome in ("refused", "amended"):
            with pytest.raises(InvalidInput) as refused:
                await requests.decide(request, outcome)
            assert refused.value.code == "no_decision_reason"
        with pytest.raises(InvalidInput) as refused:
            await requests.disagree(request, "I was there.")
        assert refused.value.code == "not_refused"
        await requests.decide(request, "refused", "It says what was seen.")
        await requests.disagree(request, "I was there, and it was not so.")
        view = await requests.one(request)
        assert (view.outcome, view.decided_why) == ("refused", "It says what was seen.")
        assert view.disagreement == "I was there, and it was not so."
        with pytest.raises(InvalidInput) as refused:
            await requests.decide(request, "amended", "After all.")
        assert refused.value.code == "request_answered"
        with pytest.raises(InvalidInput) as refused:
            await requests.save(replace(asked(here, here.coordinator), request_id=request))
        assert refused.value.code == "request_answered"


async def test_copy_is_not_amended(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        requests = here.coordinator.keeping.requests
        request = await requests.save(asked(here, here.coordinator))
        with pytest.raises(InvalidInput) as refused:
            await requests.decide(request, "amended", "No.")
        assert refused.value.code == "bad_choice"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("requester", " ", "no_requester"), ("asked_for", "", "no_asked_for"),
     ("received_on", "", "no_received_day"), ("due_on", "2020-01-01", "due_before_received"),
     ("kind", "gossip", "bad_choice"), ("authority", "cousin", "bad_choice")],
)  # fmt: skip
async def test_what_was_asked_is_complete(tmp_path: Path, field: str, value: str, code: str) -> None:
    async with trio(tmp_path) as here:
        with pytest.raises(InvalidInput) as refused:
            draft = replace(asked(here, here.coordinator), **{field: value})
            await here.coordinator.keeping.requests.save(draft)
        assert refused.value.code == code


async def test_those_that_wait_come_first(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        requests = here.coordinator.keeping.requests
        done = await requests.save(asked(here, here.coordinator))
        await requests.decide(done, "withdrawn")
        late = await requests.save(asked(here, here.coordinator, received_on="2025-10-05", due_on=""))
        soon = await requests.save(asked(here, here.coordinator, received_on="2025-10-01", due_on=""))
        found = await requests.of_family(here.family.id)
        assert [one.request_id for one in found] == [soon, late, done]
