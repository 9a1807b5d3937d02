"""Adding and changing somebody: natural support, family member, team member. Removing has an undo.

Owns the draft of a form and its calls. What is typed stays in a ref: a render that came between two
letters must never set an older text. Half-filled forms are kept sealed (`keeping`). Follows design
page 06, "Field" and "Dialog".
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import flet as ft

from app.errors import AppError, InvalidInput
from app.services.contacts_views import ContactDraft, ContactView
from app.services.supports import (
    MemberDraft,
    PersonDraft,
    PersonView,
    ReleaseChoice,
    SupportDraft,
    Supports,
)
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_tablet
from app.views.place import Nav, Place
from app.views.reach import number_question
from app.views.screens.people import form, other_forms
from app.views.screens.people.days import read_days, show_days, use_day_dialog
from app.views.screens.people.form_parts import FormActs, FormLook
from app.views.screens.people.keeping import FormKeeping, use_sealing
from app.views.screens.people.reaching import CONTACT_TYPED
from app.views.widgets.dialogs import confirm_dialog, undo_bar
from app.views.widgets.guarded import guarded
from app.views.widgets.states import Loading, error_state
from app.views.widgets.ui import Ui, use_ui
from app.wraparound.vocabulary import SUPPORT_STATUSES


@dataclass(frozen=True)
class Kind:
    """One kind of form. key: stem of its controls. id_field: where the draft holds its record's id.

    load, save, remove, put_back: the service's calls. typed_days: days that are typed in words.
    """

    key: str
    record_type: str
    id_field: str
    empty: Callable[[str], Any]
    load: Callable[[Supports, str], Awaitable[Any]]
    save: Callable[[Supports, Any], Awaitable[str]]
    remove: Callable[[Supports, str], Awaitable[None]]
    put_back: Callable[[Supports, str, str], Awaitable[None]]
    view: Callable[[Ui, FormLook, FormActs], ft.Control]
    typed: frozenset[str]
    typed_days: tuple[str, ...] = ()


SUPPORT = Kind(
    "support", "natural_support", "support_id", SupportDraft,
    lambda supports, who: supports.form(who),
    lambda supports, draft: supports.save(draft),
    lambda supports, who: supports.remove(who),
    lambda supports, who, family: supports.put_back(who, family),
    form.support_form, form.TYPED,
)  # fmt: skip
PERSON = Kind(
    "person", "person", "person_id", PersonDraft,
    lambda supports, who: supports.person_form(who),
    lambda supports, draft: supports.save_person(draft),
    lambda supports, who: supports.remove_person(who),
    lambda supports, who, family: supports.put_back_person(who, family),
    other_forms.person_form, other_forms.PERSON_TYPED, ("born_on",),
)  # fmt: skip
MEMBER = Kind(
    "member", "team_member", "member_id", MemberDraft,
    lambda supports, who: supports.member_form(who),
    lambda supports, draft: supports.save_member(draft),
    lambda supports, who: supports.remove_member(who),
    lambda supports, who, family: supports.put_back_member(who, family),
    other_forms.member_form, other_forms.MEMBER_TYPED,
)  # fmt: skip


@dataclass(frozen=True)
class _Around:
    """What was read beside the draft."""

    family_name: str = ""
    family: tuple[PersonView, ...] = ()
    releases: tuple[ReleaseChoice, ...] = ()
    two_versions: bool = False


def use_editor(kind: Kind, place: Place) -> ft.Control:
    """Hook: one form with everything it does. place.record_id: whom to change; empty for new."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    held: Any = ft.use_ref(None)
    before: Any = ft.use_ref(None)
    keeper: Any = ft.use_ref(None)
    nothing = _Around()
    around, set_around = ft.use_state(nothing)
    failed, set_failed = ft.use_state("")
    no_errors: dict[str, str] = {}
    errors, set_errors = ft.use_state(no_errors)
    restored, set_restored = ft.use_state(False)
    busy, set_busy = ft.use_state(False)
    seen, set_seen = ft.use_state(False)
    asking, ask = ft.use_state("")
    _turn, set_turn = ft.use_state(0)
    today = dates.local(tablet.open.desk.now_ms()).date()

    def again() -> None:
        set_turn(lambda now: now + 1)

    def tell(error: AppError) -> None:
        set_busy(False)
        where = error.field if isinstance(error, InvalidInput) else ""
        set_errors({where if where in kind.typed | CONTACT_TYPED else "": words_for(ui, error)})

    async def load() -> None:
        supports = tablet.open.supports
        header = await tablet.open.casebook.header(place.family_id)
        draft = kind.empty(place.family_id)
        if place.record_id:
            draft = await kind.load(supports, place.record_id)
        draft = show_days(ui, draft, kind.typed_days)
        kept = await supports.drafts.kept(draft)
        before.current = draft
        held.current = kept if kept is not None else draft
        set_restored(kept is not None and kept != draft)
        keeper.current = FormKeeping(
            supports.drafts.keep,
            lambda error: tell(error if isinstance(error, AppError) else AppError()),
        )
        people = await supports.people(place.family_id)
        shown = draft.shown
        set_around(
            _Around(
                header.name,
                people.family,
                await supports.releases(place.family_id),
                shown is not None and shown.has_conflict,
            )
        )
        again()

    ft.use_effect(guarded(load, lambda error: set_failed(words_for(ui, error))), [])
    use_sealing(tablet, keeper)

    def put(draft: Any) -> None:
        held.current = draft
        keeper.current.later(draft)

    def change(**values: Any) -> None:
        put(replace(held.current, **values))
        again()

    def write(name: str, typed: str) -> None:
        put(replace(held.current, **{name: typed}))

    def marked(values: dict[str, Any]) -> Any:
        marks = held.current.contact or ContactDraft()
        return replace(held.current, contact=replace(marks, **values))

    def mark(**values: Any) -> None:
        put(marked(values))
        again()

    async def save() -> None:
        set_busy(True)
        set_errors({})
        await keeper.current.forget()
        await kind.save(tablet.open.supports, read_days(ui, held.current, kind.typed_days, today))
        nav.back()

    async def remove() -> None:
        set_busy(True)
        set_errors({})
        supports = tablet.open.supports
        record_id, family_id = place.record_id, place.family_id
        await keeper.current.forget()
        await kind.remove(supports, record_id)
        await supports.drafts.drop(before.current)

        async def undo() -> None:
            await kind.put_back(supports, record_id, family_id)

        # The bar outlives this place, and a lock: so it holds no name.
        ft.context.page.show_dialog(
            undo_bar(ui, ui.say("people.removed"), guarded(undo, _say_nothing))
        )
        nav.back()

    async def forget_draft() -> None:
        await keeper.current.forget()
        await tablet.open.supports.drafts.drop(before.current)

    async def fresh() -> None:
        await forget_draft()
        held.current = before.current
        set_restored(False)
        set_errors({})
        again()

    async def leave() -> None:
        ask("")
        await forget_draft()
        nav.back()

    async def move(by: int) -> None:
        await tablet.open.supports.move_person(place.family_id, place.record_id, by)
        people = await tablet.open.supports.people(place.family_id)
        set_around(lambda now: replace(now, family=people.family))
        # Its number is written already: the form must not write an older one over it.
        mine = next((one for one in people.family if one.person_id == place.record_id), None)
        if mine is not None and held.current.shown is not None:
            shown = replace(held.current.shown, order=mine.order)
            held.current = replace(held.current, order=mine.order, shown=shown)
            before.current = replace(before.current, order=mine.order, shown=shown)

    def back() -> None:
        if held.current is not None and held.current != before.current:
            ask("leave")
        else:
            nav.back()

    def reveal() -> None:
        ask("")
        set_seen(True)

    def reach(status: str) -> None:
        change(**reached(held.current, status, today))

    open_day = use_day_dialog(
        ui, lambda name: getattr(held.current, name), lambda name, day: change(**{name: day}), today
    )

    contact = _contact_before(before.current)
    dialog: ft.AlertDialog | None = None
    if asking == "leave":
        dialog = confirm_dialog(
            ui, ui.say("people.leave_title"), ui.say("people.leave_means"), key=f"{kind.key}.leave",
            act=ui.say("people.leave"), on_act=guarded(leave, tell), keep=ui.say("people.stay"),
            on_keep=lambda: ask(""),
        )  # fmt: skip
    elif asking == "number" and held.current is not None:
        dialog = number_question(
            ui, held.current.name, contact, reveal, lambda: ask(""), key=f"{kind.key}.number_dialog"
        )
    ft.use_dialog(dialog)

    if failed:
        return error_state(
            ui, failed, key=f"{kind.key}.failed", act=ui.say("nav.back"), on_act=nav.back
        )
    if held.current is None:
        return Loading(control=f"{kind.key}.loading")
    order = [one.person_id for one in around.family]
    number = order.index(place.record_id) + 1 if place.record_id in order else 0
    look = FormLook(
        key=kind.key,
        draft=held.current,
        family_name=around.family_name,
        fresh=not place.record_id,
        today=today,
        errors=errors,
        family=around.family,
        releases=around.releases,
        place=(number, len(order) if number else 0),
        number_hidden=contact.number_hidden and bool(before.current.phone) and not seen,
        two_versions=around.two_versions,
        restored=restored,
        saving=busy,
    )
    acts = FormActs(
        change=change,
        write=write,
        mark=mark,
        write_mark=lambda name, typed: put(marked({name: typed})),
        day=open_day,
        reach=reach,
        kind=lambda key: nav.swap(Place(f"{key}_editor", place.family_id)),
        back=back,
        crisis=lambda: nav.go(Place("crisis", place.family_id)),
        cover=lambda: nav.go(Place("cover")),
        compare=lambda: _compare(nav, place, kind),
        show_number=lambda: ask("number"),
        fresh=guarded(fresh, tell),
        move=lambda by: ft.context.page.run_task(guarded(lambda: move(by), tell)),
        save=guarded(save, tell),
        remove=guarded(remove, tell),
    )
    return kind.view(ui, look, acts)


