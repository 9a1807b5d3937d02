"""The geometry of the eco-map: nobody covers anybody, and no words lie on a line."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.wraparound.eco_layout import EVEN_LINE, LINE_WIDTHS, Around, Drawing, draw
from app.wraparound.eco_lettering import lettering, width_of
from app.wraparound.eco_shapes import Box, Curve, Spot, crosses, overlap

KINDS = ("natural", "family", "community", "formal")
PEOPLE = st.lists(
    st.builds(
        lambda name, detail, kind, closeness, tentative: (name, detail, kind, closeness, tentative),
        st.sampled_from(("Jo", "Uncle Teo", "Maximiliana Esperanza", "Señora Núñez de la Vega", "W" * 30)),
        st.sampled_from(("", "rides, company", "consejera de la escuela Orchard High")),
        st.sampled_from(KINDS),
        st.integers(1, 3),
        st.booleans(),
    ),
    min_size=1,
    max_size=14,
).map(lambda rows: tuple(Around(f"{i}", *row) for i, row in enumerate(rows)))
ROOMS = ((540.0, 1.0), (700.0, 1.0), (984.0, 2.0), (728.0, 2.0), (350.0, 1.0), (350.0, 2.0))


def faults(made: Drawing) -> list[str]:
    """What touches what it must not."""
    found = []
    page = Box(0, 0, made.width, made.height)
    for across, down in made.rings[:-1]:
        if not (down <= made.middle.y <= made.height - down and across <= made.middle.x):
            found.append("a ring leaves the page")
    for index, one in enumerate(made.people):
        boxes = [box for box in (one.face, one.label) if box is not None]
        for box in boxes:
            if box.x < -0.01 or box.y < -0.01 or box.right > page.right + 0.01 or box.bottom > page.bottom:
                found.append(f"{index} leaves the page")
            if box.reach(made.middle) < made.radius:
                found.append(f"{index} covers the middle")
            for place, other in enumerate(made.people):
                if (box is one.label or place != index) and crosses(other.line, box, other.line_width / 2):
                    found.append(f"line {place} runs through {index}")
                if place > index:
                    theirs = [it for it in (other.face, other.label) if it is not None]
                    found += [f"{index} covers {place}" for it in theirs if overlap(box, it)]
        if one.label is not None and overlap(one.label, one.face):
            found.append(f"{index} covers itself")
    return found


@pytest.mark.parametrize(("width", "scale"), ROOMS)
@settings(max_examples=25, deadline=None)
@given(people=PEOPLE)
def test_nothing_touches_anything_for_one_to_fourteen_people(
    width: float, scale: float, people: tuple[Around, ...]
) -> None:
    made = draw(people, width, scale=scale)
    assert made is not None, "there is always a drawing on a phone and on a tablet"
    assert [one.who for one in made.people] == list(people)
    assert faults(made) == []


@pytest.mark.parametrize("count", range(1, 15))
def test_initials_fit_a_phone_with_the_largest_text_though_all_are_very_close(count: int) -> None:
    people = [Around(str(i), "W" * 30, "neighbour", "natural", 3) for i in range(count)]
    made = draw(people, 350, scale=2.0)
    assert made is not None
    assert faults(made) == []


def test_a_tablet_has_room_for_names_and_details_of_eight() -> None:
    people = [Around(str(i), "Uncle Teo", "rides, company", KINDS[i % 4], 1 + i % 3) for i in range(8)]
    made = draw(people, 540)
    assert made is not None
    assert made.words == "full"
    assert all(one.label is not None for one in made.people)


def test_whoever_is_closer_stands_nearer_and_has_the_wider_line() -> None:
    people = [Around(str(i), "Jo", "", "natural", closeness) for i, closeness in enumerate((1, 2, 3))]
    made = draw(people, 540)
    assert made is not None
    far = {
        one.who.closeness: _share(made, one.face) for one in made.people
    }
    assert far[3] < far[2] < far[1]
    assert [one.line_width for one in made.people] == [LINE_WIDTHS[1], LINE_WIDTHS[2], LINE_WIDTHS[3]]
    assert len(made.rings) == 3


def _share(made: Drawing, face: Box) -> float:
    """How far out somebody stands: 1 on the outermost ring."""
    across, down = made.rings[-1]
    x = face.x + face.width / 2 - made.middle.x
    y = face.y + face.height / 2 - made.middle.y
    return math.hypot(x / across, y / down)


def test_the_familys_own_map_tells_nothing_of_closeness() -> None:
    people = [Around(str(i), "Jo", "", "natural", 1 + i % 3) for i in range(6)]
    close = [Around(one.value, one.name, "", "natural", 3) for one in people]
    made, other = (draw(some, 540, closeness_shown=False) for some in (people, close))
    assert made is not None and other is not None
    assert made.rings == ()
    assert {one.line_width for one in made.people} == {EVEN_LINE}
    assert [one.face for one in made.people] == [one.face for one in other.people]


def test_natural_supports_stand_above_and_professionals_below() -> None:
    people = [Around(f"n{i}", "Jo", "", "natural", 2) for i in range(4)]
    people += [Around(f"p{i}", "Ms. Nair", "", "formal") for i in range(3)]
    made = draw(people, 540)
    assert made is not None
    below = {one.who.value for one in made.people if one.face.y + 30 > made.middle.y + 40}
    assert below == {"p0", "p1", "p2"}
    left_to_right = sorted((one for one in made.people if not one.who.natural), key=lambda one: one.face.x)
    assert [one.who.value for one in left_to_right] == ["p0", "p1", "p2"]


def test_nobody_around_and_no_room_give_no_wrong_drawing() -> None:
    alone = draw([], 540)
    assert alone is not None and alone.people == ()
    assert draw([Around("a", "Jo")], 90) is None
    page = draw([Around(str(i), "Uncle Teo", "rides") for i in range(12)], 350, tallest=400)
    assert page is None or page.height <= 400


def test_words_wrap_and_never_grow_wider_than_their_place() -> None:
    assert lettering("Jo", "", 100).width == width_of("Jo", 15.0)
    long = lettering("Maximiliana Esperanza", "", 100)
    assert long.width <= 100
    assert long.height == pytest.approx(2 * 15 * 1.3)
    assert lettering("W" * 40, "", 100).width <= 100
    assert width_of("漢字", 10) > width_of("ab", 10)


def test_a_bowed_line_is_seen_where_it_bows() -> None:
    bowed = Curve(Spot(0, 0), Spot(50, -40), Spot(100, 0))
    assert crosses(bowed, Box(45, -25, 10, 10))
    assert not crosses(bowed, Box(45, -2, 10, 10))
    assert crosses(bowed, Box(45, -2, 10, 10), air=20)
