"""Who did what: noted here, so that every service and screen says it in one line.

    await Audit(desk).note("copy.print", family_id, "copy", disclosure_id)

Stateless: the numbering and the keys are the vault's, so any service may make one over its desk.
What an act writes anyway (create, change, remove) is told by the signed operations themselves and
needs no note (docs/adr/0014-what-the-audit-notes.md). Spec: docs/audit.md.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from app.errors import InvalidInput, PermissionRefused, ProtocolError
from app.protocol.ids import StreamId
from app.protocol.membership import Label
from app.store.vault import Act
from app.wraparound.audit import DEEDS, is_detail
from app.wraparound.records import RECORD_TYPES

from .desk import Desk

if TYPE_CHECKING:  # they note what they do themselves, so they stand above this module
    from .audit_copies import AuditCopies
    from .audit_export import AuditExport
    from .audit_lines import AuditLines
    from .gate import Gate

log = logging.getLogger(__name__)


class Audit:
    """What people did: written, chained, counter-signed."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def lines(self) -> AuditLines:
        """What was done, to be read by workers."""
        from .audit_lines import AuditLines

        return AuditLines(self._desk)

    @property
    def export(self) -> AuditExport:
        """Files that can be checked."""
        from .audit_export import AuditExport

        return AuditExport(self._desk)

    def copies(self, gate: Gate) -> AuditCopies:
        """Copies for the readers of a family. gate: asked before anything leaves."""
        from .audit_copies import AuditCopies

        return AuditCopies(self._desk, gate)

    async def note(
        self,
        action: str,
        family_id: str = "",
        item_type: str = "",
        item_id: str = "",
        detail: str = "",
        *,
        count: int = 1,
        restricted: bool = False,
    ) -> None:
        """Note an act, durably, in an own transaction; `act` is for acts that commit something.

        action: a code of wraparound.audit.DEEDS. family_id: hex; "" for the agency's acts. item_id:
        the record it is about (32 hex characters) or "": with its record type as item_type, the act
        is noted in the stream in which the record lies. detail: a code or codes, never words of
        people. restricted: noted in the family's restricted stream in any case. Returns without a
        note, and says so in the log, where this tablet cannot write (no key yet). Raises InvalidInput
        (family not here), StoreError.
        """
        act = await self.act(
            action, family_id, item_type, item_id, detail, count=count, restricted=restricted
        )
        try:
            await self._desk.vault.commit((), [act])
        except (ProtocolError, PermissionRefused) as error:
            log.warning("not noted: %s (%s)", action, error.code)

    async def act(
        self,
        action: str,
        family_id: str = "",
        item_type: str = "",
        item_id: str = "",
        detail: str = "",
        *,
        count: int = 1,
        restricted: bool = False,
    ) -> Act:
        """The same for `vault.commit(changes, [act])`: kept in the transaction of the act itself.

        Raises InvalidInput (family not here), ValueError for what is no code.
        """
        if action not in DEEDS:
            raise ValueError(f"no such act: {action}")
        if not is_detail(detail):
            raise ValueError("detail is codes, not words")
        stream = await self._stream(family_id, item_type, item_id, restricted)
        return Act(stream, action, item_type, item_id, detail, count)

    async def saw(
        self, family_id: str, area: str, item_id: str = "", *, restricted: bool = False
    ) -> None:
        """Somebody looks at a part of a family: noted once a day, written at the next contact.

        area: one of wraparound.audit.AREAS. Never raises for a family that is not here.
        """
        try:
            stream = await self._stream(family_id, area, item_id, restricted)
        except (InvalidInput, ProtocolError):
            return
        await self._desk.vault.saw(stream, area, item_id, self._desk.today().isoformat())

    async def _stream(self, family_id: str, type_name: str, item_id: str, restricted: bool) -> StreamId:
        """Where an act is noted: where the record lies that it is about, otherwise in the family's team
        stream; the agency's data stream for "". Raises InvalidInput, UnknownStream."""
        vault = self._desk.vault
        if not family_id:
            return vault.data_stream
        if item_id and type_name in RECORD_TYPES:
            return await self._desk.stream_of(family_id, type_name, item_id)
        if restricted:
            known = vault.streams_of(bytes.fromhex(family_id))
            held = sorted(stream for stream, label in known.items() if label is Label.RESTRICTED)
            if not held:
                raise InvalidInput("This family is not on this tablet.", code="family_not_here")
            return held[0]
        return await self._desk.team_stream(family_id)
