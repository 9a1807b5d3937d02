"""Records of the agency's data stream that carry its practice: rules, and the directory of services."""

from __future__ import annotations

from typing import ClassVar

from .base import Record


class PracticeRules(Record, table=True):
    """One version of one of the agency's rule files. The newest that has begun counts; older ones stay."""

    __tablename__ = "practice_rules"
    TYPE: ClassVar[str] = "practice_rules"
    SEARCH_TITLE: ClassVar[tuple[str, ...]] = ("name",)

    name: str = ""
    """A name of wraparound.rules.RULE_FILES."""
    text: str = ""
    """The whole file, TOML."""
    from_on: str = ""
    """ISO day from which it counts; what began before goes on under the version of that day."""
    why: str = ""


class DirectoryEdition(Record, table=True):
    """A directory of services (HSDS) that was imported. Its content travels as a sealed file."""

    __tablename__ = "directory_edition"
    TYPE: ClassVar[str] = "directory_edition"
    SEARCH_TITLE: ClassVar[tuple[str, ...]] = ("name",)

    name: str = ""
    source: str = ""
    licence: str = ""
    imported_on: str = ""
    services: int = 0
    organizations: int = 0
    locations: int = 0
    size: int = 0
    """Bytes of the content before it was sealed."""
    sha256: str = ""
    """Of the content, hex."""
    blob: str = ""
    """Blob id (hex)."""
    chunks: int = 0
    epoch: int = 0
    withdrawn_on: str = ""


class ServiceCheck(Record, table=True):
    """Somebody asked a service whether what the directory says is right."""

    __tablename__ = "service_check"
    TYPE: ClassVar[str] = "service_check"
    SEARCH_TITLE: ClassVar[tuple[str, ...]] = ("service_name",)

    service_id: str = ""
    """Id in the directory (HSDS) or of a LocalService."""
    service_name: str = ""
    checked_on: str = ""
    result: str = ""
    """A code of practice_codes.CHECK_RESULTS."""
    note: str = ""


class LocalService(Record, table=True):
    """A service that the agency keeps itself, beside the imported directory."""

    __tablename__ = "local_service"
    TYPE: ClassVar[str] = "local_service"
    SEARCH_TITLE: ClassVar[tuple[str, ...]] = ("name",)
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("name", "organization", "what")

    name: str = ""
    organization: str = ""
    what: str = ""
    domains: str = ""
    """Codes of practice_codes.SERVICE_DOMAINS joined by a comma."""
    min_age: int = 0
    """Years; 0 when none is said."""
    max_age: int = 0
    """Years; 0 when none is said."""
    towns: str = ""
    """Joined by a comma; empty: everywhere."""
    address: str = ""
    phone: str = ""
    url: str = ""
    languages: str = ""
    """Codes joined by a comma."""
    eligibility: str = ""
    cost: str = ""
    hours: str = ""
    verified_on: str = ""
    retired_on: str = ""
