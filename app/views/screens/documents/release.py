"""A release: filled in and signed together with the family, looked at later, and taken back.

The form is sealed on the tablet after every pause, before a lock, and when it is left, so that a
crash or a lock loses nothing. place.record_id: a release that was signed; empty for a new one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import flet as ft

from app.errors import AppError, InvalidInput
from app.services.release_form import STEPS, ReleaseDraft
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.documents.release_shown import SignedRelease
from app.views.screens.documents.release_values import CHOSEN, TYPED, ReleaseActs, ReleaseForm, until_of
from app.views.screens.documents.release_view import form_screen, signing_screen
from app.views.screens.documents.wording import end_words, parts_words, who_words
from app.views.screens.people.keeping import FormKeeping, use_sealing
from app.views.widgets.boundary import component
from app.views.widgets.guarded import guarded, start
from app.views.widgets.shell import room_for
from app.views.widgets.signature_pad import SignaturePad
from app.views.widgets.ui import use_ui, with_language

_PAD = 900


@component
def ReleasePlace(place: Place) -> ft.Control:
    """One release of place.family_id."""
    return SignedRelease(place) if place.record_id else NewRelease(place)


@component
def NewRelease(place: Place) -> ft.Control:
    """The form, in the language in which the family reads it."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    form, set_form, newest = use_newest(ReleaseForm(ReleaseDraft(place.family_id)))
    family, set_family = ft.use_state("")
    keeper: Any = ft.use_ref(None)
    today = tablet.open.desk.today()
    theirs = ui.in_language(form.draft.language)

    def tell(problem: AppError) -> None:
        where = problem.field if isinstance(problem, InvalidInput) else ""
        known = where if where in (*TYPED, *CHOSEN) else ""
        words = words_for(ui.in_language(newest().draft.language), problem)
        set_form(lambda now: replace(now, error=words, field=known, busy=False))

    releases = tablet.open.sharing.releases
    if keeper.current is None:
        keeper.current = FormKeeping(
            releases.keep_draft, lambda error: tell(error if isinstance(error, AppError) else AppError())
        )

    async def begin() -> None:
        facts = await releases.facts(place.family_id)
        language = await tablet.open.sharing.language(place.family_id)
        # One young person: it is their record, unless somebody says otherwise.
        youths = [one.person_id for one in facts.people if one.is_youth]
        first = youths[0] if len(youths) == 1 else ""
        empty = ReleaseDraft(place.family_id, about_id=first, language=language)
        kept = await releases.draft(place.family_id)
        blank = newest().draft == ReleaseDraft(place.family_id)
        if kept is not None and replace(kept, step=0) != empty and blank:
            set_form(lambda now: replace(now, draft=kept, facts=facts, restored=True))
        else:
            typed = newest().draft
            start = replace(typed, about_id=typed.about_id or first, language=language)
            set_form(lambda now: replace(now, draft=start, facts=facts))
        set_family((await tablet.open.casebook.header(place.family_id)).name)

    ft.use_effect(guarded(begin, tell), [])
    use_sealing(tablet, keeper)

    def change(**changes: Any) -> None:
        def changed(now: ReleaseForm) -> ReleaseForm:
            # A name stands under what it was written under, and under nothing else. The language is
            # that of the reading: who signed after reading in another signs again.
            keeps = set(changes) <= {"strokes", "second_strokes", "step"}
            signed = {} if keeps else {"strokes": (), "second_strokes": ()}
            return replace(now, draft=replace(now.draft, **{**signed, **changes}), error="", field="")

        set_form(changed)
        keeper.current.later(newest().draft)

    def show(**changes: Any) -> None:
        set_form(lambda now: replace(now, **changes))

    def whole() -> ReleaseDraft:
        """The form as the service takes it: the day is read from its words."""
        draft = newest().draft
        when = until_of(ui.in_language(draft.language), draft, today)
        return draft if when is None else replace(draft, until_on=when.isoformat())

    async def go(step: int) -> None:
        here = newest().draft.step
        if step > here:
            await releases.check(whole(), here)
        change(step=step)

    async def sign(which: str) -> None:
        draft = newest().draft
        if not str(getattr(draft, which)).strip():
            raise InvalidInput("Who gives leave?", field=which, code="no_signer")
        await releases.check(replace(whole(), by_word=False), len(STEPS) - 2)
        set_form(lambda now: replace(now, signing=which, error="", field=""))

    async def save() -> None:
        if newest().busy:
            return
        set_form(lambda now: replace(now, busy=True, error="", field=""))
        await keeper.current.now()
        release_id = await releases.save(whole())
        await keeper.current.forget()
        nav.swap(Place("release", place.family_id, record_id=release_id))

    async def fresh() -> None:
        await keeper.current.forget()
        await releases.drop_draft(place.family_id)
        now = newest()
        youths = [one.person_id for one in now.facts.people if one.is_youth]
        empty = ReleaseDraft(
            place.family_id, about_id=youths[0] if len(youths) == 1 else "", language=now.draft.language
        )
        set_form(ReleaseForm(empty, now.facts))

    def kept(strokes: Any) -> None:
        change(**{"second_strokes" if newest().signing == "second" else "strokes": strokes})
        put_down()

    def put_down() -> None:
        set_form(lambda now: replace(now, signing=""))

    acts = ReleaseActs(
        back=put_down if form.signing else nav.back,
        crisis=lambda: nav.go(Place("crisis", place.family_id)),
        cover=lambda: nav.go(Place("cover")),
        change=change,
        show=show,
        go=lambda step: start(guarded(lambda: go(step), tell)),
        sign=lambda which: start(guarded(lambda: sign(which), tell)),
        save=guarded(save, tell),
        fresh=guarded(fresh, tell),
    )
    if not form.signing:
        shown = with_language(
            ui, form.draft.language, lambda: form_screen(theirs, form, today, family, acts)
        )
        return cast("ft.Control", shown)
    draft = form.draft
    when = until_of(theirs, draft, today)
    line = theirs.say(
        "documents.release.sign_line",
        what=parts_words(theirs, draft.what) or draft.described.strip(),
        recipient=who_words(theirs, draft.recipient, draft.organisation),
        end=end_words(theirs, when, draft.until_event, today),
    )
    second = form.signing == "second"

    def pad() -> ft.Control:
        name = (draft.second if second else draft.signer).strip()
        return signing_screen(
            theirs,
            SignaturePad(
                theirs.say("release.sign_title", name=name), line,
                draft.second_strokes if second else draft.strokes, room_for(ui, _PAD), kept, put_down,
            ),
            acts,
        )  # fmt: skip

    return cast("ft.Control", with_language(ui, draft.language, pad))
