"""The sync centre as a component: asks, follows the engine, and does what is tapped."""

from __future__ import annotations

from dataclasses import dataclass, field

import flet as ft

from app.errors import AppError
from app.services.conflicts import Conflict
from app.services.open_tablet import OpenTablet
from app.services.sync_story import Amiss, Passed, Room, SetAside, Waiting
from app.services.syncing import ChipState, FamilyWork
from app.services.undoing import Settled
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.audit.alarm import AuditAlarm
from app.views.screens.keeping.told_line import ToldLine
from app.views.screens.staff.here import AgencyChanges
from app.views.screens.sync_centre.opening import place_of
from app.views.screens.sync_centre.values import SyncCentreActs, SyncCentreView
from app.views.screens.sync_centre.view import sync_screen
from app.views.sync_state import sync_view, use_sync_status
from app.views.widgets.boundary import component
from app.views.widgets.guarded import guarded, start
from app.views.widgets.ui import use_ui


@dataclass(frozen=True)
class _Asked:
    """Everything the tablet was asked."""

    chip: ChipState = field(default_factory=lambda: ChipState("saved_on_tablet"))
    work: tuple[FamilyWork, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    families: tuple[tuple[str, str], ...] = ()
    waiting: tuple[Waiting, ...] = ()
    passed: tuple[Passed, ...] = ()
    aside: tuple[SetAside, ...] = ()
    amiss: tuple[Amiss, ...] = ()
    settled: tuple[Settled, ...] = ()
    room: Room | None = None
    photos: int = 0


async def _ask(opened: OpenTablet) -> _Asked:
    story = opened.story
    return _Asked(
        chip=await opened.syncing.chip(),
        work=await opened.syncing.unsent_by_family(),
        conflicts=await opened.conflicts.open(),
        families=tuple((await story.families()).items()),
        waiting=await story.waiting(),
        passed=await story.passed(),
        aside=await story.set_aside(),
        amiss=await story.amiss(),
        settled=await opened.conflicts.settled_lately(),
        room=await story.room(),
        photos=await opened.syncing.unsent_photos(),
    )


@component
def SyncCentre(_place: Place) -> ft.Control:
    """The sync centre."""
    ui = use_ui()
    tablet = use_tablet()
    nav = use_nav()
    status = use_sync_status()
    turn, set_turn = ft.use_state(0)
    unfolded, set_unfolded = ft.use_state(frozenset[str]())
    trouble, set_trouble = ft.use_state("")
    asked = use_query(lambda: _ask(tablet.open), (status, turn))
    now = tablet.open.desk.now_ms()
    url = tablet.open.syncing.server_url
    found = asked.value or _Asked()

    def tell(error: AppError) -> None:
        set_trouble(words_for(ui, error))

    def bring_back(decision: Settled, which: int) -> None:
        async def act() -> None:
            set_trouble("")
            await tablet.open.conflicts.bring_back(decision, which)
            set_turn(lambda before: before + 1)

        start(guarded(act, tell))

    def understood(one: Amiss) -> None:
        async def act() -> None:
            await tablet.open.story.understood(one)
            set_turn(lambda before: before + 1)

        start(guarded(act, tell))

    def open_record(one: Waiting) -> None:
        place = place_of(one.type, one.family_id, one.record_id)
        if place is not None:
            nav.go(place)

    return sync_screen(
        ui,
        SyncCentreView(
            chip=sync_view(ui, found.chip, now, url),
            status=status,
            unsent=tuple((one.family_id, one.unsent) for one in found.work),
            conflicts=found.conflicts,
            server_url=url,
            now_ms=now,
            families=dict(found.families),
            waiting=found.waiting,
            passed=found.passed,
            aside=found.aside,
            amiss=found.amiss,
            settled=found.settled,
            room=found.room,
            error=asked.error,
            trouble=trouble,
            photos=found.photos,
        ),
        SyncCentreActs(
            now=tablet.open.syncing.now,
            conflict=lambda one: nav.go(
                Place("conflict", one.family_id, record_id=one.record_id, detail=one.field)
            ),
            cover=lambda: nav.go(Place("cover")),
            retry=lambda: set_turn(turn + 1),
            open_record=open_record,
            open_family=lambda family: nav.go(Place("family", family)),
            bring_back=bring_back,
            understood=understood,
            carry=lambda: nav.go(Place("carrying")),
            more=lambda part: set_unfolded(lambda before: before | {part}),
        ),
        unfolded=unfolded,
        alarm=AuditAlarm(),
        told=ToldLine(),
        changes=AgencyChanges(),
    )
