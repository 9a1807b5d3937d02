"""Asking about one domain: a few questions in plain words, and what was asked already.

What somebody has answered is shown with its day, so that nobody asks a family twice; *Ask again* opens
the questions anew. Questions that are only asked alone stand behind *We are alone*, and what was answered
to them is shown nowhere here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import flet as ft

from app.services.measures import Answerer
from app.services.permissions import allows
from app.services.screening import TalkDraft
from app.services.screening_reading import Asked, DomainView
from app.views import dates
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.measures.wording import ruled
from app.views.screens.more.frame import frame, waiting
from app.views.screens.more.record_form import Form, use_record_form
from app.views.screens.screening.listing import TYPES
from app.views.screens.screening.wording import asked_words, domain_words
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.fields import note_line
from app.views.widgets.panels import quiet_panel
from app.views.widgets.pressable import Act
from app.views.widgets.text import SOFT, text, words
from app.wraparound.practice_codes import INFORMANTS, SOCIAL_DOMAINS
from app.wraparound.rules.screening import ANSWERS, Prompt

_ELSE = "else"
"""Somebody who is not in the records."""


@component
def ScreeningTalkPlace(place: Place) -> ft.Control:
    """place.detail: the domain, of place.family_id."""
    nav = use_nav()
    tablet = use_tablet()
    family_id = place.family_id
    domain = place.detail if place.detail in SOCIAL_DOMAINS else SOCIAL_DOMAINS[0]
    tries, set_tries = ft.use_state(0)
    again, set_again = ft.use_state(False)
    # Not in the draft: a form that is opened again may lie in front of other eyes.
    alone, set_alone = ft.use_state(False)
    today = dates.local(tablet.open.desk.now_ms()).date()

    async def ask() -> tuple[DomainView, tuple[Answerer, ...]]:
        opened = tablet.open
        found = await opened.screenings.of_family(family_id)
        people = await opened.measures.answerers(family_id)
        return next(one for one in found.domains if one.domain == domain), people

    async def load() -> TalkDraft:
        people = await tablet.open.measures.answerers(family_id)
        adult = next((one for one in people if not one.is_youth), None)
        return TalkDraft(
            family_id, domain, on_day=tablet.open.desk.today().isoformat(),
            person_id=adult.person_id if adult else "", asked_name=adult.name if adult else "",
        )  # fmt: skip

    async def save(draft: TalkDraft) -> None:
        await tablet.open.screenings.save(replace(draft, alone=alone))

    answer = use_query(ask, (family_id, domain, tries), types=TYPES, family_id=family_id)
    form = use_record_form(
        "screen", f"screening.{family_id}.{domain}", load, save, nav.back, ("on_day",)
    )
    ui = form.ui
    title = ui.say(f"practice.social.{domain}")
    if answer.value is None or form.draft is None:
        part = (
            form.not_there()
            if form.failed
            else waiting(ui, answer, "screen", lambda: set_tries(lambda now: now + 1))
        )
        return frame(ui, nav, family_id, title, [part], key="screen")
    known, people = answer.value
    may = allows(tablet.open.desk.me, "screening.write")
    line = domain_words(ui, known, today) if known.last_on else None
    asking = may and (again or known.asked < known.open_prompts and not known.declined)
    if asking:
        parts = [
            *form.notices(),
            *_asking(form, known, people, today, again=again, alone=alone, on_alone=lambda: set_alone(True)),
        ]
        foot: ft.Control | None = form.foot()
    else:
        parts = [_answered(form, one, today) for one in known.prompts if one.answer and not one.prompt.alone]
        if known.last_words:
            parts.append(words(ui, known.last_words))
        foot = None
        if may:
            act = outlined(
                ui, ui.say("screen.ask_again"), lambda: set_again(True), key="screen.ask_again",
                symbol=ft.Icons.REPLAY,
            )  # fmt: skip
            foot = ft.Row([act], wrap=True)
    return frame(
        ui, nav, family_id, title, parts, key="screen", line=line, foot=foot, sticky=True, spacing=18
    )


def _answered(form: Form, one: Asked, today: date) -> ft.Control:
    ui = form.ui
    said: list[ft.Control] = [
        text(ui, ruled(ui, one.prompt.text), ui.type.body_l),
        text(ui, asked_words(ui, one, today), ui.type.body, SOFT, key=f"screen.asked.{one.prompt.code}"),
    ]
    return ft.Column(said, spacing=4, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _asking(
    form: Form, known: DomainView, people: Sequence[Answerer], today: date, *, again: bool, alone: bool,
    on_alone: Act,
) -> list[ft.Control]:  # fmt: skip
    ui, draft = form.ui, form.draft
    parts: list[ft.Control] = [*_who(form, people)]
    if form.errors.get("answers"):
        parts.append(note_line(ui, form.errors["answers"], error=True, key="screen.answers.error"))
    for one in known.prompts:
        if one.prompt.alone:
            continue
        if one.answer and not again:
            parts.append(_answered(form, one, today))
        elif not draft.declined:
            parts.append(_question(form, one.prompt, _before(form, one, today)))
    if not draft.declined:
        parts += _private(form, [one.prompt for one in known.prompts if one.prompt.alone], alone, on_alone)
    parts.append(form.yes("declined"))
    if not draft.declined:
        parts.append(form.line("words", lines=2, help=ui.say("screen.words_help")))
    return parts


def _before(form: Form, one: Asked, today: date) -> str:
    return asked_words(form.ui, one, today) if one.answer else ""


def _who(form: Form, people: Sequence[Answerer]) -> list[ft.Control]:
    """Who answers, and on which day."""
    ui, draft = form.ui, form.draft
    known = {one.person_id: one for one in people}
    choices = [Choice(one.person_id, one.name) for one in people]
    choices.append(Choice(_ELSE, ui.say("screen.somebody_else")))

    def choose(who: str) -> None:
        one = known.get(who)
        form.change(
            person_id=one.person_id if one else "", asked_name=one.name if one else "",
            informant=INFORMANTS[0] if one and one.is_youth else INFORMANTS[1],
        )  # fmt: skip

    parts: list[ft.Control] = [
        form.asked(
            "asked_who", choice_chips(ui, choices, draft.person_id or _ELSE, choose, key="screen.asked_who")
        )
    ]
    if not draft.person_id:
        parts.append(form.line("asked_name"))
    parts.append(form.line("on_day"))
    return parts


def _question(form: Form, prompt: Prompt, before: str) -> ft.Control:
    """The words, then four answers under the thumb. A second tap takes an answer back."""
    ui = form.ui
    given = form.draft.answers.get(prompt.code)

    def choose(answer: str) -> None:
        held = form.now().answers
        others = {key: value for key, value in held.items() if key != prompt.code}
        form.change(answers=others if held.get(prompt.code) == answer else {**others, prompt.code: answer})

    choices = [Choice(code, ui.say(f"screen.answer.{code}")) for code in ANSWERS]
    said: list[ft.Control] = [text(ui, ruled(ui, prompt.text), ui.type.body_l)]
    if before:
        said.append(text(ui, before, ui.type.body, SOFT))
    said.append(choice_chips(ui, choices, given, choose, key=f"screen.answer.{prompt.code}"))
    return ft.Column(said, spacing=8, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _private(form: Form, prompts: list[Prompt], alone: bool, on_alone: Act) -> list[ft.Control]:
    """Questions for when nobody else is there."""
    ui = form.ui
    if not prompts:
        return []
    if alone:
        return [_question(form, one, "") for one in prompts]
    act = outlined(
        ui, ui.say("entry.we_are_alone"), on_alone, key="screen.we_are_alone",
        symbol=ft.Icons.DOOR_FRONT_DOOR_OUTLINED,
    )  # fmt: skip
    said: list[ft.Control] = [text(ui, ui.say("screen.more_alone"), ui.type.body), ft.Row([act], wrap=True)]
    if form.errors.get("alone"):
        said.append(note_line(ui, form.errors["alone"], error=True, key="screen.alone.error"))
    return [quiet_panel(ft.Column(said, spacing=12, tight=True))]
