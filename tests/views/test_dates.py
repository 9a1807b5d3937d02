"""Moments are said as people say them, in both languages."""

from datetime import UTC, date, datetime

import pytest

from app.views import dates

NOW = int(datetime(2026, 12, 1, 10, 52, tzinfo=UTC).timestamp() * 1000)
TODAY = date(2026, 12, 1)


def at(*when: int) -> int:
    return int(datetime(*when, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("language", "when", "said"),
    [
        ("en", at(2026, 12, 3, 16, 30), "Thu 3 Dec, 4:30 pm"),
        ("en", at(2026, 12, 1, 13, 15), "today, 1:15 pm"),
        ("en", at(2026, 12, 2, 0, 5), "tomorrow, 12:05 am"),
        ("en", at(2026, 11, 30, 12, 0), "yesterday, 12:00 pm"),
        ("en", at(2027, 1, 4, 9, 0), "Mon 4 Jan 2027, 9:00 am"),
        ("es", at(2026, 12, 3, 16, 30), "jueves 3 de diciembre, 4:30 de la tarde"),
        ("es", at(2026, 12, 3, 20, 0), "jueves 3 de diciembre, 8:00 de la noche"),
        ("es", at(2027, 1, 4, 9, 0), "lunes 4 de enero de 2027, 9:00 de la mañana"),
    ],
)
def test_a_moment_is_said_in_words(language: str, when: int, said: str) -> None:
    assert dates.moment(language, when, NOW, UTC) == said


def test_a_narrow_column_has_short_spanish() -> None:
    assert dates.moment("es", at(2026, 12, 3, 16, 30), NOW, UTC, short=True) == (
        "jue 3 dic, 4:30 p.\u00a0m."
    )


@pytest.mark.parametrize(
    ("count", "english", "spanish"),
    [
        (5, "in 5 days", "en 5 días"),
        (1, "in 1 day", "en 1 día"),
        (0, "due today", "vence hoy"),
        (-1, "1 day over", "1 día de retraso"),
        (-3, "3 days over", "3 días de retraso"),
    ],
)
def test_a_deadline_is_said_in_days(count: int, english: str, spanish: str) -> None:
    assert dates.days_left("en", count) == english
    assert dates.days_left("es", count) == spanish


@pytest.mark.parametrize(
    ("before_ms", "said"),
    [(10_000, "just now"), (60_000, "1 minute ago"), (300_000, "5 minutes ago"),
     (2 * 3600_000, "8:52 am"), (24 * 3600_000, "yesterday, 10:52 am")],
)
def test_what_was_is_said_from_now(before_ms: int, said: str) -> None:
    assert dates.since("en", NOW - before_ms, NOW, UTC) == said


def test_a_deadline_of_today_can_still_be_named_by_its_date() -> None:
    assert dates.plain_day("en", TODAY, TODAY) == "Tue 1 Dec"
    assert dates.begin(dates.day("en", TODAY, TODAY)) == "Today"


def test_whole_hours_to_choose() -> None:
    assert [dates.hour_words("en", hour) for hour in (0, 8, 12, 16)] == ["12 am", "8 am", "12 pm", "4 pm"]
    assert [dates.hour_words("es", hour) for hour in (8, 19)] == ["8 a. m.", "7 p. m."]
