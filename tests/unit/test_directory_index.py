"""Finding a service: words, filters, opening hours, and what the index refuses."""

from __future__ import annotations

import json
import time
from datetime import date, timedelta
from typing import Any

import pytest

from app.errors import StoreError
from app.exchange.hsds import read_directory
from app.services.directory_rows import index_row, index_rows, is_free, languages_of, phones_of
from app.services.directory_shelf import made_of
from app.store.directory_index import DirectoryIndex, Wanted
from app.wraparound.opening_hours import counts_on, spans_of
from app.wraparound.service_domains import domains_of, folded
from bench.invented_directory import invented_package

MONDAY = date(2026, 11, 23)


def service(number: str, name: str, **more: Any) -> dict[str, Any]:
    town = more.pop("town", "")
    made = {"id": number, "name": name, **more}
    if town:
        made["service_at_locations"] = [{"location": {"id": f"l{number}", "addresses": [{"city": town}]}}]
    return made


@pytest.fixture(scope="module")
def index() -> DirectoryIndex:
    return made_of(
        [
            service("1", "Consejería de niñez", town="Norwich", languages=[{"name": "Español"}],
                    minimum_age=6, maximum_age=12,
                    attributes=[{"taxonomy_term": {"name": "Counseling", "code": "x"}}]),
            service("2", "Food pantry", town="New London",
                    description="Bread each Monday. A counselor sits by.",
                    cost_options=[{"amount": 0}],
                    schedules=[{"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00", "closes_at": "12:00"}]),
            service("3", "Night shelter", description="A bed.",
                    schedules=[{"freq": "DAILY", "opens_at": "20:00", "closes_at": "07:00"}]),
            service("4", "Closed forever", status="defunct"),
            service("5", "Respite weekends", minimum_age=14,
                    organization={"id": "o", "name": "Counsel House"}),
        ]
    )  # fmt: skip


def ids(index: DirectoryIndex, **wanted: Any) -> list[str]:
    return [one.id for one in index.find(Wanted(**wanted))[0]]


def test_words_are_beginnings_without_accents_and_names_come_first(index: DirectoryIndex) -> None:
    assert ids(index, text="consejeria") == ["1"]
    assert ids(index, text="NIÑ") == ["1"]
    assert ids(index, text="counsel")[0] == "5"
    assert set(ids(index, text="counsel")) == {"1", "2", "5"}
    assert ids(index, text="food monday") == ["2"]
    assert ids(index, text="food nothing") == []


@pytest.mark.parametrize(
    "typed", ['"', "a OR b", "name:food", "NEAR(a b)", "*", "(", "-food", "^", "'; --", "☂"]
)
def test_what_is_typed_is_never_a_query(index: DirectoryIndex, typed: str) -> None:
    hits, count = index.find(Wanted(typed))
    assert len(hits) == count <= 4


def test_filters_narrow_and_what_is_not_said_is_not_held_against_a_service(index: DirectoryIndex) -> None:
    assert ids(index, town="new lon") == ["2", "3", "5"]
    assert ids(index, age=13) == ["2", "3"]
    assert ids(index, age=6) == ["1", "2", "3"] and ids(index, age=14) == ["2", "3", "5"]
    assert ids(index, language="es") == ["1"] and ids(index, language="pl") == []
    assert ids(index, free=True) == ["2"]
    assert ids(index, domains=frozenset({"food", "respite"})) == ["2", "5"]
    assert ids(index, text="counsel", town="norwich") == ["1", "5"]
    assert ids(index, only="5") == ["5"]


@pytest.mark.parametrize(
    ("day", "minute", "found"),
    [(0, 9 * 60, ["2"]), (0, 9 * 60 - 1, []), (0, 12 * 60, []), (1, 10 * 60, []), (0, 21 * 60, ["3"]),
     (0, 3 * 60, ["3"]), (6, 6 * 60 + 59, ["3"]), (6, 7 * 60, [])],
)  # fmt: skip
def test_open_now_is_the_hour_on_the_wall(
    index: DirectoryIndex, day: int, minute: int, found: list[str]
) -> None:
    assert ids(index, open_now=True, day=MONDAY + timedelta(days=day), minute=minute) == found


def test_what_is_no_more_is_not_found_and_the_same_id_stays_once(index: DirectoryIndex) -> None:
    assert index.count() == 4 and index.body("4") is None
    twice = DirectoryIndex()
    assert twice.fill([index_row(service("1", "a")), index_row(service("1", "b"))]) == 1


def test_an_image_finds_what_the_index_found_and_a_closed_one_refuses(index: DirectoryIndex) -> None:
    again = DirectoryIndex(index.image())
    assert again.find(Wanted("counsel")) == index.find(Wanted("counsel"))
    assert json.loads(again.body("2") or b"")["name"] == "Food pantry"
    again.close()
    with pytest.raises(StoreError):
        again.find(Wanted("counsel"))


def test_the_first_of_many_and_how_many_there_are(index: DirectoryIndex) -> None:
    hits, count = index.find(Wanted(limit=2))
    assert (len(hits), count) == (2, 4)


def test_towns_are_offered_by_their_beginning(index: DirectoryIndex) -> None:
    assert index.towns("n") == ("New London", "Norwich") and index.towns("zz") == ()


