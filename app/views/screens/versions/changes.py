"""What changed since…: any two versions, or one and today, for the worker; or read together.

Owns what is asked: from which version, to which, and who can see it. Read together, it asks who is
here first, and everything that is not for one of them is left out before it is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import flet as ft

from app.services.audience import Reader
from app.services.versions import NOW, ChangesView, VersionView
from app.views import dates
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.more.frame import frame, waiting
from app.views.screens.versions.changes_view import changes_for_family, changes_list
from app.views.screens.versions.wording import frozen_day
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled, quiet
from app.views.widgets.chips import Choice, choose_sheet, picker
from app.views.widgets.pressable import Act
from app.views.widgets.readers import audience_of, names_in, who_can_see
from app.views.widgets.states import Loading, empty_state
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui, use_ui
from app.wraparound.vocabulary import CONTENT_LANGUAGES


@dataclass(frozen=True)
class Asked:
    """What the place was asked for.

    since, until: version ids; until is NOW for today. together: it is read with those chosen.
    asking: who is here is being asked.
    """

    since: str = ""
    until: str = NOW
    together: bool = False
    asking: bool = False
    chosen: frozenset[str] = frozenset()
    strangers: bool = False
    language: str = CONTENT_LANGUAGES[0]


@dataclass(frozen=True)
class _Found:
    """Everything the place shows, and what was asked for it.

    changes: None while there is no version to compare with.
    """

    asked: Asked
    versions: tuple[VersionView, ...]
    readers: tuple[Reader, ...]
    changes: ChangesView | None
    spoken: str
    now_ms: int


@component
def ChangesPlace(place: Place) -> ft.Control:
    """place.record_id: since which version, the last meeting's when empty. place.detail: until."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    asked, set_asked = ft.use_state(Asked(place.record_id, place.detail))
    open_picker, show_picker = ft.use_state("")
    tries, set_tries = ft.use_state(0)

    async def ask() -> _Found:
        opened = tablet.open
        versions = await opened.versions.versions(place.family_id)
        since = asked.since or first_to_compare(versions)
        changes = None
        if since:
            audience = audience_of(asked.chosen, asked.strangers) if asked.together else None
            changes = await opened.versions.changes(
                place.family_id, since, asked.until, audience=audience,
                language=asked.language if asked.together else "",
            )  # fmt: skip
        header = await opened.casebook.header(place.family_id)
        readers = await opened.audiences.readers(place.family_id)
        return _Found(asked, versions, readers, changes, header.languages, opened.desk.now_ms())

    answer = use_query(ask, (place.family_id, asked, tries), family_id=place.family_id)
    found = answer.value

    def put(**values: object) -> None:
        set_asked(lambda now: replace(now, **values))

    def choose(which: str) -> Callable[[str], None]:
        def chosen(version_id: str) -> None:
            show_picker("")
            put(**{which: version_id})

        return chosen

    def begin() -> None:
        spoken = found.spoken if found is not None else ""
        language = spoken if spoken in CONTENT_LANGUAGES else CONTENT_LANGUAGES[0]
        put(asking=True, language=language, chosen=frozenset(), strangers=False)

    dialog: ft.AlertDialog | None = None
    if found is not None and open_picker:
        dialog = version_sheet(
            ui, found.versions, open_picker, asked, dates.local(found.now_ms).date(),
            choose(open_picker), lambda: show_picker(""),
        )  # fmt: skip
    ft.use_dialog(dialog)

    title = ui.say("changes.title")
    if found is None or answer.error:
        body: list[ft.Control] = [
            waiting(ui, answer, "changes", lambda: set_tries(lambda now: now + 1))
        ]
        return frame(ui, nav, place.family_id, title, body, key="changes")
    today = dates.local(found.now_ms).date()
    if asked.asking:
        question = who_can_see(
            ui, found.readers, asked.chosen, asked.strangers,
            lambda who: put(chosen=asked.chosen ^ {who}), lambda on: put(strangers=on),
            key="changes.who", title=False,
        )  # fmt: skip
        show = filled(
            ui, ui.say("changes.who_show"), lambda: put(asking=False, together=True),
            key="changes.who_show", fill=ui.layout.narrow,
        )  # fmt: skip
        return frame(
            ui, nav, place.family_id, ui.say("changes.who_title"), [question], key="changes",
            foot=ft.Row([ft.Container(show, expand=ui.layout.narrow or None)]), sticky=True,
            on_back=lambda: put(asking=False),
        )  # fmt: skip
    if asked.together and found.asked != asked:
        # What is still shown was read for others: nothing of it may stand here for a moment.
        return frame(ui, nav, place.family_id, title, [Loading(control="changes.loading")], key="changes")
    if asked.together:
        return _together(ui, found, asked, today, put)
    acts = ChangesActs(
        since=lambda: show_picker("since"), until=lambda: show_picker("until"), together=begin
    )
    return frame(ui, nav, place.family_id, title, changes_page(ui, found.versions, found.changes, asked,
                 today, acts), key="changes")  # fmt: skip


