"""What the sync centre says: counts, times and reasons as sentences. Pure."""

from __future__ import annotations

from app.services.conflicts import Conflict
from app.services.sync_story import Amiss, Passed, SetAside, Waiting
from app.views import dates
from app.views.screens.conflict.naming import TITLES
from app.views.screens.conflict.values import Known, title_words
from app.views.widgets.ui import Ui
from app.views.words import MissingWords

_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
_DAY_MS = 24 * _HOUR_MS
_SOON_MS = 90_000
_THOUSAND = 1000
_LONGEST = 80


def counted(ui: Ui, key: str, count: int, **values: object) -> str:
    """ "1 change", "3 changes": the phrase `sync_centre.<key>`, or `<key>_one` for one."""
    suffix = "_one" if count == 1 else ""
    return ui.say(f"sync_centre.{key}{suffix}", count=count, **values)


def when(ui: Ui, at_ms: int, now_ms: int) -> str:
    """Day and time in words."""
    return dates.moment(ui.settings.language, at_ms, now_ms)


def type_words(ui: Ui, type_name: str) -> str:
    """What sort of thing a record is, as the beginning of a line: "A note"."""
    try:
        return dates.begin(ui.say(f"audit.what.{type_name}"))
    except MissingWords:
        return ui.say("sync_centre.type.other")


def next_try(ui: Ui, due_ms: int | None, now_ms: int) -> str:
    """When the next try is made by itself: "" when it is on its way anyway."""
    if due_ms is None:
        return ""
    left = max(0, due_ms - now_ms)
    if left < _SOON_MS:
        return ui.say("sync_centre.next_soon")
    return ui.say("sync_centre.next_minutes", count=round(left / _MINUTE_MS))


def record_title(ui: Ui, one: Waiting, now_ms: int) -> str:
    """What a waiting record is called among others: its words, its name; else its sort."""
    known = Known(now_ms)
    said = title_words(ui, one.record, TITLES.get(one.type, ""), known) if one.record is not None else ""
    said = " ".join(said.split())
    if len(said) > _LONGEST:
        said = said[:_LONGEST].rsplit(" ", 1)[0] + "…"
    return said or type_words(ui, one.type)


def waiting_line(ui: Ui, one: Waiting, now_ms: int) -> str:
    """Its sort where the title does not say it, how many changes, and when the last was made."""
    said = [counted(ui, "change", one.changes), when(ui, one.at_ms, now_ms)]
    sort = type_words(ui, one.type)
    if not record_title(ui, one, now_ms).startswith(sort):
        said.insert(0, sort)
    return " · ".join(said)


def passed_line(ui: Ui, one: Passed, now_ms: int) -> str:
    """ "3 changes sent, today, 2:02 pm.", and below it what came."""
    said = []
    if one.sent_ms:
        said.append(counted(ui, "sent", one.sent, when=when(ui, one.sent_ms, now_ms)))
    if one.came_ms:
        said.append(counted(ui, "came", one.came, when=when(ui, one.came_ms, now_ms)))
    return "\n".join(said)


def conflict_words(ui: Ui, one: Conflict) -> str:
    """What it is that has two versions, and whose they are."""
    what = type_words(ui, one.type)
    names = sorted({version.author for version in one.versions if version.author})
    if len(names) > 1:
        return ui.say("sync_centre.by_two", what=what, first=names[0], second=names[1])
    return what


def aside_title(ui: Ui, one: SetAside) -> str:
    """Whose it is, and how much: "3 changes by Luis Ortega"."""
    if one.mine:
        return counted(ui, "aside_mine", one.pieces)
    if one.by:
        return counted(ui, "aside_by", one.pieces, name=one.by)
    return ui.say("sync_centre.aside_many") if not one.pieces else counted(ui, "aside_nobody", one.pieces)


def aside_why(ui: Ui, one: SetAside) -> str:
    """Why it was set aside, and what can be done about it."""
    return ui.say(f"sync_centre.why.{'late_mine' if one.mine and one.why == 'late' else one.why}")


def amiss_title(ui: Ui, one: Amiss, family: str) -> str:
    """What is amiss, in one sentence."""
    if one.kind == "missing":
        return counted(ui, "amiss.missing", one.count, family=family)
    return ui.say(f"sync_centre.amiss.{one.kind}", family=family)


def clock_words(ui: Ui, ahead_ms: int) -> str:
    """The tablet's clock beside the server's. ahead_ms: below 0 when it is behind."""
    which = "ahead" if ahead_ms > 0 else "behind"
    off = abs(ahead_ms)
    for unit, size in (("days", _DAY_MS), ("hours", _HOUR_MS), ("minutes", _MINUTE_MS)):
        count = round(off / size)
        if off >= 2 * size or unit == "minutes":
            return ui.say(f"sync_centre.clock_{which}", span=counted(ui, f"span_{unit}", count))
    raise AssertionError("unreachable")


def size_words(ui: Ui, count: int) -> str:
    """Bytes as people say them: "4.2 MB"."""
    amount, unit = float(count), "KB"
    amount /= _THOUSAND
    for bigger in ("MB", "GB"):
        if amount < _THOUSAND:
            break
        amount, unit = amount / _THOUSAND, bigger
    shown = f"{amount:.1f}" if amount < 10 and unit != "KB" else f"{max(amount, 1) if count else 0:.0f}"
    return ui.say(f"sync_centre.size_{unit.lower()}", amount=shown)
