"""Rules the kit keeps: contrast, sizes, words in both languages, word comparison, places on the map."""

from __future__ import annotations

import ast
import dataclasses
import re
from pathlib import Path

import flet as ft
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.views.theme import DARK, FALLBACK, FONT_FILES, LIGHT, TypeScale, build_theme
from app.views.theme.type import MINIMUM_SIZE
from app.views.widgets.conflict import compare_words
from app.views.widgets.face import initials
from app.views.words import LANGUAGES, MissingWords, catalogue, say

ROOT = Path(__file__).resolve().parents[2]
KIT = [*sorted((ROOT / "app/views/widgets").glob("*.py"))]


def _luminance(hex_color: str) -> float:
    parts = [int(hex_color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


PAIRS = [
    ("on_surface", "surface", 14.7, 15.0),
    ("on_surface_variant", "surface", 7.3, 10.2),
    ("on_surface_variant", "surface_container", 6.5, 8.2),
    ("primary", "surface", 6.1, 10.5),
    ("on_primary", "primary", 6.5, 8.0),
    ("tertiary", "surface", 6.9, 10.5),
    ("on_primary_container", "primary_container", 9.9, 8.0),
    ("on_error_container", "error_container", 9.5, 8.0),
    ("outline", "surface", 4.1, 5.4),
    ("on_inverse_surface", "inverse_surface", 7.0, 7.0),
    ("inverse_primary", "inverse_surface", 4.5, 4.5),
    ("on_tertiary", "tertiary", 4.5, 4.5),
    ("on_error", "error", 4.5, 4.5),
    ("error", "surface", 4.5, 4.5),
]


@pytest.mark.parametrize(("ink", "ground", "light", "dark"), PAIRS)
def test_contrast_is_what_the_design_computed(ink: str, ground: str, light: float, dark: float) -> None:
    for scheme, least in ((LIGHT, light), (DARK, dark)):
        assert contrast(getattr(scheme, ink), getattr(scheme, ground)) >= least


def test_both_schemes_give_every_field_by_hand() -> None:
    for scheme in (LIGHT, DARK):
        missing = [f.name for f in dataclasses.fields(ft.ColorScheme) if getattr(scheme, f.name) is None]
        assert missing == []


def test_no_style_is_smaller_than_fourteen_and_all_fall_back() -> None:
    scale = TypeScale(1.0)
    names = [n for n, v in vars(TypeScale).items() if isinstance(v, property)]
    assert len(names) >= 17
    for name in names:
        style = getattr(scale, name)
        assert style.size >= MINIMUM_SIZE
        assert style.font_family_fallback == list(FALLBACK)
        assert getattr(TypeScale(2.0), name).size == 2 * style.size
        assert style.letter_spacing is not None and style.letter_spacing <= 0


def test_theme_can_be_built_for_every_setting() -> None:
    for dark in (False, True):
        theme = build_theme(dark, 2.0, less_motion=True)
        assert theme.page_transitions.android is ft.PageTransitionTheme.NONE


def test_every_font_file_is_there_with_its_licence_and_fits() -> None:
    for path in FONT_FILES.values():
        assert (ROOT / "assets" / path).is_file()
    fonts = list((ROOT / "assets/fonts").glob("*.ttf"))
    assert sum(f.stat().st_size for f in fonts) < 12_000_000
    stems = {f.name.split("-")[0] for f in (ROOT / "assets/fonts").glob("*-OFL.txt")}
    assert {f.stem.split("-")[0] for f in fonts} == stems


def test_letters_of_many_scripts_are_bundled() -> None:
    from fontTools.ttLib import TTFont

    have: set[int] = set()
    for path in FONT_FILES.values():
        with TTFont(ROOT / "assets" / path, lazy=True) as font:
            have |= set(font.getBestCmap())
    wanted = "Añá 😀 مرحبا שלום 你好 您們學 안녕 Привет Việt नमस्ते Łódź ẽ"
    assert [c for c in wanted if c != " " and ord(c) not in have] == []


def test_kit_writes_no_colour_and_no_slider() -> None:
    for file in KIT:
        source = file.read_text(encoding="utf-8")
        assert not re.search(r"#[0-9A-Fa-f]{6}", source), file.name
        assert "Slider(" not in source, file.name


def test_every_phrase_the_kit_asks_for_exists_in_both_languages() -> None:
    asked: set[str] = set()
    for file in [*KIT, ROOT / "app/views/brand.py"]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "say"
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                asked.add(str(node.args[0].value))
    assert len(asked) > 30
    for language in LANGUAGES:
        assert asked - set(catalogue(language)) == set()


def test_languages_have_the_same_phrases_with_the_same_places() -> None:
    english, spanish = catalogue("en"), catalogue("es")
    assert set(english) == set(spanish)
    for key in english:
        places = [sorted(re.findall(r"{(\w+)}", table[key])) for table in (english, spanish)]
        assert places[0] == places[1], key


def test_missing_words_raise() -> None:
    with pytest.raises(MissingWords):
        say("en", "nothing.here")


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Nia Delgado", "ND"), ("Rosa", "R"), ("Ms. Nair", "MN"), ("Lena Wójcik-Stone", "LW"), ("", "?")],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_only_differing_words_are_marked() -> None:
    mine, theirs = compare_words(
        "Teo drives on Tuesdays. He waits.", "Teo drives on Tuesdays, Fridays. He waits."
    )
    assert [p.words for p in mine if p.differs] == ["Tuesdays."]
    assert [p.words for p in theirs if p.differs] == ["Tuesdays, Fridays."]


@given(st.text(max_size=80), st.text(max_size=80))
def test_comparison_loses_no_word(mine: str, theirs: str) -> None:
    ours, others = compare_words(mine, theirs)
    assert "".join(p.words for p in ours) == mine
    assert "".join(p.words for p in others) == theirs
