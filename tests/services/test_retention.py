"""How long records are kept: the rule, the list, the hold, and that nothing is destroyed while it stands."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.errors import InvalidInput, PermissionRefused
from app.protocol.ids import singleton_id
from app.store.vault import Change
from app.wraparound.records import Family, LegalHold, Person
from app.wraparound.retention import Rule, kept_until, years_after
from tests.services.trio import Trio, trio


@pytest.mark.parametrize(
    ("closed", "born", "until"),
    [("2010-05-01", "1990-01-01", "2017-05-01"), ("2010-05-01", "2005-03-02", "2029-03-02"),
     ("2012-02-29", "1980-01-01", "2019-03-01")],
)  # fmt: skip
def test_record_is_kept_until_both_have_passed(closed: str, born: str, until: str) -> None:
    kept = kept_until(Rule(7, 24), date.fromisoformat(closed), [date.fromisoformat(born)])
    assert (kept.until.isoformat(), kept.ages_known) == (until, True)


def test_the_youngest_counts_and_a_missing_birthday_is_said() -> None:
    born = [date(1990, 1, 1), None, date(2004, 1, 1)]
    assert kept_until(Rule(1, 18), date(2010, 1, 1), born).until == date(2022, 1, 1)
    assert not kept_until(Rule(1, 18), date(2010, 1, 1), born).ages_known
    assert years_after(date(9990, 1, 1), 99).year == date.max.year


async def close(here: Trio, day: str = "2015-01-01", born: str = "1995-01-01") -> None:
    record = singleton_id(here.family.stream, Family.TYPE).hex()
    await here.coordinator.vault.commit(
        [here.family.change(Family.TYPE, record, {"status": "closed", "status_on": day}),
         here.family.change(Person.TYPE, "a1" * 16, {"name": "Nia", "is_youth": True, "born_on": born})]
    )  # fmt: skip
    await here.meet()


async def test_list_holds_closed_families_whose_time_has_passed(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        time = here.supervisor.keeping.time
        assert await time.passed() == ()
        await close(here)
        (passed,) = await time.passed()
        assert (passed.name, passed.until, passed.held, passed.ages_known) == (
            "Nia Delgado", "2022-01-01", False, True,
        )  # fmt: skip
        await time.set_rule(20, 24, "State contract, 2026.")
        assert await time.passed() == ()


async def test_only_an_administrator_sets_the_rule_and_names_its_source(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        time = here.supervisor.keeping.time
        assert not (await time.rule()).own
        for years, age, source, code in ((0, 24, "Law", "bad_years"), (7, 200, "Law", "bad_age"),
                                         (7, 24, " ", "no_rule_source")):  # fmt: skip
            with pytest.raises(InvalidInput) as refused:
                await time.set_rule(years, age, source)
            assert refused.value.code == code
        await time.set_rule(10, 25, "State contract, 2026.")
        await here.meet()
        rule = await here.coordinator.keeping.time.rule()
        assert (rule.years, rule.age, rule.source, rule.own) == (10, 25, "State contract, 2026.", True)
        with pytest.raises(PermissionRefused):
            await here.coordinator.keeping.time.set_rule(1, 1, "Mine.")


async def test_nothing_is_destroyed_while_it_is_held(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        await close(here)
        time, family = here.supervisor.keeping.time, here.family.id
        hold = await time.hold(family, "A court asked for it.")
        with pytest.raises(InvalidInput) as refused:
            await time.decide(family, "destroy", "Seven years.")
        assert refused.value.code == "on_hold"
        await time.decide(family, "keep", "A court asked for it.", "2030-01-01")
        await time.lift(hold, "The case is closed.")
        await time.decide(family, "destroy", "Seven years.")
        (passed,) = await time.passed()
        assert passed.decision is not None
        assert (passed.decision.decision, passed.decision.by) == ("destroy", "Ruth Abara")


async def test_hold_is_seen_by_all_and_keeps_its_history(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        time, family = here.supervisor.keeping.time, here.family.id
        hold = await time.hold(family, "A court asked for it.")
        with pytest.raises(InvalidInput) as refused:
            await time.hold(family, "Again.")
        assert refused.value.code == "held_already"
        await here.meet()
        seen = await here.coordinator.keeping.time.held(family)
        assert seen is not None and (seen.reason, seen.by) == ("A court asked for it.", "Ruth Abara")
        await time.lift(hold, "It is over.")
        with pytest.raises(InvalidInput) as refused:
            await time.lift(hold, "Twice.")
        assert refused.value.code == "not_held"
        (past,) = await time.holds(family)
        assert (past.lifted_why, past.lifted_by) == ("It is over.", "Ruth Abara")
        assert await time.held(family) is None


async def test_coordinator_neither_holds_nor_lifts_nor_decides(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        await close(here)
        time, family = here.coordinator.keeping.time, here.family.id
        for act in (time.hold(family, "Mine."), time.lift("aa" * 16, "Mine."),
                    time.decide(family, "keep", "Mine.")):  # fmt: skip
            with pytest.raises(PermissionRefused):
                await act


async def test_hold_counts_only_in_the_data_stream_and_from_who_may(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        fields = {"held_family": here.family.id}
        with pytest.raises(PermissionRefused):
            await here.supervisor.vault.commit([here.family.change(LegalHold.TYPE, "aa" * 16, fields)])
        data = here.coordinator.vault.data_stream
        with pytest.raises(PermissionRefused):
            await here.coordinator.vault.commit([Change(data, LegalHold.TYPE, "aa" * 16, fields)])


async def test_open_family_and_one_whose_time_has_not_come_are_not_decided(tmp_path: Path) -> None:
    async with trio(tmp_path) as here:
        time = here.supervisor.keeping.time
        with pytest.raises(InvalidInput) as refused:
            await time.decide(here.family.id, "destroy", "Now.")
        assert refused.value.code == "time_not_passed"
        with pytest.raises(InvalidInput) as refused:
            await time.decide(here.family.id, "keep", " ")
        assert refused.value.code == "no_decision_why"
