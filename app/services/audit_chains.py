"""One line of the audit, and the lines that control chains tell: people, tablets, access, removals.

Owns the value `Line` and the reading of control operations as lines. Words belong to screens.
Spec: docs/audit.md, "Reading".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.protocol.agency_bodies import (
    AgencyGenesis,
    CertifyDevice,
    CertifyPerson,
    RemoveFromAgency,
    SetRoles,
    SetTeam,
)
from app.protocol.control import ControlOp
from app.protocol.hlc import milliseconds_of
from app.protocol.ids import ROOT
from app.protocol.membership import AgencyState
from app.protocol.stream_bodies import Grant, NewEpoch, RemoveFromStream, StreamGenesis

LineKind = Literal["looked", "wrote", "gave", "agency"]
ROOT_NAME = "root"
"""The person of a line that the agency's own words (its seed) signed."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line. person: id (hex) or ROOT_NAME. code: of DEEDS, or created, changed, removed,
    brought_back, or of a control chain. what: record type or area. whom: person ids it is about.

    times: how often, or how many records. restricted: stands in a restricted stream.
    """

    at_ms: int
    person: str
    name: str
    code: str
    what: str = ""
    item: str = ""
    detail: str = ""
    whom: tuple[str, ...] = ()
    times: int = 1
    restricted: bool = False

    @property
    def kind(self) -> LineKind:
        """Which of the filters it falls under."""
        if self.code == "view":
            return "looked"
        if self.code.startswith(("copy.", "disclosure.", "release.", "request.", "audit.", "table.")):
            return "gave"
        if self.code in ("created", "changed", "removed", "brought_back") or self.code.endswith(".sign"):
            return "wrote"
        return "agency"


def _author(op: ControlOp, agency: AgencyState) -> str:
    if op.author == ROOT:
        return ROOT_NAME
    device = agency.devices.get(op.author)
    return device.person.hex() if device else ""


def agency_line(op: ControlOp, agency: AgencyState) -> Line | None:
    """What an operation of the agency's chain did; None for one that is told elsewhere."""
    at, who, body = milliseconds_of(op.hlc), _author(op, agency), op.body
    if isinstance(body, AgencyGenesis):
        return Line(at, who, "", "agency.founded")
    if isinstance(body, CertifyPerson | SetRoles):
        code = "agency.person" if isinstance(body, CertifyPerson) else "agency.roles"
        return Line(at, who, "", code, detail=",".join(map(str, body.roles)), whom=(body.person.hex(),))
    if isinstance(body, CertifyDevice):
        return Line(at, who, "", "agency.device", whom=(body.person.hex(),))
    if isinstance(body, SetTeam):
        return Line(at, who, "", "agency.team", whom=(body.supervisor.hex(),))
    if isinstance(body, RemoveFromAgency):
        whose = agency.devices.get(body.device) if body.device else None
        person = body.person or (whose.person if whose else b"")
        code = "agency.lost" if body.lost else "agency.removed" if body.person else "agency.device_removed"
        return Line(at, who, "", code, detail=body.reason, whom=(bytes(person).hex(),))
    return None


def stream_line(op: ControlOp, agency: AgencyState) -> Line | None:
    """What an operation of a stream's chain did; None for one that nobody did on purpose."""
    at, who, body = milliseconds_of(op.hlc), _author(op, agency), op.body
    if isinstance(body, StreamGenesis):
        return Line(at, who, "", "family.opened")
    if isinstance(body, Grant) and body.members:
        return Line(at, who, "", "family.let_in", whom=tuple(one.hex() for one in body.members))
    if isinstance(body, RemoveFromStream):
        return Line(at, who, "", "family.taken_out", whom=(body.person.hex(),))
    if isinstance(body, NewEpoch):
        return Line(at, who, "", "family.new_key")
    return None
