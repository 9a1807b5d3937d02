"""The place of a family's tier. For workers: reached from More."""

from __future__ import annotations

import flet as ft

from app.services.permissions import allows
from app.services.tiers import TYPES, TierPage, standing
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.more.frame import frame, waiting
from app.views.screens.tiers.view import TierActs, TierLook, tier_parts
from app.views.widgets.boundary import component
from app.views.widgets.guarded import guarded
from app.views.widgets.ui import use_ui
from app.wraparound.contacts import MonthStanding


@component
def TierPlace(place: Place) -> ft.Control:
    """Of place.family_id."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)
    trouble, set_trouble = ft.use_state("")
    family_id = place.family_id

    async def ask() -> tuple[TierPage, MonthStanding | None, str]:
        opened = tablet.open
        page = await opened.tiers.page(family_id)
        header = await opened.casebook.header(family_id)
        if page.found.tier is None:
            return page, None, header.list_name
        log = await opened.contact_log.month(page.today, family_id)
        contacts = [line.contact for line in log.lines]
        return page, standing(page.found.tier, contacts, page.today), header.list_name

    asked = use_query(ask, (family_id, tries), types=TYPES, family_id=family_id)

    async def take_back() -> None:
        set_trouble("")
        await tablet.open.tiers.take_back(family_id)

    name: str | None = None
    if asked.value is None or asked.error:
        parts = [waiting(ui, asked, "tier", lambda: set_tries(lambda now: now + 1))]
    else:
        page, stands, name = asked.value
        look = TierLook(page, stands, allows(tablet.open.desk.me, "tier.override"), trouble)
        parts = tier_parts(ui, look, TierActs(
            choose=lambda: nav.go(Place("tier_choice", family_id)),
            take_back=guarded(take_back, lambda error: set_trouble(words_for(ui, error))),
            log=lambda: nav.go(Place("contacts_log", family_id)),
        ))  # fmt: skip
    return frame(ui, nav, family_id, ui.say("more.tiers"), parts, key="tier", line=name)
