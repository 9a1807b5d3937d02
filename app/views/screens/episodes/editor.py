"""The form of one episode: who and why, who pays, the extension, and the end."""

from __future__ import annotations

import flet as ft

from app.services.episodes import EpisodesView
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.more.frame import frame, waiting
from app.views.screens.more.record_form import Form, use_record_form
from app.views.widgets.boundary import component
from app.views.widgets.chips import Choice, choice_chips, many_chips
from app.views.widgets.text import section_header
from app.views.widgets.ui import Ui, use_ui
from app.wraparound.practice_codes import DISCHARGE_REASONS, SETTINGS

_DAYS = ("enrolled_on", "extension_asked_on", "extended_until", "discharged_on")


@component
def EpisodeEditorPlace(place: Place) -> ft.Control:
    """One episode of place.family_id: place.record_id, or a new one."""
    language = use_ui().language
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)
    family_id = place.family_id
    answer = use_query(
        lambda: tablet.open.episodes.of_family(family_id, language), (family_id, tries, language),
        types=frozenset({"person"}),
    )  # fmt: skip
    form = use_record_form(
        "episode", f"episode.{family_id}.{place.record_id or 'new'}",
        lambda: tablet.open.episodes.form(family_id, place.record_id),
        lambda draft: tablet.open.episodes.save(draft), nav.back, _DAYS,
    )  # fmt: skip
    ui = form.ui
    title = ui.say("episode.form_title")
    if form.failed or answer.value is None or form.draft is None:
        part = (
            form.not_there()
            if form.failed
            else waiting(ui, answer, "episode", lambda: set_tries(lambda now: now + 1))
        )
        return frame(ui, nav, family_id, title, [part], key="episode_form")
    parts = episode_parts(ui, form, answer.value)
    return frame(ui, nav, family_id, title, parts, key="episode_form", foot=form.foot(), sticky=True)


def episode_parts(ui: Ui, form: Form, view: EpisodesView) -> list[ft.Control]:
    """The fields, part by part: coming, staying longer, leaving."""
    draft = form.draft
    funders = dict(view.funders)
    if draft.funder and draft.funder not in funders:
        funders[draft.funder] = draft.funder

    def one_or_none(name: str, choices: list[Choice]) -> ft.Control:
        """Chips of which one or none is chosen: a second tap takes it away."""
        now = getattr(draft, name)
        chips = choice_chips(
            ui, choices, now, lambda code: form.change(**{name: "" if code == now else code}),
            key=f"episode.{name}",
        )  # fmt: skip
        return form.asked(name, chips)

    def coded(stem: str, among: tuple[str, ...]) -> list[Choice]:
        return [Choice(code, ui.say(f"{stem}.{code}")) for code in among]

    places = coded("practice.setting", SETTINGS)
    pays = [Choice(name, words) for name, words in funders.items()]
    youths = many_chips(
        ui, [Choice(who, name) for who, name in view.people], frozenset(draft.youths),
        lambda now: form.change(youths=tuple(who for who, _ in view.people if who in now)),
        key="episode.youths",
    )  # fmt: skip
    parts: list[ft.Control] = [
        *form.notices(),
        section_header(ui, ui.say("episode.coming")),
        form.line("enrolled_on", help=ui.say("details.day_help")),
        *([form.asked("youths", youths)] if view.people else []),
        form.line("eligibility", lines=2),
        *([one_or_none("funder", pays)] if funders else []),
        one_or_none("living_in", places),
        section_header(ui, ui.say("episode.longer")),
        form.line("extension_asked_on"),
        form.line("extension_reason", lines=2),
        form.line("extended_until"),
    ]
    if draft.episode_id:
        parts += [
            section_header(ui, ui.say("episode.leaving")),
            form.line("discharged_on"),
            one_or_none("discharge_reason", coded("practice.discharge", DISCHARGE_REASONS)),
            one_or_none("living_out", places),
        ]
    return [*parts, form.line("note", lines=2)]
