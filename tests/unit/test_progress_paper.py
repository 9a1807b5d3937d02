"""Charts on paper and as a picture: strokes, sizes, the same bytes for the same sheet, and odd sheets."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from math import dist
from pathlib import Path

import pytest
from PIL import Image

from app.exchange.chart_drawing import dashes, draw_chart, stairs
from app.exchange.chart_picture import TALLEST, WIDTH, progress_picture
from app.exchange.paper_wish import PaperWish
from app.exchange.pdf.progress_paper import progress_paper
from app.exchange.progress_sheet import Happened, ProgressSheet
from app.services.sharing import FONTS
from app.views.words import catalogue
from app.wraparound.progress import Band, Chart, Kind, Line, Point
from app.wraparound.progress_axis import Span
from tests.papers import info_of, text_of

TODAY = date(2026, 11, 22)
SPAN = Span(date(2026, 5, 22), TODAY)
WISH = PaperWish("letter", "Rosa", TODAY, FONTS)


def english(key: str) -> str:
    return catalogue("en")[key]


def line(code: str, *values: float | None, who: str = "") -> Line:
    day = SPAN.start + timedelta(days=3)
    points = tuple(
        Point(min(TODAY, day + timedelta(days=25 * n)), value, who, record=str(n))
        for n, value in enumerate(values)
    )
    return Line(code, points)


def chart(*lines: Line, kind: Kind = "rating", title: str = "Sleeps through the night") -> Chart:
    return Chart(kind, "o1", title, 0, 1 if kind == "yes_no" else 10, lines, bands=(Band(0, 4, "low"),))


def sheet(*charts: Chart) -> ProgressSheet:
    rows = (Happened("Since 1 Jun · With a relative", date(2026, 6, 1), TODAY, stay=True),
            Happened("3 Sep · Moved: to the second floor", date(2026, 9, 3)))  # fmt: skip
    return ProgressSheet("The Delgado family", "en", SPAN, charts, rows, (date(2026, 7, 1), date(2026, 9, 1)))


class Counting:
    """A pen that remembers."""

    def __init__(self) -> None:
        self.strokes: list[list[tuple[float, float]]] = []
        self.discs: list[tuple[float, float]] = []
        self.shapes = 0
        self.said: list[str] = []

    def stroke(self, points: list[tuple[float, float]], ink: object, thick: float) -> None:
        self.strokes.append(list(points))

    def box(self, x: float, y: float, width: float, height: float, ink: object) -> None:
        assert width >= 0 and height >= 0

    def disc(self, x: float, y: float, radius: float, fill: object, edge: object) -> None:
        self.discs.append((x, y))

    def shape(self, points: object, ink: object) -> None:
        self.shapes += 1

    def words(self, x: float, y: float, said: str, *, align: str = "left") -> None:
        self.said.append(said)

    def wide(self, said: str) -> float:
        return 2.0 * len(said)


def drawn(one: Chart) -> Counting:
    pen = Counting()
    draw_chart(pen, one, SPAN, sheet().meetings, english, 0, 0, 180)  # type: ignore[arg-type]
    return pen


def test_a_gap_is_left_open_on_paper_too() -> None:
    whole = drawn(chart(line("youth", 3, 4, 5, 6)))
    broken = drawn(chart(line("youth", 3, 4, None, 5, 6)))
    long = [[points for points in pen.strokes if len(points) > 2] for pen in (whole, broken)]
    assert [len(one) for one in long] == [1, 0]
    assert len(broken.discs) == 4


def test_youth_and_caregiver_on_the_same_spot_can_both_be_seen() -> None:
    pen = drawn(chart(line("youth", 5), line("caregiver", 5)))
    (disc,) = pen.discs
    (square,) = [points for points in pen.strokes if len(points) == 5]
    assert all(dist(disc, corner) > 2 for corner in square)
    assert square[0][0] < disc[0] < square[1][0]


def test_meetings_and_months_stand_below() -> None:
    pen = drawn(chart(line("youth", 5)))
    assert pen.shapes == 2 and {"Jun", "Sep", "Nov", "0", "5", "10"} <= set(pen.said)


@pytest.mark.parametrize("dash", [(2.0, 1.0), (3.4, 1.2, 0.8, 1.2)])
def test_dashes_cover_their_share_of_a_path_and_stay_on_it(dash: tuple[float, ...]) -> None:
    path = [(0.0, 0.0), (30.0, 40.0), (60.0, 0.0)]
    pieces = list(dashes(path, dash))
    inked = sum(dist(a, b) for piece in pieces for a, b in zip(piece, piece[1:], strict=False))
    assert inked == pytest.approx(100 * sum(dash[::2]) / sum(dash), rel=0.05)
    assert pieces[0][0] == (0, 0)


def test_two_marks_on_one_spot_make_no_endless_dashes() -> None:
    assert list(dashes([(1, 1), (1, 1)], (2, 1))) == [[(1, 1), (1, 1)]]


def test_yes_and_no_go_in_level_steps() -> None:
    assert stairs([(0, 5), (10, 0)]) == [(0, 5), (10, 5), (10, 0)]


def test_the_paper_says_every_number_and_sentence() -> None:
    content, pages = progress_paper(sheet(chart(line("youth", 3, None, 6, who="Nia"))), english, WISH)
    text = text_of(content)
    for said in ("How it is going", "The Delgado family", "For Rosa", "Sleeps through the night", "3 up.",
                 "left blank", "With a relative", "22 May 2026"):  # fmt: skip
        assert said in text, said
    assert pages >= 1 and info_of(content)["Title"] == "How it is going"


def test_the_same_sheet_gives_the_same_bytes() -> None:
    one = sheet(chart(line("youth", 3, 6), line("worker", 2, 5)))
    assert progress_paper(one, english, WISH) == progress_paper(one, english, WISH)
    assert progress_picture(one, english, WISH, ("a",)) == progress_picture(one, english, WISH, ("a",))


@pytest.mark.parametrize("count", [0, 1, 200])
def test_odd_sheets_are_drawn(count: int) -> None:
    points = tuple(Point(SPAN.start + timedelta(days=n % 180), float(n % 11), "Nia", "x" * 80, record=str(n))
                   for n in range(count))  # fmt: skip
    one = sheet(*([chart(Line("youth", points))] if count else []))
    content, pages = progress_paper(one, english, WISH)
    assert content.startswith(b"%PDF") and pages >= (5 if count == 200 else 1)
    assert progress_picture(one, english, WISH, ()).startswith(b"\x89PNG")


def test_a_picture_has_its_width_and_no_more_height_than_it_may() -> None:
    few = Image.open(BytesIO(progress_picture(sheet(chart(line("youth", 3, 6))), english, WISH, ())))
    assert few.width == WIDTH and 500 < few.height < 1500
    assert not few.info


def test_a_picture_leaves_whole_charts_to_the_paper_and_says_so() -> None:
    asked: list[str] = []

    def heard(key: str) -> str:
        asked.append(key)
        return english(key)

    many = progress_picture(sheet(*[chart(line("youth", 3, 6))] * 18), heard, WISH, ())
    assert TALLEST - 700 < Image.open(BytesIO(many)).height <= TALLEST
    assert "progress.picture_more" in asked


def test_titles_without_a_translation_say_so_and_long_words_are_cut(tmp_path: Path) -> None:
    odd = sheet(chart(line("youth", 3), title=""), chart(line("youth", 4), title="W" * 300))
    text = text_of(progress_paper(odd, english, WISH)[0])
    assert "not in English yet" in text
    assert progress_picture(odd, english, WISH, ("Head",)).startswith(b"\x89PNG")
