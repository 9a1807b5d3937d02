"""Handing a family on: cover until a day, and transfer for good.

Both let a colleague into the family's streams, with the whole history. A transfer also names who
leads and starts the clock of the review after a transfer; cover starts none. Who has to leave is
taken out at the first contact after the last day, by a supervisor's tablet. Every step may be
repeated: what an interruption left undone is done by the same call. Spec: docs/howto/hand-over.md;
design 04, "Roles".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlmodel import Session, col, select

from app.errors import InvalidInput, RuleBroken
from app.protocol.ids import PersonId, StreamId, derived_id, singleton_id
from app.protocol.membership import AgencyState, Label, Role, who_must_read
from app.store.vault import Change
from app.wraparound.records import Cover, Family, HandOver, StaffMember

from . import edge
from .audit import Audit
from .desk import Desk
from .family_staff import FamilyStaff
from .handing_views import (
    REASONS,
    Colleague,
    CoverView,
    HandOverView,
    LedFamily,
    NewCover,
    NewTransfer,
    by_name,
    cover_view,
    hand_over_view,
    names_of,
)
from .permissions import require
from .syncing import Syncing

NOBODY = "nobody"
TAKES_OVER = frozenset({Role.SUPERVISOR, Role.COORDINATOR})
Progress = Callable[[int, int], None]


class Handing:
    """Cover and transfer, as a supervisor handles them. staff: who reads a family."""

    def __init__(self, desk: Desk, syncing: Syncing) -> None:
        self._desk = desk
        self._syncing = syncing
        self._audit = Audit(desk)
        self.staff = FamilyStaff(desk, syncing)

    # -- what there is ----------------------------------------------------------------------------

    async def colleagues(self) -> tuple[Colleague, ...]:
        """Everybody with a tablet who could stand in or take over, by name."""
        agency = self._desk.vault.agency

        def find(session: Session) -> tuple[dict[str, StaffMember], list[str]]:
            staff = {one.id: one for one in session.exec(select(StaffMember))}
            open_ones = select(Family.lead_coordinator).where(Family.status == "open")
            return staff, list(session.exec(open_ones))

        staff, leads = await self._desk.vault.read(find)
        found = [
            Colleague(person.hex(), row.name, row.title, leads.count(person.hex()))
            for person in agency.persons
            if _takes_over(agency, person) and (row := staff.get(person.hex())) is not None
        ]
        return tuple(sorted(found, key=lambda one: one.name.casefold()))

    async def caseload(self, person_id: str) -> tuple[LedFamily, ...]:
        """The open families that somebody leads, as far as they are on this tablet."""

        def find(session: Session) -> tuple[LedFamily, ...]:
            rows = session.exec(
                select(Family).where(Family.lead_coordinator == person_id).where(Family.status == "open")
            )
            return tuple(sorted((LedFamily(r.family_id, r.list_name or r.name) for r in rows), key=by_name))

        return await self._desk.vault.read(find)

    async def covers(self, family_id: str = "") -> tuple[CoverView, ...]:
        """Covers of one family, or of all on this tablet; the one that ends next first."""
        today = self._desk.today()

        def find(session: Session) -> tuple[CoverView, ...]:
            names = names_of(session)
            chosen = select(Cover).order_by(col(Cover.until_on), col(Cover.id))
            if family_id:
                chosen = chosen.where(Cover.family_id == family_id)
            return tuple(cover_view(row, names, today) for row in session.exec(chosen))

        return await self._desk.vault.read(find)

    async def hand_overs(self, family_id: str = "") -> tuple[HandOverView, ...]:
        """Transfers of one family, or of all on this tablet; the newest first."""

        def find(session: Session) -> tuple[HandOverView, ...]:
            names = names_of(session)
            chosen = select(HandOver).order_by(col(HandOver.on_day).desc(), col(HandOver.id))
            if family_id:
                chosen = chosen.where(HandOver.family_id == family_id)
            return tuple(hand_over_view(row, names) for row in session.exec(chosen))

        return await self._desk.vault.read(find)

    async def to_me(self) -> tuple[HandOverView, ...]:
        """Families handed to me whose note I have not read yet."""
        mine = await self.hand_overs()
        return tuple(one for one in mine if one.to_id == self._desk.me.person and not one.seen)

    async def handed_to_me(self) -> tuple[tuple[str, str], ...]:
        """(family id, name) of each of those, by name; for the list of families."""
        new = {one.family_id for one in await self.to_me()}
        led = await self.caseload(self._desk.me.person) if new else ()
        return tuple((one.family_id, one.name) for one in led if one.family_id in new)

    # -- cover ------------------------------------------------------------------------------------

    async def cover(self, new: NewCover, progress: Progress | None = None) -> int:
        """Let a colleague in until a day. Returns how many families. Raises InvalidInput."""
        require(self._desk.me, "cover.give")
        self._checked(new.family_ids, new.person_id)
        until, today = edge.day(new.until_on, "until_on"), self._desk.today().isoformat()
        if not until:
            raise InvalidInput("Say until which day.", field="until_on", code="no_cover_end")
        if until < today:
            raise InvalidInput("That day is over already.", field="until_on", code="end_is_past")
        reason = edge.choice(new.reason, REASONS, "reason")
        note = edge.text(new.note, "note", limit=edge.PARAGRAPH_BYTES).strip()
        leads = await self._leads(new.family_ids)
        for done, family_id in enumerate(new.family_ids, 1):
            if leads[family_id] == new.person_id:
                raise InvalidInput("This person leads the family already.", code="leads_already")
            await self._let_in(family_id, new.person_id)
            stream = await self._desk.team_stream(family_id)
            record = derived_id(stream, Cover.TYPE, new.person_id, today).hex()
            fields = {
                "person_id": new.person_id, "for_id": leads[family_id], "from_on": today, "until_on": until,
                "reason": reason, "note": note, "ended_on": "",
            }  # fmt: skip
            act = await self._audit.act("cover.give", family_id, Cover.TYPE, record)
            await self._desk.vault.commit([Change(stream, Cover.TYPE, record, fields)], [act])
            if progress is not None:
                progress(done, len(new.family_ids))
        self._syncing.now()
        return len(new.family_ids)

    async def end_cover(self, cover_id: str) -> None:
        """End a cover today: the colleague is taken out, and the family gets a new key."""
        require(self._desk.me, "cover.give")
        await self._end(await self._cover(cover_id))
        self._syncing.now()

    async def end_due(self) -> int:
        """Take out everybody whose last day is over. Returns how many; 0 for who may not."""
        if Role.SUPERVISOR not in self._desk.me.roles:
            return 0
        today, count = self._desk.surely_today().isoformat(), 0
        for row in await self._open_covers():
            if row.until_on < today and not await self._is_my_exit(row.family_id, row.person_id):
                await self._end(row)
                count += 1
        for hand_over in await self._leavers():
            over = not hand_over.reads_until or hand_over.reads_until < today
            if over and not await self._is_my_exit(hand_over.family_id, hand_over.from_id):
                await self._leave(hand_over)
                count += 1
        return count

    async def _is_my_exit(self, family_id: str, person_id: str) -> bool:
        """Whether this would take me out myself: another supervisor's tablet does that.

        What I have not sent yet, the hand-over among it, could never be sent any more.
        """
        return person_id == self._desk.me.person and any(
            True for _ in self._exits(family_id, PersonId(bytes.fromhex(person_id)))
        )

    async def _end(self, row: Cover) -> None:
        agreed = await self._open_covers(row.family_id)
        # Another cover of the same colleague may go on, or they may have taken over meanwhile.
        stays = any(one.id != row.id and one.person_id == row.person_id for one in agreed)
        leads = await self._leads((row.family_id,))
        if not stays and leads[row.family_id] != row.person_id:
            await self._take_out(row.family_id, row.person_id)
        fields = {"ended_on": self._desk.today().isoformat()}
        stream = await self._desk.team_stream(row.family_id)
        act = await self._audit.act("cover.end", row.family_id, Cover.TYPE, row.id)
        await self._desk.vault.commit([Change(stream, Cover.TYPE, row.id, fields)], [act])

    # -- transfer ---------------------------------------------------------------------------------

    async def transfer(self, new: NewTransfer, progress: Progress | None = None) -> int:
        """Move families to another coordinator. Returns how many. Raises InvalidInput.

        The new one has the whole history; the former one reads along until reads_until.
        """
        require(self._desk.me, "family.transfer")
        self._checked(new.family_ids, new.to_id)
        note = edge.text(
            new.note, "note", limit=edge.PARAGRAPH_BYTES,
            required="Write what the next coordinator should know first.", blank="no_hand_over_note",
        ).strip()  # fmt: skip
        until, today = edge.day(new.reads_until, "reads_until"), self._desk.today().isoformat()
        if until and until < today:
            raise InvalidInput("That day is over already.", field="reads_until", code="end_is_past")
        leads = await self._leads(new.family_ids)
        for done, family_id in enumerate(new.family_ids, 1):
            await self._let_in(family_id, new.to_id)
            before = leads[family_id]
            if before != new.to_id:
                await self._name_lead(family_id, before, new.to_id, note, until)
            if progress is not None:
                progress(done, len(new.family_ids))
        await self.end_due()
        self._syncing.now()
        return len(new.family_ids)

    async def _name_lead(self, family_id: str, before: str, to_id: str, note: str, until: str) -> None:
        stream, today = await self._desk.team_stream(family_id), self._desk.today().isoformat()
        record = derived_id(stream, HandOver.TYPE, before or NOBODY, to_id, today).hex()
        fields = {
            "from_id": before, "to_id": to_id, "on_day": today, "note": note, "reads_until": until,
            "left_on": "" if before else today,
        }  # fmt: skip
        family = singleton_id(stream, Family.TYPE).hex()
        act = await self._audit.act("family.transfer", family_id, HandOver.TYPE, record)
        await self._desk.vault.commit(
            [
                Change(stream, HandOver.TYPE, record, fields),
                Change(stream, Family.TYPE, family, {"lead_coordinator": to_id}),
            ],
            [act],
        )

    async def _leave(self, row: HandOver) -> None:
        covers = await self._open_covers(row.family_id)
        leads = await self._leads((row.family_id,))
        if leads[row.family_id] != row.from_id and all(one.person_id != row.from_id for one in covers):
            await self._take_out(row.family_id, row.from_id)
        fields = {"left_on": self._desk.today().isoformat()}
        stream = await self._desk.team_stream(row.family_id)
        act = await self._audit.act("family.leave", row.family_id, HandOver.TYPE, row.id)
        await self._desk.vault.commit([Change(stream, HandOver.TYPE, row.id, fields)], [act])

    # -- the streams ------------------------------------------------------------------------------

    def _checked(self, family_ids: tuple[str, ...], person_id: str) -> None:
        agency = self._desk.vault.agency
        if not family_ids:
            raise InvalidInput("Choose at least one family.", field="families", code="no_family_chosen")
        if not person_id or not _takes_over(agency, PersonId(bytes.fromhex(person_id))):
            raise InvalidInput(
                "Choose somebody who has a tablet.", field="person", code="cannot_take_over"
            )

    def _streams(self, family_id: str) -> Iterable[StreamId]:
        for stream, label in self._desk.vault.streams_of(bytes.fromhex(family_id)).items():
            state = self._desk.vault.stream_state(stream)
            # A restricted stream of which I am no member is not mine to give.
            me = PersonId(bytes.fromhex(self._desk.me.person))
            if label is not Label.FAMILY and state is not None and me in state.members:
                yield stream

    async def _let_in(self, family_id: str, person_id: str) -> None:
        """Into all of the family's streams, with whoever must read because of them: their supervisor
        takes the former coordinator out."""
        person = PersonId(bytes.fromhex(person_id))
        wanted = {person, *who_must_read(self._desk.vault.agency, person)}
        for stream in tuple(self._streams(family_id)):
            state = self._desk.vault.stream_state(stream)
            if state is not None and (missing := wanted - state.members):
                await self._desk.vault.let_in(stream, sorted(missing))

    async def _take_out(self, family_id: str, person_id: str) -> None:
        """Out of all of the family's streams; somebody who must read because of others stays."""
        for stream in tuple(self._exits(family_id, PersonId(bytes.fromhex(person_id)))):
            try:
                await self._desk.vault.take_out(stream, PersonId(bytes.fromhex(person_id)))
            except RuleBroken:
                continue  # another tablet was faster

    def _exits(self, family_id: str, person: PersonId) -> Iterable[StreamId]:
        """The streams of a family that somebody reads and need not."""
        agency = self._desk.vault.agency
        for stream in self._streams(family_id):
            state = self._desk.vault.stream_state(stream)
            if state is not None and person in state.members:
                rest = state.members - {person}
                if not any(person in who_must_read(agency, other) for other in rest):
                    yield stream

    # -- reading ----------------------------------------------------------------------------------

    async def _leads(self, family_ids: Iterable[str]) -> dict[str, str]:
        wanted = tuple(family_ids)

        def find(session: Session) -> dict[str, str]:
            rows = session.exec(select(Family).where(col(Family.family_id).in_(wanted)))
            return {row.family_id: row.lead_coordinator for row in rows}

        found = await self._desk.vault.read(find)
        if set(wanted) - set(found):
            raise InvalidInput("This family is not on this tablet.", code="family_not_here")
        return found

    async def _cover(self, cover_id: str) -> Cover:
        row = await self._desk.vault.read(lambda session: session.get(Cover, cover_id))
        if row is None or row.ended_on:
            raise InvalidInput("This has ended already.", code="cover_ended")
        return row

    async def _open_covers(self, family_id: str = "") -> list[Cover]:
        chosen = select(Cover).where(Cover.ended_on == "")
        if family_id:
            chosen = chosen.where(Cover.family_id == family_id)
        return await self._desk.vault.read(lambda session: list(session.exec(chosen)))

    async def _leavers(self) -> list[HandOver]:
        chosen = select(HandOver).where(HandOver.left_on == "")
        return await self._desk.vault.read(lambda session: list(session.exec(chosen)))

    async def seen(self, hand_over_id: str) -> None:
        """I have read the note of a family that was handed to me."""
        require(self._desk.me, "hand_over.read")
        row = await self._desk.vault.read(lambda session: session.get(HandOver, hand_over_id))
        if row is None or row.to_id != self._desk.me.person or row.seen_at_ms:
            return
        stream = await self._desk.team_stream(row.family_id)
        fields = {"seen_at_ms": self._desk.now_ms()}
        await self._desk.vault.commit([Change(stream, HandOver.TYPE, row.id, fields)])


def _takes_over(agency: AgencyState, person: PersonId) -> bool:
    roles = set(agency.roles_at(person, agency.index))
    return bool(roles & TAKES_OVER) and bool(agency.live_devices([person]))
