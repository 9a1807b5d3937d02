"""Reading what was asked: each prompt with its newest answer, the findings, the trauma screens.

Owns the values that screens draw. Source: design 02, "Social determinants"; docs/measures.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.wraparound.practice_codes import SOCIAL_DOMAINS
from app.wraparound.records import Finding, Person, Referral, Screening, StaffMember
from app.wraparound.rules.screening import Prompt, ScreeningRules
from app.wraparound.vocabulary import codes


@dataclass(frozen=True)
class Asked:
    """A prompt and its newest answer. answer: a code, "" when nobody asked. by: who wrote it down."""

    prompt: Prompt
    answer: str = ""
    on_day: str = ""
    asked_name: str = ""
    by: str = ""


@dataclass(frozen=True)
class DomainView:
    """One of the five domains. last_on, last_name: of the newest talk about it, "" for none.

    declined: in that talk nobody wanted to answer.
    """

    domain: str
    prompts: tuple[Asked, ...]
    last_on: str = ""
    last_name: str = ""
    last_words: str = ""
    declined: bool = False

    @property
    def asked(self) -> int:
        """How many of its prompts were answered, those asked alone left out."""
        return sum(bool(one.answer) for one in self.prompts if not one.prompt.alone)

    @property
    def open_prompts(self) -> int:
        """How many there are, those asked alone left out."""
        return sum(not one.prompt.alone for one in self.prompts)


@dataclass(frozen=True)
class FindingView:
    """What a screening found. found: how the rules say it, by language; words: the family's own."""

    finding_id: str
    domain: str
    prompt: str
    found: Mapping[str, str]
    words: str
    status: str
    need_id: str
    referral_id: str
    on_day: str
    decided_on: str
    has_conflict: bool = False


@dataclass(frozen=True)
class TraumaView:
    """The result of one trauma screen."""

    screening_id: str
    instrument: str
    on_day: str
    asked_name: str
    about: str
    total: str
    result: str
    words: str
    by: str


@dataclass(frozen=True)
class FamilyScreening:
    """Everything that was asked in one family."""

    rules: ScreeningRules
    domains: tuple[DomainView, ...]
    findings: tuple[FindingView, ...]
    traumas: tuple[TraumaView, ...]


def screening_view(session: Session, family_id: str, rules: ScreeningRules) -> FamilyScreening:
    """Read a family's screenings; findings that wait for a decision come first, the newest at the front."""
    rows = session.exec(
        select(Screening)
        .where(Screening.family_id == family_id)
        .order_by(
            col(Screening.on_day).desc(), col(Screening.created_at_ms).desc(), col(Screening.id)
        )
    ).all()  # fmt: skip
    staff = {one.id: one.name for one in session.exec(select(StaffMember))} if rows else {}
    people = {one.id: one.called or one.name for one in session.exec(select(Person))} if rows else {}
    social = [row for row in rows if row.kind != "trauma"]
    return FamilyScreening(
        rules,
        tuple(_domain(one, rules, social, staff) for one in SOCIAL_DOMAINS),
        _findings(session, family_id, rules, {row.id: row.on_day for row in rows}),
        tuple(
            TraumaView(row.id, row.instrument, row.on_day, row.asked_name, people.get(row.person_id, ""),
                       row.total, row.result, row.words, staff.get(row.created_by, ""))
            for row in rows
            if row.kind == "trauma"
        ),
    )  # fmt: skip


def _domain(
    domain: str, rules: ScreeningRules, rows: list[Screening], staff: Mapping[str, str]
) -> DomainView:
    prompts = rules.of_domain(domain)
    own = {one.code for one in prompts}
    about = [row for row in rows if domain in codes(row.declined) or not own.isdisjoint(row.answers or {})]
    asked = []
    for prompt in prompts:
        row = next((one for one in about if prompt.code in (one.answers or {})), None)
        if row is None or row.answers is None:
            asked.append(Asked(prompt))
            continue
        answer = str(row.answers[prompt.code])
        asked.append(Asked(prompt, answer, row.on_day, row.asked_name, staff.get(row.created_by, "")))
    if not about:
        return DomainView(domain, tuple(asked))
    last = about[0]
    return DomainView(
        domain, tuple(asked), last.on_day, last.asked_name, last.words, domain in codes(last.declined)
    )


def _findings(
    session: Session, family_id: str, rules: ScreeningRules, days: Mapping[str, str]
) -> tuple[FindingView, ...]:
    sent = {
        row.finding_id: row.id
        for row in session.exec(select(Referral).where(Referral.family_id == family_id))
        if row.finding_id
    }
    rows = session.exec(select(Finding).where(Finding.family_id == family_id)).all()
    found = [_finding(row, rules, days, sent) for row in rows]
    newest = sorted(found, key=lambda one: (one.on_day, one.finding_id), reverse=True)
    return tuple(sorted(newest, key=lambda one: one.status != "open"))


def _finding(
    row: Finding, rules: ScreeningRules, days: Mapping[str, str], sent: Mapping[str, str]
) -> FindingView:
    prompt = rules.named(row.prompt)
    instrument = rules.instrument(row.prompt)
    said = prompt.found if prompt is not None else instrument.name if instrument is not None else {}
    referral = row.referral_id or sent.get(row.id, "")
    status = "referral" if referral and row.status == "open" else row.status
    return FindingView(
        row.id, row.domain, row.prompt, said, row.words, status, row.need_id, referral,
        days.get(row.screening_id, ""), row.decided_on, row.has_conflict,
    )  # fmt: skip
