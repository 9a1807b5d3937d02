"""Who of the agency reads a family: the place behind More, with cover, hand-over and partners.

Owns the question before somebody is taken out, and the calls. Spec: docs/howto/hand-over.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import flet as ft

from app.errors import AppError
from app.services.family_staff import Partner, Reader
from app.services.handing_views import CoverView, HandOverView
from app.services.open_tablet import OpenTablet
from app.services.permissions import allows
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.handing.readers_view import Readers, ReadersActs, readers_page
from app.views.screens.more.frame import frame, waiting
from app.views.widgets.boundary import component
from app.views.widgets.dialogs import confirm_dialog
from app.views.widgets.guarded import guarded
from app.views.widgets.ui import use_ui

TYPES = frozenset({"cover", "hand_over", "family", "staff_member"})


@dataclass(frozen=True)
class _Leaving:
    """Whom the question is about: a reader, or a cover that ends."""

    person_id: str = ""
    name: str = ""
    cover_id: str = ""


async def read(opened: OpenTablet, family_id: str) -> Readers:
    """Everything the place shows."""
    handing, me = opened.handing, opened.desk.me
    readers: tuple[Reader, ...] = await handing.staff.readers(family_id)
    partners: tuple[Partner, ...] = ()
    if allows(me, "family.edit"):
        partners = await handing.staff.partners(family_id)
    covers: tuple[CoverView, ...] = await handing.covers(family_id)
    hand_overs: tuple[HandOverView, ...] = await handing.hand_overs(family_id)
    for one in hand_overs:
        if one.to_id == me.person and not one.seen:
            await handing.seen(one.hand_over_id)
    return Readers(
        readers, partners, covers, hand_overs, opened.desk.today(), supervises=allows(me, "cover.give")
    )


@component
def ReadersPlace(place: Place) -> ft.Control:
    """Who reads the family of place.family_id."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    turn, set_turn = ft.use_state(0)
    asking, ask = ft.use_state(_Leaving())
    trouble, set_trouble = ft.use_state("")
    answer = use_query(
        lambda: read(tablet.open, place.family_id), (place.family_id, turn),
        types=TYPES, family_id=place.family_id,
    )  # fmt: skip

    def tell(error: AppError) -> None:
        set_trouble(words_for(ui, error))

    async def let_in(person_id: str) -> None:
        set_trouble("")
        await tablet.open.handing.staff.let_in(place.family_id, person_id)
        set_turn(lambda now: now + 1)

    async def leave() -> None:
        wanted = asking
        ask(_Leaving())
        set_trouble("")
        if wanted.cover_id:
            await tablet.open.handing.end_cover(wanted.cover_id)
        else:
            await tablet.open.handing.staff.take_out(place.family_id, wanted.person_id)
        set_turn(lambda now: now + 1)

    ft.use_dialog(
        confirm_dialog(
            ui, ui.say("handing.leave_title", name=asking.name), ui.say("handing.leave_line"),
            key="readers.leave", act=ui.say("handing.leave"), on_act=guarded(leave, tell),
            keep=ui.say("handing.stays"), on_keep=lambda: ask(_Leaving()),
        )
        if asking.name
        else None
    )  # fmt: skip
    if answer.value is None or answer.error:
        parts = [waiting(ui, answer, "readers", lambda: set_turn(lambda now: now + 1))]
    else:
        acts = ReadersActs(
            let_in=lambda person: guarded(lambda: let_in(person), tell),
            take_out=lambda one: ask(_Leaving(one.person_id, one.name)),
            end=lambda one: ask(_Leaving(one.person_id, one.person, one.cover_id)),
            cover=lambda: nav.go(Place("hand_on", place.family_id, detail="cover")),
            transfer=lambda: nav.go(Place("hand_on", place.family_id, detail="transfer")),
        )
        parts = readers_page(ui, answer.value, acts, trouble)
    return frame(
        ui, nav, place.family_id, ui.say("handing.readers"), parts, key="readers",
        line=ui.say("handing.readers_line"),
    )  # fmt: skip
