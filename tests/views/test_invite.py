"""Inviting a colleague, and letting their tablet in."""

from __future__ import annotations

from pathlib import Path

from app.errors import InvitationForged, NoNetwork
from app.services.enrolment import NewPerson
from app.views.app import App
from tests.fakes.tablet import CODE, PENDING, Canned, canned
from tests.ui import Stage


def stage(c: Canned) -> Stage:
    return Stage(lambda: App(c.tablet, Path()))


def admin() -> Canned:
    return canned(roles=("administrator",)).open()


async def people(on: Stage) -> None:
    await on.tap("nav.settings")
    await on.tap("settings.people")


async def test_an_invitation_is_made_and_its_code_is_shown_in_groups() -> None:
    c = admin()
    async with stage(c) as on:
        await people(on)
        await on.tap("people.invite")
        await on.type("invite.name", "Ana Bravo")
        await on.type("invite.title", "Care coordinator")
        await on.tap("invite.supervisor.p3")
        await on.tap("invite.go")
        assert c.enrolment.invited == [
            NewPerson("Ana Bravo", "Care coordinator", ("coordinator",), "p3")
        ]
        assert " ".join(CODE.replace("-", " ").split()) in on.words()
        assert "It is good once, until Fri 4 Dec, 10:00 am." in on.words()


async def test_roles_are_put_on_and_off() -> None:
    c = admin()
    async with stage(c) as on:
        await people(on)
        await on.tap("people.invite")
        await on.type("invite.name", "Ana")
        await on.tap("invite.role.supervisor")
        await on.tap("invite.role.coordinator")
        assert not on.has("invite.supervisor.p3")
        await on.tap("invite.go")
        assert c.enrolment.invited[0].roles == ("supervisor",)


async def test_without_a_network_nothing_typed_is_lost() -> None:
    c = admin()
    async with stage(c) as on:
        await people(on)
        await on.tap("people.invite")
        await on.type("invite.name", "Ana")
        c.fails.error = NoNetwork("x")
        await on.tap("invite.go")
        assert NoNetwork.user_message in on.words()
        assert on.value("invite.name") == "Ana"


async def test_a_missing_name_is_said_beside_its_field() -> None:
    async with stage(admin()) as on:
        await people(on)
        await on.tap("people.invite")
        await on.tap("invite.go")
        assert on.has("invite.name.error")


async def test_somebody_who_answered_is_let_in() -> None:
    c = admin()
    c.enrolment.waiting = PENDING
    async with stage(c) as on:
        await people(on)
        assert "Waiting, until Thu 3 Dec, 11:00 am" in on.words()
        await on.tap("people.admit.i1")
        await on.wait_for(lambda: "Ana Bravo" not in on.words())
        assert c.enrolment.admitted == ["i1"]


async def test_a_forged_answer_is_said() -> None:
    c = admin()
    c.enrolment.waiting = PENDING
    async with stage(c) as on:
        await people(on)
        c.fails.error = InvitationForged("x")
        await on.tap("people.admit.i1")
        await on.wait_for(lambda: on.has("people.error"))
        assert "Ana Bravo" in on.words()


async def test_people_say_what_they_do_and_who_has_no_tablet_yet() -> None:
    async with stage(admin()) as on:
        await people(on)
        assert "Supervisor · Supervisor · no tablet yet" in on.words()
