"""What stands in the plan's place: the form, one piece with its links, options, or the order.

Chooses by what was opened last and joins state and drawing; reads the links of a piece. Owns no state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import flet as ft

from app.services.plan import Helper, Link, OutcomeView, PlanView
from app.services.plan_fields import KINDS
from app.views.hooks import use_query, use_tablet
from app.views.screens.plan.detail import DetailActs, DetailLook, detail_sheet
from app.views.screens.plan.form import Form, day_words
from app.views.screens.plan.options import OptionsActs, options_sheet
from app.views.screens.plan.order import OrderActs, order_sheet
from app.views.screens.plan.sheet import SheetActs, plan_sheet
from app.views.screens.plan.sheet_fields import Around, FieldActs
from app.views.screens.plan.writing import Writing
from app.views.widgets.boundary import component
from app.views.widgets.pressable import Act
from app.views.widgets.ui import Ui, use_ui
from app.wraparound.vocabulary import LIFE_DOMAINS

_NO_LINKS: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Opened:
    """What stands in the plan's place. what: form, detail, options or order."""

    what: str
    kind: str = ""
    record_id: str = ""


@dataclass(frozen=True)
class SheetsLook:
    """Everything that a sheet may show."""

    plan: PlanView
    helpers: Sequence[Helper]
    names: Mapping[str, str]
    today: date
    form: Form | None
    saving: bool
    unfolded: bool
    trouble: str
    family_id: str
    conflict: bool
    writes: frozenset[str] = frozenset(KINDS)
    """Kinds that this person may write."""
    domains: Sequence[str] = LIFE_DOMAINS
    """Life domains on offer."""


@dataclass(frozen=True)
class SheetsActs:
    """What can be done in the sheets. audience, translate: (kind, id), None where there is no place."""

    writing: Writing
    save: Act
    close_form: Act
    fresh: Act
    remove: Act
    settle: Act
    audience: Callable[[str, str], object] | None
    translate: Callable[[str, str], object] | None
    open_link: Callable[[str, str], object]
    write: Callable[[str, str], object]
    pop: Act
    type_idea: Callable[[str, str], object]
    add_idea: Callable[[str], object]
    choose: Callable[[str, bool], object]
    place: Callable[[str, int], object]


def opened_sheet(
    ui: Ui, stack: Sequence[Opened], look: SheetsLook, acts: SheetsActs
) -> ft.Control | None:
    """What was opened last, or None when the plan itself is to be seen."""
    if not stack:
        return None
    here = stack[-1]
    if here.what == "form":
        return _form(ui, look, acts)
    if here.what == "options":
        return _options(ui, here, look, acts)
    if here.what == "order":
        return order_sheet(ui, look.plan.needs, OrderActs(acts.place, acts.pop))
    return ft.Container(
        Detail(here, look, acts, len(stack) > 1), expand=True, key=f"plan.read.{here.record_id}"
    )


def _form(ui: Ui, look: SheetsLook, acts: SheetsActs) -> ft.Control | None:
    form = look.form
    if form is None:
        return None
    writing = acts.writing

    def day(name: str, when: date | None) -> None:
        said = "" if when is None else day_words(ui.settings.language, when.isoformat(), look.today)
        writing.choose({name: said})

    record_id = form.record_id or (look.plan.vision_id if form.kind == "vision" else "")
    known = bool(record_id)
    audience, translate = acts.audience, acts.translate
    return plan_sheet(
        ui,
        form,
        Around(look.today, look.helpers, look.plan.strengths, look.unfolded, look.domains),
        look.saving,
        SheetActs(
            fields=FieldActs(
                write=writing.write,
                choose=lambda name, code: writing.choose({name: code}),
                owner=lambda helper_id, name: writing.choose({"owner_id": helper_id, "owner": name}),
                day=day,
                month=writing.month,
                more=writing.more,
            ),
            fresh=acts.fresh,
            settle=acts.settle if look.conflict else None,
            save=acts.save,
            close=acts.close_form,
            remove=acts.remove if form.record_id else None,
            audience=(lambda: audience(form.kind, record_id)) if known and audience else None,
            translate=(lambda: translate(form.kind, record_id)) if known and translate else None,
        ),
    )


def _options(ui: Ui, here: Opened, look: SheetsLook, acts: SheetsActs) -> ft.Control | None:
    outcome = _outcome(look.plan, here.record_id)
    if outcome is None:
        return None
    return options_sheet(
        ui,
        outcome,
        acts.writing.idea(here.record_id),
        look.trouble,
        OptionsActs(
            type=lambda typed: acts.type_idea(here.record_id, typed),
            add=lambda: acts.add_idea(here.record_id),
            choose=acts.choose,
            open=lambda strategy_id: acts.write("strategy", strategy_id),
            close=acts.pop,
        ),
    )


def _outcome(plan: PlanView, outcome_id: str) -> OutcomeView | None:
    return next(
        (one for need in plan.needs for one in need.outcomes if one.outcome_id == outcome_id), None
    )


@component
def Detail(here: Opened, look: SheetsLook, acts: SheetsActs, back: bool) -> ft.Control:
    """One piece, read; its links are asked for when it is opened."""
    ui = use_ui()
    tablet = use_tablet()
    answer = use_query(
        lambda: tablet.open.plan.links(look.family_id, here.record_id),
        (here.record_id,),
        family_id=look.family_id,
    )
    audience, translate = acts.audience, acts.translate
    return detail_sheet(
        ui,
        DetailLook(
            look.plan, here.kind, here.record_id, answer.value or _NO_LINKS, look.today, look.names, back
        ),
        DetailActs(
            open=acts.open_link,
            change=(lambda: acts.write(here.kind, here.record_id)) if here.kind in look.writes else None,
            close=acts.pop,
            audience=(lambda: audience(here.kind, here.record_id)) if audience else None,
            translate=(lambda: translate(here.kind, here.record_id)) if translate else None,
        ),
    )