@dataclass(frozen=True)
class ChangesActs:
    """What can be done on the worker's page."""

    since: Act
    until: Act
    together: Act


def changes_page(
    ui: Ui,
    versions: tuple[VersionView, ...],
    changes: ChangesView | None,
    asked: Asked,
    today: date,
    acts: ChangesActs,
) -> list[ft.Control]:
    """The worker's page: from, to, how many, and the list."""
    if changes is None:
        return [
            empty_state(
                ui, ui.say("changes.no_version"), ui.say("versions.empty_do"), key="changes.empty"
            )
        ]
    until = changes.until
    pickers = [
        picker(
            ui, ui.say("changes.from"), _named(ui, changes.since, today), acts.since,
            key="changes.since", symbol=ft.Icons.HISTORY, expand=not ui.layout.stacked or None,
        ),
        picker(
            ui, ui.say("changes.to"),
            ui.say("changes.today") if until is None else _named(ui, until, today), acts.until,
            key="changes.until", symbol=ft.Icons.TODAY_OUTLINED,
            expand=not ui.layout.stacked or None,
        ),
    ]  # fmt: skip
    count = sum(1 for _ in changes.reading.changes.all_lines())
    return [
        ft.Column(pickers, spacing=Space.S, tight=True,
                  horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
        if ui.layout.stacked
        else ft.Row(pickers, spacing=Space.S),
        ft.Row(
            [
                text(
                    ui, ui.say("changes.count_one" if count == 1 else "changes.count", count=count),
                    ui.type.body, SOFT, key="changes.how_many",
                ),
                quiet(
                    ui, ui.say("changes.together"), acts.together, key="changes.together",
                    symbol=ft.Icons.GROUPS_OUTLINED,
                ),
            ],
            wrap=True,
            spacing=Space.M,
            alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        ),
        changes_list(ui, changes.reading, today),
    ]  # fmt: skip


def _together(
    ui: Ui, found: _Found, asked: Asked, today: date, put: Callable[..., None]
) -> ft.Control:
    """Read with those who are here: larger, in the family's language, without workers' acts."""
    theirs = ui.in_language(asked.language)
    reading = found.changes.reading if found.changes is not None else None
    who = names_in(ui, found.readers, asked.chosen, asked.strangers)
    parts: list[ft.Control] = [
        quiet(ui, ui.say("changes.worker_again"), lambda: put(together=False), key="changes.alone",
              symbol=ft.Icons.ARROW_BACK),
        text(theirs, theirs.say("changes.for_family.title"), theirs.type.h1, heading=1),
    ]  # fmt: skip
    if who:
        parts.append(text(theirs, who, theirs.type.body, SOFT, key="changes.readers"))
    if reading is not None:
        parts.append(changes_for_family(theirs, reading, today))
    return ft.Column(
        [*parts, ft.Container(height=Space.XL)],
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        spacing=Space.L,
        horizontal_alignment=ft.CrossAxisAlignment.START,
        key="changes.family_scroll",
    )


def first_to_compare(versions: tuple[VersionView, ...]) -> str:
    """The version of the last meeting; the newest when none was kept at a meeting."""
    met = [one.version_id for one in versions if one.reason == "meeting"]
    return met[0] if met else versions[0].version_id if versions else ""


def version_sheet(
    ui: Ui,
    versions: tuple[VersionView, ...],
    which: str,
    asked: Asked,
    today: date,
    on_choose: Callable[[str], object],
    on_close: Act,
) -> ft.AlertDialog:
    """The list that a picker opens. which: since or until."""
    choices = [Choice(one.version_id, _named(ui, one, today)) for one in versions]
    if which == "until":
        choices.insert(0, Choice(NOW, ui.say("changes.today")))
    return choose_sheet(
        ui, ui.say("changes.pick_from" if which == "since" else "changes.pick_to"), choices,
        asked.since or first_to_compare(versions) if which == "since" else asked.until,
        on_choose, on_close, key=f"changes.pick_{which}",
    )  # fmt: skip


def _named(ui: Ui, version: VersionView, today: date) -> str:
    return ui.say("changes.pick", number=version.number, day=frozen_day(ui, version, today))
