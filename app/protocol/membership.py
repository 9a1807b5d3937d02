"""The one door to who belongs where: states, entitlement, and the operations that change them.

Owns nothing; gathers agency_state, stream_state, entitlement and builders for their callers.
"""

from __future__ import annotations

from app.protocol.agency_state import (
    AgencyRemoval,
    AgencyState,
    Device,
    Person,
    Standing,
    who_must_read,
)
from app.protocol.bodies import Cut, Kind, Label, Role, Wrap
from app.protocol.builders import (
    build_agency_genesis,
    build_agency_remove,
    build_device,
    build_epoch,
    build_grant,
    build_person,
    build_roles,
    build_stream_genesis,
    build_stream_remove,
    build_team,
)
from app.protocol.control import Author, ControlOp, control_hash, parse_control
from app.protocol.entitlement import (
    check_reader,
    check_segment_entitled,
    cut_for,
    devices_without_key,
    open_keys,
    open_keys_for_recovery,
    sealing_epoch,
    spoilt_holders,
)
from app.protocol.stream_keys import kid, new_stream_key
from app.protocol.stream_state import Epoch, Moment, StreamRemoval, StreamState

__all__ = [
    "AgencyRemoval",
    "AgencyState",
    "Author",
    "ControlOp",
    "Cut",
    "Device",
    "Epoch",
    "Kind",
    "Label",
    "Moment",
    "Person",
    "Role",
    "Standing",
    "StreamRemoval",
    "StreamState",
    "Wrap",
    "build_agency_genesis",
    "build_agency_remove",
    "build_device",
    "build_epoch",
    "build_grant",
    "build_person",
    "build_roles",
    "build_stream_genesis",
    "build_stream_remove",
    "build_team",
    "check_reader",
    "check_segment_entitled",
    "control_hash",
    "cut_for",
    "devices_without_key",
    "kid",
    "new_stream_key",
    "open_keys",
    "open_keys_for_recovery",
    "parse_control",
    "sealing_epoch",
    "spoilt_holders",
    "who_must_read",
]
