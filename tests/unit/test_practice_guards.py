"""Guards of the practice that stand alone: packets, hours, clocks, directories."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from app.exchange import hsds, packet_file
from app.exchange.hsds import Stopped, read_directory
from app.exchange.hsds_files import DirectoryRefused
from app.exchange.packet_file import MANIFEST, Part, look, pack
from app.services.directory_rows import _WHAT_LETTERS, index_row, service_view
from app.wraparound.clock_runs import Event, Now, Place, Version, work_out
from app.wraparound.clocks import FamilyClock, first_for_lists
from app.wraparound.opening_hours import counts_on, spans_of
from app.wraparound.packet import answer
from app.wraparound.rules.clocks import parse
from app.wraparound.rules.packet import Ask

TODAY = date(2026, 11, 25)
HOUR = 3_600_000


def ms(day: date, hour: float = 12) -> int:
    return int(datetime(day.year, day.month, day.day).timestamp() * 1000 + hour * HOUR)


# -- the file of a packet --------------------------------------------------------------------


def archive(*members: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as made:
        for name, content in members:
            made.writestr(name, content)
    return held.getvalue()


def manifest(**more: Any) -> bytes:
    said = {"format": packet_file.FORMAT, "v": packet_file.VERSION, "facts": {}, "files": [], **more}
    return json.dumps(said).encode()


@pytest.mark.parametrize(
    ("raw", "wrong"),
    [
        (archive((MANIFEST, manifest(format="other"))), "not_a_packet"),
        (archive((MANIFEST, manifest(v=packet_file.VERSION + 1))), "not_a_packet"),
        (archive((MANIFEST, manifest(facts=[]))), "not_a_packet"),
        (archive((MANIFEST, manifest()), method=zipfile.ZIP_DEFLATED), "unreadable"),
        (archive(("other.json", manifest())), "unreadable"),
        (archive((MANIFEST, manifest())), "changed:"),
        (b"PK\x03\x04", "unreadable"),
    ],
)
def test_what_this_app_did_not_pack_is_told_by_what_is_wrong(raw: bytes, wrong: str) -> None:
    assert look(raw).wrong == (wrong,)


def test_two_papers_of_one_name_are_no_packet() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        raw = archive((MANIFEST, manifest()), ("a.pdf", b"one"), ("a.pdf", b"two"))
    assert look(raw).wrong == ("unreadable",)
    with pytest.raises(ValueError, match="one name"):
        pack([Part("a.pdf", b"one"), Part("a.pdf", b"two")], {})


def test_a_file_that_is_too_large_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = pack([Part("a.pdf", b"one")], {})
    assert look(whole).wrong == ()
    monkeypatch.setattr(packet_file, "MOST_BYTES", len(whole) - 1)
    assert look(whole).wrong == ("too_large",)


def test_a_month_counts_from_the_day_of_enrolment() -> None:
    """What stood in the records before is not shown as this family's first."""
    days = [date(2026, 1, 5), date(2026, 2, 5), date(2026, 3, 5)]
    found = answer(Ask("contact", each_month=1), days, date(2026, 2, 1), date(2026, 1, 1), date(2026, 3, 31))
    assert (found.state, found.on) == ("met", date(2026, 2, 5))


# -- hours -----------------------------------------------------------------------------------


def open_days(**schedule: Any) -> list[int]:
    """Days of January 2026 on which it is open; 1 January is a Thursday."""
    spans = list(spans_of({"opens_at": "09:00", "closes_at": "10:00", **schedule}))
    days = [date(2026, 1, 1) + timedelta(n) for n in range(31)]
    return [
        day.day for day in days
        if any(one.day == day.weekday() and counts_on(one.rule, day) for one in spans)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("schedule", "days"),
    [
        ({}, []),
        ({"byday": "TH"}, [1, 8, 15, 22, 29]),
        ({"freq": "MONTHLY", "byday": "2TH"}, [8]),
        ({"freq": "MONTHLY", "byday": "-1TH"}, [29]),
        ({"freq": "MONTHLY", "bymonthday": "-1"}, [31]),
        ({"freq": "MONTHLY", "bymonthday": "5", "interval": 2, "dtstart": "2025-11-05"}, [5]),
        ({"freq": "MONTHLY", "bymonthday": "5", "interval": 2, "dtstart": "2025-12-05"}, []),
        ({"freq": "MONTHLY", "bymonthday": "5", "dtstart": "2026-02-05"}, []),
        ({"freq": "WEEKLY", "byday": "TH", "interval": 2, "dtstart": "2026-01-01"}, [1, 15, 29]),
        ({"freq": "WEEKLY", "byday": "TH", "interval": 2}, []),
        ({"freq": "WEEKLY", "byday": "TH", "count": 3}, []),
        ({"freq": "YEARLY", "byday": "TH"}, []),
        ({"byday": "TH", "opens_at": "09:00", "closes_at": "09:00"}, []),
    ],
)
def test_what_is_not_understood_never_looks_open(schedule: dict[str, Any], days: list[int]) -> None:
    assert open_days(**schedule) == days


