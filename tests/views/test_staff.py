"""People of the agency: inviting, letting in, roles, teams, tablets, and taking out."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import InvalidInput, InvitationForged, NoNetwork
from app.services.enrolment import NewPerson, PendingView
from app.services.removal_own import OwnEnd
from app.services.removal_views import Sweep
from app.services.tablet import TabletState
from app.views.app import App
from app.views.screens.staff.wording import GROUPS, SILENT
from app.wraparound.roles import ACTIONS, MATRIX
from tests.fakes.staff import LATE
from tests.fakes.tablet import CODE, PENDING, Canned, at, canned
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
        assert "River House" in on.words()


async def test_an_invitation_says_honestly_how_far_it_has_come() -> None:
    c = admin()
    c.enrolment.waiting = (
        PendingView("i3", "Ana Bravo", "withdrawn", at(3, 9)),
        PendingView("i4", "Sam Hill", "expired", at(3, 9)),
        PendingView("i5", "Kim Lee", "keys", at(3, 9), 12, 150),
    )
    async with stage(c) as on:
        await people(on)
        assert "Taken back. The code lets nobody in." in on.words()
        assert "The invitation ran out. Make a new one." in on.words()
        assert "They are in. Keys on their way: 12 of 150 families" in on.words()
        assert not on.has("people.withdraw.i5")
        await on.tap("people.withdraw.i3")
        await on.wait_for(lambda: "Ana Bravo" not in on.words())


async def test_a_role_is_changed_with_plain_words_of_what_it_may_do() -> None:
    c = admin()
    async with stage(c) as on:
        await people(on)
        await on.tap("people.row.p2")
        await on.tap("person.change_roles")
        await on.tap("roles.may.supervisor")
        assert "Give cover, hand families on, make one of two records of a family" in on.words()
        await on.tap("roles.partner")
        await on.tap("roles.coordinator")
        assert on.has("roles.narrow")
        await on.tap("roles.team.t2")
        await on.tap("roles.save")
        assert c.staff.asked == [("roles", "p2", ("partner",), "t2")]


async def test_a_refused_change_of_roles_keeps_what_was_chosen() -> None:
    c = admin()
    async with stage(c) as on:
        await people(on)
        await on.tap("people.row.p2")
        await on.tap("person.change_roles")
        await on.tap("roles.partner")
        c.fails.error = InvalidInput("x", code="last_administrator")
        await on.tap("roles.save")
        assert "last administrator with a tablet" in on.words()
        c.fails.error = None
        await on.tap("roles.save")
        assert c.staff.asked == [("roles", "p2", ("coordinator", "partner"), "t1")]


async def test_a_narrower_role_says_how_far_it_binds() -> None:
    async with stage(admin()) as on:
        await people(on)
        await on.tap("people.row.p2")
        assert "New keys: 37 of 150 families" in on.words()


async def test_a_person_is_taken_out_after_reading_what_will_happen() -> None:
    c = admin()
    async with stage(c) as on:
        await people(on)
        await on.tap("people.row.p2")
        await on.tap("person.remove")
        assert "The server lets Luis Ortega read nothing more, at once." in on.words()
        assert "Nothing takes back paper" in on.words()
        await on.tap("remove.go")
        assert c.removal.asked == [("person", "p2", "left", False)]
        assert on.has("removal.line")
        assert "New keys: 37 of 150 families" in on.words()
        assert "Nia Delgado, since" in on.words()


async def test_without_a_network_nothing_is_removed_and_the_words_stay() -> None:
    c = admin()
    async with stage(c) as on:
        await people(on)
        await on.tap("people.row.p2")
        await on.tap("person.remove")
        c.fails.error = NoNetwork("x")
        await on.tap("remove.go")
        assert NoNetwork.user_message in on.words()
        assert on.has("remove.go")


async def test_a_lost_tablet_of_a_colleague_hands_nothing_over() -> None:
    c = admin()
    async with stage(c) as on:
        await people(on)
        await on.tap("people.row.p2")
        await on.tap("tablet.out.d2")
        assert "It hands nothing over" in on.words()
        await on.tap("remove.reason.returned")
        assert "hands over what it has not sent" in on.words()
        await on.tap("remove.reason.lost")
        await on.tap("remove.go")
        assert c.removal.asked == [("device", "d2", "lost", True)]


async def test_everybody_sees_their_tablets_and_may_report_one() -> None:
    c = canned(roles=("coordinator",)).open()
    async with stage(c) as on:
        await on.tap("nav.settings")
        assert not on.has("settings.people")
        await on.tap("settings.my_tablets")
        assert "This tablet" in on.words()
        assert not on.has("tablet.lost.d1")
        await on.tap("tablet.lost.d8")
        assert not on.has("remove.reason.lost")
        await on.tap("remove.go")
        assert c.removal.asked == [("device", "d8", "lost", True)]


async def test_teams_are_named_and_given_a_supervisor() -> None:
    c = admin()
    async with stage(c) as on:
        await people(on)
        await on.tap("people.teams")
        assert "Team of Maya Chen" in on.words()
        await on.tap("teams.row.t1")
        await on.type("team.name", "Hill team")
        await on.tap("team.supervisor.p3")
        await on.tap("team.save")
        assert c.staff.asked == [("supervisor", "t1", "p3"), ("team_name", "t1", "Hill team")]
        await on.tap("teams.add")
        await on.tap("team.supervisor.p1")
        await on.tap("team.save")
        assert c.staff.asked[-1] == ("team", "", "p1")


async def test_names_are_changed() -> None:
    c = admin()
    async with stage(c) as on:
        await people(on)
        await on.tap("people.row.p2")
        await on.tap("person.change_name")
        await on.type("name.name", "Luis Ortega Vidal")
        await on.tap("name.save")
        await on.tap("person.back")
        await on.tap("people.agency")
        await on.type("agency.name", "River and Hill")
        await on.tap("agency.save")
        assert c.staff.asked == [
            ("rename", "p2", "Luis Ortega Vidal", "Care coordinator"), ("agency", "River and Hill"),
        ]  # fmt: skip


async def test_new_keys_show_how_far_they_are_and_can_wait() -> None:
    c = canned(roles=("supervisor",)).open()
    async with stage(c) as on:
        await on.tap("nav.sync")
        c.removal.become(Sweep(37, 150, running=True))
        await on.wait_for(lambda: "New keys: 37 of 150 families" in on.words())
        await on.tap("sweep.stop")
        c.removal.become(Sweep(38, 150, running=False, stopped=True))
        await on.wait_for(lambda: on.has("sweep.go"))
        assert "New keys wait: 112 families to go." in on.words()
        await on.tap("sweep.go")
        assert c.removal.asked == [("sweep",)]


async def test_late_words_are_taken_over_by_hand() -> None:
    c = canned(roles=("supervisor",)).open()
    c.late.found = (LATE,)
    async with stage(c) as on:
        await on.tap("nav.sync")
        await on.tap("sync.late")
        assert "Rosa called about the bus on my way home." in on.words()
        await on.tap("late.adopt.k1")
        ((key, lead),) = c.late.asked
        assert (key, "Words of Omar Haddad, written" in lead) == ("k1", True)
        assert "Taken over. It says whose words they are." in on.words()


async def test_a_tablet_that_is_out_says_what_it_cannot_hand_over() -> None:
    c = canned().open()
    c.removal.own.found = OwnEnd(False, 0, 3, 2)
    async with stage(c) as on:
        await on.tap("nav.sync")
        assert "3 changes of families that never reached the server" in on.words()
        await on.tap("sync.own_wipe")
        # Asked with the number first; a tap beside it, or Escape, keeps everything.
        assert "Never sent from this tablet: up to 3 changes and 2 photos or papers." in on.words()
        await on.tap("sync.wipe.keep")
        assert c.tablet.state is TabletState.OPEN
        await on.tap("sync.own_wipe")
        await on.tap("sync.wipe.act")
        await on.wait_for(lambda: c.tablet.state is TabletState.REMOVED)


@pytest.mark.parametrize("group", GROUPS)
def test_what_people_read_of_the_matrix_is_whole(group: str) -> None:
    roles = {MATRIX[action].roles for action in GROUPS[group]}
    assert len(roles) == 1, "a role may do only a part of what its sentence says: split the group"


def test_every_action_stands_in_one_sentence() -> None:
    said = [action for acts in GROUPS.values() for action in acts]
    assert sorted(said) == sorted(set(ACTIONS) - SILENT)
