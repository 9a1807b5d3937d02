"""People, their marks and their shares on two real tablets: what is written, merged, and refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import InvalidInput, PermissionRefused
from app.protocol.ids import derived_id
from app.services.contacts import ContactDraft, Contacts
from app.services.coordinators import CoordinatorDraft, Coordinators, coordinator_form
from app.services.desk import Desk, Me
from app.services.supports import MemberDraft, PersonDraft, SupportDraft, Supports
from app.store.vault import Change
from app.wraparound.natural_share import Count
from app.wraparound.records import ActionStep, Attendance, ContactSafety, Meeting
from tests.services.rig import Pair, Person, pair

DAY_MS = 24 * 3600 * 1000


async def _write(person: Person, tablets: Pair, type_: str, record: str, **fields: object) -> None:
    await person.vault.commit([Change(tablets.family.stream, type_, record, fields)])


# -- people --------------------------------------------------------------------------------


async def test_every_field_of_a_person_is_kept_and_somebody_new_comes_last(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        supports = tablets.coordinator.supports
        nia = PersonDraft(
            tablets.family.id, name="Nia Delgado", called="Nia", pronouns="she/her", born_on="2011-05-02",
            role="youth", school="Orchard High", insurer="HUSKY A", languages="English, Spanish",
            self_described="Afro-Latina", is_youth=True, phone="860 555 0100",
        )  # fmt: skip
        first = await supports.save_person(nia)
        second = await supports.save_person(PersonDraft(tablets.family.id, name="Rosa"))
        form = await supports.person_form(first)
        assert replace(form, person_id="", shown=None, contact=None, order=0) == nia
        assert [one.person_id for one in (await supports.people(tablets.family.id)).family] == [first, second]
        await supports.move_person(tablets.family.id, second, -1)
        people = await supports.people(tablets.family.id)
        assert [one.name for one in people.family] == ["Rosa", "Nia Delgado"]
        await supports.move_person(tablets.family.id, second, -1)
        still = await supports.people(tablets.family.id)
        assert still.family == people.family, "nobody is before the first"


async def test_two_workers_change_different_fields_of_one_person_and_both_stay(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        one, other, family = tablets.coordinator.supports, tablets.supervisor.supports, tablets.family.id
        person = await one.save_person(PersonDraft(family, name="Rosa", phone="1", school=""))
        member = await one.save_member(MemberDraft(family, name="Ms. Nair", organisation="Orchard"))
        await tablets.meet()
        mine, theirs = await one.person_form(person), await other.person_form(person)
        my_member, their_member = await one.member_form(member), await other.member_form(member)
        await one.save_person(replace(mine, phone="2"))
        await one.save_member(replace(my_member, status="left"))
        await tablets.meet()
        # This form was opened before the colleague's change came: it may not take it back.
        await other.save_person(replace(theirs, languages="Spanish"))
        await other.save_member(replace(their_member, email="nair@example.org"))
        await tablets.meet()
        for supports in (one, other):
            seen = await supports.person_form(person)
            assert (seen.phone, seen.languages) == ("2", "Spanish")
            seen_member = await supports.member_form(member)
            assert (seen_member.status, seen_member.email) == ("left", "nair@example.org")


async def test_removing_a_person_or_a_member_can_be_undone_and_reaches_the_colleague(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        one, other, family = tablets.coordinator.supports, tablets.supervisor.supports, tablets.family.id
        person = await one.save_person(PersonDraft(family, name="Rosa"))
        member = await one.save_member(MemberDraft(family, name="Ms. Nair"))
        await one.remove_person(person)
        await one.remove_member(member)
        await tablets.meet()
        assert (await other.people(family)).family == ()
        with pytest.raises(InvalidInput) as gone:
            await other.person_form(person)
        assert gone.value.code == "support_gone"
        await one.put_back_person(person, family)
        await one.put_back_member(member, family)
        await tablets.meet()
        people = await other.people(family)
        assert ([one.name for one in people.family], [one.name for one in people.team]) == (
            ["Rosa"], ["Ms. Nair"],
        )  # fmt: skip


async def test_a_name_a_day_and_a_kind_are_asked_for_in_plain_words(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        supports, family = tablets.coordinator.supports, tablets.family.id
        with pytest.raises(InvalidInput) as blank:
            await supports.save_person(PersonDraft(family, name=" "))
        assert blank.value.field == "name"
        with pytest.raises(InvalidInput) as day:
            await supports.save_person(PersonDraft(family, name="Rosa", born_on="2011-13-01"))
        assert (day.value.field, day.value.code) == ("born_on", "bad_day")
        with pytest.raises(InvalidInput) as kind:
            await supports.save_member(MemberDraft(family, name="Ms. Nair", kind="boss"))
        assert kind.value.field == "kind"


# -- recruitment ---------------------------------------------------------------------------


async def test_each_step_of_asking_has_its_day_and_today_is_the_default(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        person, supports = tablets.coordinator, tablets.coordinator.supports
        today = person.desk.today().isoformat()
        support = await supports.save(SupportDraft(tablets.family.id, name="Pastor Ana"))
        form = await supports.form(support)
        assert (form.status, form.named_on) == ("named", today)
        await supports.save(replace(form, status="asked", asked_on="2026-11-01"))
        person.later(3 * 86400)
        form = await supports.form(support)
        await supports.save(replace(form, status="willing"))
        view = await supports.support(support)
        assert view is not None
        assert (view.named_on, view.asked_on) == (today, "2026-11-01")
        assert view.willing_on == view.status_on == person.desk.today().isoformat()
        assert view.reached_on("on_team") == ""


async def test_a_caller_that_knows_no_days_wipes_none(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        supports = tablets.coordinator.supports
        support = await supports.save(SupportDraft(tablets.family.id, name="Ana", asked_on="2026-11-01"))
        await supports.save(SupportDraft(tablets.family.id, support, name="Ana", status="asked"))
        view = await supports.support(support)
        assert view is not None
        assert view.named_on and view.asked_on == "2026-11-01" == view.status_on


# -- how somebody may be reached ------------------------------------------------------------


async def test_marks_are_saved_with_the_person_in_one_act_and_merge_field_by_field(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        family = tablets.family.id
        one, other = tablets.coordinator.supports, tablets.supervisor.supports
        person = await one.save_person(
            PersonDraft(family, name="Rosa", contact=ContactDraft(may_leave_message=False, substitute="Teo"))
        )
        await tablets.meet()
        mine, theirs = await one.person_form(person), await other.person_form(person)
        assert mine.contact is not None and theirs.contact is not None
        await one.save_person(replace(mine, contact=replace(mine.contact, may_call=False)))
        await tablets.meet()
        await other.save_person(replace(theirs, contact=replace(theirs.contact, may_name_agency=False)))
        await tablets.meet()
        for tablet in (tablets.coordinator, tablets.supervisor):
            marked = await Contacts(tablet.desk).about(family, person)
            assert marked.marks == ("no_call", "no_message", "no_agency")
            assert (marked.substitute, marked.has_conflict) == ("Teo", False)
            assert marked.refuses("call") and marked.number_hidden
        row = await tablets.coordinator.vault.read(
            lambda session: session.get(
                ContactSafety, derived_id(tablets.family.stream, "contact_safety", person).hex()
            )
        )
        assert row is not None and row.about_id == person


async def test_both_tablets_mark_the_same_family_at_once_and_it_is_one_record(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        family = tablets.family.id
        await Contacts(tablets.coordinator.desk).save(family, family, ContactDraft(may_text=False))
        await Contacts(tablets.supervisor.desk).save(family, family, ContactDraft(protected_address=True))
        await tablets.meet()
        for tablet in (tablets.coordinator, tablets.supervisor):
            marked = await Contacts(tablet.desk).about(family, family)
            assert marked.marks == ("no_text", "protected_address")
            assert not marked.number_hidden, "a call is fine"


async def test_do_not_contact_refuses_everything_with_its_reason(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        supports = tablets.coordinator.supports
        ray = await supports.save(
            SupportDraft(tablets.family.id, name="Ray", do_not_contact=True, safety_reason="Court order")
        )
        marked = (await supports.people(tablets.family.id)).contact(ray)
        assert marked.marks == ("no_contact",)
        assert marked.refuses("call") and marked.refuses("text")
        assert marked.why == "Court order"


async def test_nothing_marked_writes_nothing(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        supports = tablets.coordinator.supports
        rosa = PersonDraft(tablets.family.id, name="Rosa", contact=ContactDraft())
        person = await supports.save_person(rosa)
        rows = await tablets.coordinator.vault.read(
            lambda session: session.get(
                ContactSafety, derived_id(tablets.family.stream, "contact_safety", person).hex()
            )
        )
        assert rows is None


# -- drafts --------------------------------------------------------------------------------


async def test_a_half_filled_form_is_kept_with_what_it_showed_until_it_is_saved(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        supports, family = tablets.coordinator.supports, tablets.family.id
        saved = await supports.save(SupportDraft(family, name="Teo", how_they_help=("meals",)))
        typed = replace(
            await supports.form(saved), note="Has a van", how_they_help=("meals", "transport"),
            contact=ContactDraft(may_text=False),
        )  # fmt: skip
        await supports.drafts.keep(typed)
        fresh = SupportDraft(family, name="Aunt Bea")
        await supports.drafts.keep(fresh)
        again = Supports(tablets.coordinator.desk)
        assert await again.drafts.kept(SupportDraft(family, saved)) == typed
        assert await again.drafts.kept(SupportDraft(family)) == fresh
        await again.save(typed)
        assert await again.drafts.kept(SupportDraft(family, saved)) is None
        await again.drafts.drop(fresh)
        assert await again.drafts.kept(SupportDraft(family)) is None
        clinic = CoordinatorDraft(family, name="Jo", covers=("school",), leads=("school",))
        await supports.drafts.keep(clinic)
        assert await again.drafts.kept(CoordinatorDraft(family)) == clinic

# -- shares and the coach ------------------------------------------------------------------


async def test_attendance_is_counted_from_who_was_there_or_else_from_the_numbers(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        person, supports, family = tablets.coordinator, tablets.coordinator.supports, tablets.family.id
        now = person.desk.now_ms()
        assert (await supports.share(family)).last is None
        await _write(
            person, tablets, Meeting.TYPE, "1" * 32, status="held", starts_at_ms=now - 62 * DAY_MS,
            natural_present=1, formal_present=4, family_present=2,
        )  # fmt: skip
        await _write(
            person, tablets, Meeting.TYPE, "2" * 32, status="held", starts_at_ms=now - DAY_MS,
            natural_present=9, formal_present=9,
        )  # fmt: skip
        there = [("natural", "here"), ("natural", "late"), ("formal", "remote"), ("family", "here"),
                 ("natural", "absent")]  # fmt: skip
        for number, (kind, how) in enumerate(there):
            await _write(
                person, tablets, Attendance.TYPE, f"{number:032x}", meeting_id="2" * 32, kind=kind, how=how
            )
        left_out: tuple[dict[str, object], ...] = (
            {"status": "planned"}, {"status": "held", "professionals_only": True},
        )  # fmt: skip
        for number, values in enumerate(left_out, 3):
            await _write(
                person, tablets, Meeting.TYPE, str(number) * 32, starts_at_ms=now, formal_present=8, **values
            )
        share = await supports.share(family)
        assert share.last == Count(2, 3)
        assert [one.count for one in share.months] == [Count(1, 5), Count(2, 3)]
        assert share.trend == "up"


async def test_promises_count_for_whoever_made_them_and_the_familys_for_nobody(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        person, supports, family = tablets.coordinator, tablets.coordinator.supports, tablets.family.id
        teo = await supports.save(SupportDraft(family, name="Uncle Teo", status="on_team"))
        rosa = await supports.save_person(PersonDraft(family, name="Rosa"))
        await supports.save_member(MemberDraft(family, name="Ms. Nair"))
        await supports.save_member(MemberDraft(family, name="Old Friend", status="left"))
        today = person.desk.today().isoformat()
        for number, values in enumerate(
            (
                {"owner_id": teo, "status": "done", "done_on": today},
                {"owner": "Teo"},
                {"owner": "ms. nair"},
                {"owner_id": rosa},
                {"owner": "somebody"},
                {"owner_id": teo, "status": "dropped"},
            )
        ):
            await _write(person, tablets, ActionStep.TYPE, f"{number:032x}", what="x", **values)
        share = await supports.share(family)
        assert [one.count for one in share.open_steps] == [Count(1, 2)]
        assert [one.count for one in share.done_steps] == [Count(1, 1)]
        assert share.team == Count(1, 2)


async def test_the_coach_asks_once_and_is_quiet_for_a_month_after_not_now(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        person, supports, family = tablets.coordinator, tablets.coordinator.supports, tablets.family.id
        nia = await supports.save_person(PersonDraft(family, name="Nia", is_youth=True))
        await supports.save(SupportDraft(family, name="Lily", closeness=3, status="willing", close_to=nia))
        asked = await supports.coach(family)
        assert asked is not None
        assert (asked.about, asked.close_to) == ("Lily", "Nia")
        await supports.not_now(asked)
        assert await supports.coach(family) is None
        person.later(31 * 86400)
        assert await supports.coach(family) is not None
        await _write(person, tablets, ActionStep.TYPE, "a" * 32, what="Text Nia", owner="Lily")
        assert await supports.coach(family) is None, "she has a part now"


# -- coordinators --------------------------------------------------------------------------


async def test_overlaps_are_named_until_one_person_leads_as_agreed(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        family, desk = tablets.family.id, tablets.coordinator.desk
        mine, theirs = Coordinators(desk), Coordinators(tablets.supervisor.desk)
        await mine.save(CoordinatorDraft(family, programme="WrapCT", name="Marisol", covers=("school",)))
        clinic = await mine.save(
            CoordinatorDraft(family, programme="PCMH Plus", name="Jo", covers=("medical", "school"))
        )
        await tablets.meet()
        (overlap,) = (await theirs.map(family)).overlaps
        assert (overlap.area, len(overlap.people), overlap.settled) == ("school", 2, False)
        jo = next(one for one in (await theirs.map(family)).people if one.coordinator_id == clinic)
        await theirs.save(replace(coordinator_form(jo), leads=("school", "housing")))
        await tablets.meet()
        (overlap,) = (await mine.map(family)).overlaps
        assert overlap.settled
        assert [one.name for one in overlap.leads] == ["Jo"]
        assert overlap.leads[0].agreed_on == desk.today().isoformat()
        assert overlap.leads[0].leads == ("school",), "nobody leads where they have no part"


async def test_a_coordinator_can_be_removed_and_brought_back(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        family, coordinators = tablets.family.id, Coordinators(tablets.coordinator.desk)
        someone = await coordinators.save(CoordinatorDraft(family, programme="Help Me Grow"))
        await coordinators.remove(family, someone)
        assert (await coordinators.map(family)).people == ()
        await coordinators.put_back(family, someone)
        assert [one.called for one in (await coordinators.map(family)).people] == ["Help Me Grow"]
        with pytest.raises(InvalidInput):
            await coordinators.save(CoordinatorDraft(family, covers=("school",)))
        with pytest.raises(InvalidInput):
            await coordinators.save(CoordinatorDraft(family, name="Jo", covers=("gardening",)))


async def test_an_administrator_changes_nothing_about_people(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        desk, family = tablets.coordinator.desk, tablets.family.id
        me = Me(desk.me.person, desk.me.device, "Ada", "Administrator", ("administrator",))
        office = Desk(desk.vault, desk.now_ms, desk.new_id, me)
        supports = Supports(office)
        for act in (
            supports.save_person(PersonDraft(family, name="Rosa")),
            supports.save_member(MemberDraft(family, name="Ms. Nair")),
            supports.remove_person("0" * 32),
            supports.move_person(family, "0" * 32, 1),
            Contacts(office).save(family, family, ContactDraft(may_call=False)),
            Coordinators(office).save(CoordinatorDraft(family, name="Jo")),
            Coordinators(office).remove(family, "0" * 32),
        ):
            with pytest.raises(PermissionRefused):
                await act