# -- clocks ----------------------------------------------------------------------------------


def runs(rule: str, events: Sequence[Event], today: date = TODAY) -> tuple[FamilyClock, ...]:
    text = f'[[clock]]\ncode = "c"\nname = "C"\n{rule}'
    return work_out(events, [Version(date.min, "", parse(text))], Place(), Now(today, ms(today)))


def test_a_list_shows_no_clock_of_a_safety_report() -> None:
    event = [Event(TODAY, ms(TODAY, 1), "suspected", "r")]
    secret = runs('start = ["suspected"]\nstop = ["oral_report"]\nhours = 12', event)
    plain = runs('start = ["enrolled"]\nstop = ["contact"]\ndays = 3', [Event(TODAY, 0, "enrolled")])
    assert secret[0].restricted
    assert first_for_lists(secret) is None
    shown = first_for_lists((*secret, *plain))
    assert shown is not None and shown.due_on == TODAY + timedelta(3)


def test_a_second_crisis_on_the_day_of_the_first_answer_runs_by_its_hour() -> None:
    rule = 'start = ["crisis_note"]\nstop = ["crisis_plan_changed"]\nhours = 4'
    first, answered = Event(TODAY, ms(TODAY, 6), "crisis_note"), Event(
        TODAY, ms(TODAY, 8), "crisis_plan_changed"
    )
    after, before = Event(TODAY, ms(TODAY, 9), "crisis_note"), Event(TODAY, ms(TODAY, 7), "crisis_note")
    assert [one.standing for one in runs(rule, [first, answered, after])] == ["due_soon", "met"]
    assert [one.standing for one in runs(rule, [first, before, answered])] == ["met"]
    whole_day = Event(TODAY, 0, "crisis_plan_changed")
    assert [one.standing for one in runs(rule, [first, whole_day, after])] == ["met"], "when is not known"


@pytest.mark.parametrize(("days_ago", "clocks"), [(37, 1), (38, 0)])
def test_what_is_left_out_so_long_after_its_day_is_gone(days_ago: int, clocks: int) -> None:
    rule = 'start = ["enrolled"]\nstop = ["contact"]\ndays = 30\ngone_after = 7'
    assert len(runs(rule, [Event(TODAY - timedelta(days_ago), 0, "enrolled")])) == clocks


def test_hours_are_due_on_the_day_on_which_they_end() -> None:
    rule = 'start = ["crisis_note"]\nstop = ["crisis_plan_changed"]\nhours = 30'
    (clock,) = runs(rule, [Event(TODAY, ms(TODAY, 12), "crisis_note")])
    assert (clock.due_on, clock.due_at_ms) == (TODAY + timedelta(1), ms(TODAY, 12) + 30 * HOUR)


# -- directories -----------------------------------------------------------------------------

SERVICE = {"id": "s1", "name": "Pantry"}


def reasons(*services: Any) -> set[str]:
    found = read_directory(json.dumps([SERVICE, *services]).encode())
    assert [one["id"] for one in found.services][:1] == ["s1"]
    assert all(one.get("phones", [{}])[0] is not None for one in found.services)
    return {one.code for one in found.report.problems}


def other(**more: Any) -> dict[str, Any]:
    return {"id": "s2", "name": "Second", **more}


@pytest.mark.parametrize(
    ("service", "reason"),
    [
        (other(phones={"number": "1"}), "not_an_object"),
        (other(phones=["1"]), "not_an_object"),
        (other(phones=5), "not_an_object"),
        (other(description="\ud800"), "not_text"),
        (other(description=["a"]), "not_text"),
        (other(description=True), "not_text"),
        (other(description="x" * 20_001), "too_long"),
        (other(minimum_age=True), "not_a_number"),
        (other(minimum_age=[1]), "not_a_number"),
        (other(minimum_age="1e13"), "not_a_number"),
        (other(minimum_age=9, maximum_age=3), "ages_crossed"),
        (other(assured_date="soon"), "not_a_day"),
        (other(schedules=[{"id": "h", "opens_at": "25:00"}]), "not_a_time"),
        (other(schedules=[{"id": "h", "opens_at": "10:60"}]), "not_a_time"),
        ({"id": "s3"}, "missing"),
        ({"id": "s3", "phones": [{"id": "p", "number": "1"}]}, "missing"),
        ({"id": "s1", "name": "Another"}, "same_id"),
    ],
)
def test_a_wrong_value_is_left_out_and_said(service: dict[str, Any], reason: str) -> None:
    assert reasons(service) == {reason}


