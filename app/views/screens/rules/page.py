"""What the places of the rules share: the frame of an agency's place, and words for a version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import flet as ft

from app.services.practice_rules import SHIPPED, RuleVersion
from app.views import dates
from app.views.place import Nav, Place
from app.views.screens.more.frame import COLUMN
from app.views.widgets.header import header
from app.views.widgets.shell import room_for
from app.views.widgets.ui import Ui

TYPES = frozenset({"practice_rules", "staff_member"})


def page(
    ui: Ui, nav: Nav, title: str, parts: Sequence[ft.Control], *, key: str, line: str = ""
) -> ft.Control:
    """A place of the agency: a header, and one calm column."""
    column = ft.Column(
        list(parts), spacing=14, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
    narrow = ui.layout.narrow
    inside = ft.Container(column, width=None if narrow else room_for(ui, COLUMN), expand=narrow or None)
    return ft.Column(
        [
            header(ui, title, key=key, line=line or None, on_back=nav.back,
                   on_cover=lambda: nav.go(Place("cover"))),
            ft.Column(
                [ft.Row([inside]), ft.Container(height=24)], scroll=ft.ScrollMode.AUTO, expand=True,
                spacing=0, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, key=f"{key}.scroll",
            ),
        ],
        spacing=18, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


def counting(versions: Sequence[RuleVersion], today: date) -> RuleVersion:
    """The version that counts today. versions: the newest first, the shipped one last."""
    usable = [one for one in versions if one.wrong is None and one.from_on <= today.isoformat()]
    return usable[0] if usable else versions[-1]


def newest(versions: Sequence[RuleVersion]) -> RuleVersion:
    """The version that counts last of all, to be changed further. versions: the newest first."""
    return next((one for one in versions if one.wrong is None), versions[-1])


def coming(versions: Sequence[RuleVersion], today: date) -> RuleVersion | None:
    """The next version that does not count yet, or None."""
    later = [one for one in versions if one.from_on > today.isoformat() and one.wrong is None]
    return later[-1] if later else None


def since_words(ui: Ui, one: RuleVersion, today: date) -> str:
    """"As it came with the app", or since when and by whom."""
    if one.version_id == SHIPPED:
        return ui.say("rules.shipped")
    name = one.by or ui.say("rules.somebody")
    known = "from" if one.from_on > today.isoformat() else "since"
    return ui.say(f"rules.{known}", day=day_words(ui, one.from_on, today), name=name)


def day_words(ui: Ui, iso: str, today: date) -> str:
    """A day of a version; one that cannot be read as it is written."""
    try:
        return dates.plain_day(ui.language, date.fromisoformat(iso), today)
    except ValueError:
        return iso
