"""Values of fields in words: dates, choices, lists of choices, people, places in a list.

Pure. What a newer app wrote and this one cannot say is called so; a code is never shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from app.views import dates
from app.views.screens.conflict.naming import Holds, holds
from app.views.widgets.ui import Ui
from app.views.words import MissingWords
from app.wraparound.records import Meeting, Note, PlanVersion, Record
from app.wraparound.vocabulary import AGREEMENTS, codes

_ID_LENGTH = 32
_MARK_SHOWN = 8

_CODES: Final[Mapping[tuple[str, str], str]] = {
    ("family", "spoken_language"): "conflict.value.language",
    ("family", "written_language"): "conflict.value.language",
    ("family", "phase"): "families.phase",
    ("family", "status"): "conflict.value.family_status",
    ("team_member", "kind"): "conflict.value.member_kind",
    ("team_member", "status"): "conflict.value.member_status",
    ("natural_support", "closeness"): "conflict.value.closeness",
    ("natural_support", "how_they_help"): "people.help",
    ("natural_support", "status"): "people.status",
    ("coordinator", "covers"): "conflict.value.area",
    ("coordinator", "leads"): "conflict.value.area",
    ("strength", "life_domain"): "plan.domain",
    ("need", "life_domain"): "plan.domain",
    ("need", "status"): "plan.need_status",
    ("outcome", "measure_kind"): "conflict.value.measure",
    ("outcome", "better"): "conflict.value.better",
    ("outcome", "status"): "plan.outcome_status",
    ("strategy", "kind"): "plan.kind",
    ("strategy", "principles"): "conflict.value.principle",
    ("strategy", "status"): "conflict.value.strategy_status",
    ("action_step", "status"): "conflict.value.step_status",
    ("rating", "by_kind"): "conflict.value.rater",
    ("crisis_item", "section"): "conflict.value.crisis_section",
    ("transition_item", "section"): "conflict.value.transition_section",
    ("meeting", "kind"): "conflict.value.meeting_kind",
    ("meeting", "flow"): "conflict.value.flow",
    ("meeting", "status"): "conflict.value.meeting_status",
    ("meeting", "place"): "note.place",
    ("meeting", "medium"): "conflict.value.medium",
    ("meeting", "interpreter_qualification"): "conflict.value.qualification",
    ("meeting", "languages"): "conflict.value.language",
    ("meeting", "crisis_plan_checked"): "conflict.value.checked",
    ("attendance", "kind"): "conflict.value.member_kind",
    ("attendance", "how"): "conflict.value.attendance",
    ("preparation", "kind"): "conflict.value.preparation",
    ("plan_version", "reason"): "conflict.value.reason",
    ("phase_check", "phase"): "families.phase",
    ("phase_closing", "phase"): "families.phase",
    ("note", "kind"): "note.kind",
    ("note", "place"): "note.place",
    ("attachment", "kind"): "attachments.kind",
    ("note", "status"): "conflict.value.note_status",
    ("not_for", "item_type"): "conflict.value.item",
    ("translation", "item_type"): "conflict.value.item",
    ("translation", "field"): "conflict.value.translated",
    ("release", "what"): "conflict.value.part",
    ("disclosure", "what"): "conflict.value.part",
    ("disclosure", "how"): "conflict.value.how",
    ("disclosure", "basis"): "conflict.value.basis",
    ("release", "revoked_how"): "conflict.value.revoked_how",
    ("cover", "reason"): "handing.reason",
    ("entered_in_error", "item_type"): "audit.what",
    ("moved_item", "item_type"): "audit.what",
    ("moved_item", "to_stream"): "conflict.value.stream",
    ("moved_item", "why"): "conflict.value.moved_why",
    ("family_link", "kind"): "conflict.value.link",
    ("record_request", "kind"): "request.kind",
    ("record_request", "authority"): "request.authority",
    ("record_request", "how"): "request.how",
    ("record_request", "outcome"): "conflict.value.request_outcome",
    ("retention_decision", "decision"): "conflict.value.decision",
    ("audit_entry", "item_type"): "audit.what",
    ("adopted", "item_type"): "audit.what",
    ("practice_rules", "name"): "practice.rules",
    ("service_check", "result"): "practice.check",
    ("local_service", "domains"): "practice.service",
    ("visit", "kind"): "note.kind",
    ("visit", "place"): "note.place",
    ("visit", "status"): "practice.visit",
    ("co_signature", "decision"): "practice.cosign",
    ("episode", "discharge_reason"): "practice.discharge",
    ("episode", "living_in"): "practice.setting",
    ("episode", "living_out"): "practice.setting",
    ("measure_score", "informant"): "practice.informant",
    ("private_talk", "kind"): "practice.private",
    ("screening", "kind"): "practice.screening",
    ("screening", "informant"): "practice.informant",
    ("screening", "declined"): "practice.social",
    ("screening", "result"): "practice.result",
    ("finding", "domain"): "practice.social",
    ("finding", "status"): "practice.finding",
    ("life_event", "kind"): "practice.event",
    ("life_event", "setting"): "practice.setting",
    ("pulse", "by_kind"): "conflict.value.rater",
    ("referral", "domain"): "practice.service",
    ("referral", "status"): "practice.referral",
    ("referral", "sent_how"): "practice.referral_way",
    ("provider_message", "status"): "practice.message",
    ("safety_report", "kind"): "practice.safety",
    ("safety_report", "status"): "practice.safety_status",
    ("authority", "basis"): "practice.basis",
    ("authority", "may_consent"): "practice.consent",
    ("care_facts", "school_plan"): "practice.school_plan",
    ("note", "medium"): "practice.medium",
    ("note", "billable"): "practice.billable",
    ("note", "principles"): "conflict.value.principle",
    ("note", "activities"): "practice.activity",
}
_SHARED: Final[Mapping[str, str]] = {"language": "conflict.value.language", "label": "note.label"}
"""Codes that mean the same in every record that has them."""

_ELSE: Final[Mapping[tuple[str, str], str]] = {("audit_entry", "item_type"): "conflict.value.opened"}
"""Where more words of the same field are: an audit names records, and places that somebody opened."""

_OPEN_VOCABULARY: Final = frozenset(
    {("note", "place"), ("meeting", "place"), ("meeting", "medium"), ("visit", "place")}
)
"""Codes beside which an agency may use words of its own."""


@dataclass(frozen=True)
class Known:
    """Names of what ids stand for. now_ms: UTC milliseconds."""

    now_ms: int
    people: Mapping[str, str] = field(default_factory=dict)
    pieces: Mapping[str, str] = field(default_factory=dict)


def value_words(
    ui: Ui, type_name: str, name: str, value: Any, known: Known, others: Sequence[Any] = ()
) -> str:
    """One value in words. others: all values it stands beside (an order is said by comparing)."""
    kind = holds(type_name, name)
    if kind is None:
        return ui.say("conflict.newer_value")
    if value is None or value == "":
        return ui.say("conflict.no_day" if kind is Holds.DAY else "conflict.left_empty")
    say = _SAY.get(kind)
    if say is not None:
        return say(ui, value, known)
    if kind is Holds.CODE:
        return _code(ui, type_name, name, value)
    if kind is Holds.CODES:
        return ", ".join(_code(ui, type_name, name, one) for one in codes(str(value)))
    if kind is Holds.ORDER:
        numbers = [one for one in others if isinstance(one, int)]
        first = not numbers or value == min(numbers)
        return ui.say("conflict.further_up" if first else "conflict.further_down")
    return str(value)


def title_words(ui: Ui, record: Record | None, title_field: str, known: Known) -> str:
    """Which record it is: a step's words, a person's name, a note's or a meeting's kind and day."""
    if record is None:
        return ""
    if isinstance(record, Meeting):
        kind = _code(ui, "meeting", "kind", record.kind)
        return f"{kind}, {_moment(ui, record.starts_at_ms, known)}" if record.starts_at_ms else kind
    if isinstance(record, PlanVersion):
        return ui.say("conflict.plan_of", when=_moment(ui, record.frozen_at_ms, known))
    if isinstance(record, Note):
        kind = _code(ui, "note", "kind", record.kind)
        return f"{kind}, {_moment(ui, record.started_at_ms, known)}" if record.started_at_ms else kind
    return str(getattr(record, title_field, "")) if title_field else ""


def _code(ui: Ui, type_name: str, name: str, value: Any) -> str:
    places = (_CODES.get((type_name, name)) or _SHARED[name], _ELSE.get((type_name, name)))
    for words in filter(None, places):
        try:
            return dates.begin(ui.say(f"{words}.{value}"))
        except MissingWords:
            continue
    return str(value) if (type_name, name) in _OPEN_VOCABULARY else ui.say("conflict.newer_value")


def _day(ui: Ui, value: Any, known: Known) -> str:
    try:
        when = date.fromisoformat(str(value))
    except ValueError:
        return ui.say("conflict.no_day")
    return dates.begin(dates.plain_day(ui.settings.language, when, dates.local(known.now_ms).date()))


def _moment(ui: Ui, value: Any, known: Known) -> str:
    if not isinstance(value, int) or not value:
        return ui.say("conflict.left_empty")
    return dates.begin(dates.moment(ui.settings.language, value, known.now_ms))


def _who(ui: Ui, value: Any, known: Known) -> str:
    words = str(value)
    if words in known.people:
        return known.people[words]
    # Some fields hold a name where nobody's record was at hand.
    return ui.say("conflict.somebody_else") if len(words) == _ID_LENGTH else words


def _whos(ui: Ui, value: Any, known: Known) -> str:
    return ", ".join(_who(ui, one, known) for one in codes(str(value)))


def _piece(ui: Ui, value: Any, known: Known) -> str:
    return known.pieces.get(str(value), ui.say("conflict.not_here"))


def _pieces(ui: Ui, value: Any, known: Known) -> str:
    return "\n".join(_piece(ui, one, known) for one in codes(str(value)))


def _rated(ui: Ui, value: Any, known: Known) -> str:
    return ui.say("conflict.rated", count=value)


def _point(ui: Ui, value: Any, known: Known) -> str:
    return "\n".join(_point_words(ui, one) for one in codes(str(value)))


def _point_words(ui: Ui, item: str) -> str:
    try:
        return ui.say(f"phases.item.{item}")
    except MissingWords:
        return ui.say("conflict.phase_item")


def _mark(ui: Ui, value: Any, known: Known) -> str:
    # A person compares two files by the first letters of their marks; the rest is for machines.
    return ui.say("conflict.file_mark", mark=str(value)[:_MARK_SHOWN])


def _family(ui: Ui, value: Any, known: Known) -> str:
    return known.pieces.get(str(value), ui.say("conflict.a_family"))


def _tablet(ui: Ui, value: Any, known: Known) -> str:
    return ui.say("conflict.tablet_mark", mark=str(value)[:_MARK_SHOWN])


def _tablets(ui: Ui, value: Any, known: Known) -> str:
    if not isinstance(value, Mapping):
        return ui.say("conflict.newer_value")
    key = "conflict.tablets.one" if len(value) == 1 else "conflict.tablets.many"
    return ui.say(key, count=len(value))


def _deed(ui: Ui, value: Any, known: Known) -> str:
    # What was opened stands in another field of the line.
    code = "view.other" if value == "view" else value
    try:
        return ui.say(f"audit.did.{code}", who=ui.say("conflict.somebody"))
    except MissingWords:
        return ui.say("conflict.newer_value")


def _proof(ui: Ui, value: Any, known: Known) -> str:
    return ui.say("conflict.proof_mark", mark=str(value)[:_MARK_SHOWN])


def _plan(ui: Ui, value: Any, known: Known) -> str:
    needs = value.get("need") if isinstance(value, Mapping) else None
    if not isinstance(needs, Sequence):
        return ui.say("conflict.newer_value")
    key = "conflict.plan_with.one" if len(needs) == 1 else "conflict.plan_with.many"
    return ui.say(key, count=len(needs))


def _signed(ui: Ui, value: Any, known: Known) -> str:
    """A signed note, a signed plan or a signed release: its words, and who signed when."""
    if not isinstance(value, Mapping):
        return ui.say("conflict.newer_value")
    name = value.get("signed_by_name") or value.get("name") or ui.say("conflict.somebody")
    lines = [str(value.get("body") or value.get("words") or value.get("purpose") or "")]
    if value.get("agreement") in AGREEMENTS:
        lines.insert(0, ui.say(f"conflict.agreed.{value['agreement']}", name=name))
    when = _moment(ui, value.get("signed_at_ms"), known)
    lines.append(ui.say("conflict.signed_by", name=name, when=when))
    return "\n\n".join(line for line in lines if line)


_SAY: Final[Mapping[Holds, Callable[[Ui, Any, Known], str]]] = {
    Holds.DAY: _day,
    Holds.MOMENT: _moment,
    Holds.MINUTES: lambda ui, value, _known: ui.say("conflict.minutes", count=value),
    Holds.COUNT: lambda ui, value, _known: ui.say("conflict.people", count=value),
    Holds.YES: lambda ui, value, _known: ui.say("conflict.yes" if value else "conflict.no"),
    Holds.WHO: _who,
    Holds.WHOS: _whos,
    Holds.PIECE: _piece,
    Holds.PIECES: _pieces,
    Holds.PLACE_IN_LIST: lambda ui, value, _known: ui.say("conflict.place_in_list", count=value),
    Holds.RATED: _rated,
    Holds.POINT: _point,
    Holds.MARK: _mark,
    Holds.PLAN: _plan,
    Holds.SIGNED: _signed,
    Holds.FAMILY: _family,
    Holds.TABLET: _tablet,
    Holds.TABLETS: _tablets,
    Holds.DEED: _deed,
    Holds.PROOF: _proof,
    Holds.MACHINE: lambda ui, _value, _known: ui.say("conflict.for_machines"),
}
