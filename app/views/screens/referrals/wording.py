"""Words of referrals: where one stands, when to ask again. Pure."""

from __future__ import annotations

from datetime import date

import flet as ft

from app.services.referral_views import ReferralView
from app.views import dates
from app.views.screens.more.places import iso_day
from app.views.widgets.ui import Ui


def status_words(ui: Ui, view: ReferralView, today: date) -> str:
    """Where it stands, and since when."""
    said = ui.say(f"practice.referral.{view.status}")
    if not view.steps:
        return said
    on = next((one.on_day for one in view.steps if one.step == view.status), view.steps[-1].on_day)
    return ui.say("referrals.since", status=said, day=iso_day(ui, on, today))


def follow_words(ui: Ui, view: ReferralView, today: date) -> str:
    """When somebody asks again; "" when nobody will."""
    left = _days_to_ask(view, today)
    return "" if left is None else ui.say("referrals.ask_again", when=dates.days_left(ui.language, left))


def follow_ink(view: ReferralView, today: date, quiet: ft.ColorValue) -> ft.ColorValue:
    """Red is for what is over; what is due today is warm. quiet: of what has time."""
    left = _days_to_ask(view, today)
    if left is None or not view.due:
        return quiet
    return ft.Colors.ERROR if left < 0 else ft.Colors.PRIMARY


def _days_to_ask(view: ReferralView, today: date) -> int | None:
    if not view.follow_up_on or not view.next or not view.sent:
        return None
    try:
        return (date.fromisoformat(view.follow_up_on) - today).days
    except ValueError:
        return None
