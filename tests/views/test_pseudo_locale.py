"""Every word on every screen comes from the catalogue or from the records, and none of ours is cut.

The screens are drawn in a language that nobody speaks (tests/pseudo.py), with families whose words
are in Cyrillic letters, and everything on them is tapped.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import product
from pathlib import Path

import flet as ft
import pytest
from mnemonic import Mnemonic

from app.errors import NoNetwork
from app.services.entry import Protection
from app.store.wiping import Removed
from app.views.app import MovedWords
from app.views.hooks import TabletContext
from app.views.place import Place
from app.views.preferences import AssetsContext
from app.views.routes import PLACES, screen_of
from app.views.screens.conflict import ConflictPlace
from app.views.screens.cover import cover_screen
from app.views.screens.first_run import FirstRun
from app.views.screens.removed import RemovedScreen
from app.views.screens.settings.protection import ProtectionSection
from app.views.screens.unlock import Unlock
from app.views.widgets.ui import UiSettings, use_ui
from app.wraparound.rules import RULE_FILES
from app.wraparound.rules.shipped import shipped_text
from tests.fakes.open_tablet import FAMILY, HEADER
from tests.fakes.plan_tablet import FULL, conflict, planning_tablet, version
from tests.fakes.tablet import KIT, PASSPHRASE, SEED, SUGGESTED, canned
from tests.pseudo import QPS, hard_coded, outside, pseudo, speaking_pseudo
from tests.ui import Stage
from tests.views.pseudo_walk import (
    Findings,
    at_rest,
    explore,
    foreign_rules,
    foreign_tablet,
    in_cyrillic,
    shown,
)
from tests.views.screens import Journey, stage_of

SOAK = bool(os.environ.get("KT_SOAK"))
TAPS = 400 if SOAK else 12
SIZES = ((1024, 768), (390, 844))

RECORD = {
    "note": ("note",),
    "note_editor": ("", "note"),
    "support_editor": ("", "natural_support"),
    "person_editor": ("", "person"),
    "member_editor": ("", "team_member"),
    "version": ("plan_version",),
    "changes": ("", "plan_version"),
    "audience": ("need", "crisis_item"),
    "translations": ("", "need"),
    "meetings": ("", "meeting"),
    "meeting_before": ("", "meeting"),
    "visit": ("visit",),
    "visit_editor": ("", "visit"),
    "family_copy": ("", "plan_version"),
    "release": ("", "release"),
    "telling": ("release",),
    "disclosures": ("", "disclosure"),
}
"""Of what a place shows one: the types of its record, "" for a new one."""

DETAILS = {"rule_file": RULE_FILES, "rule_editor": RULE_FILES}
"""Of what a place shows one that is no record."""

OF_A_TYPE = ("audience", "translations")
"""Places that are told the type of the record, too."""

DRAWN = frozenset(Mnemonic("english").wordlist)
"""Words for paper and for passphrases: a list of its own, in no catalogue."""
MARKS = frozenset("".join(letters) for many in range(1, 5) for letters in product("ABCDEF", repeat=many))
"""The letters of a fingerprint, which is hexadecimal."""
RULE_KEYS = frozenset(word for name in RULE_FILES for word in hard_coded(foreign_rules(shipped_text(name))))
"""Keys and codes of rule files, whose text is shown where it can be changed."""
AS_THEY_ARE = {
    "settings": DRAWN, "recovery_kit": DRAWN, "seed": MARKS, "invite": MARKS,
    "rule_file": RULE_KEYS, "rule_editor": RULE_KEYS,
}  # fmt: skip
"""What may stand on a place in Latin letters."""

TABS = {"family": ("plan", "people", "notes", "more")}


@pytest.fixture
def qps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UiSettings]:
    with speaking_pseudo(tmp_path_factory.mktemp("words")):
        yield UiSettings(language=QPS)


@pytest.fixture
def assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One font with its licence: those of the app are in English, as they have to be."""
    folder = tmp_path_factory.mktemp("assets")
    (folder / "fonts").mkdir()
    (folder / "fonts" / "Шрифт-OFL.txt").write_text("Лицензия", encoding="utf-8")
    return folder


def places(name: str, family: str, records: Mapping[str, str]) -> Iterator[Place]:
    """What a place can show of a family."""
    for kind in RECORD.get(name, ("",)):
        details = (kind,) if name in OF_A_TYPE else DETAILS.get(name, ("",))
        for tab, detail in product(TABS.get(name, ("",)), details):
            yield Place(name, family, tab=tab, record_id=records.get(kind, ""), detail=detail)