def test_twenty_thousand_services_come_in_and_are_found_at_once() -> None:
    """The bars of the issue with room for a busy machine; `python -m bench.directory` measures them."""
    services = read_directory(invented_package(20_000)).services
    index = made_of(services)
    assert index.count() == 20_000
    times = []
    for wanted in (Wanted("cou"), Wanted("family house", age=14), Wanted("food", town="hart", free=True)):
        start = time.process_time()
        hits, count = index.find(wanted)
        times.append(time.process_time() - start)
        assert hits and count >= len(hits)
    assert min(times) < 0.05


# -- hours ------------------------------------------------------------------------------------


def schedule(**said: Any) -> dict[str, Any]:
    return {"opens_at": "09:00", "closes_at": "17:00", **said}


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ({"freq": "WEEKLY", "byday": "MO,WE"}, [0, 2]),
        ({"byday": "SU"}, [6]),
        ({"freq": "DAILY"}, [0, 1, 2, 3, 4, 5, 6]),
        ({"freq": "WEEKLY", "dtstart": "2026-11-24"}, [1]),
        ({"freq": "MONTHLY", "byday": "1MO"}, [0]),
        ({}, []),
        ({"freq": "WEEKLY", "byday": "MO", "byweekno": "41"}, []),
        ({"freq": "WEEKLY", "byday": "MO", "count": 3}, []),
        ({"freq": "YEARLY", "byday": "MO"}, []),
        ({"freq": "WEEKLY", "byday": "MO", "interval": 2}, []),
        ({"byday": "MO", "opens_at": ""}, []),
        ({"byday": "MO", "closes_at": "09:00"}, []),
    ],
)
def test_only_what_is_understood_makes_a_service_look_open(said: dict[str, Any], days: list[int]) -> None:
    assert [one.day for one in spans_of(schedule(**said))] == days


def test_every_other_week_and_the_first_and_last_of_a_month() -> None:
    (other,) = spans_of(schedule(freq="WEEKLY", byday="MO", interval=2, dtstart="2026-11-23"))
    assert counts_on(other.rule, MONDAY) and not counts_on(other.rule, MONDAY + timedelta(days=7))
    assert counts_on(other.rule, MONDAY + timedelta(days=14))
    (last,) = spans_of(schedule(freq="MONTHLY", byday="-1MO"))
    assert counts_on(last.rule, date(2026, 11, 30)) and not counts_on(last.rule, MONDAY)
    spans = list(spans_of(schedule(freq="MONTHLY", bymonthday="-1")))
    leap = next(one for one in spans if one.day == date(2028, 2, 29).weekday())
    assert counts_on(leap.rule, date(2028, 2, 29)) and not counts_on(leap.rule, date(2028, 2, 22))


def test_past_midnight_belongs_to_the_evening_before() -> None:
    evening, morning = spans_of(
        schedule(freq="MONTHLY", byday="1FR", opens_at="22:00", closes_at="02:00", dtstart="2026-01-01")
    )
    assert (evening.day, morning.day) == (4, 5)
    assert counts_on(evening.rule, date(2026, 11, 6)) and counts_on(morning.rule, date(2026, 11, 7))
    assert not counts_on(morning.rule, date(2026, 11, 14))


def test_valid_days_bound_a_schedule() -> None:
    (one,) = spans_of(
        schedule(byday="MO", valid_from="2026-01-01", valid_to="2026-06-30", until="2026-05-01")
    )
    assert (one.since, one.until) == ("2026-01-01", "2026-05-01")
    index = made_of([service("1", "a", schedules=[schedule(byday="MO", valid_to="2026-06-30")])])
    assert ids(index, open_now=True, day=date(2026, 6, 29), minute=600) == ["1"]
    assert ids(index, open_now=True, day=MONDAY, minute=600) == []


# -- what a service says ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "free"),
    [({"fees_description": "Free of charge"}, True), ({"fees": "No cost to families"}, True),
     ({"fees_description": "It is not free"}, False),
     ({"fees_description": "Free parking, $20 a visit"}, False),
     ({"cost_options": [{"amount": 20}]}, False), ({"fees_description": "Gratis"}, True), ({}, False)],
)  # fmt: skip
def test_free_is_what_the_directory_says_is_free(said: dict[str, Any], free: bool) -> None:
    assert is_free(service("1", "a", **said)) is free


def test_languages_are_told_by_code_or_by_name() -> None:
    said = [{"name": "Español"}, {"code": "pol", "name": "Polish"}, {"code": "pt-BR"}, {"name": "Klingon"}]
    assert languages_of(service("1", "a", languages=said)) == ("es", "pl", "pt")


def test_a_number_is_what_can_be_dialled() -> None:
    phones = [{"number": '"860 555 0101"', "extension": "12", "description": "Desk"},
              {"number": "860 555 0102", "type": "fax"}, {"number": "860 555 0101"}]  # fmt: skip
    assert phones_of(service("1", "a", phones=phones)) == (("860 555 0101", "#12 Desk"),)


def test_domains_come_from_our_own_mark_then_terms_then_words() -> None:
    assert domains_of(["kt:respite"], ["Food"], "food") == ("respite",)
    assert domains_of(["kt:nothing"], ["Legal Services"], "food") == ("legal",)
    assert domains_of([], [], "A food pantry") == ("food",)
    assert domains_of([], [], "Something else") == ()
    assert folded("  Ñandú — Café!") == "nandu cafe"


def test_rows_leave_out_what_is_no_more() -> None:
    assert [one.id for one in index_rows([service("1", "a"), service("2", "b", status="Inactive")])] == ["1"]
