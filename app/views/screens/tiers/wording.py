"""How a tier and what its rule saw are said. Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from app.services.tiers import TierFound
from app.views import dates
from app.views.screens.clocks.listing import HOUSE_DEFAULT
from app.views.screens.families.rows import phase_name
from app.views.screens.more.places import iso_day
from app.views.widgets.ui import Ui
from app.wraparound.practice_codes import EVENT_KINDS, INFORMANTS, SETTINGS
from app.wraparound.rules.tiers import Tier
from app.wraparound.tiers import Seen


def seen_words(ui: Ui, one: Seen, today: date) -> str:
    """One thing that a rule saw: "Caregiver: Problem severity 46 on Tue 3 Nov; 40 or more counts"."""
    condition = one.condition
    if condition.fact == "measure" and one.score is not None:
        score = one.score
        informant = _known(ui, "practice.informant", score.informant, INFORMANTS)
        key, bound = ("least", condition.least) if condition.least is not None else ("most", condition.most)
        return ui.say(
            f"tier.seen_{key}", who=informant, measure=score.name or score.measure,
            total=_number(score.total), day=dates.plain_day(ui.language, score.on, today),
            bound=_number(bound or 0),
        )  # fmt: skip
    if condition.fact == "events" and one.events:
        told = [
            ui.say("tier.event", what=_known(ui, "practice.event", event.kind, EVENT_KINDS),
                   day=dates.plain_day(ui.language, event.on, today))
            for event in one.events
        ]  # fmt: skip
        return "; ".join(told)
    if condition.fact in ("events", "crisis_notes"):
        if not one.count:
            return ui.say(f"tier.seen_no_{condition.fact}", days=condition.days)
        day = dates.plain_day(ui.language, one.on or today, today)
        key = "tier.seen_crisis_one" if one.count == 1 else "tier.seen_crisis"
        return ui.say(key, count=one.count, day=day)
    if condition.fact == "setting":
        where = _known(ui, "practice.setting", one.code, SETTINGS)
        if one.on is None:
            return where
        return ui.say("tier.seen_setting", where=where, day=dates.plain_day(ui.language, one.on, today))
    if condition.fact == "phase":
        return ui.say("tier.seen_phase", number=one.code, name=phase_name(ui, int(one.code)))
    return ui.say("tier.seen_safety")


def how_words(ui: Ui, found: TierFound, today: date) -> str:
    """Why it is this tier, in one sentence."""
    if found.how == "chosen" and found.chosen is not None:
        day = iso_day(ui, found.chosen.until_on, today)
        return ui.say("tier.how_chosen", name=found.chosen.by or ui.say("tier.somebody"), day=day)
    if found.how == "rule" and found.fired is not None:
        return found.fired.rule.why.get(ui.language) or found.fired.rule.why["en"]
    return ui.say(f"tier.how_{found.how}")


def needs_words(ui: Ui, tier: Tier) -> str:
    """What a tier asks for: "At least 4 contacts a month, 2 of them in person."."""
    parts = []
    needs = tier.needs
    if needs.contacts:
        key = "tier.needs_one" if needs.contacts == 1 else "tier.needs"
        parts.append(
            ui.say("tier.needs_in_person", count=needs.contacts, face=needs.in_person)
            if needs.in_person
            else ui.say(key, count=needs.contacts)
        )
    if tier.meeting_every:
        parts.append(ui.say("tier.needs_meeting", days=tier.meeting_every))
    return " ".join(parts)


def source_words(ui: Ui, tier: Tier) -> str:
    """Where a tier comes from; the app's own are said in the language of the screen."""
    shipped = tier.source.casefold().startswith(HOUSE_DEFAULT)
    return ui.say("tier.house_default") if shipped else tier.source


def version_words(ui: Ui, found: TierFound, today: date) -> str:
    """By which rules it was found: the app's own, or the agency's of a day."""
    version = found.version
    if version is None or not version.from_on:
        return ui.say("tier.rules_shipped")
    return ui.say("tier.rules_of", day=iso_day(ui, version.from_on, today))


def _known(ui: Ui, stem: str, code: str, among: tuple[str, ...]) -> str:
    return ui.say(f"{stem}.{code}") if code in among else code


def _number(value: float | Decimal) -> str:
    return f"{value:g}"
