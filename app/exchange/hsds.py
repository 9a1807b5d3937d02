"""Reads a directory of services (HSDS 3.1, Open Referral): nested JSON, pages of the API, or tables.

Owns the way from a picked file to clean services in the nested form of the specification, and the report
of what could not be read. Bad rows are left out and said, good ones kept; nothing is written anywhere.
Spec: docs/directory.md, "Import".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from .hsds_files import csv_rows, is_table, json_of, members, named_tables, refuse
from .hsds_report import Report
from .hsds_rows import Row, clean_row, clean_tree
from .hsds_tables import FIELDS, NOT_READ, ONE, PARENTS, is_service, table_of

MAX_SERVICES: Final = 100_000
Progress = Callable[[int, int], None]
"""Called with (services so far, of how many; 0 while unknown)."""
_STEP: Final = 250
_PLACED: Final = (
    "service",
    "service_at_location",
    "location",
    "organization",
    "program",
    "taxonomy_term",
    "unit",
)
"""Tables whose rows others point to."""


class Stopped(Exception):
    """The person pressed Stop."""


@dataclass(frozen=True)
class Imported:
    """A directory that was read: services in the nested form, ordered by name and id, and the report."""

    services: tuple[Row, ...]
    report: Report


def read_directory(
    data: bytes,
    progress: Progress = lambda done, total: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Imported:
    """Read a picked file.

    progress: told now and then. stopped: asked now and then. Raises DirectoryRefused for a file that
    is no directory at all, Stopped.
    """
    report = Report()
    tables: dict[str, list[tuple[str, bytes]]] = defaultdict(list)
    nested: list[tuple[str, Any]] = []
    named: dict[str, str] = {}
    plain: list[tuple[str, bytes]] = []
    for name, content in members(data, report):
        if name.lower() == "datapackage.json":
            named = named_tables(content, report)
        elif name.lower().endswith(".csv"):
            plain.append((name, content))
        else:
            nested.append((name, json_of(content, name, report)))
    for name, content in plain:
        table = named.get(name.lower()) or table_of(name)
        if is_table(table):
            tables[table].append((name, content))
        elif not table:
            report.not_known(name)
    found: dict[str, Row] = {}
    if tables:
        _from_tables(tables, found, report, progress, stopped)
    for name, value in nested:
        _from_objects(name, value, found, report, progress, stopped)
    if not found:
        refuse("directory_not_one")
    ordered = sorted(found.values(), key=lambda one: (one["name"].casefold(), one["id"]))
    report.services = len(ordered)
    report.organizations = len(
        {
            one["organization"].get("id", one["organization"].get("name"))
            for one in ordered
            if "organization" in one
        }
    )
    report.locations = len({place["id"] for one in ordered for place in places_of(one)})
    return Imported(tuple(ordered), report)


def places_of(service: Row) -> list[Row]:
    """The locations at which a service is given."""
    return [one["location"] for one in service.get("service_at_locations", ()) if "location" in one]


# -- the nested form --------------------------------------------------------------------------


def _from_objects(
    file: str, value: Any, found: dict[str, Row], report: Report, progress: Progress,
    stopped: Callable[[], bool],
) -> None:  # fmt: skip
    objects = list(_objects(value))
    for number, raw in enumerate(objects, start=1):
        if number % _STEP == 0:
            progress(number, len(objects))
            if stopped():
                raise Stopped
        if len(found) >= MAX_SERVICES:
            refuse("directory_too_large")
        if isinstance(raw, dict) and not is_service(raw):
            report.add(file, number, "", "not_a_service", raw.get("name", ""))
            continue
        _take(clean_tree("service", raw, file, number, report), file, number, found, report)


def _objects(value: Any) -> Iterator[Any]:
    """The services in a JSON value: one, a list, a page of the API, or what hangs at organizations."""
    if isinstance(value, list):
        for one in value:
            yield from _objects(one)
        return
    if not isinstance(value, dict):
        yield value
        return
    pages = value.get("contents", value.get("content"))
    if isinstance(pages, list):
        yield from _objects(pages)
    elif isinstance(value.get("services"), list):  # an organization with its services
        owner = {key: part for key, part in value.items() if key not in NOT_READ["organization"]}
        for one in value["services"]:
            yield {"organization": owner, **one} if isinstance(one, dict) else one
    elif isinstance(value.get("service"), dict):  # a service at a location
        place = {key: part for key, part in value.items() if key != "service"}
        service = value["service"]
        yield {**service, "service_at_locations": service.get("service_at_locations") or [place]}
    else:
        yield value


def _take(service: Row | None, file: str, row: int, found: dict[str, Row], report: Report) -> None:
    if service is None:
        report.lost += 1
        return
    known = found.get(service["id"])
    if known is None:
        found[service["id"]] = service
        return
    # A list of services at locations names one service once for each of its places.
    held = {one.get("id") for one in known.get("service_at_locations", ())}
    more = [one for one in service.get("service_at_locations", ()) if one.get("id") not in held]
    if more and known["name"] == service["name"]:
        known.setdefault("service_at_locations", []).extend(more)
        return
    report.lost += 1
    report.add(file, row, "id", "same_id", service["id"])


# -- the tabular form -------------------------------------------------------------------------


def _from_tables(
    files: dict[str, list[tuple[str, bytes]]], found: dict[str, Row], report: Report,
    progress: Progress, stopped: Callable[[], bool],
) -> None:  # fmt: skip
    by_id: dict[str, dict[str, Row]] = {table: {} for table in _PLACED}
    loose: list[tuple[str, str, int, Row]] = []
    stood: dict[str, tuple[str, int]] = {}
    # Those that others point to first.
    order = [*_PLACED, *(table for table in FIELDS if table not in _PLACED)]
    for table in order:
        for file, content in files.get(table, ()):
            for line, cells in csv_rows(content, file, table, report, stopped):
                row = clean_row(table, cells, file, line, report)
                if row is None:
                    report.lost += table == "service"
                    continue
                same = by_id.get(table)
                if same is not None:
                    if row.get("id") in same:
                        report.lost += table == "service"
                        report.add(file, line, "id", "same_id", row["id"])
                        continue
                    same[row.get("id", "")] = row
                    if table == "service":
                        stood[row["id"]] = (file, line)
                if same is None or table == "service_at_location":
                    loose.append((table, file, line, row))
                if line % _STEP == 0:
                    progress(len(by_id["service"]), 0)
                    if stopped():
                        raise Stopped
            if stopped():
                raise Stopped
    if len(by_id["service"]) > MAX_SERVICES:
        refuse("directory_too_large")
    parents: dict[str, dict[str, Row]] = {**by_id, "phone": {}, "contact": {}}
    for table, _file, _line, row in loose:
        if table in ("phone", "contact") and row.get("id"):
            parents[table].setdefault(row["id"], row)
    for table, file, line, row in loose:
        _hang(table, file, line, row, parents, report)
    for number, row in by_id["service"].items():
        for key, table in ONE["service"].items():
            wanted = row.get(f"{table}_id")
            if wanted:
                owner = by_id[table].get(wanted)
                if owner is None:
                    report.add(*stood[number], f"{table}_id", "points_nowhere", wanted)
                else:
                    row[key] = owner
        found[number] = row
    progress(len(found), len(found))


def _hang(
    table: str, file: str, line: int, row: Row, parents: dict[str, dict[str, Row]], report: Report
) -> None:
    """Put a row at what it belongs to."""
    for key, one in ONE.get(table, {}).items():
        wanted = row.get(f"{one}_id")
        if wanted and (target := parents[one].get(wanted)) is not None:
            row[key] = target
        elif wanted:
            report.add(file, line, f"{one}_id", "points_nowhere", wanted)
            if table == "service_at_location":
                return
    links = PARENTS[table]
    if table == "attribute":
        links = (("link_id", "service", "attributes"),)
        if row.get("link_entity", "service") != "service":
            return  # of a place or an organization: nothing is looked for by it
    for field, parent, key in links:
        owner = parents[parent].get(row.get(field, ""))
        if owner is not None and owner is not row:
            owner.setdefault(key, []).append(row)
            return
    field = next((name for name, _, _ in links if row.get(name)), links[0][0])
    report.add(file, line, field, "points_nowhere", row.get(field, ""))
