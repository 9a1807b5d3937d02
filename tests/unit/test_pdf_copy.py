"""The family copy as a reader elsewhere sees it: its text, its pages, its facts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.exchange.paper_wish import PaperWish
from app.exchange.pdf import crisis_card, family_copy, ink, version_paper
from app.services.sharing import FONTS
from app.views.theme.tokens import LIGHT
from app.views.words import catalogue
from app.wraparound.family_page import TransitionShown
from app.wraparound.progress import Line, Point
from app.wraparound.wording import Words
from tests.fakes.paper_page import CIRCLE, crisis, family
from tests.papers import draw, info_of, opens, streams_of, text_of

DAY = date(2026, 11, 22)


def wish(**more: Any) -> PaperWish:
    return replace(PaperWish("letter", "Rosa", DAY, FONTS), **more)


def made(language: str = "en", needs: int = 1, *, parts: frozenset[str] | None = None, **more: Any) -> bytes:
    page = family(language, needs, **more)
    given = {} if parts is None else {"parts": parts}
    return family_copy(page, catalogue(language).__getitem__, wish(), **given)[0]


def test_the_copy_says_the_plan_in_english() -> None:
    said = text_of(made())
    for words in (
        "Our plan", "Nia and the Delgado family", "For Rosa. Made on Sun 22 Nov 2026.",
        "“We want a house where mornings are quiet — and Nia laughs at the table again.”",
        "What we are working on", "Nia needs to know someone stays", "At school on time",
        "before: 4", "same", "first number", "Nia: “Mornings are not a fight now.”",
        "Uncle Teo drives her", "still open, since Wed 18 Nov", "by Thu 26 Nov", "no day yet",
        "done Tue 17 Nov", "“He said yes — two days a week.”", "nobody yet",
        "Three mornings without a fight", "Sunday dinner", "Thu 3 Dec", "Rosa’s kitchen",
        "When it gets very hard", "(860) 555-0148", "Page 1 of",
    ):  # fmt: skip
        assert words in said, words


def test_the_copy_says_the_plan_in_spanish_with_its_gaps() -> None:
    content = made("es")
    said = text_of(content)
    for words in (
        "Nuestro plan", "Se hizo el domingo 22 de noviembre de 2026.", "“Queremos una casa con mañanas",
        "donde Nia vuelva a reír en la mesa.”", "¿" if "¿" in said else "Lo que prometimos",
        "A la escuela a tiempo", "antes: 4", "todavía falta, desde el", "ya está, el", "El tío Teo la lleva",
        "jueves 3 de diciembre", "Cuando todo se pone muy difícil", "A quién llamar, en este orden",
        "Página 1 de",
    ):  # fmt: skip
        assert words.lower() in said.lower(), words
    # The mission, one way and one promise have no Spanish.
    assert said.count("Todavía no está en español") == 3
    for english in ("To keep Nia", "Check in with", "Hold 8:05", "neighbour", "swim team", "grandmother"):
        assert english not in said, english


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Nia: it was 3 in August, it is 6 now. The goal is 8."),
        ("es", "Nia: en agosto era un 3, ahora es un 6. La meta es 8."),
    ],
)
def test_how_a_goal_has_gone_is_one_sentence_and_not_of_a_plan_that_is_past(
    language: str, told: str
) -> None:
    def paper(*days: date, then: bool = False) -> str:
        page = family(language)
        (need,) = page.needs
        points = tuple(Point(day, value, "Nia") for day, value in zip(days, (3.0, 6.0), strict=False))
        goal = replace(need.goals[0], target="8", history=(Line("youth", points),))
        shown = replace(page, needs=(replace(need, goals=(goal,)),))
        words = catalogue(language).__getitem__
        made_of = partial(version_paper, of_day=DAY) if then else family_copy
        content = made_of(shown, words, wish())
        return " ".join(text_of(content[0]).split())

    both = (date(2026, 8, 10), date(2026, 11, 18))
    assert told in paper(*both)
    assert told not in paper(*both, then=True)
    goal = told[told.rindex(". ") + 2 :]
    assert goal in paper(*both) and goal not in paper(both[0]), "one number is said by its disc"


def test_equal_plans_give_equal_files_down_to_the_last_byte() -> None:
    assert made() == made()
    assert made() != made(needs=2)


@pytest.mark.parametrize(("paper", "size"), [("a4", "595.28 x 841.89"), ("letter", "612 x 792")])
def test_both_paper_sizes(paper: str, size: str) -> None:
    content, _ = family_copy(family(), catalogue("en").__getitem__, wish(paper=paper))
    assert info_of(content)["Page size"].startswith(size)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_file_names_its_language_and_nobody(language: str) -> None:
    content = made(language)
    facts = info_of(content)
    assert facts["Title"] == {"en": "Our plan", "es": "Nuestro plan"}[language]
    assert facts["Tagged"] == "yes"
    assert "Author" not in facts and "Subject" not in facts and "Keywords" not in facts
    assert (facts["Creator"], facts["Producer"]) == ("Kitchen Table", "Kitchen Table")
    assert "12:00:00 2026" in facts["CreationDate"]
    assert f"/Lang ({language})".encode() in content
    assert {"/S /H1", "/S /H2", "/S /P", "/S /Figure"} <= set(
        re.findall(r"/S /\w+", content.decode("latin-1"))
    )


def test_letters_that_no_main_font_has_come_from_the_others() -> None:
    odd = "Ñandú “—” 😀 👨‍👩‍👧 Привет 你好 שלום 안녕 ก\x00\x07 {nb} **x** \ud83d tab\tend"
    said = text_of(made(vision=Words(odd)))
    for words in ("Ñandú “—”", "Привет", "你好", "שלום", "안녕", "{nb} **x**", "tab end"):
        assert words in said, words
    assert "😀" in said


def test_what_is_not_on_the_page_is_nowhere_in_the_file() -> None:
    """The page is the only source: what it leaves out leaves no text, tag, bookmark or name."""
    page = family()
    whole = family_copy(page, catalogue("en").__getitem__, wish())[0]
    less = replace(
        page,
        promises=page.promises[1:],
        needs=(),
        circle=tuple(one for one in CIRCLE if one.name != "Gloria"),
        crisis=tuple(line for line in page.crisis if "Gloria" not in line.who + line.text.text),
    )
    content = family_copy(less, catalogue("en").__getitem__, wish())[0]
    assert "Gloria" in text_of(whole) and "8:05" in text_of(whole)
    for secret in ("Gloria", "8:05", "Nair needs"):
        assert secret not in text_of(content)
        for coded in (secret.encode(), secret.encode("utf-16-be"), secret.encode("utf-16-be").hex().encode()):
            assert coded.lower() not in streams_of(content).lower()


def test_a_part_that_was_not_asked_for_is_not_there() -> None:
    said = text_of(made(parts=frozenset({"promises"})))
    assert "What we promised" in said
    for words in ("What we want", "working on", "People around us", "very hard", "555-0148"):
        assert words not in said, words


def test_the_map_shows_who_agreed_and_says_so_in_words() -> None:
    content = made()
    around = "Uncle Teo, Gloria, Coach Will, Ms. Nair, Marisol Vega"
    alt = f"A drawing. In the middle: Nia · Rosa. Around: {around}."
    assert f"/Alt <feff{alt.encode('utf-16-be').hex()}>".encode() in content.lower().replace(b"/alt", b"/Alt")
    said = text_of(made(parts=frozenset({"eco_map"})))
    assert "Coach Will" in said and "swim team" in said and "Friends and kin" in said


def test_too_many_people_for_a_drawing_become_a_list() -> None:
    crowd = tuple(replace(CIRCLE[3], id=f"x{n}", name=f"Neighbour number {n}") for n in range(60))
    said = text_of(made(parts=frozenset({"eco_map"}), circle=(*CIRCLE, *crowd)))
    assert all(f"Neighbour number {n}" in said for n in range(60))


def test_a_long_plan_goes_over_many_pages_and_every_page_has_its_number() -> None:
    content, pages = family_copy(family(needs=30, promises=family().promises * 15),
                                 catalogue("en").__getitem__, wish())  # fmt: skip
    assert pages == int(info_of(content)["Pages"]) > 10
    for page in range(1, pages + 1):
        assert f"Page {page} of {pages}" in text_of(content, page=page)
    said = text_of(content)
    assert all(f"Need {number}:" in said for number in range(1, 31))
    assert said.count("Make the car playlist") == 15
    assert "What we promised, more" in said


def test_no_heading_stands_alone_at_the_foot_of_a_page() -> None:
    headings = {
        catalogue("en")[f"family_copy.{key}"]
        for key in ("needs", "promises", "good_news", "strengths", "circle", "letting_go", "goal", "ways")
    }
    for needs in range(1, 9):
        content, pages = family_copy(family(needs=needs), catalogue("en").__getitem__, wish())
        for page in range(1, pages + 1):
            body = text_of(content, page=page).split(" Our plan, for Rosa")[0]
            assert not any(body.endswith(heading) for heading in headings), (needs, page, body[-60:])


def test_a_vision_longer_than_a_page_is_not_cut() -> None:
    long = " ".join(f"word{number}" for number in range(1500))
    said = text_of(made(vision=Words(long)))
    assert all(f"word{number}" in said for number in (0, 700, 1499))


def test_an_empty_plan_is_a_page_and_not_a_crash() -> None:
    nothing = Words()
    page = family(
        needs=0, vision=nothing, mission=nothing, ground_rules=nothing, strengths=(), promises=(),
        good_news=(), crisis=(), circle=(), next_meeting=None,
        transition=TransitionShown(nothing, nothing, ()),
    )  # fmt: skip
    content, pages = family_copy(page, catalogue("en").__getitem__, wish())
    assert "We have not chosen yet what comes first." in text_of(content)
    assert pages == 1


def test_somebody_outside_the_team_is_told_of_the_leave() -> None:
    content, _ = family_copy(family(), catalogue("en").__getitem__, wish(until="2027-01-31"))
    assert "with the family’s leave, until Sun 31 Jan 2027. Do not pass it on." in text_of(content)
    assert "leave" not in text_of(made())


def test_a_version_says_of_which_day_it_is_and_leaves_today_out() -> None:
    content, _ = version_paper(family(), catalogue("en").__getitem__, wish(), of_day=date(2026, 9, 1))
    said = text_of(content)
    assert "This is the plan as it was on Tue 1 Sep 2026." in said
    for today in ("We meet next", "People around us", "Three mornings"):
        assert today not in said, today


# -- the crisis card -----------------------------------------------------------


@pytest.mark.parametrize("lines", [0, 9, 40])
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_crisis_card_is_one_page(lines: int, paper: str) -> None:
    page = family(crisis=crisis("en", lines) if lines else ())
    content, pages = crisis_card(page, catalogue("en").__getitem__, wish(paper=paper))
    assert (pages, info_of(content)["Pages"]) == (1, "1")
    said = text_of(content)
    for words in ("911", "988", "211", "Someone comes to your home"):
        assert words in said, words
    assert ("Rosa calls Teo" in said) == bool(lines)
    assert "Tararea" not in said and "She hums" not in said  # How it is when all is well: not for tonight.


def test_the_crisis_card_stands_on_a_page_of_its_own_in_the_copy() -> None:
    content, pages = family_copy(family(), catalogue("en").__getitem__, wish())
    with_card = [page for page in range(1, pages + 1) if "555-0148" in text_of(content, page=page)]
    assert with_card == [pages]
    assert "We meet next" not in text_of(content, page=pages)
    assert "letting go" not in text_of(content, page=pages)


def test_a_number_that_may_not_be_called_is_not_on_the_card() -> None:
    said = text_of(crisis_card(family(), catalogue("en").__getitem__, wish())[0])
    assert "Gloria" in said and said.count("555-") == 1


# -- password ------------------------------------------------------------------


def test_a_password_means_aes_256_and_opens_with_nothing_else() -> None:
    content, _ = family_copy(family(), catalogue("en").__getitem__, wish(password="ñandú azul 12"))
    assert b"/V 5" in content and b"/R 6" in content and b"/CFM /AESV3" in content
    assert b"/EncryptMetadata false" not in content
    assert not opens(content)
    assert not opens(content, "ñandú azul 13")
    assert "Nia needs to know" in text_of(content, password="ñandú azul 12")
    assert "AES-256" in info_of(content, "ñandú azul 12")["Encrypted"]


def test_nothing_can_be_read_in_a_locked_file() -> None:
    raw = streams_of(family_copy(family(), catalogue("en").__getitem__, wish(password="ñandú azul 12"))[0])
    for words in ("Our plan", "Nia", "A drawing", "Kitchen Table"):
        assert words.encode() not in raw and words.encode("utf-16-be") not in raw


def test_without_a_password_nothing_is_locked() -> None:
    assert b"/Encrypt" not in made()


# -- looks ---------------------------------------------------------------------


def test_every_page_is_drawn_with_ink_and_keeps_its_margins(tmp_path: Path) -> None:
    for language in ("en", "es"):
        folder = tmp_path / language
        folder.mkdir()
        pictures = draw(made(language, needs=3), folder)
        assert len(pictures) >= 3
        for picture in pictures:
            with Image.open(picture) as image:
                grey = image.convert("L")
                box = grey.point(lambda level: 255 if level < 250 else 0).getbbox()
                assert box is not None
                left, top, right, bottom = box
                margin = grey.width * 0.06
                assert left > margin and right < grey.width - margin, picture.name
                assert top > margin / 2 and bottom < grey.height - margin / 2, picture.name


def test_the_inks_are_those_of_the_screens() -> None:
    pairs = {
        "INK": LIGHT.on_surface, "SOFT": LIGHT.on_surface_variant, "LEAF": LIGHT.tertiary,
        "LEAF_TINT": LIGHT.tertiary_container, "LEAF_INK": LIGHT.on_tertiary_container,
        "WARM": LIGHT.primary, "WARM_TINT": LIGHT.primary_container, "WARM_INK": LIGHT.on_primary_container,
        "QUIET": LIGHT.surface_container_high, "EDGE": LIGHT.outline, "HAIR": LIGHT.outline_variant,
    }  # fmt: skip
    for name, token in pairs.items():
        assert "#{:02X}{:02X}{:02X}".format(*getattr(ink, name)) == token, name
