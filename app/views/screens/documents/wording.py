"""What releases and copies are called on the screens, in the language of the screen."""

from __future__ import annotations

from datetime import date

from app.services.copies import CopyGiven
from app.services.releases import ReleaseView
from app.views import dates
from app.views.widgets.ui import Ui


def release_name(ui: Ui, one: ReleaseView) -> str:
    """Who it is for, with the office."""
    if not one.organisation:
        return one.recipient
    return ui.say("documents.for_with", name=one.recipient, organisation=one.organisation)


def state_words(ui: Ui, one: ReleaseView, today: date) -> str:
    """Whether it holds, in words with the day that matters."""
    which = {"revoked": one.revoked_on, "not_yet": one.from_on}.get(one.state, one.until_on)
    if one.state == "changed":
        return ui.say("documents.state.changed")
    return ui.say(f"documents.state.{one.state}", day=day_words(ui, which, today))


def day_words(ui: Ui, iso: str, today: date) -> str:
    """An ISO day in words; as it is when it is none."""
    try:
        return dates.plain_day(ui.settings.language, date.fromisoformat(iso), today)
    except ValueError:
        return iso


def parts_words(ui: Ui, parts: tuple[str, ...]) -> str:
    """The parts of the record that a paper holds: "Plan, promises"."""
    said = [ui.say(f"documents.part.{part}") for part in parts]
    return ", ".join([*said[:1], *(words[:1].lower() + words[1:] for words in said[1:])])


def copy_line(ui: Ui, one: CopyGiven, now_ms: int) -> str:
    """When a copy was made, by whom, and what it held."""
    key = "documents.copy_line" if one.by else "documents.copy_line_unknown"
    return ui.say(
        key,
        when=dates.begin(dates.moment(ui.settings.language, one.at_ms, now_ms)),
        by=one.by,
        tongue=ui.say(f"documents.language.{one.language}"),
        what=parts_words(ui, one.what),
    )
