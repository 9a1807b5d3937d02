"""Choosing another tier than the rules do: which, why, and until which day."""

from __future__ import annotations

from datetime import timedelta

import flet as ft

from app.services.tiers import TierDraft
from app.views import dates
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.more.frame import frame, waiting
from app.views.screens.more.record_form import use_record_form
from app.views.widgets.boundary import component
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.text import SOFT, text

_WEEKS = 6
"""For so many weeks a choice is offered to count."""


@component
def TierChoicePlace(place: Place) -> ft.Control:
    """For place.family_id."""
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)
    family_id = place.family_id
    today = dates.local(tablet.open.desk.now_ms()).date()
    answer = use_query(
        lambda: tablet.open.tiers.page(family_id), (family_id, tries), types=frozenset({"practice_rules"})
    )

    async def load() -> TierDraft:
        until = today + timedelta(weeks=_WEEKS)
        return TierDraft(family_id, until_on=until.isoformat())

    form = use_record_form(
        "tier_form", f"tier.{family_id}", load, lambda draft: tablet.open.tiers.choose(draft), nav.back,
        ("until_on",),
    )  # fmt: skip
    ui = form.ui
    title = ui.say("tier.choose")
    if form.failed or answer.value is None or form.draft is None:
        part = (
            form.not_there()
            if form.failed
            else waiting(ui, answer, "tier_form", lambda: set_tries(lambda now: now + 1))
        )
        return frame(ui, nav, family_id, title, [part], key="tier_choice")
    tiers = [Choice(one.code, one.called(ui.language)) for one in answer.value.rules.tiers]
    chips = choice_chips(
        ui, tiers, form.draft.tier, lambda code: form.change(tier=code), key="tier_form.tier"
    )
    parts: list[ft.Control] = [
        text(ui, ui.say("tier_form.line"), ui.type.body, SOFT),
        *form.notices(),
        form.asked("tier", chips),
        form.line("reason", lines=3),
        form.line("until_on", help=ui.say("details.day_help")),
    ]
    return frame(ui, nav, family_id, title, parts, key="tier_choice", foot=form.foot(), sticky=True)
