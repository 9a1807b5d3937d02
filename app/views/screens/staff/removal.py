"""The page of a removal: how far the new keys have come, and what the person could still have."""

from __future__ import annotations

from dataclasses import dataclass

import flet as ft

from app.errors import AppError
from app.services.removal_left import StillHas
from app.services.removal_views import RemovalView
from app.services.stream_watch import Reach
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.loops import use_every
from app.views.place import Place
from app.views.screens.staff.frame import frame, points
from app.views.screens.staff.people import TYPES
from app.views.screens.staff.sweeping import NewKeys
from app.views.screens.staff.wording import families_words, reach_words, removal_line
from app.views.widgets.boundary import component
from app.views.widgets.panels import fact_line, sheet
from app.views.widgets.pressable import bind
from app.views.widgets.states import Loading, error_state, progress
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.ui import Ui, use_ui

ASK_SECONDS = 15.0
"""How often the control chains are looked at while the page is on screen."""
PART_KEYS = ("plan", "crisis_card", "eco_map", "promises")


@dataclass(frozen=True)
class RemovalPage:
    """What the page shows. who: the person's name. reach: None while it is not known."""

    who: str
    view: RemovalView | None
    left: StillHas | None
    reach: Reach | None = None
    trouble: str = ""


def reach_part(ui: Ui, page: RemovalPage) -> list[ft.Control]:
    """How far the keys have changed, with a bar; or that the server cannot be asked now."""
    if page.reach is None:
        words = page.trouble or ui.say("removal.looking")
        return [text(ui, words, ui.type.body, SOFT, key="removal.reach")]
    if page.reach.complete:
        said = reach_words(ui, page.reach)
        return [fact_line(ui, ft.Icons.CHECK_CIRCLE_OUTLINE, said, key="removal.reach")]
    share = page.reach.done / page.reach.total
    return [
        progress(ui, reach_words(ui, page.reach), share, key="removal.reach"),
        text(ui, ui.say("removal.keys_how"), ui.type.body, SOFT),
    ]


def left_parts(ui: Ui, page: RemovalPage, left: StillHas, now_ms: int) -> list[ft.Control]:
    """What they could still have: families, papers, the tablet's last state, drafts, memory."""
    say, language = ui.say, ui.settings.language
    parts: list[ft.Control] = [
        section_header(ui, say("removal.could_title"), large=True),
        text(ui, say("removal.could_line"), ui.type.body, SOFT),
    ]
    counted = left.count if left.count is not None else len(left.families)
    parts.append(fact_line(ui, ft.Icons.GROUPS_OUTLINED, say(
        "removal.could_families", name=page.who, families=families_words(ui, counted))))
    for family in left.families:
        since = dates.moment(language, family.since_ms, now_ms)
        title = family.title or say("removal.family_unnamed")
        parts.append(fact_line(ui, ft.Icons.FAMILY_RESTROOM, say("removal.since", family=title, since=since),
                               soft=True, key=f"removal.family.{family.family_id}"))
    if left.count is not None and left.count > len(left.families):
        parts.append(text(ui, say("removal.no_names"), ui.type.body, SOFT))
    if left.contact_ms:
        when = dates.moment(language, left.contact_ms, now_ms)
        parts.append(fact_line(ui, ft.Icons.TABLET_ANDROID, say("removal.could_tablet", when=when)))
    else:
        parts.append(fact_line(ui, ft.Icons.TABLET_ANDROID, say("removal.could_tablet_unknown")))
    parts.append(fact_line(ui, ft.Icons.EDIT_NOTE, say("removal.could_drafts")))
    if left.papers:
        parts.append(fact_line(ui, ft.Icons.PRINT_OUTLINED, say("removal.could_papers")))
    for paper in left.papers:
        when = dates.moment(language, paper.at_ms, now_ms)
        said = say("removal.paper", family=paper.family or say("removal.family_unnamed"),
                   what=_what(ui, paper.what), recipient=paper.recipient, when=when)
        parts.append(fact_line(ui, ft.Icons.DESCRIPTION_OUTLINED, said, soft=True))
    if not left.papers and left.families:
        parts.append(fact_line(ui, ft.Icons.PRINT_OUTLINED, say("removal.could_no_papers")))
    parts.append(fact_line(ui, ft.Icons.PSYCHOLOGY_OUTLINED, say("removal.could_memory")))
    return parts


def _what(ui: Ui, codes: str) -> str:
    known = [code for code in codes.split(",") if code in PART_KEYS]
    return ", ".join(ui.say(f"removal.part.{code}") for code in known) or ui.say("removal.part.other")


def removal_parts(ui: Ui, page: RemovalPage, now_ms: int) -> list[ft.Control]:
    """When and how, the keys, and what is left."""
    view = page.view
    if view is None:
        return [text(ui, ui.say("removal.unknown"), ui.type.body_l)]
    head = [fact_line(ui, ft.Icons.BLOCK, removal_line(ui, view, now_ms), key="removal.line")]
    if not view.sent:
        head.append(fact_line(ui, ft.Icons.CLOUD_UPLOAD_OUTLINED, ui.say("removal.not_sent")))
    head.append(fact_line(ui, ft.Icons.TABLET_ANDROID, ui.say(
        "removal.tablet_lost" if view.lost else "removal.tablet_wipes")))
    parts: list[ft.Control] = [
        sheet(points(ui, head)),
        section_header(ui, ui.say("removal.keys_title"), large=True),
        *reach_part(ui, page),
        NewKeys(),
    ]
    if page.left is not None:
        parts += left_parts(ui, page, page.left, now_ms)
    return parts


@component
def RemovalPlace(place: Place) -> ft.Control:
    """The removal of a person (record_id), or of one tablet of theirs (detail)."""
    ui = use_ui()
    tablet = use_tablet()
    nav = use_nav()
    turn, set_turn = ft.use_state(0)
    person_id, device_id = place.record_id, place.detail

    async def ask() -> RemovalPage:
        opened = tablet.open
        one = await opened.staff.person(person_id)
        view = await opened.removal.removal_of(person_id, device_id)
        left = await opened.removal.still_has(view) if view is not None else None
        return RemovalPage(one.name, view, left)

    async def look() -> tuple[Reach | None, str]:
        view = await tablet.open.removal.removal_of(person_id, device_id)
        if view is None:
            return None, ""
        try:
            return await tablet.open.removal.reach(view), ""
        except AppError as error:
            return None, words_for(ui, error)

    found = use_query(ask, (person_id, device_id), types=TYPES)
    reached = use_query(look, (turn, person_id, device_id))

    async def again() -> None:
        set_turn(lambda now: now + 1)

    use_every(ASK_SECONDS, again)
    page = found.value
    if page is None:
        parts: list[ft.Control] = [
            error_state(ui, found.error, key="removal.failed", act=ui.say("state.try_again"),
                        on_act=bind(set_turn, turn + 1))
            if found.error else Loading(control="removal.loading")
        ]
        return frame(ui, nav, ui.say("removal.page"), parts, key="removal")
    reach, trouble = reached.value or (None, "")
    shown = RemovalPage(page.who, page.view, page.left, reach, trouble)
    parts = removal_parts(ui, shown, tablet.open.desk.now_ms())
    title = ui.say("removal.page_device" if device_id else "removal.page")
    return frame(ui, nav, title, parts, key="removal", line=page.who or None)