def reached(draft: SupportDraft, status: str, today: date) -> dict[str, Any]:
    """What a tap on a step of asking changes: the status, and its day unless it has one.

    A step further on that was tapped by mistake loses the day it got by that.
    """
    values: dict[str, Any] = {"status": status}
    for code in SUPPORT_STATUSES[SUPPORT_STATUSES.index(status) + 1 :]:
        values[f"{code}_on"] = getattr(draft.shown, f"{code}_on") if draft.shown is not None else ""
    if not getattr(draft, f"{status}_on"):
        values[f"{status}_on"] = today.isoformat()
    return values


def _contact_before(draft: Any) -> ContactView:
    """How the person might be reached when the form was opened."""
    if draft is None:
        return ContactView("")
    marks = draft.contact or ContactDraft()
    return ContactView(
        "", marks.may_call, marks.may_text, marks.may_leave_message, marks.may_name_agency,
        marks.protected_address, marks.substitute, marks.note,
        getattr(draft, "do_not_contact", False), getattr(draft, "safety_reason", ""),
    )  # fmt: skip


def _compare(nav: Nav, place: Place, kind: Kind) -> None:
    nav.go(Place("conflict", place.family_id, record_id=place.record_id, detail=kind.record_type))


def _say_nothing(_error: AppError) -> None:
    """The tablet has been locked, or the person is back already: nothing to say."""
