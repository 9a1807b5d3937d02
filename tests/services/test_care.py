"""Care facts, who may decide, and pulses: asked once, dated, checked, and merged field by field."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from app.errors import InvalidInput, PermissionRefused
from app.services.authorities import Authorities, AuthorityDraft
from app.services.care import COUNTS, Care, MonthView, totals
from app.services.desk import Desk
from app.services.form_drafts import FormDrafts
from app.services.pulses import Asked, Pulses, latest
from app.store.vault import Change
from app.wraparound.records import NaturalSupport, Person, Pulse
from tests.services.rig import Pair, pair

NIA, ROSA = "a1" * 16, "a2" * 16


@dataclass
class Home:
    """A family of two on two tablets."""

    tablets: Pair

    @property
    def family(self) -> str:
        return self.tablets.family.id

    def desk(self, who: str = "coordinator") -> Desk:
        desk: Desk = getattr(self.tablets, who).desk
        return desk

    async def write(self, kind: str, record: str, **fields: Any) -> None:
        stream = self.tablets.family.stream
        await self.tablets.coordinator.vault.commit([Change(stream, kind, record, fields)])


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    async with pair(tmp_path) as tablets:
        here = Home(tablets)
        await here.write(Person.TYPE, NIA, name="Nia Delgado", called="Nia", is_youth=True, school="Sunset")
        await here.write(Person.TYPE, ROSA, name="Rosa Delgado", role="grandmother", order=1)
        yield here


async def test_facts_are_asked_once_and_shown_ever_after(home: Home) -> None:
    care = Care(home.desk())
    nia, rosa = await care.of_family(home.family)
    assert (nia.name, nia.is_youth, nia.asked, rosa.name) == ("Nia", True, False, "Rosa Delgado")
    draft = await care.form(home.family, NIA)
    await care.save(replace(draft, medicines="Guanfacine 1 mg", allergies="Penicillin", school_plan="iep"))
    nia, _ = await care.of_family(home.family)
    today = home.desk().today().isoformat()
    assert nia.asked and (nia.facts.medicines, nia.facts.allergies) == ("Guanfacine 1 mg", "Penicillin")
    assert (nia.facts.school_plan, nia.facts.asked_on) == ("iep", today)
    home.tablets.coordinator.later(3 * 86_400)
    await care.save(await care.form(home.family, NIA))  # confirmed, nothing changed
    nia, _ = await care.of_family(home.family)
    assert nia.facts.asked_on == home.desk().today().isoformat() != today


async def test_two_who_ask_at_once_keep_both_answers(home: Home) -> None:
    mine, theirs = Care(home.desk()), Care(home.desk("supervisor"))
    await mine.save(replace(await mine.form(home.family, NIA), medicines="Guanfacine"))
    await home.tablets.meet()
    first, second = await mine.form(home.family, NIA), await theirs.form(home.family, NIA)
    await mine.save(replace(first, allergies="Nuts"))
    await theirs.save(replace(second, clinicians="Dr. Tan"))
    await home.tablets.meet()
    for care in (mine, theirs):
        nia, _ = await care.of_family(home.family)
        assert (nia.facts.medicines, nia.facts.allergies, nia.facts.clinicians) == (
            "Guanfacine", "Nuts", "Dr. Tan",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field"), [({"school_plan": "magic"}, "school_plan"), ({"asked_on": "soon"}, "asked_on")]
)
async def test_wrong_facts_are_refused_at_their_field(home: Home, change: dict[str, Any], field: str) -> None:
    care = Care(home.desk())
    draft = await care.form(home.family, NIA)
    with pytest.raises(InvalidInput) as raised:
        await care.save(replace(draft, **change))
    assert raised.value.field == field


async def test_nobody_of_another_family_has_a_form(home: Home) -> None:
    with pytest.raises(InvalidInput) as raised:
        await Care(home.desk()).form(home.family, "ee" * 16)
    assert raised.value.code == "person_not_here"


async def test_months_are_counted_together_and_changed_in_place(home: Home) -> None:
    care, month = Care(home.desk()), home.desk().today().isoformat()[:7]
    await care.save_month(home.family, MonthView(NIA, month, visits_kept=2, school_days_missed=3))
    await care.save_month(home.family, MonthView(ROSA, month, work_days_missed=1, out_of_pocket=40))
    await care.save_month(home.family, MonthView(NIA, month, visits_kept=3, school_days_missed=3))
    (total,) = totals(await care.of_family(home.family))
    assert (total.visits_kept, total.school_days_missed, total.work_days_missed, total.out_of_pocket) == (
        3, 3, 1, 40,
    )  # fmt: skip


@pytest.mark.parametrize("name", COUNTS)
async def test_impossible_counts_are_refused(home: Home, name: str) -> None:
    month = home.desk().today().isoformat()[:7]
    for wrong in (-1, COUNTS[name] + 1):
        with pytest.raises(InvalidInput) as raised:
            counts: dict[str, Any] = {name: wrong}
            await Care(home.desk()).save_month(home.family, MonthView(NIA, month, **counts))
        assert (raised.value.field, raised.value.code) == (name, "bad_count")


@pytest.mark.parametrize("month", ["2999-01", "2025-13", "2025-1", "", "2025-11-01"])
async def test_a_month_that_has_not_begun_or_is_none_is_refused(home: Home, month: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        await Care(home.desk()).save_month(home.family, MonthView(NIA, month, visits_kept=1))
    assert raised.value.code == "bad_month"


def authority(home: Home, **more: Any) -> AuthorityDraft:
    return AuthorityDraft(home.family, adult_id=ROSA, person_id=NIA, basis="guardian", **more)


async def test_what_stands_now_comes_first_and_says_what_was_not_seen(home: Home) -> None:
    authorities, today = Authorities(home.desk()), home.desk().today()
    last_year = today.replace(year=today.year - 1).isoformat()
    await authorities.save(authority(home, ends_on=last_year))
    await authorities.save(authority(home, may_consent=("treatment", "school")))
    await authorities.save(
        replace(authority(home, no_contact=True, seen="Court order"), adult_id="", adult_name="Uncle Ray")
    )
    barred, now, ended = await authorities.of_family(home.family)
    assert (barred.draft.adult_name, barred.draft.no_contact, barred.unseen) == ("Uncle Ray", True, False)
    assert (now.standing, now.unseen, now.draft.may_consent) == ("now", True, ("treatment", "school"))
    assert (now.child, now.draft.adult_name) == ("Nia", "Rosa Delgado")
    assert ended.standing == "ended"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"adult_id": ""}, "adult_name"), ({"person_id": ""}, "person_id"), ({"basis": "luck"}, "basis"),
        ({"may_consent": ("everything", "luck")}, "may_consent"), ({"seen_on": "then"}, "seen_on"),
        ({"from_on": "2025-05-02", "ends_on": "2025-05-01"}, "ends_on"),
    ],
)  # fmt: skip
async def test_wrong_authority_is_refused_at_its_field(
    home: Home, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as raised:
        await Authorities(home.desk()).save(replace(authority(home), **change))
    assert raised.value.field == field
    assert await Authorities(home.desk()).of_family(home.family) == ()


async def test_authority_taken_away_can_be_put_back(home: Home) -> None:
    authorities = Authorities(home.desk())
    record = await authorities.save(authority(home))
    await authorities.remove(home.family, record)
    assert await authorities.of_family(home.family) == ()
    await authorities.put_back(home.family, record)
    assert len(await authorities.of_family(home.family)) == 1


async def test_pulse_keeps_what_was_left_out_apart_from_zero(home: Home) -> None:
    pulses = Pulses(home.desk())
    nia = (await pulses.people(home.family))[0]
    assert (nia.name, nia.kind) == ("Nia", "youth")
    await pulses.save(home.family, nia, {"helping": 0, "heard": 8})
    (one,) = await pulses.of_family(home.family)
    assert (dict(one.answers), one.low) == ({"helping": 0, "heard": 8}, ("helping",))
    home.tablets.coordinator.later(86_400)
    await pulses.save(home.family, nia, {"helping": 6}, "Better now")
    await pulses.save(home.family, Asked(ROSA, "Rosa", "caregiver"), {"doable": 3})
    rosa, pair_ = latest(await pulses.of_family(home.family))
    assert (rosa[0].by_name, rosa[1]) == ("Rosa", None)  # a low answer first
    assert pair_[0].words == "Better now" and pair_[1] is not None and pair_[1].answers["helping"] == 0


async def test_who_must_not_be_contacted_or_is_not_on_the_team_is_not_asked(home: Home) -> None:
    await home.write(NaturalSupport.TYPE, "b1" * 16, name="Teo", status="on_team")
    await home.write(NaturalSupport.TYPE, "b2" * 16, name="Ray", status="on_team", do_not_contact=True)
    await home.write(NaturalSupport.TYPE, "b3" * 16, name="Jo", status="asked")
    names = [one.name for one in await Pulses(home.desk()).people(home.family)]
    assert names == ["Nia", "Rosa Delgado", "Teo"]


@pytest.mark.parametrize(
    ("answers", "words", "code"),
    [({}, " ", "no_pulse"), ({"helping": 11}, "", "bad_pulse"), ({"secret": 3}, "", "bad_choice")],
)
async def test_wrong_pulses_are_refused(home: Home, answers: dict[str, int], words: str, code: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        await Pulses(home.desk()).save(home.family, Asked(NIA, "Nia", "youth"), answers, words)
    assert raised.value.code == code
    assert await Pulses(home.desk()).of_family(home.family) == ()


async def test_a_pulse_of_another_app_may_hold_anything(home: Home) -> None:
    wild = {"helping": "ten", "heard": 99, "hopeful": True, "doable": 4, "new": 1}
    await home.write(Pulse.TYPE, "c1" * 16, by_name="Nia", answers=wild)
    (one,) = await Pulses(home.desk()).of_family(home.family)
    assert dict(one.answers) == {"doable": 4}


async def test_who_may_not_write_is_refused(home: Home) -> None:
    desk = replace(home.desk(), me=replace(home.desk().me, roles=("administrator",)))
    for act in (
        lambda: Care(desk).save_month(home.family, MonthView(NIA, "2025-01")),
        lambda: Authorities(desk).save(authority(home)),
        lambda: Pulses(desk).save(home.family, Asked(NIA, "Nia", "youth"), {"helping": 5}),
    ):
        with pytest.raises(PermissionRefused):
            await act()


async def test_half_filled_form_is_sealed_and_comes_back_with_what_it_showed(home: Home) -> None:
    drafts = FormDrafts(home.desk())
    shown = authority(home, authority_id="d1" * 16, may_consent=("school",))
    form = replace(shown, seen="Court or", shown=shown)
    await drafts.keep("authority.x", form)
    assert await drafts.kept("authority.x", AuthorityDraft) == form
    await drafts.drop("authority.x")
    assert await drafts.kept("authority.x", AuthorityDraft) is None
    await home.desk().vault.save_local("form_draft", "authority.x", b"[1]")
    assert await drafts.kept("authority.x", AuthorityDraft) is None
