"""A family's tier drawn: which, why and what the rule saw, this month, what counted before. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import flet as ft

from app.services.tiers import TierPage
from app.views import dates
from app.views.screens.contacts_log.wording import count_words, missing_words, need_words
from app.views.screens.more.places import iso_day
from app.views.screens.people.form_parts import column
from app.views.screens.tiers.wording import (
    how_words,
    needs_words,
    seen_words,
    source_words,
    version_words,
)
from app.views.theme.tokens import Space
from app.views.widgets.buttons import outlined, quiet
from app.views.widgets.panels import fact_line, sheet
from app.views.widgets.pressable import Act
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.ui import Ui
from app.wraparound.contacts import MonthStanding


@dataclass(frozen=True)
class TierLook:
    """What the place shows. stands: None where the rules do not name the tier."""

    page: TierPage
    stands: MonthStanding | None
    may: bool
    trouble: str = ""


@dataclass(frozen=True)
class TierActs:
    """What can be done."""

    choose: Act
    take_back: Act
    log: Act


def tier_parts(ui: Ui, look: TierLook, acts: TierActs) -> list[ft.Control]:
    """Everything below the header."""
    parts = [_now(ui, look, acts)]
    if look.stands is not None:
        parts.append(_month(ui, look, look.stands, acts))
    if look.trouble:
        parts.append(text(ui, look.trouble, ui.type.body, ft.Colors.ERROR))
    parts += _before(ui, look)
    parts += _choices(ui, look)
    parts.append(_rules(ui, look))
    return parts


def _now(ui: Ui, look: TierLook, acts: TierActs) -> ft.Control:
    found, today = look.page.found, look.page.today
    name = found.called(ui.language) or ui.say("tier.none")
    parts: list[ft.Control] = [
        text(ui, name, ui.type.h2, heading=2, key="tier.now"),
        text(ui, how_words(ui, found, today), ui.type.strong, key="tier.how"),
    ]
    if found.how == "chosen" and found.chosen is not None:
        parts.append(text(ui, found.chosen.reason, ui.type.body))
        instead = look.page.rules.tier(found.by_rules)
        if instead is not None:
            words = ui.say("tier.by_rules", name=instead.called(ui.language))
            parts.append(text(ui, words, ui.type.body, SOFT))
    elif found.how == "record" and found.reason:
        parts.append(text(ui, found.reason, ui.type.body))
    if found.fired is not None:
        parts += [
            fact_line(ui, ft.Icons.RULE, ui.say("tier.because", what=seen_words(ui, one, today)),
                      key=f"tier.seen.{number}")
            for number, one in enumerate(found.fired.seen)
        ]  # fmt: skip
    if found.tier is not None:
        parts.append(fact_line(ui, ft.Icons.CHECKLIST, needs_words(ui, found.tier), key="tier.needs"))
    if look.may:
        act = [outlined(ui, ui.say("tier.choose"), acts.choose, key="tier.choose", small=True)]
        if found.how == "chosen":
            act.append(quiet(ui, ui.say("tier.take_back"), acts.take_back, key="tier.take_back"))
        parts.append(ft.Row(act, wrap=True, spacing=12, run_spacing=8))
    return sheet(column(parts, 10), padding=Space.L, key="tier.sheet")


def _month(ui: Ui, look: TierLook, stands: MonthStanding, acts: TierActs) -> ft.Control:
    today = look.page.today
    if stands.met:
        words = ui.say("tier.month_met")
    else:
        day = dates.plain_day(ui.language, stands.last_day, today)
        words = ui.say("tier.month_open", missing=missing_words(ui, stands), day=day)
    symbol = ft.Icons.CHECK_CIRCLE_OUTLINE if stands.met else ft.Icons.HOURGLASS_BOTTOM
    color = ft.Colors.TERTIARY if stands.met else ft.Colors.PRIMARY
    parts: list[ft.Control] = [
        section_header(ui, ui.say("tier.month")),
        fact_line(ui, symbol, words, icon_color=color, key="tier.month"),
        text(ui, need_words(ui, stands), ui.type.body, SOFT),
    ]
    if stands.tally.unsigned:
        words = count_words(ui, "log.would_count", stands.tally.unsigned)
        parts.append(text(ui, words, ui.type.body, SOFT))
    parts.append(
        ft.Row([quiet(ui, ui.say("tier.to_log"), acts.log, key="tier.log",
                      symbol=ft.Icons.CALL_OUTLINED)], wrap=True)
    )  # fmt: skip
    return column(parts, Space.S)


def _before(ui: Ui, look: TierLook) -> list[ft.Control]:
    """From which day which tier counted. Not rewritten: each by the rules of its day."""
    history = look.page.history
    if len(history) < 2:
        return []
    today = look.page.today
    lines: list[ft.Control] = [
        section_header(ui, ui.say("tier.before")),
        text(ui, ui.say("tier.before_line"), ui.type.body, SOFT),
    ]
    for number, (day, found) in enumerate(history):
        since = ui.say("tier.since", day=dates.plain_day(ui.language, day, today))
        name = found.called(ui.language) or ui.say("tier.none")
        said = how_words(ui, found, today)
        if found.version is not None and found.version.from_on:
            said = f"{said} · {version_words(ui, found, today)}"
        lines.append(
            column(
                [
                    text(ui, f"{since}: {name}", ui.type.strong, key=f"tier.before.{number}"),
                    text(ui, said, ui.type.body, SOFT),
                ],
                0,
            )
        )
    return [column(lines, 10)]


def _choices(ui: Ui, look: TierLook) -> list[ft.Control]:
    choices = look.page.choices
    past = [one for one in choices if look.page.found.chosen != one]
    if not past:
        return []
    today = look.page.today
    lines: list[ft.Control] = [section_header(ui, ui.say("tier.choices"))]
    for one in past:
        tier = look.page.rules.tier(one.tier)
        span = ui.say(
            "tier.span", begin=iso_day(ui, one.from_on, today),
            end=iso_day(ui, one.ended_on or one.until_on, today),
        )  # fmt: skip
        name = tier.called(ui.language) if tier is not None else one.tier
        by = ui.say("tier.chosen_by", name=one.by or ui.say("tier.somebody"), reason=one.reason)
        lines.append(
            column([text(ui, f"{name}, {span}", ui.type.strong), text(ui, by, ui.type.body, SOFT)], 0)
        )
    return [column(lines, 10)]


def _rules(ui: Ui, look: TierLook) -> ft.Control:
    """What the agency's tiers are, so that nobody must look them up."""
    today = look.page.today
    lines: list[ft.Control] = [section_header(ui, ui.say("tier.all"))]
    for tier in look.page.rules.tiers:
        words = needs_words(ui, tier)
        lines.append(
            column(
                [text(ui, tier.called(ui.language), ui.type.strong), text(ui, words, ui.type.body, SOFT)], 0
            )
        )
    # Where they come from, said once: most often it is the same for all.
    sources = dict.fromkeys(source_words(ui, tier) for tier in look.page.rules.tiers)
    lines += [text(ui, said, ui.type.body, SOFT) for said in sources if said]
    lines.append(text(ui, version_words(ui, look.page.found, today), ui.type.body, SOFT))
    return column(lines, 10)
