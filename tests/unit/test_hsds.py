"""Reading a directory of services: the forms of HSDS, what is left out and said, and hostile files.

The specification's own examples, key by key, are in tests/hsds_examples.py.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

from app.exchange import hsds_files
from app.exchange.hsds import Imported, Stopped, read_directory
from app.exchange.hsds_content import pack, unpack
from app.exchange.hsds_files import DirectoryRefused
from app.exchange.hsds_report import Problem, report_csv
from bench.invented_directory import csv_of, invented_package, invented_tables
from tests import hsds_examples as examples

STARTER = Path(__file__).resolve().parents[2] / "assets/directory/connecticut/services.json"
PHONE = {
    "id": "p1", "number": '"+1 860 555 0101"', "extension": 100, "type": "voice", "description": "Front desk",
    "languages": [{"id": "g1", "name": "Urdu", "code": "ur", "note": "When Ann is in"}],
}  # fmt: skip
SCHEDULE = {
    "id": "h1", "valid_from": "2026-01-01", "valid_to": "2026-12-31", "dtstart": "2026-01-01", "timezone": 3,
    "wkst": "MO", "freq": "WEEKLY", "interval": 1, "byday": "TH,FR", "opens_at": "10:00:00",
    "closes_at": "18:00Z", "attending_type": "in person",
}  # fmt: skip
PLACE = {
    "id": "l1", "location_type": "physical", "name": "Town hall", "latitude": 100, "longitude": 101,
    "addresses": [{"id": "a1", "address_1": "1 Main Street", "city": "Putnam", "state_province": "CT",
                   "postal_code": "06260", "country": "US", "address_type": "physical"}],
    "accessibility": [{"id": "x1", "description": "A ramp at the side"}], "phones": [PHONE],
}  # fmt: skip
SERVICE: dict[str, Any] = {
    "id": "s1", "name": "Community counseling", "description": "Talking with somebody trained.",
    "url": "http://example.com/c", "status": "active", "minimum_age": 12, "maximum_age": 100,
    "assured_date": "2026-01-01", "last_modified": "2026-03-15T10:30:45.123Z", "wait_time": "two weeks",
    "phones": [PHONE], "schedules": [SCHEDULE],
    "service_areas": [{"id": "r1", "name": "Putnam", "extent_type": "geojson", "uri": "http://example.com"}],
    "service_at_locations": [{"id": "t1", "description": "Second floor", "location": PLACE,
                              "contacts": [{"id": "c1", "name": "Ann", "phones": [PHONE]}]}],
    "languages": [{"id": "g2", "name": "Urdu", "code": "ur"}],
    "organization": {"id": "o1", "name": "Example Inc.", "year_incorporated": 2011, "website": "example.com",
                     "locations": [PLACE], "funding": [{"id": "f1", "source": "The town"}],
                     "organization_identifiers": [{"id": "z"}]},
    "cost_options": [{"id": "k1", "option": "Per hour", "amount": 0, "currency": "USD"}],
    "program": {"id": "m1", "name": "Well-being"}, "capacities": [{"id": "q1", "available": 3,
                                                                 "unit": {"id": "u1", "name": "places"}}],
    "required_documents": [{"id": "d1", "document": "A letter"}],
    "additional_urls": [{"id": "w", "url": "x.org"}],
    "attributes": [{"id": "b1", "link_entity": "service",
                    "taxonomy_term": {"id": "y1", "name": "Counseling"}}],
    "metadata": [{"id": "n1", "resource_id": "s1"}],
}  # fmt: skip


def read(value: Any) -> Imported:
    return read_directory(json.dumps(value).encode())


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return held.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(DirectoryRefused) as caught:
        read_directory(data)
    return caught.value.code


def codes(found: Imported) -> list[tuple[str, str]]:
    return [(one.field, one.code) for one in found.report.problems]


# -- the forms of the specification -----------------------------------------------------------


def test_a_whole_service_comes_in_without_a_complaint() -> None:
    found = read(SERVICE)
    assert (found.report.problems, found.report.unknown) == ([], {})
    one = found.services[0]
    assert one["service_at_locations"][0]["location"]["addresses"][0]["city"] == "Putnam"
    assert one["schedules"][0]["opens_at"] == "10:00" and one["schedules"][0]["closes_at"] == "18:00"
    assert one["last_modified"] == "2026-03-15" and one["phones"][0]["extension"] == "100"
    assert (found.report.services, found.report.organizations, found.report.locations) == (1, 1, 1)


@pytest.mark.parametrize(
    "value",
    [
        [SERVICE],
        {"total_items": 1, "page_number": 1, "contents": [SERVICE]},
        {"id": "o1", "name": "Example Inc.", "services": [SERVICE]},
        {"id": "t1", "service": SERVICE, "location": PLACE},
        [{"contents": [SERVICE]}, {"contents": []}],
    ],
)
def test_lists_pages_organizations_and_services_at_locations_come_in(value: Any) -> None:
    found = read(value)
    assert [one["id"] for one in found.services] == ["s1"]
    assert found.report.problems == []


def test_one_service_at_two_places_is_one_service() -> None:
    bare = {name: value for name, value in SERVICE.items() if name != "service_at_locations"}
    other = {**PLACE, "id": "l2"}
    found = read(
        [{"id": "t1", "service": bare, "location": PLACE}, {"id": "t2", "service": bare, "location": other}]
    )
    assert found.report.services == 1 and found.report.locations == 2


def test_tables_in_a_zip_come_in_as_the_nested_form_does() -> None:
    found = read_directory(invented_package(40))
    one = next(service for service in found.services if service["id"] == "s0")
    assert found.report.services == 40 and found.report.problems == []
    assert one["organization"]["id"].startswith("o") and one["phones"][0]["number"].startswith("860")
    assert one["service_at_locations"][0]["location"]["addresses"][0]["state_province"] == "CT"


def test_tables_are_known_by_their_resource_by_one_and_by_many() -> None:
    services = csv_of(("id", "name", "status", "organization_id"), [("s1", "Food", "active", "o1")])
    owners = csv_of(("id", "name"), [("o1", "Church")])
    package = {"resources": [{"name": "services", "path": "data/a.csv"}]}
    found = read_directory(
        zipped(
            {
                "datapackage.json": json.dumps(package).encode(),
                "data/a.csv": services,
                "organization.csv": owners,
            }
        )
    )
    assert found.services[0]["organization"]["name"] == "Church" and found.report.unknown == {}


def test_the_directory_that_ships_is_whole() -> None:
    found = read_directory(STARTER.read_bytes())
    assert found.report.services == 13 and found.report.problems == [] and found.report.unknown == {}
    for one in found.services:
        said = {label["label"] for label in one["attributes"] if "label" in label}
        assert {"es:name", "es:description", "es:alert"} <= said
        assert "2019–20" in one["alert"] and "phones" not in one


# -- the specification's own examples -----------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        examples.SERVICE_FULL,
        examples.SERVICE_LIST,
        examples.SERVICE_AT_LOCATION,
        {**examples.ORGANIZATION_FULL, "services": [examples.SERVICE_FULL]},
    ],
)
def test_every_example_of_a_service_comes_in_without_a_complaint(value: Any) -> None:
    found = read(value)
    assert [one["id"] for one in found.services] == [examples.SERVICE["id"]]
    assert (found.report.problems, found.report.unknown) == ([], {})
    assert found.services[0]["organization"]["name"] == "Example Organization Inc."


@pytest.mark.parametrize(
    "other", [examples.ORGANIZATION_LIST, examples.TERM_LIST, examples.ORGANIZATION_FULL, examples.LOCATION]
)
def test_an_example_of_something_else_is_no_service(other: Any) -> None:
    found = read([examples.SERVICE_LIST, other])
    assert [one["id"] for one in found.services] == [examples.SERVICE["id"]]
    assert codes(found) == [("", "not_a_service")] and found.report.rows_out == 1
    assert refused(json.dumps(other).encode()) == "directory_not_one"


def test_the_tables_of_the_example_come_in_with_what_does_not_hang_together() -> None:
    found = read_directory(zipped(examples.TABLES))
    one = found.services[0]
    assert one["id"] == examples.SERVICE["id"] and one["minimum_age"] == 12
    assert found.report.unknown == {} and found.report.rows_out == 0
    wrong = [(p.file, p.field, p.code) for p in found.report.problems if p.code != "points_nowhere"]
    assert wrong == [
        ("schedule.csv", "count", "not_a_number"),
        ("cost_option.csv", "valid_from", "not_a_day"),
        ("cost_option.csv", "valid_to", "not_a_day"),
    ]
    astray = {(p.file, p.field, p.row) for p in found.report.problems if p.code == "points_nowhere"}
    assert ("service.csv", "organization_id", 2) in astray and ("phone.csv", "contact_id", 2) in astray
    assert len(astray) == 16


# -- what is left out, and said ---------------------------------------------------------------


def test_bad_rows_are_left_out_and_said_and_good_ones_stay() -> None:
    tables = invented_tables(30)
    columns, rows = tables["services"]
    rows[3] = ("", *rows[3][1:])
    rows[5] = (rows[4][0], *rows[5][1:])
    rows[7] = (*rows[7][:5], "twelve", *rows[7][6:])
    rows[8] = (*rows[8][:7], "15/01/2026", rows[8][8])
    rows[9] = (*rows[9][:5], 14, 3, *rows[9][7:])
    found = read_directory(zipped({f"{name}.csv": csv_of(*table) for name, table in tables.items()}))
    assert found.report.services == 28 and found.report.rows_out == 2
    said = {(one.file, one.row, one.field, one.code) for one in found.report.problems}
    assert {
        ("services.csv", 5, "id", "missing"), ("services.csv", 7, "id", "same_id"),
        ("services.csv", 9, "minimum_age", "not_a_number"), ("services.csv", 10, "assured_date", "not_a_day"),
        ("services.csv", 11, "maximum_age", "ages_crossed"),
    } <= said  # fmt: skip


def test_what_points_nowhere_is_said_and_the_service_stays() -> None:
    services = csv_of(("id", "name", "organization_id"), [("s1", "Food", "o9")])
    phones = csv_of(("id", "service_id", "number"), [("p1", "s9", "1"), ("p2", "s1", "2"), ("p3", "", "3")])
    found = read_directory(zipped({"services.csv": services, "phones.csv": phones}))
    assert [one["number"] for one in found.services[0]["phones"]] == ["2"]
    assert [code for _, code in codes(found)].count("points_nowhere") == 3


def test_unknown_columns_tables_and_files_are_told() -> None:
    services = csv_of(("id", "name", "shoe_size"), [("s1", "Food", "44")])
    found = read_directory(zipped({"services.csv": services, "wishes.csv": b"id\n1\n", "a.txt": b"x"}))
    assert set(found.report.unknown) == {"services.csv: shoe_size", "wishes.csv", "a.txt"}
    assert "shoe_size" not in found.services[0]
    assert set(read({**SERVICE, "mood": 1}).report.unknown) == {"service.mood"}


def test_values_of_the_wrong_kind_in_json_are_left_out() -> None:
    odd = {
        **SERVICE, "alert": {"a": 1}, "email": True, "minimum_age": "Infinity", "phones": "none",
        "schedules": [{"opens_at": "25:00"}, "x"], "assured_date": [], "description": "x" * 20_001,
    }  # fmt: skip
    found = read([odd, "nothing", None, 7])
    assert found.report.services == 1 and found.report.lost == 3
    assert {
        ("alert", "not_text"), ("email", "not_text"), ("minimum_age", "not_a_number"),
        ("phones", "not_an_object"), ("opens_at", "not_a_time"), ("assured_date", "not_text"),
        ("description", "too_long"),
    } <= set(codes(found))  # fmt: skip


def test_a_line_with_a_comma_too_many_is_no_row() -> None:
    found = read_directory(zipped({"services.csv": b"id,name\ns1,Food\ns2,Books, pens\n"}))
    assert [one["id"] for one in found.services] == ["s1"]
    assert found.report.problems == [Problem("services.csv", 3, "", "broken_line", "s2")]


def test_old_letters_are_read_and_said() -> None:
    found = read_directory(zipped({"services.csv": "id,name\ns1,Niñez\n".encode("cp1252")}))
    assert found.services[0]["name"] == "Niñez" and codes(found) == [("", "old_letters")]
    wide = read_directory(zipped({"services.csv": "id,name\ns1,Niñez\n".encode("utf-16")}))
    assert wide.services[0]["name"] == "Niñez" and wide.report.problems == []


def test_the_report_is_a_table_that_no_spreadsheet_runs() -> None:
    found = read_directory(zipped({"services.csv": b"id,name,minimum_age\ns1,Food,=1+1\n"}))
    written = report_csv(found.report, ("file", "row", "field", "what", "value"), lambda one: one.code)
    assert written.decode("utf-8-sig").splitlines()[1] == "services.csv,2,minimum_age,not_a_number,'=1+1"


# -- hostile and broken files -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "directory_json_broken"),
        (b'{"id": 1', "directory_json_broken"),
        (b"[" * 100_000, "directory_json_broken"),
        (b'[{"id": ' + b"9" * 5000 + b"}]", "directory_json_broken"),
        (b"PK\x03\x04nonsense", "directory_zip_broken"),
        (b"[]", "directory_not_one"),
        (b"{}", "directory_not_one"),
        (zipped({"services.csv": b"id,name\n"}), "directory_not_one"),
        (zipped({}), "directory_not_one"),
        (zipped({"services.json": b"{"}), "directory_json_broken"),
        (zipped({f"{n}.csv": b"" for n in range(hsds_files.MAX_MEMBERS + 1)}), "directory_unpacks_too_large"),
    ],
)
def test_what_is_no_directory_is_refused_in_one_word(data: bytes, code: str) -> None:
    assert refused(data) == code


def test_a_bomb_is_not_unpacked() -> None:
    assert refused(zipped({"services.csv": b"0" * 40_000_000})) == "directory_unpacks_too_large"


def test_what_the_head_says_of_the_size_is_not_believed() -> None:
    bomb = bytearray(zipped({"services.csv": b"0" * 4_000_000}))
    central = bomb.index(b"PK\x01\x02")
    struct.pack_into("<I", bomb, central + 24, 10)
    assert refused(bytes(bomb)) in (
        "directory_unpacks_too_large",
        "directory_zip_broken",
        "directory_not_one",
    )


def test_many_members_together_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hsds_files, "MAX_UNPACKED_BYTES", 3000)
    content = b"id,name\n" + b"s1,Food\n" * 200
    assert refused(zipped({"services.csv": content, "phones.csv": content})) == "directory_unpacks_too_large"


def test_a_file_that_is_too_large_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hsds_files, "MAX_PICKED_BYTES", 10)
    assert refused(b" " * 11) == "directory_too_large"


def test_names_in_a_zip_are_never_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = read_directory(
        zipped({"../../etc/services.csv": b"id,name\ns1,Food\n", "/abs/phones.csv": b"id\n"})
    )
    assert [one.code for one in found.report.problems[:2]] == ["odd_path", "odd_path"]
    assert found.report.services == 1 and list(tmp_path.iterdir()) == []


def test_a_file_that_stands_there_twice_is_read_once() -> None:
    found = read_directory(
        zipped({"a/services.csv": b"id,name\ns1,Food\n", "b/services.csv": b"id,name\ns2,Ice\n"})
    )
    assert [one["id"] for one in found.services] == ["s1"] and codes(found) == [("", "twice")]


def test_deep_nests_end() -> None:
    phones: list[Any] = []
    contact: dict[str, Any] = {"name": "x", "phones": phones}
    found = read(
        {**SERVICE, "contacts": [contact], "organization": {"id": "o", "name": "n", "contacts": [contact]}}
    )
    assert found.report.services == 1


def test_stop_stops() -> None:
    with pytest.raises(Stopped):
        read_directory(invented_package(1200), stopped=lambda: True)


# -- the content that travels -----------------------------------------------------------------


def test_the_same_services_give_the_same_bytes_and_come_back_as_they_were() -> None:
    found = read_directory(invented_package(60))
    content = pack(found.services)
    assert content == pack(read_directory(invented_package(60)).services)
    assert list(unpack(content)) == list(found.services)


@pytest.mark.parametrize("cut", [0, 1, 40, -1])
def test_a_content_that_is_not_whole_is_refused(cut: int) -> None:
    content = pack(read(SERVICE).services)
    with pytest.raises(DirectoryRefused):
        list(unpack(content[:cut]))


def test_a_content_of_something_else_is_refused() -> None:
    import zlib

    for inside in (b'{"format":"other"}\n', b"[]\n", b"\xff\n", b""):
        with pytest.raises(DirectoryRefused):
            list(unpack(zlib.compress(inside)))


def test_a_content_that_unpacks_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.exchange.hsds_content.MAX_CONTENT_BYTES", 200)
    with pytest.raises(DirectoryRefused):
        list(unpack(pack(read(SERVICE).services)))
