"""The documents of a family: what may leave, with whose leave, and what did."""

from __future__ import annotations

import flet as ft

from app.services.permissions import allows
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.documents.listing_view import Documents, DocumentsActs, documents_screen
from app.views.widgets.boundary import component
from app.views.widgets.ui import use_ui


@component
def DocumentsPlace(place: Place) -> ft.Control:
    """Documents of place.family_id."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    turn, set_turn = ft.use_state(0)
    may = allows(tablet.open.desk.me, "disclosure.lawful")

    async def read() -> Documents:
        sharing = tablet.open.sharing
        name = (await tablet.open.casebook.header(place.family_id)).name
        desk = tablet.open.desk
        return Documents(
            name,
            await sharing.releases.all(place.family_id),
            await sharing.copies(place.family_id),
            desk.today(),
            desk.now_ms(),
        )

    asked = use_query(
        read,
        (place.family_id, turn),
        types=frozenset({"release", "disclosure", "family"}),
        family_id=place.family_id,
    )
    return documents_screen(
        ui,
        asked.value,
        asked.error,
        DocumentsActs(
            back=nav.back,
            crisis=lambda: nav.go(Place("crisis", place.family_id)),
            cover=lambda: nav.go(Place("cover")),
            copy=lambda: nav.go(Place("family_copy", place.family_id)),
            release=lambda record: nav.go(Place("release", place.family_id, record_id=record)),
            log=lambda: nav.go(Place("disclosures", place.family_id)),
            line=lambda record: nav.go(Place("disclosures", place.family_id, record_id=record)),
            without=(lambda: nav.go(Place("without_release", place.family_id))) if may else None,
            retry=lambda: set_turn(turn + 1),
        ),
    )
