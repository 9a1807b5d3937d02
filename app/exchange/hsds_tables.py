"""The tables of the Human Services Data Specification (HSDS) 3.1 that a directory may hold.

Owns which fields of which table are read and of which kind they are, how tables hang together in the
nested (compiled) form and in the tabular one, and by which file names tables are known. Field names are
the specification's (Open Referral, https://docs.openreferral.org, CC BY-SA 4.0); nothing else of it is here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

TEXT, NUMBER, DAY, TIME = "text", "number", "day", "time"


def _fields(texts: str, **others: str) -> Mapping[str, str]:
    kinds = dict.fromkeys(texts.split(), TEXT)
    for kind, names in others.items():
        kinds |= dict.fromkeys(names.split(), kind)
    return kinds


FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    "organization": _fields(
        "id name alternate_name description email website tax_status tax_id legal_status logo uri"
        " parent_organization_id",
        number="year_incorporated",
    ),
    "program": _fields("id organization_id name alternate_name description"),
    "service": _fields(
        "id organization_id program_id name alternate_name description url email status"
        " interpretation_services application_process fees_description wait_time fees accreditations"
        " eligibility_description assurer_email licenses alert",
        number="minimum_age maximum_age",
        day="assured_date last_modified",
    ),
    "service_at_location": _fields("id service_id location_id description"),
    "location": _fields(
        "id location_type url organization_id name alternate_name description transportation"
        " external_identifier external_identifier_type",
        number="latitude longitude",
    ),
    "address": _fields(
        "id location_id attention address_1 address_2 city region state_province postal_code country"
        " address_type"
    ),
    "phone": _fields(
        "id location_id service_id organization_id contact_id service_at_location_id number extension type"
        " description"
    ),
    "contact": _fields(
        "id organization_id service_id service_at_location_id location_id name title department email"
    ),
    "schedule": _fields(
        "id service_id location_id service_at_location_id timezone wkst freq byday byweekno bymonthday"
        " byyearday description schedule_link attending_type notes",
        number="count interval",
        day="valid_from valid_to dtstart until",
        time="opens_at closes_at",
    ),
    "language": _fields("id service_id location_id phone_id name code note"),
    "service_area": _fields("id service_id service_at_location_id name description extent extent_type uri"),
    "required_document": _fields("id service_id document uri"),
    "funding": _fields("id organization_id service_id source"),
    "cost_option": _fields(
        "id service_id option currency amount_description", number="amount", day="valid_from valid_to"
    ),
    "accessibility": _fields("id location_id description details url"),
    "attribute": _fields("id link_id taxonomy_term_id link_type link_entity value label"),
    "taxonomy_term": _fields("id code name description parent_id taxonomy language taxonomy_id term_uri"),
    "url": _fields("id organization_id service_id label url"),
    "service_capacity": _fields(
        "id service_id unit_id description", number="available maximum", day="updated"
    ),
    "unit": _fields("id name scheme identifier uri"),
}
"""Table → field → its kind."""

SET_ASIDE: Final = frozenset({"metadata", "meta_table_description", "organization_identifier", "taxonomy"})
"""Tables of the specification that say nothing a person who looks for help needs; they are read past."""

NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "organization": ("id", "name"), "service": ("id", "name"), "location": ("id",),
    "service_at_location": ("id",), "phone": ("number",), "taxonomy_term": ("name",),
    "program": ("name",), "unit": ("name",), "url": ("url",), "required_document": ("document",),
}  # fmt: skip
"""Without these a row says nothing and is left out."""

ONE: Final[Mapping[str, Mapping[str, str]]] = {
    "service": {"organization": "organization", "program": "program"},
    "service_at_location": {"location": "location"},
    "attribute": {"taxonomy_term": "taxonomy_term"},
    "service_capacity": {"unit": "unit"},
}
"""Table → key in the nested form → the table of the one object there."""

MANY: Final[Mapping[str, Mapping[str, str]]] = {
    "service": {
        "phones": "phone", "schedules": "schedule", "service_areas": "service_area",
        "service_at_locations": "service_at_location", "languages": "language", "funding": "funding",
        "cost_options": "cost_option", "required_documents": "required_document", "contacts": "contact",
        "attributes": "attribute", "additional_urls": "url", "capacities": "service_capacity",
    },
    "organization": {
        "phones": "phone", "contacts": "contact", "funding": "funding", "additional_websites": "url",
    },
    "service_at_location": {
        "phones": "phone", "contacts": "contact", "schedules": "schedule", "service_areas": "service_area",
    },
    "location": {
        "addresses": "address", "phones": "phone", "contacts": "contact", "schedules": "schedule",
        "languages": "language", "accessibility": "accessibility",
    },
    "contact": {"phones": "phone"},
    "phone": {"languages": "language"},
}  # fmt: skip
"""Table → key in the nested form → the table of the objects in that list."""

NOT_READ: Final[Mapping[str, frozenset[str]]] = {
    "organization": frozenset({"services", "locations", "programs", "organization_identifiers"}),
    "taxonomy_term": frozenset({"taxonomy_detail"}),
}
"""Keys of the nested form that are known and not needed: a service names its places itself."""

_OF_SERVICES: Final = frozenset(FIELDS["service"]) | frozenset(MANY["service"]) | frozenset(ONE["service"])
_OF_OTHERS: Final = frozenset(
    key
    for table in ("organization", "location", "taxonomy_term")
    for key in (*FIELDS[table], *MANY.get(table, ()), *NOT_READ.get(table, ()))
) - _OF_SERVICES


def is_service(raw: Mapping[str, Any]) -> bool:
    """Whether an object that stands where services stand is one.

    The specification gives every service a status. Without it, keys that only an organization, a place
    or a term of a taxonomy has say that it is one of those.
    """
    return "status" in raw or not _OF_OTHERS & raw.keys()

PARENTS: Final[Mapping[str, tuple[tuple[str, str, str], ...]]] = {
    child: tuple(
        (f"{parent}_id", parent, key)
        for parent in ("phone", "contact", "service_at_location", "location", "service", "organization")
        for key, table in MANY.get(parent, {}).items()
        if table == child and f"{parent}_id" in FIELDS[child]
    )
    for child in FIELDS
}
"""For a row of the tabular form: (field that names its parent, the parent's table, key in the parent).

The nearest parent first: a phone number that names a contact and a service belongs to the contact.
"""

_STEMS: Final[Mapping[str, str]] = {
    "addresses": "address", "physical_address": "address", "postal_address": "address",
    "services_at_location": "service_at_location", "services_at_locations": "service_at_location",
    "service_at_locations": "service_at_location", "accessibility_for_disabilities": "accessibility",
    "regular_schedule": "schedule", "urls": "url", "service_capacities": "service_capacity",
    "fundings": "funding", "physical_addresses": "address", "postal_addresses": "address",
    "regular_schedules": "schedule", "taxonomies": "taxonomy",
}  # fmt: skip


def table_of(name: str) -> str:
    """The table that a file or resource of this name holds: "services.csv" is "service"; or ""."""
    stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0].strip().lower().replace("-", "_").replace(" ", "_")
    for guess in (stem, _STEMS.get(stem, ""), stem.removesuffix("s")):
        if guess in FIELDS or guess in SET_ASIDE:
            return guess
    return ""
