"""What releases and disclosures are called on the screens, in the language of the screen."""

from __future__ import annotations

from datetime import date

from app.services.disclosures import CopyGiven
from app.services.release_form import ReleaseDraft
from app.services.releases import ReleaseView
from app.views import dates
from app.views.widgets.ui import Ui
from app.wraparound.releases import WRAPAROUND_ENDS, Terms, rights_of


def release_name(ui: Ui, one: ReleaseView) -> str:
    """Who it is for, with the office."""
    return who_words(ui, one.recipient, one.organisation)


def who_words(ui: Ui, recipient: str, organisation: str) -> str:
    """Somebody with their office."""
    if not organisation.strip():
        return recipient.strip()
    return ui.say("documents.for_with", name=recipient.strip(), organisation=organisation.strip())


def way_words(ui: Ui, direction: str, us: str, recipient: str, organisation: str) -> str:
    """Who tells whom."""
    known = direction if direction in ("out", "in", "both") else "out"
    return ui.say(f"release.way.{known}", us=us, them=who_words(ui, recipient, organisation))


def end_words(ui: Ui, when: date | None, event: str, today: date) -> str:
    """When a release ends."""
    if when is not None:
        return ui.say("release.until_is", day=dates.plain_day(ui.settings.language, when, today))
    if event == WRAPAROUND_ENDS:
        return ui.say("release.event.wraparound_ends")
    return event or ui.say("release.paper.no_end")


def rights_words(ui: Ui, draft: ReleaseDraft) -> list[str]:
    """The statements that belong to what is being written, in the order in which they are read."""
    terms = Terms(labels=draft.labels, everyone_treating=draft.everyone_treating, by_word=draft.by_word)
    return [ui.say(f"release.right.{one}") for one in rights_of(terms)]


def state_words(ui: Ui, one: ReleaseView, today: date) -> str:
    """Whether it holds, in words with the day that matters."""
    if one.state in ("changed", "incomplete"):
        return ui.say(f"documents.state.{one.state}")
    if not one.until_on and one.state in ("valid", "expired"):
        if one.state == "expired":
            return ui.say("documents.state.expired_event")
        event = one.terms.until_event
        if not event:
            return ui.say("documents.state.valid_open")
        return ui.say("documents.state.valid_event", event=end_words(ui, None, event, today))
    which = {"revoked": one.revoked_on, "not_yet": one.from_on}.get(one.state, one.until_on)
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


def labels_words(ui: Ui, labels: tuple[str, ...]) -> str:
    """What special things are inside."""
    return ", ".join(ui.say(f"documents.label.{one}") for one in labels if one != "general")


def covers_words(ui: Ui, one: ReleaseView) -> str:
    """Parts and special things of a release in one line."""
    return "; ".join(said for said in (parts_words(ui, one.what), labels_words(ui, one.terms.labels)) if said)


def copy_line(ui: Ui, one: CopyGiven, now_ms: int) -> str:
    """When something left, by whom, and what it held."""
    when = dates.begin(dates.moment(ui.settings.language, one.at_ms, now_ms))
    if not one.by:
        what = parts_words(ui, one.what)
        return ui.say(
            "documents.copy_line_unknown", when=when, tongue=ui.say(f"documents.language.{one.language}"),
            what=what,
        )  # fmt: skip
    if one.basis:
        basis = ui.say(f"documents.basis.{one.basis}")
        return ui.say("documents.without_line", when=when, by=one.by, basis=basis)
    if one.facts.get("paper"):
        paper = ui.say(f"documents.paper.{one.facts['paper']}")
        return ui.say("documents.paper_line", when=when, by=one.by, paper=paper)
    what = parts_words(ui, one.what)
    if one.how == "told":
        return ui.say("documents.told_line", when=when, by=one.by, what=what)
    return ui.say(
        "documents.copy_line", when=when, by=one.by, tongue=ui.say(f"documents.language.{one.language}"),
        what=what,
    )  # fmt: skip
