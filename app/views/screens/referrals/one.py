"""One referral: sending it, saying what happened next, asking again. Owns what is filled in and the calls.

place.detail "new" and "edit" are the form.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import flet as ft

from app.errors import AppError, InvalidInput
from app.services.permissions import allows
from app.services.referral_views import ReferralView, ReleaseChoice, Sending, Step
from app.views import dates
from app.views.calling import use_call
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.more.frame import frame, waiting
from app.views.screens.more.places import typed_day
from app.views.screens.referrals.form import ReferralForm
from app.views.screens.referrals.listing import TYPES
from app.views.screens.referrals.one_view import ASKED, OneActs, OneForm, one_parts
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.day_picker import read_day
from app.views.widgets.dialogs import confirm_dialog
from app.views.widgets.guarded import guarded
from app.views.widgets.ui import use_ui
from app.views.words import catalogue
from app.wraparound.referrals import FOLLOW_UP_DAYS

_FIELDS = {
    "on_day": "day", "follow_up_on": "follow_up", "content": "said", "reason": "reason",
    "support_while_waiting": "support", "release_id": "release_id",
}  # fmt: skip
"""Field of a refusal → where it is shown."""


@component
def ReferralPlace(place: Place) -> ft.Control:
    """One referral, or its form."""
    if place.detail in ("new", "edit"):
        return ReferralForm(place)
    return OneReferral(place)


@component
def OneReferral(place: Place) -> ft.Control:
    """One referral with its steps."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)
    asking, ask_for, asked = use_newest("")
    dial, _write = use_call()
    referrals = tablet.open.referrals
    which, family_id = place.record_id, place.family_id
    today = dates.local(tablet.open.desk.now_ms()).date()

    def blank(act: str = "") -> OneForm:
        again = today + timedelta(days=FOLLOW_UP_DAYS)
        return OneForm(
            act, day=typed_day(ui, today.isoformat()), follow_up=typed_day(ui, again.isoformat())
        )

    form, set_form, newest = use_newest(blank())

    async def ask() -> tuple[ReferralView, tuple[ReleaseChoice, ...]]:
        view = await referrals.one(which)
        return view, await referrals.releases(which) if view.status == "draft" else ()

    answer = use_query(
        ask, (which, tries), types=TYPES | {"release"}, family_id=family_id
    )

    def tell(error: AppError) -> None:
        where = _FIELDS.get(error.field, "") if isinstance(error, InvalidInput) else ""
        set_form(lambda now: replace(now, busy=False, errors={where: words_for(ui, error)}))

    def read(typed: str, field: str) -> str:
        day = read_day(ui.language, typed.strip(), today) if typed.strip() else None
        if typed.strip() and day is None:
            raise InvalidInput("That is not a day of the calendar.", field=field, code="bad_day")
        return day.isoformat() if day else ""

    async def save() -> None:
        now = newest()
        if now.busy:
            return
        act = now.act or "sent"
        on_day, follow = read(now.day, "on_day"), read(now.follow_up, "follow_up_on")
        set_form(lambda one: replace(one, busy=True, errors={}))
        if act == "sent":
            sending = Sending(now.how, on_day, now.release_id, now.said, follow)
            await referrals.send(which, sending, ui.language, catalogue(ui.language).__getitem__)
        elif act == ASKED:
            await referrals.asked(which, follow, now.support)
        elif act.startswith("day."):
            await referrals.correct_day(which, act.removeprefix("day."), on_day)
        else:
            await referrals.step(which, Step(act, on_day, now.reason, now.support, follow))
        set_form(blank())

    async def take_back() -> None:
        if not asked():
            return  # The second tap on one answer: it would take one step more.
        ask_for("")
        await referrals.take_back(which)
        set_form(blank())

    async def remove() -> None:
        if not asked():
            return
        ask_for("")
        await referrals.remove(which)
        nav.back()

    ft.use_dialog(
        confirm_dialog(
            ui, ui.say(f"referral.{asking}_title"), ui.say(f"referral.{asking}_means"),
            key=f"referral.{asking}", act=ui.say(f"referral.{asking}"),
            on_act=guarded(take_back if asking == "take_back" else remove, tell),
            keep=ui.say("referral.leave"), on_keep=lambda: ask_for(""),
        )
        if asking
        else None
    )  # fmt: skip
    title = ui.say("referral.title")
    if answer.value is None:
        waits = waiting(ui, answer, "referral", lambda: set_tries(lambda now: now + 1))
        return frame(ui, nav, family_id, title, [waits], key="referral")
    view, releases = answer.value

    def begin(act: str) -> None:
        start = blank(act)
        if act.startswith("day."):
            taken = next((one.on_day for one in view.steps if f"day.{one.step}" == act), "")
            start = replace(start, day=typed_day(ui, taken))
        if act == ASKED:
            start = replace(start, support=view.support_while_waiting)
        set_form(start)

    def write(name: str, typed: str) -> None:
        values: dict[str, Any] = {name: typed}
        set_form(lambda now: replace(now, **values))

    acts = OneActs(
        begin=begin,
        change=lambda **values: set_form(lambda now: replace(now, errors={}, **values)),
        write=write,
        save=guarded(save, tell),
        close=lambda: set_form(blank()),
        take_back=lambda: ask_for("take_back"),
        call=dial,
        service=(lambda: nav.go(Place("service", family_id, record_id=view.service_id)))
        if view.service_id else None,
        edit=lambda: nav.go(Place("referral", family_id, record_id=which, detail="edit")),
        remove=lambda: ask_for("remove"),
        release=lambda: nav.go(Place("release", family_id)),
        may=allows(tablet.open.desk.me, "referral.write"),
    )  # fmt: skip
    return frame(
        ui, nav, family_id, view.service_name, one_parts(ui, view, releases, form, today, acts),
        key="referral", line=view.organization or None, spacing=Space.XL,
    )  # fmt: skip



