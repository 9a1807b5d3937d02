"""The form of a referral: where to, for whom, from which need. place.detail "new" or "edit".

place.record_id: of a new one, the need or finding it begins with; else the referral. place.tab: a service of
the directory that was chosen.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import flet as ft

from app.services.referral_views import FormFacts, ReferralDraft
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.more.frame import frame
from app.views.screens.more.record_form import use_record_form
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined
from app.views.widgets.panels import fact_line
from app.views.widgets.states import Loading, error_state
from app.views.widgets.ui import use_ui
from app.wraparound.practice_codes import SERVICE_DOMAINS


@component
def ReferralForm(place: Place) -> ft.Control:
    """A new referral, or what a referral says."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    saved: Any = ft.use_ref("")
    fresh = place.detail == "new"
    family_id = place.family_id
    referrals = tablet.open.referrals

    async def load() -> ReferralDraft:
        if not fresh:
            return await referrals.edit(place.record_id)
        draft = await referrals.form(family_id, place.record_id)
        view = await tablet.open.directory.service(place.tab, ui.language) if place.tab else None
        if view is None:
            return draft
        row = view.row
        return replace(
            draft, service_id=row.service_id, service_name=row.name, organization=row.organization,
            phone=row.phone or (view.phones[0][0] if view.phones else ""),
            domain=row.domains[0] if row.domains else "",
        )  # fmt: skip

    async def keep(draft: ReferralDraft) -> None:
        saved.current = await referrals.save(draft)

    def done() -> None:
        if fresh:
            nav.swap(Place("referral", family_id, record_id=saved.current))
        else:
            nav.back()

    name = f"referral.{family_id}.{place.record_id}.{place.tab}"
    form = use_record_form("referral", name, load, keep, done)
    facts = use_query(
        lambda: referrals.facts(family_id, place.record_id if fresh else ""), (family_id, place.record_id),
        types=frozenset({"person", "need"}), family_id=family_id,
    )  # fmt: skip
    title = ui.say("referral.new" if fresh else "referral.change")
    if form.failed:
        failed = error_state(
            ui, form.failed, key="referral.failed", act=ui.say("nav.back"), on_act=nav.back
        )
        return frame(ui, nav, family_id, title, [failed], key="referral")
    if form.draft is None:
        return frame(ui, nav, family_id, title, [Loading(control="referral.loading")], key="referral")
    known = facts.value or FormFacts((), ())
    parts: list[ft.Control] = [*form.notices()]
    if known.from_words:
        parts.append(
            fact_line(ui, ft.Icons.LINK, ui.say("referrals.because", words=known.from_words), soft=True)
        )
    if fresh and not form.draft.service_id:
        find = outlined(
            ui, ui.say("referrals.find"),
            lambda: nav.swap(Place("directory", family_id, record_id=place.record_id)),
            key="referral.find", symbol=ft.Icons.MENU_BOOK_OUTLINED,
        )  # fmt: skip
        parts.append(ft.Row([find], wrap=True))
    parts += [form.line("service_name"), form.line("organization"), form.line("phone")]
    if known.people:
        parts.append(form.somebody("person_id", known.people))
    if known.needs:
        parts.append(form.somebody("need_id", (*known.needs, ("", ui.say("referral.no_need")))))
    parts += [form.one_of("domain", SERVICE_DOMAINS, "practice.service"), form.line("note", lines=3)]
    return frame(
        ui, nav, family_id, title, parts, key="referral", foot=form.foot(), spacing=Space.L,
        line=ui.say("referral.line"),
    )  # fmt: skip
