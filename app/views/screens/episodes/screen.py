"""The episodes of a family, the latest first, and what its standing asks for."""

from __future__ import annotations

from datetime import date

import flet as ft

from app.services.episodes import EpisodesView, EpisodeView
from app.services.permissions import allows
from app.views import dates
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.more.frame import frame, waiting
from app.views.screens.more.places import iso_day
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled, outlined
from app.views.widgets.panels import fact_line, quiet_panel
from app.views.widgets.pressable import Act, bind
from app.views.widgets.rows import list_row, text_edge
from app.views.widgets.states import empty_state
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui, use_ui

_TYPES = frozenset({"episode", "person", "family", "practice_rules"})
_ICON = 28
_WEEK = 7


@component
def EpisodesPlace(place: Place) -> ft.Control:
    """Of place.family_id. place.record_id: an episode that a clock points to; it opens no form by itself."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)
    family_id = place.family_id
    today = dates.local(tablet.open.desk.now_ms()).date()
    answer = use_query(
        lambda: tablet.open.episodes.of_family(family_id, ui.language), (family_id, tries, ui.language),
        types=_TYPES, family_id=family_id,
    )  # fmt: skip
    title = ui.say("more.episodes")

    def opened(record: str = "") -> None:
        nav.go(Place("episode_editor", family_id, record_id=record))

    def compare(record: str) -> None:
        nav.go(Place("conflict", family_id, record_id=record, detail="episode"))

    if answer.value is None or answer.error:
        part = waiting(ui, answer, "episodes", lambda: set_tries(lambda now: now + 1))
        return frame(ui, nav, family_id, title, [part], key="episodes")
    view = answer.value
    may = allows(tablet.open.desk.me, "episode.edit")
    add = ui.say("episodes.add")
    if not view.episodes:
        empty = empty_state(
            ui, ui.say("episodes.none"), ui.say("episodes.teach"), key="episodes.add",
            act=add if may else None, on_act=lambda: opened(),
        )  # fmt: skip
        return frame(ui, nav, family_id, title, [empty], key="episodes")
    parts: list[ft.Control] = [*_proposal(ui, view, may, opened)]
    funders = dict(view.funders)
    for one in view.episodes:
        edit = bind(opened, one.draft.episode_id) if may else None
        parts.append(_row(ui, one, funders, today, edit, bind(compare, one.draft.episode_id)))
    foot = None
    if may and view.proposal == "enrol":
        button = filled(
            ui, add, lambda: opened(), key="episodes.add", symbol=ft.Icons.ADD,
            expand=ui.layout.narrow or None,
        )  # fmt: skip
        foot = ft.Row([button])
    return frame(ui, nav, family_id, title, parts, key="episodes", foot=foot, sticky=True, spacing=Space.M)


def _proposal(ui: Ui, view: EpisodesView, may: bool, opened: object) -> list[ft.Control]:
    """What the family's standing asks for, in one sentence with its act."""
    if not view.proposal:
        return []
    parts: list[ft.Control] = [text(ui, ui.say(f"episodes.due_{view.proposal}"), ui.type.strong)]
    going = next((one for one in view.episodes if one.open), None)
    if may and view.proposal == "discharge" and going is not None and callable(opened):
        act = bind(opened, going.draft.episode_id)
        parts.append(
            ft.Row([outlined(ui, ui.say("episodes.discharge"), act, key="episodes.discharge")], wrap=True)
        )
    return [quiet_panel(ft.Column(parts, spacing=10, tight=True), key="episodes.due")]


def _row(
    ui: Ui, one: EpisodeView, funders: dict[str, str], today: date, on_open: Act | None, on_compare: Act
) -> ft.Control:
    draft = one.draft
    title = ui.say("episodes.title", number=draft.number, day=iso_day(ui, draft.enrolled_on, today))
    line = [ui.say("episodes.running" if one.open else "episodes.ran", weeks=max(1, one.days // _WEEK))]
    if draft.funder:
        line.append(funders.get(draft.funder, draft.funder))
    if one.youths:
        line.append(", ".join(one.youths))
    symbol = ft.Icons.PLAY_CIRCLE_OUTLINE if one.open else ft.Icons.CHECK_CIRCLE_OUTLINE
    row = list_row(
        ui, title, on_open, key=f"episodes.row.{draft.episode_id}",
        lead=icon(ui, symbol, _ICON, ft.Colors.TERTIARY if one.open else SOFT), lead_size=_ICON,
        line=" · ".join(line), chevron=on_open is not None, ruled=False,
    )  # fmt: skip
    facts: list[ft.Control] = []
    if draft.eligibility:
        facts.append(fact_line(ui, ft.Icons.FACT_CHECK_OUTLINED, draft.eligibility))
    if draft.extension_asked_on:
        asked = iso_day(ui, draft.extension_asked_on, today)
        until = iso_day(ui, draft.extended_until, today)
        key = "episodes.extended" if until else "episodes.extension_asked"
        facts.append(fact_line(ui, ft.Icons.UPDATE, ui.say(key, asked=asked, until=until)))
    if one.open and draft.extended_until and draft.extended_until < today.isoformat():
        over = ui.say("episodes.run_out", day=iso_day(ui, draft.extended_until, today))
        facts.append(fact_line(ui, ft.Icons.ERROR_OUTLINE, over, color=ft.Colors.ERROR))
    if draft.living_in and not draft.living_out:
        words = ui.say(f"practice.setting.{draft.living_in}")
        facts.append(fact_line(ui, ft.Icons.HOME_OUTLINED, words, soft=True))
    if draft.discharged_on:
        why = ui.say(f"practice.discharge.{draft.discharge_reason}") if draft.discharge_reason else ""
        day = iso_day(ui, draft.discharged_on, today)
        facts.append(fact_line(ui, ft.Icons.EXIT_TO_APP, ui.say("episodes.discharged", day=day, why=why)))
    if draft.living_in and draft.living_out:
        words = ui.say(
            "episodes.lived", begin=ui.say(f"practice.setting.{draft.living_in}"),
            end=ui.say(f"practice.setting.{draft.living_out}"),
        )  # fmt: skip
        facts.append(fact_line(ui, ft.Icons.HOME_OUTLINED, words, soft=True))
    if draft.note:
        facts.append(text(ui, draft.note, ui.type.body, SOFT))
    if one.has_conflict:
        both = outlined(
            ui, ui.say("people.compare"), on_compare, key=f"episodes.compare.{draft.episode_id}",
            symbol=ft.Icons.CALL_SPLIT, small=True,
        )  # fmt: skip
        facts.append(ft.Row([both], wrap=True))
    below = ft.Container(
        ft.Column(facts, spacing=6, tight=True), padding=ft.Padding.only(left=text_edge(ui, _ICON))
    )
    return ft.Column([row, below], spacing=4, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
