"""The recovery kit and the agency seed with real tablets and a real server."""

from __future__ import annotations

import asyncio
import gc
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from app.crypto.paper_text import PaperSecret, read_paper, write_paper
from app.crypto.seed import AgencySeed, root_fingerprint
from app.crypto.words import to_words
from app.errors import (
    AppError,
    InvalidInput,
    PaperNotValid,
    PermissionRefused,
    StoreLocked,
    WordsMissing,
    WordsNotValid,
    WordUnknown,
    WrongPassphrase,
)
from app.protocol.control import parse_control
from app.protocol.ids import ROOT
from app.services.enrolment import NewPerson
from app.services.first_run import JoinAgency, MadeAgency, StartAgency
from app.services.first_run_seed import SeedStart
from app.services.opening import NewFamily
from app.services.recovery import TypedPaper
from app.services.recovery_seed import SeedHolder, check_seed, seed_of
from app.services.tablet import Tablet, TabletState
from app.store.log import Log
from app.store.log_shelves import KIT
from tests.services.office import PASSPHRASE, SERVER, Office, office, until

NEW_PASSPHRASE = "seven cold rivers in spring"


async def founded(place: Office, name: str = "founder", shares: bool = False) -> tuple[Tablet, MadeAgency]:
    tablet = place.tablet(name)
    made = await tablet.first_run.start_agency(
        StartAgency("River House", "Ruth Abara", "Supervisor", PASSPHRASE, SERVER, shares=shares)
    )
    await tablet.first_run.finish()
    return tablet, made


async def let_in(founder: Tablet, tablet: Tablet, text: str) -> None:
    """From a code to an open tablet."""
    await tablet.first_run.join(JoinAgency(text, PASSPHRASE))
    pending = [one for one in await founder.open.enrolment.pending() if one.state == "joined"]
    for one in pending:
        await founder.open.enrolment.admit(one.invitation_id)

    async def ready() -> bool:
        return await tablet.first_run.check_joined()

    await until(ready)
    await tablet.first_run.finish()


async def sees(tablet: Tablet, count: int) -> None:
    async def there() -> bool:
        return len(await tablet.open.casebook.families()) == count

    await until(there, 60)


async def sent(tablet: Tablet) -> None:
    async def gone() -> bool:
        return await tablet.open.syncing.unsent() == 0

    await until(gone, 60)


# -- the kit ----------------------------------------------------------------------------------