def test_what_is_left_blank_is_no_mistake() -> None:
    blank = other(minimum_age=" ", assured_date=" ", schedules=[{"id": "h", "opens_at": " "}])
    assert reasons(blank) == set()


def test_the_end_of_the_day_is_a_time_and_a_minute_past_it_is_none() -> None:
    hours = [{"id": "a", "closes_at": "24:00"}, {"id": "b", "closes_at": "24:01"}]
    (service,) = read_directory(json.dumps([{**SERVICE, "schedules": hours}]).encode()).services
    assert [one.get("closes_at") for one in service["schedules"]] == ["24:00", None]


@pytest.mark.parametrize("tables", [False, True])
def test_a_directory_has_a_most_of_services_and_is_stopped_between_them(
    tables: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"s{number}" for number in range(4)]
    data = json.dumps([{"id": one, "name": one} for one in names]).encode()
    if tables:
        rows = "\n".join(f"{one},{one}" for one in names)
        data = archive(("service.csv", f"id,name\n{rows}\n \n".encode()))
    read = read_directory(data)
    assert len(read.services) == 4 and read.report.problems == []
    monkeypatch.setattr(hsds, "_STEP", 2)
    asked: list[int] = []
    with pytest.raises(Stopped):
        read_directory(data, lambda done, total: asked.append(done), lambda: bool(asked))
    assert asked and asked[0] <= 2
    monkeypatch.setattr(hsds, "MAX_SERVICES", 3)
    with pytest.raises(DirectoryRefused) as refused:
        read_directory(data)
    assert refused.value.code == "directory_too_large"


def test_what_a_computer_adds_to_a_zip_is_passed_over_in_silence() -> None:
    data = archive(
        ("service.csv", b"id,name\ns1,Pantry\n"), ("__MACOSX/service.csv", b"x"), (".DS_Store", b"x")
    )
    assert read_directory(data).report.problems == []


def test_a_zip_behind_a_password_says_so() -> None:
    raw = bytearray(archive(("service.csv", b"id,name\ns1,Pantry\n")))
    raw[6] |= 1
    raw[raw.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(DirectoryRefused) as refused:
        read_directory(bytes(raw))
    assert refused.value.code == "directory_zip_locked"


def test_a_service_of_which_little_is_known_shows_no_blanks() -> None:
    address = {"id": "a", "city": "Putnam", "postal_code": "06260"}
    place = {"id": "l", "addresses": [address, {"id": "b"}], "accessibility": [{"id": "x"}]}
    service = {
        **SERVICE, "service_areas": [{"id": "r"}, {"id": "q", "name": "Avon"}], "funding": [{"id": "f"}],
        "contacts": [{"id": "c", "email": "a@example.org"}, {"id": "d"}], "cost_options": [
            {"id": "k", "amount": 5, "currency": "USD"}, {"id": "m"}],
        "service_at_locations": [{"id": "t", "location": place}, {"id": "u"}],
    }  # fmt: skip
    row = index_row(service)
    assert (row.town, row.towns, row.anywhere) == ("Putnam", ("putnam", "avon"), False)
    placeholder: Any = None
    view = service_view(service, placeholder, "en")
    (there,) = view.places
    assert (there.address, there.access) == (("Putnam, 06260",), ())
    assert (view.areas, view.funding, view.contacts, view.cost) == (
        ("Avon",), (), ("a@example.org",), ("5 USD",),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "short"),
    [
        ("Food for anybody who asks. Ring first.", "Food for anybody who asks."),
        ("Food", "Food"),
        ("word " * 100, ("word " * 100)[:_WHAT_LETTERS].rsplit(" ", 1)[0] + " …"),
        ("x" * 30 + ". " + "word " * 100, "x" * 30 + "."),
    ],
)
def test_a_long_description_is_cut_at_a_sentence_or_a_word(words: str, short: str) -> None:
    assert index_row({**SERVICE, "description": words}).what == short
