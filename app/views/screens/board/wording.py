"""How the board says what it shows: counts, clocks, when somebody was last on the server. Pure."""

from __future__ import annotations

from datetime import date

import flet as ft

from app.services.board_views import QUIET_DAYS, BoardView, CoordinatorRow, Shares
from app.services.caseload_views import CaseFamily, FamilyClock
from app.views import dates
from app.views.widgets.clock import ClockState
from app.views.widgets.ui import Ui

_DAY_MS = 24 * 3_600_000
STATE = {
    "running": ClockState.ON_TIME, "due_soon": ClockState.DUE_SOON, "overdue": ClockState.OVERDUE,
    "met": ClockState.ON_TIME, "met_late": ClockState.ON_TIME,
}  # fmt: skip


def counted(ui: Ui, key: str, count: int) -> str:
    """A count in words: `<key>_none`, `<key>_one`, or `<key>` with `{count}`."""
    return ui.say(f"{key}_none" if not count else f"{key}_one" if count == 1 else key, count=count)


def name_of(ui: Ui, row: CoordinatorRow) -> str:
    """Who leads, or that nobody does."""
    if row.standing == "nobody":
        return ui.say("board.nobody")
    return row.name or ui.say("board.unnamed")


def first_name(ui: Ui, row: CoordinatorRow) -> str:
    """How a colleague is called."""
    return name_of(ui, row).split(" ")[0]


def line_of(ui: Ui, row: CoordinatorRow) -> str:
    """The soft line under a name."""
    said = counted(ui, "board.families", row.families)
    return said if row.standing != "left" else f"{said}\n{ui.say('board.left')}"


def heading(ui: Ui, view: BoardView) -> str:
    """How many of whom, and when this was read."""
    people = sum(row.standing == "here" for row in view.coordinators)
    return ui.say(
        "board.line",
        people=counted(ui, "board.people", people),
        families=counted(ui, "board.families", len(view.families)),
        when=dates.moment(ui.language, view.read_at_ms, view.read_at_ms),
    )


def clock_name(ui: Ui, clock: FamilyClock) -> str:
    """What a clock is called, with whom or what it concerns."""
    name = clock.name.get(ui.language) or clock.name["en"]
    return f"{name} ({clock.about})" if clock.about else name


def clock_words(ui: Ui, clock: FamilyClock, today: date) -> str:
    """A clock in one line: "Crisis plan, 3 days over", "Team meeting, due Fri 4 Dec"."""
    if clock.standing == "overdue" or clock.days_left <= 0:
        when = dates.days_left(ui.language, clock.days_left)
    else:
        when = ui.say("board.due", day=dates.plain_day(ui.language, clock.due_on, today, short=True))
    return ui.say("board.clock", what=clock_name(ui, clock), when=when)


def heard(
    ui: Ui, row: CoordinatorRow, now_ms: int, *, said: bool
) -> tuple[str, ft.IconData, ft.ColorValue]:
    """When a coordinator's tablets last reached the server: words, icon and colour.

    said: no head stands above, so that the words say by themselves what they are about.
    """
    soft, ink, warm = ft.Colors.ON_SURFACE_VARIANT, ft.Colors.ON_SURFACE, ft.Colors.PRIMARY
    if row.standing != "here":
        return ui.say("board.no_tablet"), ft.Icons.REMOVE, soft
    if row.heard_ms is None:
        words = ui.say("board.not_asked_said" if said else "board.not_asked")
        return words, ft.Icons.CLOUD_OFF_OUTLINED, soft
    if not row.heard_ms:
        return ui.say("board.never_said" if said else "board.never"), ft.Icons.SYNC_PROBLEM, warm
    days = (now_ms - row.heard_ms) // _DAY_MS
    if days >= QUIET_DAYS:
        return ui.say("board.quiet", count=days), ft.Icons.SYNC_PROBLEM, warm
    when = dates.moment(ui.language, row.heard_ms, now_ms, short=True)
    words = ui.say("board.heard_said", when=when) if said else dates.begin(when)
    return words, ft.Icons.CLOUD_DONE_OUTLINED, ink


def share_words(ui: Ui, shares: Shares) -> str:
    """Natural supports at team meetings, now and before; never as a score."""
    now, before = shares.now, shares.before
    if not now.everybody:
        return ui.say("board.share_none")
    said = ui.say("board.share", natural=now.natural, everybody=now.everybody)
    if not before.everybody:
        return said
    return f"{said} {ui.say('board.share_before', natural=before.natural, everybody=before.everybody)}"


def contact_words(ui: Ui, board: BoardView, family: CaseFamily) -> str:
    """Contacts of this month against what the tier asks for, and whether somebody met the family."""
    met = ui.say("board.met" if family.last_visit_ms >= board.month_ms else "board.not_met")
    month = board.months.get(family.family_id)
    if month is not None and month.needs.contacts:
        done, needed = month.tally.done, month.needs.contacts
        said = ui.say("board.contact_over" if done > needed else "board.contact_of", done=done, needed=needed)
    else:
        made = sum(one.made and one.at_ms >= board.month_ms for one in family.contacts)
        said = counted(ui, "board.contact", made)
    return ui.say("board.contacts", contacts=said, met=met)


def tier_words(ui: Ui, board: BoardView, code: str) -> str:
    """What a tier is called by the agency's rules; the code where they do not name it."""
    tier = board.tiers.get(code)
    return tier.called(ui.language) if tier is not None else ui.say("board.tier_is", tier=code)