async def test_a_new_kit_ends_the_old_one_only_once_it_is_kept(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        tablet, made = await founded(place)
        recovery = tablet.open.recovery
        old = " ".join(made.kit_words)
        await recovery.rehearse_kit(old)
        page = recovery.draw_kit()
        assert page.words != made.kit_words
        await recovery.rehearse_kit(old)  # not kept yet: the old sheet works
        place.clock.advance(60)
        await recovery.keep_kit()
        assert (await recovery.kit_state()).made_ms == place.clock.now_ms()
        with pytest.raises(WrongPassphrase):
            await recovery.rehearse_kit(old)
        await recovery.rehearse_kit(" ".join(page.words))
        await recovery.rehearse_kit(page.picture)
        await tablet.lock("button")
        with pytest.raises(WrongPassphrase):
            await tablet.recover(old, NEW_PASSPHRASE)
        await tablet.recover(page.picture, NEW_PASSPHRASE)
        state = await tablet.open.recovery.kit_state()
        assert state.used_ms == place.clock.now_ms()  # so its owner is told to make a new one


async def test_a_kit_that_was_not_kept_is_forgotten(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        tablet, made = await founded(place)
        recovery = tablet.open.recovery
        page = recovery.draw_kit()
        recovery.forget_kit()
        with pytest.raises(InvalidInput):
            await recovery.keep_kit()
        with pytest.raises(WrongPassphrase):
            await recovery.rehearse_kit(" ".join(page.words))
        await recovery.rehearse_kit(" ".join(made.kit_words))


async def test_trying_words_counts_as_a_try(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        tablet, made = await founded(place)
        wrong = to_words(bytes(32))
        for _ in range(5):
            with pytest.raises(WrongPassphrase):
                await tablet.open.recovery.rehearse_kit(wrong)
        with pytest.raises(InvalidInput) as refused:
            await tablet.open.recovery.rehearse_kit(" ".join(made.kit_words))
        assert refused.value.code == "too_many_tries"


async def test_the_kit_of_another_tablet_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        tablet, _ = await founded(place)
        other, made = await founded(place, "other")
        stolen = Log.open(tmp_path / "other", lambda n: bytes(n))
        blob = stolen.local.get(KIT, b"")
        stolen.close()
        await tablet.lock("button")
        home = Log.open(tmp_path / "founder", lambda n: bytes(n))
        with home.writing():
            home.local.put(KIT, b"", blob or b"")
        home.close()
        with pytest.raises(WrongPassphrase) as refused:
            await tablet.recover(" ".join(made.kit_words), NEW_PASSPHRASE)
        assert refused.value.detail == "kit of another device"
        await tablet.unlock(PASSPHRASE)
        assert other.state is TabletState.OPEN


# -- papers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["kit", "seed", "share"])
def test_a_picture_with_one_letter_changed_is_refused(kind: str) -> None:
    mark = b"" if kind == "kit" else bytes(range(16))
    text = write_paper(PaperSecret(kind, bytes(range(32)), mark, 2 if kind == "share" else 0))  # type: ignore[arg-type]
    assert read_paper(f"  {text.lower()}\n ") == read_paper(text)
    for place, letter in enumerate(text):
        for other in "A7 Q":
            if other == letter:
                continue
            changed = text[:place] + other + text[place + 1 :]
            with pytest.raises(PaperNotValid):
                read_paper(changed)
    for end in range(len(text)):
        with pytest.raises(PaperNotValid):
            read_paper(text[:end])


def test_what_is_wrong_with_words_names_the_place() -> None:
    words = to_words(bytes(range(32))).split()
    with pytest.raises(WordsMissing) as missing:
        seed_of([TypedPaper(" ".join(words[:-1]))])
    assert missing.value.values == {"count": 23}
    with pytest.raises(WordUnknown) as unknown:
        seed_of([TypedPaper(" ".join([*words[:6], "kitchentable", *words[7:]]))])
    assert unknown.value.values == {"number": 7}
    with pytest.raises(WordsNotValid) as check:
        seed_of([TypedPaper(" ".join([words[1], words[0], *words[2:]]))])
    assert check.value.code == "words_not_valid"


def _pictures(seed: AgencySeed) -> list[str]:
    mark = root_fingerprint(seed.root_key().public)
    shares = seed.to_shares(lambda n: bytes(range(100, 100 + n)))
    return [write_paper(PaperSecret("share", one.secret, mark, one.number)) for one in shares]


def test_any_two_of_three_shares_give_the_seed_as_words_or_pictures() -> None:
    seed = AgencySeed(bytes(range(32)))
    pictures = _pictures(seed)
    papers = [read_paper(one) for one in pictures]
    for a, b in ((0, 1), (1, 2), (2, 0)):
        assert seed_of([TypedPaper(pictures[a]), TypedPaper(pictures[b])]) == seed
        typed = [TypedPaper(" ".join(papers[n].words), n + 1) for n in (a, b)]
        assert seed_of(typed) == seed


@pytest.mark.parametrize(
    ("papers", "code"),
    [
        ((0, 0), "one_share_twice"),
        ((0, "other"), "shares_of_two"),
        (("kit",), "kit_not_seed"),
        ((0,), "two_shares"),
    ],
)
def test_sheets_that_do_not_belong_together_are_refused(papers: tuple[object, ...], code: str) -> None:
    mine, other = AgencySeed(bytes(range(32))), AgencySeed(bytes(range(1, 33)))
    named: dict[object, str] = {
        0: _pictures(mine)[0],
        "other": _pictures(other)[1],
        "kit": write_paper(PaperSecret("kit", bytes(32))),
    }
    typed = [TypedPaper(named[one], 1) for one in papers]
    with pytest.raises(InvalidInput) as refused:
        seed_of(typed)
    assert refused.value.code == code


def test_a_share_under_the_mark_of_another_agency_is_noticed() -> None:
    mine = AgencySeed(bytes(range(32)))
    shares = mine.to_shares(lambda n: bytes(n))
    lies = [write_paper(PaperSecret("share", one.secret, bytes(16), one.number)) for one in shares[:2]]
    with pytest.raises(InvalidInput) as refused:
        seed_of([TypedPaper(one) for one in lies])
    assert refused.value.code == "shares_of_two"


# -- the seed -----------------------------------------------------------------------------------


async def test_another_agencys_seed_is_refused_in_plain_words(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        tablet, made = await founded(place)
        recovery = tablet.open.recovery
        await recovery.rehearse_seed([TypedPaper(" ".join(made.seed_words))])
        await recovery.rehearse_seed([TypedPaper(made.seed[0].picture)])
        assert not recovery.seed.held  # a rehearsal keeps nothing
        one, two = AgencySeed(bytes(32)), AgencySeed(bytes(range(32)))
        shares = one.to_shares(bytes)[0], two.to_shares(bytes)[1]
        for papers in (
            [TypedPaper(to_words(bytes(32)))],
            [TypedPaper(share.to_words(), share.number) for share in shares],
        ):
            with pytest.raises(InvalidInput) as refused:
                await recovery.take_seed(papers)
            assert refused.value.code == "other_agencys_seed" and not recovery.seed.held


async def test_an_agency_whose_chain_names_another_recovery_key_is_refused(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        tablet, made = await founded(place)
        agency = tablet.open.desk.vault.agency
        seed = seed_of([TypedPaper(made.seed[0].picture)])
        check_seed(seed, agency)
        with pytest.raises(InvalidInput) as refused:
            check_seed(seed, replace(agency, recovery_public=bytes(32)))
        assert refused.value.code == "recovery_key_differs"


async def test_only_administrators_use_the_seed(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder, made = await founded(place)
        invited = await founder.open.enrolment.invite(NewPerson("Marisol Vega", "Care coordinator"))
        marisol = place.tablet("marisol")
        await let_in(founder, marisol, invited.text)
        with pytest.raises(PermissionRefused):
            await marisol.open.recovery.take_seed([TypedPaper(made.seed[0].picture)])


async def test_the_seed_is_forgotten_after_five_minutes_after_use_and_on_lock(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        tablet, made = await founded(place)
        recovery = tablet.open.recovery
        picture = made.seed[0].picture
        await recovery.take_seed([TypedPaper(picture)])
        await recovery.give(tablet.open.desk.me.person)
        assert not recovery.seed.held
        with pytest.raises(InvalidInput) as refused:
            await recovery.give(tablet.open.desk.me.person)
        assert refused.value.code == "seed_gone"
        await recovery.take_seed([TypedPaper(picture)])
        await tablet.lock("button")
        assert not recovery.seed.held
        with pytest.raises(StoreLocked):
            await recovery.uses()
        gc.collect()
        mine = AgencySeed.from_words(" ".join(made.seed_words)).secret
        kept = [one for one in gc.get_objects() if isinstance(one, AgencySeed) and one.secret == mine]
        assert kept == []


async def test_a_held_seed_runs_out_but_not_while_it_works() -> None:
    holder = SeedHolder(seconds=0.02)
    told: list[bool] = []
    holder.watch(lambda: told.append(holder.held))
    holder.take(AgencySeed(bytes(32)))
    holder.borrow()

    async def gone() -> bool:
        return not holder.held

    with pytest.raises(TimeoutError):
        await until(gone, 0.1)
    holder.give_back()
    await until(gone, 2)
    assert told == [False]


# -- Monday -------------------------------------------------------------------------------------


async def _fourteen_families(place: Office) -> tuple[Tablet, MadeAgency, Tablet]:
    founder, made = await founded(place)
    invited = await founder.open.enrolment.invite(NewPerson("Marisol Vega", "Care coordinator"))
    marisol = place.tablet("marisol")
    await let_in(founder, marisol, invited.text)
    for number in range(14):
        family = await marisol.open.opening.open_family(NewFamily(f"Nia {number:02d}"))
        notes = marisol.open.notes
        await notes.save(replace(notes.begin(family), body=f"Visit {number}"))
    await sent(marisol)
    return founder, made, marisol


async def test_on_monday_a_forgotten_passphrase_ends_with_14_families(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder, _, marisol = await _fourteen_families(place)
        await sees(founder, 14)
        place.down = True
        notes = marisol.open.notes
        family = (await marisol.open.casebook.families())[0].family_id
        await notes.save(replace(notes.begin(family), body="Never sent"))
        me = marisol.open.desk.me
        await marisol.lock("button")
        place.down = False
        await marisol.start_over()  # "I cannot get in", on the same tablet
        assert marisol.state is TabletState.FIRST_RUN
        again = await founder.open.enrolment.invite_again(me.person)
        await let_in(founder, marisol, again.text)
        await sees(marisol, 14)
        assert marisol.open.desk.me.person == me.person and marisol.open.desk.me.device != me.device
        assert not await marisol.open.notes.search("never sent")  # the screens say so before
        assert len(await marisol.open.notes.search("visit", limit=50)) == 14
        written = await marisol.open.notes.save(
            replace(marisol.open.notes.begin(family), body="Back at work")
        )
        await sent(marisol)

        async def arrived() -> bool:
            return bool(await founder.open.notes.search("back at work"))

        await until(arrived)
        assert written.author == "Marisol Vega"


async def test_with_no_colleague_online_the_seed_gives_the_families_back(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder, made, marisol = await _fourteen_families(place)
        # An administrator without family keys, who has the sheet.
        invited = await founder.open.enrolment.invite(
            NewPerson("Omar Haddad", "Administrator", ("administrator",))
        )
        omar = place.tablet("omar")
        await let_in(founder, omar, invited.text)
        await founder.lock("button")  # the supervisor is on holiday
        person = marisol.open.desk.me.person
        await marisol.lock("button")
        await marisol.start_over()
        again = await omar.open.enrolment.invite_again(person)
        await let_in(omar, marisol, again.text)
        assert await omar.open.casebook.families() == ()
        assert await marisol.open.casebook.families() == ()
        told: list[tuple[int, int]] = []
        await omar.open.recovery.take_seed([TypedPaper(made.seed[0].picture)])
        given = await omar.open.recovery.give(person, lambda done, total: told.append((done, total)))
        assert (given.families, given.refused) == (14, ())
        assert told[-1][0] == told[-1][1] >= 15
        await sees(marisol, 14)
        assert await omar.open.casebook.families() == ()  # the seed gives to whom it is for
        (use,) = await omar.open.recovery.uses()
        assert use.name == "Marisol Vega"
        await marisol.open.syncing.contact()
        assert await marisol.open.recovery.uses() == (use,)  # everybody sees it
        # Again: nothing is left to give, and nothing is signed.
        await omar.open.recovery.take_seed([TypedPaper(made.seed[0].picture)])
        assert (await omar.open.recovery.give(person)).families == 14
        await omar.open.syncing.contact()
        assert await omar.open.recovery.uses() == (use,)


async def test_the_last_administrators_lost_tablet_is_replaced_with_the_seed_alone(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder, made = await founded(place, shares=True)
        me = founder.open.desk.me
        family = await founder.open.opening.open_family(NewFamily("Nia", "Delgado"))
        notes = founder.open.notes
        await notes.save(replace(notes.begin(family), body="Rosa met me at the door."))
        await sent(founder)
        await founder.lock("lost")
        fresh = place.tablet("fresh", "")
        way = fresh.first_run.with_seed
        papers = [TypedPaper(made.seed[2].picture), TypedPaper(" ".join(made.seed[0].words), 1)]
        found = await way.look(papers, SERVER)
        assert (found.fingerprint, found.administrators) == (made.seed[0].fingerprint, 1)
        kit = await way.certify(SeedStart(NEW_PASSPHRASE))
        given = await way.give()
        assert (given.families, given.refused) == (1, ())
        await way.finish()
        await sees(fresh, 1)
        now = fresh.open.desk.me
        assert (now.person, now.name) == (me.person, me.name) and now.device != me.device
        assert "administrator" in now.roles
        await fresh.open.recovery.rehearse_kit(kit.picture)
        kinds = [one.kind for one in await fresh.open.recovery.uses()]
        assert "CertifyDevice" in kinds
        # The new tablet works like any other: it invites.
        assert (await fresh.open.enrolment.invite(NewPerson("Ana", ""))).text


async def test_somebody_new_becomes_administrator_with_the_seed(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder, made = await founded(place)
        await founder.open.syncing.contact()
        fresh = place.tablet("fresh", "")
        way = fresh.first_run.with_seed
        await way.look([TypedPaper(made.seed[0].picture)], SERVER)
        await way.certify(SeedStart(NEW_PASSPHRASE, again=False, name="Omar Haddad", title="Administrator"))
        await way.give()
        await way.finish()
        assert (fresh.open.desk.me.name, fresh.open.desk.me.roles) == ("Omar Haddad", ("administrator",))
        await sent(fresh)

        async def known() -> bool:
            await founder.open.syncing.contact()
            return "Omar Haddad" in {one.name for one in await founder.open.recovery.for_whom()}

        await until(known)


async def test_a_server_of_another_agency_gets_nothing_and_gives_nothing(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        await founded(place)
        fresh = place.tablet("fresh", "")
        with pytest.raises(InvalidInput) as refused:
            await fresh.first_run.with_seed.look([TypedPaper(to_words(bytes(32)))], SERVER)
        assert refused.value.code == "no_agency_of_seed"
        assert not fresh.first_run.with_seed.seed.held and not place.holders[-1].exists()


async def test_a_network_that_fails_while_certifying_leaves_no_home(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder, made = await founded(place)
        await sent(founder)
        fresh = place.tablet("fresh", "")
        way = fresh.first_run.with_seed
        await way.look([TypedPaper(made.seed[0].picture)], SERVER)
        place.down = True
        with pytest.raises(AppError):
            await way.certify(SeedStart(NEW_PASSPHRASE))
        assert not place.holders[-1].exists()
        place.down = False
        await way.certify(SeedStart(NEW_PASSPHRASE))
        assert place.holders[-1].exists()
        await way.leave()


async def test_giving_that_is_interrupted_goes_on_with_the_rest(tmp_path: Path) -> None:
    families = 150 if os.environ.get("KT_SOAK") else 6
    async with office(tmp_path) as place:
        founder, made = await founded(place)
        for number in range(families):
            await founder.open.opening.open_family(NewFamily(f"Nia {number:03d}"))
        await sent(founder)
        ids = founder.open.desk.vault.agency
        person = founder.open.desk.me.person
        await founder.lock("lost")
        fresh = place.tablet("fresh", "")
        way = fresh.first_run.with_seed
        await way.look([TypedPaper(made.seed[0].picture)], SERVER)
        await way.certify(SeedStart(NEW_PASSPHRASE))

        def stop(done: int, total: int) -> None:
            assert total == families + 1
            if done == families // 2:
                raise asyncio.CancelledError

        with pytest.raises(asyncio.CancelledError):
            await way.give(stop)
        assert way.seed.held  # nothing has to be typed again within five minutes
        began = time.monotonic()
        given = await way.give()
        print(f"{families} families, half of them already given: {time.monotonic() - began:.1f} s")
        assert (given.families, given.refused) == (families, ())
        await way.finish()
        await sees(fresh, families)
        vault = fresh.open.desk.vault
        granted = []
        for raw in await vault.agency_ops():
            assert parse_control(raw).stream == ids.agency
        for stream, _ in [(one.stream, 0) for one in await vault.positions() if one.stream != ids.agency]:
            granted += [op for op in await vault.stream_ops(stream) if parse_control(op).author == ROOT]
        assert len(granted) == families + 1  # each stream once: what was given was not given again
        assert fresh.open.desk.me.person == person
