"""What became of the referrals that this tablet knows, by service: for whoever supervises."""

from __future__ import annotations

import flet as ft

from app.services.directory_views import Rate
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.directory.framing import framed
from app.views.screens.directory.wording import rate_words
from app.views.screens.more.frame import waiting
from app.views.widgets.boundary import component
from app.views.widgets.pressable import bind
from app.views.widgets.rows import Column, list_row
from app.views.widgets.states import empty_state
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui, use_ui


@component
def RatesPlace(place: Place) -> ft.Control:
    """Every service that somebody was referred to."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)
    answer = use_query(tablet.open.referrals.rates.all, (tries,), types=frozenset({"referral"}))
    parts: list[ft.Control] = [text(ui, ui.say("referral_rates.line"), ui.type.body, SOFT)]
    if answer.value is None:
        parts.append(waiting(ui, answer, "referral_rates", lambda: set_tries(lambda now: now + 1)))
    elif not answer.value:
        parts.append(
            empty_state(ui, ui.say("referral_rates.empty"), ui.say("referral_rates.empty_line"),
                        key="referral_rates.none")
        )  # fmt: skip
    else:
        parts += [
            _row(ui, number, one, lambda which: nav.go(Place("service", record_id=which)))
            for number, one in enumerate(answer.value)
        ]
    return framed(ui, nav, place, ui.say("referral_rates.title"), parts, key="referral_rates")


def _row(ui: Ui, number: int, rate: Rate, on_open: object) -> ft.Control:
    open_it = bind(on_open, rate.service_id) if rate.service_id and callable(on_open) else None
    return list_row(
        ui, rate.name, open_it, key=f"referral_rates.row.{number}", line=rate.organization or None,
        columns=(Column(text(ui, rate_words(ui, rate), ui.type.body)),), chevron=open_it is not None,
    )  # fmt: skip
