"""The recovery kit, the agency's words and the way in with them, as people meet them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.crypto.paper_text import PaperSecret, write_paper
from app.crypto.seed import AgencySeed, root_fingerprint
from app.crypto.words import to_words
from app.errors import AppError, InvalidInput, NoNetwork, WrongPassphrase
from app.exchange import qr
from app.services.first_run_seed import FoundAgency, SeedStart
from app.services.recovery import Given, KitState, SeedUseView, TypedPaper, Waiting, kit_of
from app.services.recovery_papers import SecretPage, kit_page, seed_pages
from app.services.recovery_seed import SeedHolder, seed_of
from app.services.tablet import Tablet, TabletState
from app.views.hooks import TabletContext
from app.views.place import Place
from app.views.screens.recovery import RecoveryKitPlace, SeedPlace
from app.views.screens.recovery.fresh import SeedEntry
from app.views.widgets.qr import qr_picture
from app.views.widgets.ui import Ui, UiSettings, layout_for
from tests.fakes.tablet import canned
from tests.ui import Stage

SEED = AgencySeed(bytes(range(32)))
OTHER = AgencySeed(bytes(range(1, 33)))
KIT_WORDS = to_words(bytes(32))
PASS = "lemon window river plate slow"


@dataclass
class FakeRecovery:
    """Kit and seed without keys: what a person sees is decided by the real checks on words."""

    state: KitState = KitState()
    fails: AppError | None = None
    kept: int = 0
    forgotten: int = 0
    given: list[str] = field(default_factory=list)
    refused: tuple[Any, ...] = ()
    left: str = ""
    seed: SeedHolder = field(default_factory=SeedHolder)
    fingerprint: str = "7F3A 90C2 11D4 EE08"
    used: tuple[SeedUseView, ...] = ()

    def _maybe(self) -> None:
        problem, self.fails = self.fails, None
        if problem is not None:
            raise problem

    async def kit_state(self) -> KitState:
        return self.state

    def draw_kit(self) -> SecretPage:
        return kit_page(bytes(range(32)), "Maya Chen")

    def forget_kit(self) -> None:
        self.forgotten += 1

    async def keep_kit(self) -> None:
        self._maybe()
        self.kept += 1

    async def rehearse_kit(self, text: str) -> None:
        self._maybe()
        if kit_of(text) != bytes(32):
            raise WrongPassphrase("fake")

    async def rehearse_seed(self, papers: Sequence[TypedPaper]) -> None:
        if seed_of(papers) != SEED:
            raise InvalidInput("Other.", field="paper0", code="other_agencys_seed")

    async def take_seed(self, papers: Sequence[TypedPaper]) -> None:
        await self.rehearse_seed(papers)
        self.seed.take(SEED)

    async def for_whom(self) -> tuple[Waiting, ...]:
        return (Waiting("a" * 32, "Ana Ruiz", "Supervisor", 1), Waiting("b" * 32, "Marisol Vega", "", 2))

    async def give(self, person_id: str, progress: Callable[[int, int], None]) -> Given:
        self._maybe()
        progress(14, 14)
        self.given.append(person_id)
        self.seed.drop()
        return Given(14, self.refused)

    async def unfinished(self) -> str:
        return self.left

    async def uses(self) -> tuple[SeedUseView, ...]:
        return self.used


def tablet_with(recovery: FakeRecovery) -> Tablet:
    c = canned()
    cast(Any, c.tablet)._open = SimpleNamespace(
        desk=SimpleNamespace(today=_today, now_ms=lambda: 1_796_134_320_000),
        recovery=recovery,
    )
    c.tablet.state = TabletState.OPEN
    return c.tablet


def _today() -> Any:
    from datetime import date

    return date(2026, 12, 1)


def kit_stage(recovery: FakeRecovery) -> Stage:
    tablet = tablet_with(recovery)
    place = Place("recovery_kit")
    first = lambda _of, n: list(range(n))  # noqa: E731
    return Stage.of(lambda: TabletContext(tablet, lambda: RecoveryKitPlace(place, first)))


def seed_stage(recovery: FakeRecovery) -> Stage:
    tablet = tablet_with(recovery)
    return Stage.of(lambda: TabletContext(tablet, lambda: SeedPlace(Place("seed"))))


# -- the kit ------------------------------------------------------------------------------------


async def test_a_new_kit_is_kept_only_after_three_words_of_its_paper() -> None:
    recovery = FakeRecovery()
    words = kit_page(bytes(range(32))).words
    async with kit_stage(recovery) as on:
        await on.tap("kit.make")
        assert all(word in on.words() for word in words)
        assert on.has("kit.picture") and "KT1" not in on.words()
        await on.tap("kit.written")
        assert words[5] not in on.words()
        await on.type("kit.word0", "wrong")
        await on.tap("kit.keep")
        assert "not word 1 of the sheet" in on.words() and recovery.kept == 0
        assert on.value("kit.word0") == "wrong"  # what was typed stays
        for place in range(3):
            await on.type(f"kit.word{place}", words[place])
        await on.tap("kit.keep")
        assert recovery.kept == 1
        assert "The old sheet opens nothing any more." in on.words()


async def test_all_24_words_or_the_picture_may_be_pasted() -> None:
    page = kit_page(bytes(range(32)))
    for pasted in (" ".join(page.words).upper(), page.picture):
        recovery = FakeRecovery()
        async with kit_stage(recovery) as on:
            await on.tap("kit.make")
            await on.tap("kit.written")
            await on.type("kit.word0", pasted)
            await on.tap("kit.keep")
            assert recovery.kept == 1


async def test_leaving_keeps_the_old_kit() -> None:
    recovery = FakeRecovery()
    async with kit_stage(recovery) as on:
        await on.tap("kit.make")
        await on.tap("kit.leave")
        assert (recovery.kept, recovery.forgotten) == (0, 1)
        assert on.has("kit.make")


async def test_a_disk_that_is_full_says_so_and_keeps_the_words_typed() -> None:
    recovery = FakeRecovery(fails=InvalidInput("Begin again: there is no new kit.", code="no_new_kit"))
    async with kit_stage(recovery) as on:
        await on.tap("kit.make")
        await on.tap("kit.written")
        words = kit_page(bytes(range(32))).words
        for place in range(3):
            await on.type(f"kit.word{place}", words[place])
        await on.tap("kit.keep")
        assert recovery.kept == 0 and "Begin again" in on.words()
        assert on.value("kit.word2") == words[2]


async def test_trying_says_what_is_wrong_and_what_is_right() -> None:
    recovery = FakeRecovery()
    async with kit_stage(recovery) as on:
        await on.tap("kit.try")
        await on.type("kit.words", "abandon abandon")
        await on.tap("kit.try_go")
        assert "Here are 2." in on.words()
        await on.type("kit.words", to_words(bytes(range(32))))
        await on.tap("kit.try_go")
        assert "These words do not open this tablet." in on.words()
        await on.type("kit.words", f"1. {KIT_WORDS}")
        await on.tap("kit.try_go")
        assert "These words open this tablet. Nothing was changed." in on.words()


async def test_a_kit_that_was_used_is_to_be_renewed() -> None:
    async with kit_stage(FakeRecovery(KitState(1_790_000_000_000, 1_796_000_000_000))) as on:
        await on.wait_for(lambda: on.has("kit.used"))
        assert "make a new kit" in on.words() and "was made on" in on.words()


# -- the agency's words -------------------------------------------------------------------------


async def test_the_words_give_somebody_their_families_back() -> None:
    recovery = FakeRecovery(used=(SeedUseView(1_790_000_000_000, "SetRoles", "Ana Ruiz"),))
    async with seed_stage(recovery) as on:
        await on.wait_for(lambda: "families given back to Ana Ruiz" in on.words())
        await on.tap("seed.use")
        await on.type("seed.paper0", SEED.to_words())
        await on.tap("seed.check")
        assert recovery.seed.held
        await on.tap(f"seed.whom.{'b' * 32}")
        assert "Give Marisol Vega the families back" in on.words()
        await on.tap("seed.give")
        assert recovery.given == ["b" * 32] and not recovery.seed.held
        assert "Marisol Vega can open 14 families now." in on.words()
        assert "never sent" in on.words()


async def test_two_sheets_with_their_numbers() -> None:
    first, second, _ = SEED.to_shares(lambda n: bytes(range(100, 100 + n)))
    mark = root_fingerprint(SEED.root_key().public)
    picture = write_paper(PaperSecret("share", second.secret, mark, 2))
    recovery = FakeRecovery()
    async with seed_stage(recovery) as on:
        await on.tap("seed.try")
        await on.tap("seed.which.shares")
        await on.tap("seed.check")
        assert "Type the 24 words of this sheet." in on.words()
        await on.type("seed.paper0", first.to_words())
        await on.tap("seed.check")
        assert "Choose the number of this sheet." in on.words()
        await on.tap("seed.number0.1")
        await on.type("seed.paper1", picture)  # a picture tells its own number
        await on.tap("seed.check")
        assert "These are this agency’s words." in on.words() and not recovery.seed.held


async def test_the_words_of_another_agency_are_refused_beside_the_field() -> None:
    recovery = FakeRecovery()
    async with seed_stage(recovery) as on:
        await on.tap("seed.use")
        await on.type("seed.paper0", OTHER.to_words())
        await on.tap("seed.check")
        assert "These are not the words of this agency." in on.words()
        assert on.value("seed.paper0") == OTHER.to_words() and not recovery.seed.held


async def test_no_network_leaves_the_seed_for_another_try() -> None:
    recovery = FakeRecovery(fails=NoNetwork("fake"))
    async with seed_stage(recovery) as on:
        await on.tap("seed.use")
        await on.type("seed.paper0", SEED.to_words())
        await on.tap("seed.check")
        await on.tap(f"seed.whom.{'b' * 32}")
        await on.tap("seed.give")
        assert not recovery.given and on.has("seed.error")
        await on.tap("seed.give")
        assert recovery.given


async def test_what_could_not_be_opened_is_said() -> None:
    recovery = FakeRecovery(refused=(b"x" * 16, b"y" * 16), left="b" * 32)
    async with seed_stage(recovery) as on:
        await on.wait_for(lambda: on.has("seed.unfinished"))
        await on.tap("seed.use")
        await on.type("seed.paper0", SEED.to_words())
        await on.tap("seed.check")
        await on.tap(f"seed.whom.{'b' * 32}")
        await on.tap("seed.give")
        assert "Not opened: 2." in on.words()


async def test_leaving_drops_the_seed() -> None:
    recovery = FakeRecovery()
    async with seed_stage(recovery) as on:
        await on.tap("seed.use")
        await on.type("seed.paper0", SEED.to_words())
        await on.tap("seed.check")
        assert recovery.seed.held
        await on.tap("seed.back")
        assert not recovery.seed.held


# -- a fresh tablet -----------------------------------------------------------------------------


@dataclass
class FakeWay:
    """The way in without keys."""

    administrators: int = 1
    fails: AppError | None = None
    certified: list[SeedStart] = field(default_factory=list)
    opened: int = 0
    gone: int = 0
    seed: SeedHolder = field(default_factory=SeedHolder)

    async def look(self, papers: Sequence[TypedPaper], server_url: str) -> FoundAgency:
        if seed_of(papers) != SEED:
            raise InvalidInput("No.", field="server", code="no_agency_of_seed")
        return FoundAgency("7F3A 90C2 11D4 EE08", 5, 7, self.administrators)

    async def certify(self, start: SeedStart) -> SecretPage:
        self.certified.append(start)
        return kit_page(bytes(range(32)))

    async def give(self, progress: Callable[[int, int], None]) -> Given:
        problem, self.fails = self.fails, None
        if problem is not None:
            raise problem
        progress(1, 1)
        return Given(1)

    async def finish(self) -> None:
        self.opened += 1

    async def leave(self) -> None:
        self.gone += 1


def entry_stage(way: FakeWay) -> Stage:
    c = canned(first_run=True)
    cast(Any, c.first_run).with_seed = way

    def leave() -> None:
        way.gone += 10

    return Stage.of(
        lambda: TabletContext(c.tablet, lambda: SeedEntry(leave, lambda _of, n: list(range(n))))
    )


async def _to_sheet(on: Stage) -> None:
    await on.type("entry.paper0", SEED.to_words())
    await on.tap("entry.look")
    assert "7F3A 90C2 11D4 EE08" in on.words()
    await on.tap("entry.own")
    await on.type("entry.passphrase", PASS)
    await on.type("entry.again", PASS)


async def _confirm(on: Stage) -> None:
    words = kit_page(bytes(range(32))).words
    await on.tap("entry.written")
    await on.type("entry.word0", "wrong")
    await on.tap("entry.check")
    assert "not word 1 of the sheet" in on.words()
    for place in range(3):
        await on.type(f"entry.word{place}", words[place])
    await on.tap("entry.check")


async def test_a_fresh_tablet_comes_in_with_the_words() -> None:
    way = FakeWay()
    async with entry_stage(way) as on:
        await _to_sheet(on)
        await on.tap("entry.go")
        assert (way.certified[0].again, way.certified[0].passphrase) == (True, PASS)
        await _confirm(on)
        assert way.opened == 1


async def test_somebody_new_gives_a_name() -> None:
    way = FakeWay(administrators=2)
    async with entry_stage(way) as on:
        await _to_sheet(on)
        assert "several administrators" in on.words()
        await on.type("entry.name", "Omar Haddad")
        await on.tap("entry.go")
        assert (way.certified[0].again, way.certified[0].name) == (False, "Omar Haddad")


async def test_keys_that_do_not_come_may_be_fetched_again_or_later() -> None:
    way = FakeWay(fails=NoNetwork("fake"))
    async with entry_stage(way) as on:
        await _to_sheet(on)
        await on.tap("entry.go")
        await _confirm(on)
        assert way.opened == 0 and on.has("entry.give") and on.has("entry.open")
        await on.tap("entry.give")
        assert way.opened == 1


async def test_a_server_without_this_agency_is_said_beside_the_address() -> None:
    way = FakeWay()
    async with entry_stage(way) as on:
        await on.type("entry.paper0", OTHER.to_words())
        await on.tap("entry.look")
        assert "This server knows no agency with these words." in on.words()
        await on.tap("entry.back")
        assert way.gone == 11


# -- pictures -----------------------------------------------------------------------------------


def test_a_picture_has_its_corners_and_is_as_wide_as_whole_pixels_allow() -> None:
    text = seed_pages(SEED)[0].picture
    rows = qr.squares(text)
    corner = tuple(row[:7] for row in rows[:7])
    assert corner[0] == (True,) * 7 and corner[1] == (True, *(False,) * 5, True)
    assert corner == tuple(row[-7:] for row in rows[:7]) == tuple(row[:7] for row in rows[-7:])
    again = [[False] * len(rows) for _ in rows]
    for row, column, count in qr.runs(text):
        again[row][column : column + count] = [True] * count
    assert tuple(map(tuple, again)) == rows
    ui = Ui(UiSettings(), layout_for(390, 844, 1.0))
    picture: Any = qr_picture(ui, text, name="For a camera", key="p")
    box = picture.controls[0].content
    assert box.width == box.height <= 350 and box.width % (len(rows) + 2 * qr.QUIET) == 0


@pytest.mark.parametrize("pages", [seed_pages(SEED), seed_pages(SEED, SEED.to_shares(bytes))])
def test_every_sheet_says_which_it_is(pages: tuple[SecretPage, ...]) -> None:
    assert [page.number for page in pages] == ([0] if len(pages) == 1 else [1, 2, 3])
    assert {page.fingerprint for page in pages} != {""}


