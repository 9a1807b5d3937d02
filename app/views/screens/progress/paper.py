"""Charts to take along: for whom, in which language, what is on them; then the system's own save dialog."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import flet as ft

from app.errors import AppError
from app.services.audience import Reader
from app.services.progress_papers import CONTENTS, ChartWish
from app.services.releases import ReleaseView
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.documents.saving import save
from app.views.screens.more.frame import frame, waiting
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled
from app.views.widgets.chips import Choice, choice_chips, many_chips
from app.views.widgets.fields import note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.ui import Ui, use_ui
from app.views.words import catalogue
from app.wraparound.progress_axis import MONTHS

_GIVING: Final = ("valid", "soon")


@dataclass(frozen=True)
class PaperForm:
    """What is chosen. who: reader:<id> or release:<id>."""

    who: str = ""
    language: str = "en"
    months: int = 6
    what: frozenset[str] = frozenset({"outcomes"})
    form: str = "pdf"
    paper: str = "letter"
    error: str = ""
    done: str = ""
    busy: bool = False


@dataclass(frozen=True)
class Readers:
    """Who may have one: those on the team, and releases that hold and cover the plan."""

    readers: tuple[Reader, ...]
    releases: tuple[ReleaseView, ...]
    language: str


def wish_of(family_id: str, form: PaperForm) -> ChartWish:
    """What the form asks for."""
    kind, _, record = form.who.partition(":")
    return ChartWish(
        family_id,
        reader_id=record if kind == "reader" else "",
        release_id=record if kind == "release" else "",
        language=form.language,
        months=form.months,
        what=form.what,
        form=form.form,
        paper="a4" if form.paper == "a4" else "letter",
    )


@component
def ProgressPaperPlace(place: Place) -> ft.Control:
    """Make one paper or picture of place.family_id."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    page = ft.context.page
    tries, set_tries = ft.use_state(0)
    form, set_form, newest = use_newest(PaperForm())
    chosen: Any = ft.use_ref(False)

    async def read() -> Readers:
        sharing = tablet.open.sharing
        language = await sharing.language(place.family_id)
        if not chosen.current:
            chosen.current = True
            set_form(lambda now: replace(now, language=language))
        held = await sharing.releases.all(place.family_id)
        covering = tuple(one for one in held if one.state in _GIVING and "plan" in one.what)
        return Readers(await sharing.readers(place.family_id), covering, language)

    asked = use_query(
        read, (place.family_id, tries),
        types=frozenset({"release", "person", "natural_support", "team_member"}), family_id=place.family_id,
    )  # fmt: skip

    def change(**changes: Any) -> None:
        set_form(lambda now: replace(now, error="", done="", **changes))

    def tell(problem: AppError) -> None:
        set_form(lambda now: replace(now, error=words_for(ui, problem), busy=False))

    async def make() -> None:
        now = newest()
        if now.busy:
            return
        set_form(lambda now: replace(now, error="", done="", busy=True))
        wish = wish_of(place.family_id, now)
        made = await tablet.open.progress.papers.make(wish, catalogue(now.language).__getitem__)
        done = await save(tablet, made, bool(page.web))
        set_form(lambda now: replace(now, busy=False, done=ui.say(f"progress.paper_{done}")))

    parts: list[ft.Control]
    foot: ft.Control | None = None
    if asked.value is None or asked.error:
        parts = [waiting(ui, asked, "progress_paper", lambda: set_tries(lambda now: now + 1))]
    else:
        parts = paper_form(ui, asked.value, form, change)
        if asked.value.readers or asked.value.releases:
            foot = filled(
                ui, ui.say("progress.paper_make"), guarded(make, tell), key="progress_paper.make",
                symbol=ft.Icons.SAVE_ALT, disabled=form.busy or not form.who,
            )  # fmt: skip
    return frame(
        ui, nav, place.family_id, ui.say("progress.paper_title"), parts, key="progress_paper",
        line=ui.say("progress.paper_line"), foot=foot,
    )  # fmt: skip


def paper_form(ui: Ui, readers: Readers, form: PaperForm, change: Callable[..., None]) -> list[ft.Control]:
    """The questions, one below the other. Pure."""
    who = [Choice(f"reader:{one.id}", one.name) for one in readers.readers]
    who += [
        Choice(f"release:{one.release_id}", ui.say("progress.paper_release", name=one.recipient))
        for one in readers.releases
    ]
    if not who:
        return [text(ui, ui.say("progress.paper_nobody"))]
    months = [Choice(str(one), ui.say("progress.months", count=one)) for one in MONTHS]
    parts = [
        _asked(ui, "paper_who", choice_chips(ui, who, form.who, lambda one: change(who=one),
                                             key="progress_paper.who"), "paper_who_help"),
        _asked(ui, "paper_what", many_chips(
            ui, [Choice(one, ui.say(f"progress.paper_{one}")) for one in CONTENTS], form.what,
            lambda now: change(what=now), key="progress_paper.what",
        ), "paper_measures_help" if "measures" in form.what else ""),
        _asked(ui, "paper_time", choice_chips(
            ui, [*months, Choice("0", ui.say("progress.all"))], str(form.months),
            lambda one: change(months=int(one)), key="progress_paper.months",
        )),
        _asked(ui, "paper_language", choice_chips(
            ui, [Choice(one, ui.say(f"documents.language.{one}")) for one in ("en", "es")],
            form.language, lambda one: change(language=one), key="progress_paper.language",
        )),
        _asked(ui, "paper_form", choice_chips(
            ui, [Choice(one, ui.say(f"progress.paper_{one}")) for one in ("pdf", "png")], form.form,
            lambda one: change(form=one), key="progress_paper.form",
        )),
        text(ui, ui.say("progress.paper_logged"), ui.type.body, SOFT),
    ]  # fmt: skip
    if form.error:
        parts.append(note_line(ui, form.error, error=True, key="progress_paper.problem"))
    if form.done:
        parts.append(note_line(ui, form.done, key="progress_paper.done"))
    return parts


def _asked(ui: Ui, key: str, answer: ft.Control, help_key: str = "") -> ft.Control:
    parts = [section_header(ui, ui.say(f"progress.{key}")), answer]
    if help_key:
        parts.append(text(ui, ui.say(f"progress.{help_key}"), ui.type.cap, SOFT))
    return ft.Column(parts, spacing=Space.S, tight=True)
