"""From a service in the form of HSDS to what is looked for, and to what is shown.

Owns which fields of the specification make which line. Nothing is invented: what the directory does not
say stays empty. Another language stands in attributes labelled `es:<field>`. Spec: docs/directory.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from app.exchange.hsds import places_of
from app.store.directory_index import IndexRow
from app.wraparound.opening_hours import WEEKDAYS, spans_of
from app.wraparound.service_domains import domains_of, folded

from .directory_views import HoursLine, PlaceOfService, ServiceRow, ServiceView

_WHAT_LETTERS: Final = 160
_CODES: Final = {
    "english": "en", "ingles": "en", "eng": "en", "spanish": "es", "espanol": "es", "spa": "es",
    "portuguese": "pt", "portugues": "pt", "por": "pt", "polish": "pl", "polski": "pl", "pol": "pl",
    "haitian creole": "ht", "creole": "ht", "kreyol": "ht", "hat": "ht", "french": "fr", "fra": "fr",
    "arabic": "ar", "ara": "ar", "chinese": "zh", "mandarin": "zh", "zho": "zh", "vietnamese": "vi",
    "albanian": "sq", "urdu": "ur", "russian": "ru", "ukrainian": "uk", "american sign language": "ase",
    "asl": "ase",
}  # fmt: skip
_FREE: Final = re.compile(r"\b(?:free|no (?:cost|charge|fee)s?|gratis|gratuit[oa]s?|sin costo)\b")
_NOT_FREE: Final = re.compile(r"\b(?:not free|no free|free (?:trial|quote|parking))\b")
_EVERYWHERE: Final = frozenset(
    {"connecticut", "state of connecticut", "statewide", "entire state", "nationwide"}
)
"""Areas that are said of services which come to any town; a service that says of no area is one, too."""
_GONE: Final = frozenset({"inactive", "defunct"})


def index_rows(services: Iterable[dict[str, Any]]) -> Iterator[IndexRow]:
    """The rows of an index; services that the directory says are no more are left out."""
    for service in services:
        if str(service.get("status", "active")).strip().lower() not in _GONE:
            yield index_row(service)


def index_row(service: dict[str, Any]) -> IndexRow:
    """One service as it is looked for."""
    owner = service.get("organization", {})
    areas = [one["name"] for one in service.get("service_areas", ()) if one.get("name")]
    addresses = [one for place in places_of(service) for one in place.get("addresses", ())]
    cities = list(dict.fromkeys(one["city"] for one in addresses if one.get("city")))
    description = _plain(service.get("description", ""))
    terms = [one["taxonomy_term"] for one in service.get("attributes", ()) if "taxonomy_term" in one]
    names = [one["name"] for one in terms]
    schedules = [*service.get("schedules", ())]
    for at in service.get("service_at_locations", ()):
        schedules += [*at.get("schedules", ()), *at.get("location", {}).get("schedules", ())]
    programme = service.get("program", {}).get("name", "")
    more = [
        service.get("alternate_name", ""), owner.get("alternate_name", ""), programme, *names, *cities,
        *areas, service.get("eligibility_description", ""), *(text for _, text in _other_words(service)),
    ]  # fmt: skip
    return IndexRow(
        id=service["id"],
        name=service["name"],
        organization=owner.get("name", ""),
        what=_short(description),
        town=", ".join(cities[:2]) + (" …" if len(cities) > 2 else ""),
        more=" ".join([description, *more]),
        low=_age(service.get("minimum_age")),
        high=_age(service.get("maximum_age")),
        free=is_free(service),
        anywhere=not cities and all(folded(one) in _EVERYWHERE for one in areas),
        verified_on=service.get("assured_date", ""),
        phone=next((number for number, _ in phones_of(service)), ""),
        domains=domains_of([one.get("code", "") for one in terms], names, f"{service['name']} {description}"),
        languages=languages_of(service),
        towns=tuple(dict.fromkeys(folded(one) for one in [*cities, *areas] if folded(one))),
        spans=tuple(dict.fromkeys(span for one in schedules for span in spans_of(one))),
        body=json.dumps(service, ensure_ascii=False, separators=(",", ":")).encode(),
    )


def languages_of(service: dict[str, Any]) -> tuple[str, ...]:
    """Codes of the languages spoken there, as far as they can be told."""
    said = [*service.get("languages", ())]
    for place in places_of(service):
        said += place.get("languages", ())
    found = []
    for one in said:
        code, name = folded(one.get("code", "")), folded(one.get("name", ""))
        found.append(_CODES.get(code) or (code[:2] if 2 <= len(code) <= 5 else _CODES.get(name, "")))
    return tuple(dict.fromkeys(one for one in found if one))


def is_free(service: dict[str, Any]) -> bool:
    """Whether the directory says that it costs nothing."""
    options = service.get("cost_options", ())
    if any(one.get("amount") == 0 for one in options):
        return True
    said = [service.get("fees_description", ""), service.get("fees", "")]
    said += [one.get("option", "") for one in options] + [
        one.get("amount_description", "") for one in options
    ]
    words = " ".join(said).casefold()
    return bool(_FREE.search(words)) and not _NOT_FREE.search(words)


def phones_of(thing: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """(Number, what it is for) of a service, its places and its organization, each number once."""
    lists = [thing.get("phones", ())]
    for at in thing.get("service_at_locations", ()):
        lists += [at.get("phones", ()), at.get("location", {}).get("phones", ())]
    lists += [one.get("phones", ()) for one in thing.get("contacts", ())]
    lists.append(thing.get("organization", {}).get("phones", ()))
    found: dict[str, str] = {}
    for one in (phone for phones in lists for phone in phones):
        number = one["number"].strip(" \"'")
        said = one.get("description", "")
        if one.get("extension"):
            said = f"#{one['extension']} {said}".strip()
        if number and str(one.get("type", "")).lower() not in ("fax", "tty"):
            found.setdefault(number, said)
    return tuple(found.items())


def service_view(service: dict[str, Any], row: ServiceRow, language: str) -> ServiceView:
    """One service whole, without checks and rates."""

    def words(name: str) -> str:
        return _plain(_in_language(service, language, name) or str(service.get(name, "")))

    owner = service.get("organization", {})
    return ServiceView(
        row=row,
        description=words("description"),
        alert=words("alert"),
        url=web_address(service.get("url") or owner.get("website") or ""),
        email=service.get("email") or owner.get("email") or "",
        phones=phones_of(service),
        places=tuple(_places(service)),
        hours=tuple(dict.fromkeys(_hours(service))),
        areas=tuple(one["name"] for one in service.get("service_areas", ()) if one.get("name")),
        language_words=tuple(
            dict.fromkeys(one.get("name") or one.get("code", "") for one in service.get("languages", ()))
        ),
        interpreter=words("interpretation_services"),
        eligibility=words("eligibility_description"),
        how_to_apply=words("application_process"),
        documents=tuple(one["document"] for one in service.get("required_documents", ())),
        cost=tuple(_cost(service, words)),
        funding=tuple(one["source"] for one in service.get("funding", ()) if one.get("source")),
        contacts=tuple(_contacts(service)),
        terms=tuple(
            one["taxonomy_term"]["name"]
            for one in service.get("attributes", ())
            if "taxonomy_term" in one and not one["taxonomy_term"].get("code", "").startswith("kt:")
        ),
        wait=words("wait_time"),
        changed_on=service.get("last_modified", ""),
        status=service.get("status", ""),
    )


def name_in(service: dict[str, Any], language: str) -> tuple[str, str]:
    """(Name, what in one line) in a language, where the directory has them; else as they are."""
    name = _in_language(service, language, "name") or service["name"]
    return name, _short(
        _plain(_in_language(service, language, "description") or service.get("description", ""))
    )


def _other_words(service: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for one in service.get("attributes", ()):
        label = one.get("label", "")
        if label[2:3] == ":" and one.get("value"):
            yield label, one["value"]


def _in_language(service: dict[str, Any], language: str, name: str) -> str:
    return dict(_other_words(service)).get(f"{language}:{name}", "")


def _plain(words: str) -> str:
    """Words without the marks of a web page."""
    return re.sub(r"[ \t]+", " ", re.sub(r"<[^<>]{0,200}>", " ", words)).strip()


def _short(words: str) -> str:
    line = " ".join(words.split())
    sentence = re.match(r".{20,}?[.!?](?=\s)", line)
    if sentence and len(sentence[0]) <= _WHAT_LETTERS:
        return sentence[0]
    if len(line) <= _WHAT_LETTERS:
        return line
    return line[:_WHAT_LETTERS].rsplit(" ", 1)[0] + " …"


def web_address(address: str) -> str:
    """An address that a browser may be sent to, or nothing."""
    address = address.strip()
    if re.fullmatch(r"https?://[^\s<>\"']+", address):
        return address
    return f"https://{address}" if re.fullmatch(r"[\w-]+(?:\.[\w-]+)+(?:/[^\s<>\"']*)?", address) else ""


def _age(number: object) -> float | None:
    return float(number) if isinstance(number, int | float) else None


def _places(service: dict[str, Any]) -> Iterator[PlaceOfService]:
    for place in places_of(service):
        lines = []
        for one in place.get("addresses", ())[:2]:
            town = " ".join(x for x in (one.get("state_province", ""), one.get("postal_code", "")) if x)
            parts = [one.get("address_1", ""), one.get("address_2", ""), one.get("city", ""), town]
            lines.append(", ".join(part for part in parts if part))
        access = [one.get("description") or one.get("details", "") for one in place.get("accessibility", ())]
        yield PlaceOfService(
            place.get("name", ""), tuple(dict.fromkeys(line for line in lines if line)), phones_of(place),
            tuple(one for one in access if one), place.get("transportation", ""),
        )  # fmt: skip


def _hours(service: dict[str, Any]) -> Iterator[HoursLine]:
    lists = [service.get("schedules", ())]
    for at in service.get("service_at_locations", ()):
        lists += [at.get("schedules", ()), at.get("location", {}).get("schedules", ())]
    for one in (schedule for schedules in lists for schedule in schedules):
        named = re.findall("|".join(WEEKDAYS), str(one.get("byday", "")).upper())
        days = tuple(sorted({WEEKDAYS.index(day) for day in named}))
        words = one.get("description") or one.get("notes", "")
        if days or words or one.get("opens_at"):
            yield HoursLine(days, one.get("opens_at", ""), one.get("closes_at", ""), words)


def _cost(service: dict[str, Any], words: Any) -> Iterator[str]:
    said = words("fees_description") or words("fees")
    if said:
        yield said
    for one in service.get("cost_options", ()):
        amount = one.get("amount")
        price = "" if amount is None else f"{amount} {one.get('currency', '')}".strip()
        line = ", ".join(
            part for part in (one.get("option", ""), price, one.get("amount_description", "")) if part
        )
        if line:
            yield line


def _contacts(service: dict[str, Any]) -> Iterator[str]:
    for one in service.get("contacts", ()):
        line = ", ".join(str(one[name]) for name in ("name", "title", "department", "email") if one.get(name))
        if line:
            yield line