@pytest.mark.timeout(900 if SOAK else 120)
@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("name", PLACES)
async def test_no_word_is_written_into_the_code_and_none_is_cut(
    name: str, width: int, height: int, qps: UiSettings, assets: Path, tmp_path: Path
) -> None:
    screen, found = screen_of(name), Findings()
    async with foreign_tablet(tmp_path) as (tablet, families):
        for number, (family, records) in enumerate(families.items()):
            for place in places(name, family, records):
                content = partial(AssetsContext, assets, partial(screen, place))
                stage = stage_of(content, tablet, Journey(), settings=qps, width=width, height=height)
                async with stage:
                    page = await at_rest(stage)
                    found.look(page, f"{place}", AS_THEY_ARE.get(name, ()))
                    if number == 0 and (width == SIZES[0][0] or SOAK):
                        async for key, now in explore(stage, page, TAPS):
                            found.look(now, key, AS_THEY_ARE.get(name, ()))
    assert found == {}


PASS = "lemon window river plate slow"
PAPER = {*SEED, *KIT, *PASS.split(), *SUGGESTED[0].split(), *SUGGESTED[1].split()}
"""Words for paper and for locks: the same in every language."""
FINGERPRINT = set("ABCDEF") | {"EE", "kt"}
"""Letters of the canned invitation."""


async def test_nor_when_a_tablet_begins(qps: UiSettings) -> None:
    c, found = canned(first_run=True), Findings()
    root = partial(TabletContext, c.tablet, lambda: FirstRun(lambda _of, n: list(range(n)), 0.0))
    async with Stage.of(root, qps) as stage:
        found.look(list(stage.walk()), "two ways in")
        await stage.tap("first_run.start")
        await stage.tap("first_run.go")
        found.look(list(stage.walk()), "nothing typed", PAPER)
        for name, typed in (("agency", "Речной Дом"), ("your_name", "Рут Абара")):
            await stage.type(f"first_run.{name}", typed)
        found.look(list(stage.walk()), "passphrase offered", PAPER)
        await stage.type("first_run.again", PASS)
        await stage.tap("first_run.go")
        for sheet in (SEED, KIT):
            found.look(list(stage.walk()), "sheet", PAPER)
            await stage.tap("first_run.written")
            await stage.tap("first_run.check")
            found.look(list(stage.walk()), "wrong words", PAPER)
            for number in range(3):
                await stage.type(f"first_run.word{number}", sheet[number])
            await stage.tap("first_run.check")
    assert c.first_run.finished == 1
    assert found == {}


async def test_nor_when_somebody_joins(qps: UiSettings) -> None:
    c, found = canned(first_run=True), Findings()
    root = partial(TabletContext, c.tablet, lambda: FirstRun(lambda _of, n: list(range(n)), 0.0))
    async with Stage.of(root, qps) as stage:
        await stage.tap("first_run.join")
        await stage.tap("first_run.go")
        found.look(list(stage.walk()), "no code")
        await stage.type("first_run.code", "kt-аааа")
        await stage.tap("first_run.go")
        found.look(list(stage.walk()), "code read", FINGERPRINT | PAPER)
        await stage.tap("first_run.own")
        await stage.type("first_run.passphrase", PASS)
        await stage.type("first_run.again", PASS)
        await stage.tap("first_run.go")
        await stage.tap("first_run.written")
        for number in range(3):
            await stage.type(f"first_run.word{number}", KIT[number])
        c.fails.error = NoNetwork("fake")
        await stage.tap("first_run.check")
        found.look(list(stage.walk()), "waiting without a network", PAPER)
        c.fails.error, c.first_run.let_in = None, True
        await stage.wait_for(lambda: c.first_run.finished == 1)
    assert found == {}


async def test_nor_when_it_is_unlocked_or_recovered(qps: UiSettings) -> None:
    c, found = canned(), Findings()
    async with Stage.of(partial(TabletContext, c.tablet, Unlock), qps) as stage:
        found.look(list(stage.walk()), "locked")
        await stage.tap("unlock.go")
        found.look(list(stage.walk()), "nothing typed")
        await stage.type("unlock.passphrase", "чужие слова")
        await stage.tap("unlock.go")
        found.look(list(stage.walk()), "wrong")
        await stage.tap("unlock.cannot")
        found.look(list(stage.walk()), "help")
        await stage.tap("kit.have")
        await stage.tap("kit.go")
        found.look(list(stage.walk()), "kit, nothing typed", PAPER)
        await stage.tap("kit.own")
        found.look(list(stage.walk()), "kit, a passphrase of one's own")
        await stage.tap("kit.back")
        await stage.tap("unlock.cannot")
        await stage.tap("kit.neither")
        found.look(list(stage.walk()), "starting over")
    assert found == {}


