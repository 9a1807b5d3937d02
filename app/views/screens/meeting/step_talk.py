"""The steps in which people mostly talk: ground rules, vision, good news, what happened, letting go."""

from __future__ import annotations

from dataclasses import replace

import flet as ft

from app.services.meeting_draft import MeetingDraft, NewStep
from app.views import dates
from app.views.screens.meeting.look import (
    Acts,
    Look,
    add_line,
    column,
    family_words,
    quote_line,
    told,
)
from app.views.screens.meeting.wording import day_of
from app.views.theme.tokens import Space
from app.views.widgets.fields import field
from app.views.widgets.panels import quiet_panel, vision
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.tickbox import tick_row
from app.views.widgets.ui import Ui
from app.wraparound.family_page import Promise

DEBRIEF = ("happened", "helped", "hurt")


def rules_step(ui: Ui, look: Look, acts: Acts) -> ft.Control:
    """How people treat each other here; and what the youth put on the table."""
    page, draft = look.table.page, look.draft
    lines: list[ft.Control] = []
    if page.ground_rules.gap:
        lines.append(text(ui, ui.say("meeting.gap"), ui.type.body_l, SOFT))
    lines += [quote_line(ui, line) for line in page.ground_rules.text.splitlines() if line.strip()]
    lines += [
        quote_line(ui, line, key=f"meeting.rule.{n}")
        for n, line in enumerate(draft.rules)
        if look.seen(f"rule:{n}")
    ]
    if not lines:
        lines.append(text(ui, ui.say("meeting.no_rules"), ui.type.body_l, SOFT))
    parts: list[ft.Control] = [
        column(lines, Space.S),
        add_line(
            ui, look, acts, "rule", ui.say("meeting.rule"), ui.say("meeting.add"),
            lambda draft, words: replace(draft, rules=(*draft.rules, words)),
        ),
    ]  # fmt: skip
    if look.table.agenda:
        youth = [one.name for one in look.table.people if one.is_youth]
        title = (
            ui.say("meeting.agenda_of", name=youth[0]) if len(youth) == 1 else ui.say("meeting.agenda")
        )
        parts.append(
            quiet_panel(
                column([section_header(ui, title), *(quote_line(ui, one) for one in look.table.agenda)],
                       Space.S),
                key="meeting.agenda",
            )
        )  # fmt: skip
    return column(parts, Space.L)


def vision_step(ui: Ui, look: Look, acts: Acts) -> ft.Control:
    """What the family wants life to be like, in its own words."""
    page = look.table.page
    said = look.draft.vision if look.seen("vision") else ""
    parts: list[ft.Control] = []
    shown = said or told(ui, page.vision)
    if shown:
        quoted = bool(said) or not page.vision.gap
        parts.append(vision(ui, shown, caption=ui.say("meeting.vision"), size="words_l", quoted=quoted))
    parts.append(
        field(
            ui, ui.say("meeting.vision_ask"), said,
            lambda value: acts.write(lambda draft: replace(draft, vision=value)),
            key="meeting.vision", lines=3, help=ui.say("meeting.own_words"),
        )
    )  # fmt: skip
    if page.mission:
        parts.append(section_header(ui, ui.say("meeting.mission")))
        parts.append(family_words(ui, page.mission, "words"))
    return column(parts, Space.L)


def good_step(ui: Ui, look: Look, acts: Acts) -> ft.Control:
    """What went well; promises that were kept are ticked here."""
    draft = look.draft
    lines: list[ft.Control] = [
        quote_line(ui, line, key=f"meeting.good.{n}")
        for n, line in enumerate(draft.celebrations)
        if look.seen(f"good:{n}")
    ]
    lines += [_kept(ui, one) for one in look.table.page.good_news if one.text]
    if not lines:
        lines.append(text(ui, ui.say("meeting.no_good"), ui.type.body_l, SOFT))
    parts: list[ft.Control] = [
        add_line(
            ui, look, acts, "good", ui.say("meeting.good_ask"), ui.say("meeting.add"),
            lambda draft, words: replace(draft, celebrations=(*draft.celebrations, words)),
        ),
        column(lines, Space.S),
    ]  # fmt: skip
    promises = [one for one in look.table.page.promises if one.state != "done"]
    if promises:
        parts.append(section_header(ui, ui.say("meeting.promised")))
        parts.append(column([_promise(ui, look, acts, one) for one in promises], 0))
    return column(parts, Space.L)


def _kept(ui: Ui, one: object) -> ft.Control:
    return quote_line(ui, getattr(one, "text", ""))


def _promise(ui: Ui, look: Look, acts: Acts, one: Promise) -> ft.Control:
    def tick(on: bool) -> None:
        def put(draft: MeetingDraft) -> MeetingDraft:
            rest = tuple(step for step in draft.kept if step != one.step_id)
            return replace(draft, kept=(*rest, one.step_id) if on else rest)

        acts.do(put)

    due = day_of(one.due_on)
    when = ui.say("meeting.still_open") if one.state == "still_open" else ""
    if due is not None and not when:
        when = dates.begin(dates.day(ui.language, due, look.today))
    line = ", ".join(part for part in (one.owner, when) if part)
    return tick_row(
        ui, told(ui, one.what), one.step_id in look.draft.kept, tick,
        key=f"meeting.kept.{one.step_id}", line=line or None,
    )  # fmt: skip


def debrief_step(ui: Ui, look: Look, acts: Acts) -> ft.Control:
    """After a crisis: what happened, what helped, what did not. Nobody is blamed."""

    def entry(name: str) -> ft.Control:
        def put(value: str) -> None:
            acts.write(lambda draft: replace(draft, debrief={**draft.debrief, name: value}))

        value = look.draft.debrief.get(name, "") if look.seen(f"debrief:{name}") else ""
        return field(
            ui, ui.say(f"meeting.debrief.{name}"), value, put, key=f"meeting.debrief.{name}", lines=2
        )

    return column(
        [text(ui, ui.say("meeting.no_blame"), ui.type.body_l, SOFT), *(entry(one) for one in DEBRIEF)],
        Space.L,
    )


def carry_step(ui: Ui, look: Look, acts: Acts) -> ft.Control:
    """Letting go: who carries on what, how it is marked, and the way back."""
    draft, page = look.draft, look.table.page
    lines: list[ft.Control] = [
        family_words(ui, words) if not who else quote_line(ui, f"{told(ui, words)} · {who}")
        for section, words, who, _done in page.transition.items
        if section == "carries" and words
    ]
    lines += [
        quote_line(ui, one.what, key=f"meeting.carry.{n}")
        for n, one in enumerate(draft.carries)
        if look.seen(one.step_id)
    ]

    def entry(name: str, value: str, shown: str) -> ft.Control:
        return field(
            ui, ui.say(f"meeting.{name}_ask"), value if look.seen(name) else "",
            lambda typed: acts.write(lambda draft: replace(draft, **{name: typed})),  # type: ignore[arg-type]
            key=f"meeting.{name}", lines=2, help=shown or None,
        )  # fmt: skip

    return column(
        [
            column(lines, Space.S),
            add_line(
                ui, look, acts, "carry", ui.say("meeting.carry_ask"), ui.say("meeting.add"),
                lambda draft, words: replace(
                    draft, carries=(*draft.carries, NewStep(acts.new_id(), "", words))
                ),
            ),
            entry("celebration", draft.celebration, told(ui, page.transition.celebration)),
            entry("way_back", draft.way_back, told(ui, page.transition.way_back)),
        ],
        Space.L,
    )  # fmt: skip
