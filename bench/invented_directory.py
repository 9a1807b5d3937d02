"""An invented directory of services in the tabular form of HSDS, for measuring and for tests. Fixed seed."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from random import Random

_TOWNS = (
    "Ashford", "Bethel", "Bristol", "Canton", "Danbury", "Enfield", "Groton", "Hamden", "Hartford",
    "Killingly", "Meriden", "Milford", "New Britain", "New Haven", "New London", "Norwalk",
    "Norwich", "Putnam", "Stamford",
    "Torrington", "Vernon", "Waterbury", "West Haven", "Windham",
)  # fmt: skip
_KINDS = (
    ("Outpatient counseling", "Talking with a counselor, alone or with the family, after trauma or loss."),
    ("Food pantry", "A bag of food each week. Bring your own bags. No questions about papers."),
    ("Respite weekends", "A weekend away for the young person, and a rest for caregivers."),
    ("Job training", "Learning a trade with pay, and help in the first weeks at work."),
    ("Housing help", "Help with rent, with a landlord, and with finding an apartment."),
    ("After-school program", "Homework, sport and art until six. Rides home on three lines."),
    ("Parent support group", "Parents who have been there meet each week. Coffee, and care for children."),
    ("Autism evaluation", "A full evaluation of development, with a written report in eight weeks."),
    ("Legal aid", "Advice about school meetings, benefits and eviction, from a lawyer."),
    ("Children's clinic", "A doctor and a nurse, also without an appointment before ten."),
)  # fmt: skip
_ADJECTIVES = ("North", "River", "Elm", "Harbor", "Hill", "Maple", "Stone", "Bright", "Valley", "Open")
_NOUNS = ("House", "Center", "Partners", "Works", "Alliance", "Circle", "Bridge", "Place", "Network", "Hands")
_LANGUAGES = (("en", "English"), ("es", "Español"), ("pt", "Português"), ("pl", "Polski"))


def invented_tables(
    services: int, seed: int = 20261122
) -> dict[str, tuple[Sequence[str], list[Sequence[object]]]]:
    """Table → (columns, rows)."""
    rng = Random(seed)
    owners = max(1, services // 8)
    places = max(1, services // 3)
    tables: dict[str, tuple[Sequence[str], list[Sequence[object]]]] = {
        "organizations": (("id", "name", "description", "website"), [
            (f"o{n}", f"{rng.choice(_ADJECTIVES)} {rng.choice(_NOUNS)} {n}", "A place in town.",
             f"https://o{n}.example.org")
            for n in range(owners)
        ]),
        "locations": (("id", "location_type", "name"), [
            (f"l{n}", "physical", f"House {n}") for n in range(places)
        ]),
        "addresses": (("id", "location_id", "address_1", "city", "state_province", "postal_code", "country",
                       "address_type"), [
            (f"a{n}", f"l{n}", f"{n % 400 + 1} Main Street", rng.choice(_TOWNS), "CT", f"06{n % 1000:03}",
             "US", "physical")
            for n in range(places)
        ]),
    }  # fmt: skip
    rows: dict[str, list[Sequence[object]]] = {
        name: []
        for name in ("services", "services_at_location", "phones", "schedules", "languages", "cost_options")
    }
    for n in range(services):
        kind, words = rng.choice(_KINDS)
        low: str | int = rng.choice(("", 0, 3, 6, 12, 14))
        rows["services"].append((
            f"s{n}", f"o{rng.randrange(owners)}", f"{kind} {rng.choice(_ADJECTIVES)} {n}",
            words * rng.randint(1, 3),
            "active", low, "" if isinstance(low, str) else low + rng.choice((5, 8, 12)),
            f"20{rng.randint(19, 26)}-0{rng.randint(1, 9)}-15", f"https://s{n}.example.org",
        ))  # fmt: skip
        rows["services_at_location"].append((f"x{n}", f"s{n}", f"l{rng.randrange(places)}"))
        rows["phones"].append((f"p{n}", f"s{n}", f"860-555-{n % 10_000:04}", "voice"))
        days = rng.choice(("MO,TU,WE,TH,FR", "SA,SU", "MO,WE"))
        rows["schedules"].append((f"h{n}", f"s{n}", "WEEKLY", days, "09:00",
                                  rng.choice(("17:00", "20:00"))))  # fmt: skip
        code, name = rng.choice(_LANGUAGES)
        rows["languages"].append((f"g{n}", f"s{n}", code, name))
        if n % 3 == 0:
            rows["cost_options"].append((f"c{n}", f"s{n}", "Free", 0, "USD"))
    heads = {
        "services": ("id", "organization_id", "name", "description", "status", "minimum_age", "maximum_age",
                     "assured_date", "url"),
        "services_at_location": ("id", "service_id", "location_id"),
        "phones": ("id", "service_id", "number", "type"),
        "schedules": ("id", "service_id", "freq", "byday", "opens_at", "closes_at"),
        "languages": ("id", "service_id", "code", "name"),
        "cost_options": ("id", "service_id", "option", "amount", "currency"),
    }  # fmt: skip
    return tables | {name: (heads[name], rows[name]) for name in rows}


def csv_of(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """One table as a CSV file."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue().encode()


def invented_package(services: int, seed: int = 20261122) -> bytes:
    """A tabular data package: a zip of CSV files and its datapackage.json."""
    tables = invented_tables(services, seed)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        package = {
            "name": "invented",
            "resources": [{"name": name, "path": f"{name}.csv"} for name in tables],
        }
        packed.writestr("datapackage.json", json.dumps(package))
        for name, (columns, rows) in tables.items():
            packed.writestr(f"{name}.csv", csv_of(columns, rows))
    return held.getvalue()