async def test_nor_when_a_tablet_was_taken_out_or_tells_how_it_is_protected(qps: UiSettings) -> None:
    c, found = canned().open(), Findings()
    c.access.failed_tries = 2
    for secure in (False, True):
        c.keyholder.protected = Protection(secure, secure, False)
        async with Stage.of(partial(TabletContext, c.tablet, ProtectionSection), qps) as stage:
            found.look(list(stage.walk()), "protected")
            if secure:
                await stage.tap("protection.on")
                await stage.tap("protection.go")
                found.look(list(stage.walk()), "asked for the passphrase")
                await stage.type("protection.passphrase", PASSPHRASE)
                await stage.tap("protection.go")
                found.look(list(stage.walk()), "turned on")
    for reason in ("removed", "lost"):
        c.keyholder.mark = Removed(reason, True)
        async with Stage.of(partial(TabletContext, c.tablet, RemovedScreen), qps) as stage:
            found.look(list(stage.walk()), reason)
    assert found == {}


@pytest.mark.parametrize(
    ("kind", "name", "record", "values"),
    [
        ("strategy", "text", "t1", ("Тэо везёт её во вторник.", "Тэо везёт её в пятницу.")),
        ("action_step", "due_on", "a2", ("2026-12-03", "")),
        ("need", "life_domain", "d1", ("family", "health")),
        ("natural_support", "how_they_help", "s1", ("transport,company", "meals")),
    ],
)
async def test_nor_when_two_versions_stand_side_by_side(
    kind: str, name: str, record: str, values: tuple[str, str], qps: UiSettings
) -> None:
    two = [in_cyrillic(version(values[0])), in_cyrillic(version(values[1], "Dana Kim"))]
    tablet = planning_tablet(in_cyrillic(FULL), conflict(two, kind, name, record))
    tablet.header = in_cyrillic(HEADER)
    place, found = Place("conflict", FAMILY, record_id=record, detail=name), Findings()
    stage = stage_of(partial(ConflictPlace, place), tablet.as_tablet(), Journey(), settings=qps)
    async with stage:
        page = await at_rest(stage)
        found.look(page)
        async for key, now in explore(stage, page, 4):
            found.look(now, key)
    assert found == {}


async def test_nor_on_the_cover_nor_in_a_window_that_has_been_left(qps: UiSettings) -> None:
    found = Findings()

    @ft.component
    def Cover() -> ft.Control:
        return cover_screen(use_ui(), lambda: None)

    for root in (Cover, MovedWords):
        async with Stage.of(root, qps) as stage:
            page = await at_rest(stage)
            assert any(text for _, text in shown(page))
            found.look(page, str(root))
    assert found == {}


# -- the language itself, and what looks for words -----------------------------


def test_the_language_keeps_places_and_lists_and_is_a_third_longer() -> None:
    assert pseudo("sync.sending", "Sending {done} of {total}") == "⟦Šéññdíññg {done} óf {total}⟧"
    assert pseudo("dates.months", "Jan Feb") == "⟦Jáññ⟧ ⟦Fébb⟧"
    long = "Nothing is lost. Both stay in the history."
    assert 1.2 < len(pseudo("conflict.nothing_lost", long)) / len(long) < 1.45


def test_words_beside_the_brackets_are_found() -> None:
    assert outside("⟦Ñééd ⟦1⟧ x⟧ and ⟦móré⟧").split() == ["and"]
    assert hard_coded("⟦Ñééd ⟦1⟧ x⟧ Нија and ⟦móré⟧ 12:30 https://table.example.org") == ["and"]


def test_of_a_rule_file_words_and_comments_are_content_and_keys_and_codes_are_not() -> None:
    text = '# For us.\n[[clock]]\ncode = "first_visit"\nname = { en = "First visit" }\nday = "2026-12-24"\n'
    assert hard_coded(foreign_rules(text)) == ["clock", "code", "first", "visit", "name", "en", "day"]
    assert 'en = "Фирст висит"' in foreign_rules(text)


async def test_a_word_in_the_code_would_be_noticed_wherever_it_stands(qps: UiSettings) -> None:
    @ft.component
    def Bad() -> ft.Control:
        return ft.Column(
            [
                ft.Text("Hard"),
                ft.Text(spans=[ft.TextSpan("coded")]),
                ft.TextField(label="field", hint_text="hint", value="typed"),
                ft.IconButton(icon=ft.Icons.ADD, tooltip="tip"),
                ft.Semantics(label="aloud", content=ft.Text("⟦óúrš⟧", max_lines=1)),
            ]
        )

    found = Findings()
    async with Stage.of(Bad, qps) as stage:
        found.look(list(stage.walk()))
    assert found == {"": {"Hard", "coded", "field", "hint", "typed", "tip", "aloud", "⟦óúrš⟧"}}
