"""Screening: what was asked about a family's circumstances, what it found, and what came of that.

Owns screenings and findings. What is asked comes from the rule file `screening`. What was asked already
is shown with its day, so that nobody asks again. Answers to prompts that are only asked alone call for
a talk in private and make no finding: a finding would stand where others read it. Source: design 02,
"Social determinants"; docs/measures.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.errors import InvalidInput
from app.store.vault import Change
from app.wraparound.practice_codes import FINDING_STATUSES, INFORMANTS, SCREEN_RESULTS, SOCIAL_DOMAINS
from app.wraparound.records import Finding, Screening
from app.wraparound.rules.screening import ANSWERS, Prompt, ScreeningRules
from app.wraparound.scoring import number, shown

from . import edge
from .desk import Desk
from .permissions import require
from .plan import Plan
from .practice_rules import PracticeRules
from .private_talks import PrivateTalks
from .screening_reading import FamilyScreening, FindingView, screening_view

LIFE_DOMAIN: Final[Mapping[str, str]] = {
    "economic": "money_and_work", "neighbourhood": "home", "education": "school",
    "community": "friends_and_fun", "health": "health", "trauma": "behaviour_and_feelings",
}  # fmt: skip
"""Domain of a finding → vocabulary.LIFE_DOMAINS of the need that it becomes."""


@dataclass(frozen=True)
class TalkDraft:
    """One domain while it is asked. answers: prompt → code of ANSWERS. declined: nobody wants to answer."""

    family_id: str
    domain: str
    informant: str = "caregiver"
    person_id: str = ""
    asked_name: str = ""
    on_day: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    alone: bool = False
    declined: bool = False
    words: str = ""
    shown: TalkDraft | None = None


@dataclass(frozen=True)
class TraumaDraft:
    """The result of a trauma screen. alone: the worker was alone with whoever answered."""

    family_id: str
    instrument: str = ""
    informant: str = "youth"
    person_id: str = ""
    asked_name: str = ""
    on_day: str = ""
    total: str = ""
    result: str = ""
    words: str = ""
    alone: bool = False
    shown: TraumaDraft | None = None


class Screenings:
    """What was asked in the families on this tablet."""

    def __init__(self, desk: Desk, rules: PracticeRules, talks: PrivateTalks) -> None:
        self._desk = desk
        self._rules = rules
        self._talks = talks
        self._plan = Plan(desk)
        self._deciding = asyncio.Lock()

    async def of_family(self, family_id: str) -> FamilyScreening:
        """Every domain with what was asked already, the findings and the trauma screens."""
        rules = await self._today()
        return await self._desk.vault.read(lambda session: screening_view(session, family_id, rules))

    async def save(self, draft: TalkDraft) -> str:
        """Keep what was asked of one domain, with its findings. Returns the id of the screening."""
        require(self._desk.me, "screening.write")
        edge.choice(draft.domain, SOCIAL_DOMAINS, "domain")
        rules = await self._today()
        asked = _checked_answers(rules, draft)
        record = self._desk.new_id()
        words = edge.text(draft.words, "words", limit=edge.PARAGRAPH_BYTES)
        values: dict[str, Any] = {
            "kind": "social", **self._who(draft), "alone": draft.alone,
            "answers": {} if draft.declined else {one.code: answer for one, answer in asked},
            "declined": draft.domain if draft.declined else "", "words": words,
        }  # fmt: skip
        family = draft.family_id
        stream = await self._desk.team_stream(family)
        found = [] if draft.declined else [one for one, answer in asked if answer in one.finds]
        before = await self.of_family(family)
        open_ones = {one.prompt for one in before.findings if one.status not in ("solved", "not_now")}
        changes = [Change(stream, Screening.TYPE, record, values)]
        changes += [
            Change(stream, Finding.TYPE, self._desk.new_id(), _finding(record, one, words))
            for one in found
            if not one.private and one.code not in open_ones
        ]
        changes += await self._talks.raising(family, record, {one.private for one in found if one.private})
        await self._desk.vault.commit(changes)
        return record

    async def save_trauma(self, draft: TraumaDraft) -> str:
        """Keep the result of a trauma screen; one that points to trauma is a finding."""
        require(self._desk.me, "screening.write")
        if not draft.alone:
            raise InvalidInput("This is only asked when you are alone.", field="alone", code="not_alone")
        rules = await self._today()
        instrument = rules.instrument(draft.instrument)
        if instrument is None:
            raise InvalidInput("Choose which screen was used.", field="instrument", code="no_instrument")
        total = number(draft.total, "total")
        if total is not None and not 0 <= total <= instrument.most:
            raise InvalidInput(
                f"This can only be from 0 to {instrument.most}.", field="total", code="score_range",
                values={"least": 0, "most": instrument.most},
            )  # fmt: skip
        result = draft.result or (instrument.points_to(total) if total is not None else "")
        if not result:
            raise InvalidInput(
                "Choose what it pointed to, or write the total.", field="result", code="no_result"
            )
        record = self._desk.new_id()
        words = edge.text(draft.words, "words", limit=edge.PARAGRAPH_BYTES)
        stream = await self._desk.team_stream(draft.family_id)
        values: dict[str, Any] = {
            "kind": "trauma", **self._who(draft), "alone": True, "instrument": instrument.name["en"],
            "total": "" if total is None else shown(total),
            "result": edge.choice(result, SCREEN_RESULTS, "result"), "words": words,
        }  # fmt: skip
        changes = [Change(stream, Screening.TYPE, record, values)]
        if result == "positive":
            fields = {"screening_id": record, "domain": "trauma", "prompt": instrument.code,
                      "words": words or instrument.name["en"], "status": "open"}  # fmt: skip
            changes.append(Change(stream, Finding.TYPE, self._desk.new_id(), fields))
        await self._desk.vault.commit(changes)
        return record

    async def decide(self, family_id: str, finding_id: str, status: str) -> None:
        """Say what came of a finding; `open` asks again."""
        require(self._desk.me, "screening.write")
        edge.choice(status, FINDING_STATUSES, "status")
        await self._write(family_id, finding_id, {"status": status, "decided_on": self._today_iso()})

    async def to_need(self, family_id: str, finding_id: str, words: str) -> str:
        """Make a finding a need, the last one of the plan. words: in the family's. Returns the need's id."""
        require(self._desk.me, "screening.write")
        async with self._deciding:
            finding = await self._finding(family_id, finding_id)
            if finding.status == "need" and finding.need_id:
                return finding.need_id  # tapped twice: one need is enough
            values = {"text": words, "life_domain": LIFE_DOMAIN.get(finding.domain, "")}
            need = await self._plan.write(family_id, "need", values)
            decided = {"status": "need", "need_id": need, "decided_on": self._today_iso()}
            await self._write(family_id, finding_id, decided)
            return need

    async def undo_need(self, family_id: str, finding_id: str) -> None:
        """Take the need off the plan again; the finding is open."""
        require(self._desk.me, "screening.write")
        finding = await self._finding(family_id, finding_id)
        if finding.need_id:
            await self._plan.remove(family_id, "need", finding.need_id)
        await self._write(family_id, finding_id, {"status": "open", "need_id": "", "decided_on": ""})

    async def _finding(self, family_id: str, finding_id: str) -> FindingView:
        for one in (await self.of_family(family_id)).findings:
            if one.finding_id == finding_id:
                return one
        raise InvalidInput("This is not here any more.", code="no_such_finding")

    async def _write(self, family_id: str, finding_id: str, fields: dict[str, Any]) -> None:
        stream = await self._desk.team_stream(family_id)
        await self._desk.vault.commit([Change(stream, Finding.TYPE, finding_id, fields)])

    async def _today(self) -> ScreeningRules:
        rules: ScreeningRules = await self._rules.today("screening")
        return rules

    def _today_iso(self) -> str:
        return self._desk.today().isoformat()

    def _who(self, draft: TalkDraft | TraumaDraft) -> dict[str, str]:
        """Who answered, and when. Raises InvalidInput naming the field."""
        on_day = edge.day(draft.on_day, "on_day") or self._today_iso()
        if on_day > self._today_iso():
            raise InvalidInput("That day is still to come.", field="on_day", code="day_to_come")
        return {
            "informant": edge.choice(draft.informant, INFORMANTS, "informant"),
            "asked_name": edge.text(
                draft.asked_name, "asked_name", required="Choose or write who answered.", blank="no_answerer"
            ),
            "person_id": draft.person_id,
            "on_day": on_day,
        }


def _checked_answers(rules: ScreeningRules, draft: TalkDraft) -> list[tuple[Prompt, str]]:
    """Prompts of the domain with their answers. Raises InvalidInput for what cannot be."""
    asked = []
    for prompt in rules.of_domain(draft.domain):
        answer = draft.answers.get(prompt.code, "")
        if not answer:
            continue
        edge.choice(answer, ANSWERS, f"answer.{prompt.code}")
        if prompt.alone and not draft.alone:
            raise InvalidInput("This is only asked when you are alone.", field="alone", code="not_alone")
        asked.append((prompt, answer))
    if not asked and not draft.declined:
        raise InvalidInput("Nothing is answered yet.", field="answers", code="nothing_answered")
    return asked


def _finding(screening: str, prompt: Prompt, words: str) -> dict[str, Any]:
    return {
        "screening_id": screening, "domain": prompt.domain, "prompt": prompt.code,
        "words": words, "status": "open",
    }  # fmt: skip
