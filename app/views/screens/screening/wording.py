"""What was asked and found, in words. Pure."""

from __future__ import annotations

from datetime import date

from app.services.screening_reading import Asked, DomainView, FindingView, TraumaView
from app.views import dates
from app.views.screens.measures.wording import ruled
from app.views.screens.more.places import iso_day
from app.views.widgets.ui import Ui


def asked_words(ui: Ui, one: Asked, today: date) -> str:
    """When it was asked, whom, and what they said: "Asked on Tue 3 Nov, Rosa: Yes"."""
    answer = ui.say(f"screen.answer.{one.answer}")
    return ui.say("screen.asked", day=iso_day(ui, one.on_day, today), who=one.asked_name, answer=answer)


def domain_words(ui: Ui, one: DomainView, today: date) -> str:
    """The soft line of a domain: asked when and whom, or not yet."""
    if not one.last_on:
        return ui.say("screen.not_yet")
    day = iso_day(ui, one.last_on, today)
    if one.declined:
        return ui.say("screen.declined_on", day=day, who=one.last_name)
    key = "screen.asked_all" if one.asked >= one.open_prompts else "screen.asked_some"
    return ui.say(key, day=day, who=one.last_name, count=one.asked, of=one.open_prompts)


def finding_words(ui: Ui, one: FindingView) -> str:
    """What was found: in the family's words where they gave any."""
    return one.words or ruled(ui, one.found) or ui.say(f"practice.social.{one.domain}")


def finding_line(ui: Ui, one: FindingView, today: date) -> str:
    """Domain, the prompt's own words when the family's stand above, and how it stands."""
    parts = [ui.say(f"practice.social.{one.domain}")]
    if one.words and one.found:
        parts.append(ruled(ui, one.found))
    if day := iso_day(ui, one.on_day, today):
        parts.append(ui.say("screen.found_on", day=day))
    return ". ".join(parts)


def status_words(ui: Ui, one: FindingView, today: date) -> str:
    """What came of it, with the day it was decided."""
    said = ui.say(f"practice.finding.{one.status}")
    day = iso_day(ui, one.decided_on, today)
    return ui.say("screen.decided", status=said, day=day) if day and one.status != "open" else said


def trauma_words(ui: Ui, one: TraumaView, today: date) -> str:
    """Who answered, when, and the total. What it pointed to stands behind *We are alone*."""
    who = one.asked_name or one.about
    return ui.say("screen.trauma_line", day=dates.begin(iso_day(ui, one.on_day, today)), who=who)
