"""The plan of a family: needs, outcomes, strategies and action steps, and how they went."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from .calendar import on_workday
from .cast import Cast
from .hand import Hand, parts_of
from .household import Household
from .ledger import Ledger
from .library import Library
from .phrase import Phrase
from .plan_dates import PlanDates
from .plan_links import links_of, write_options
from .plan_sketch import NeedSketch, OutcomeSketch, StepSketch, StrategySketch
from .writer import Writer

_PROGRESS = {1: 0.0, 2: 0.15, 3: 0.62, 4: 0.95}
"""How far the outcomes have come, by phase."""

_LATELY = 9
_SAID_YES = 0.6
"""So many questions of yes or no are answered with yes by now."""


@dataclass(frozen=True)
class RatedOutcome:
    """An outcome of which people say how far it has come. since_ms: when it was agreed on."""

    record: str
    since_ms: int


@dataclass
class PlanWriter:
    """Writes one family's plan. Keeps what notes want to refer to."""

    ledger: Ledger
    cast: Cast
    writer: Writer
    library: Library
    rng: Random
    dates: PlanDates
    hand: Hand
    whole: bool = True
    """With options and links; a caseload for measuring goes without."""
    needs: list[tuple[int, str]] = field(default_factory=list)
    """Instant and record id of each need, in the order of priority."""
    steps: list[tuple[int, str]] = field(default_factory=list)
    outcomes: list[RatedOutcome] = field(default_factory=list)
    """In the order of the plan."""
    _steps: list[tuple[date, str, str]] = field(default_factory=list)
    _outcomes: list[tuple[date, str]] = field(default_factory=list)

    def at(self, day: date) -> dict[str, str]:
        """What a meeting on that day can speak about: `step`, its `owner`, an `outcome`."""
        values: dict[str, str] = {}
        steps = [(owner, what) for since, owner, what in self._steps if 0 <= (since - day).days < 45]
        if steps:
            owner, what = self.rng.choice(steps)
            values = {"owner": owner, "step": what}
        outcomes = [text for since, text in self._outcomes if since <= day]
        if outcomes:
            values["outcome"] = self.rng.choice(outcomes)
        return values

    def write(self) -> None:
        """Write the plan from the household's own needs and those of its stories."""
        house = self.ledger.household
        if house.phase < 2 and not house.needs:
            self._first_need_only(house)
            return
        wanted = len(house.needs) or (2 if house.phase == 2 else self.rng.choice((2, 3, 3, 4)))
        for number, need in enumerate(self._chosen_needs(house, wanted)):
            self._need(need, number)

    def _chosen_needs(self, house: Household, wanted: int) -> list[NeedSketch]:
        chosen = list(house.needs)
        spare = [n for key in house.arcs for n in self.library.arcs[key].needs]
        if not chosen:
            chosen = [self.library.arcs[key].needs[0] for key in house.arcs][:wanted]
        known = self._values(self.ledger.calendar.start_ms())
        for need in self.rng.sample(spare, len(spare)):
            if len(chosen) < wanted and need not in chosen and need.text.needs <= known.keys():
                chosen.append(need)
        return chosen

    def _first_need_only(self, house: Household) -> None:
        """In phase 1 the family has named what weighs most, and no plan yet."""
        if house.days >= 14:
            need = self.library.arcs[house.arcs[0]].needs[0]
            self._write_need(need, 0, on_workday(self.ledger.calendar.day(-max(1, house.days // 3)), -1))

    def _values(self, at_ms: int) -> dict[str, str]:
        return self.cast.pick(self.rng, at_ms, plan=True)

    def _on(self, day: date) -> dict[str, str]:
        return self._values(self.ledger.calendar.ms(day, 18))

    def _text(self, phrase: Phrase, values: dict[str, str]) -> str:
        return phrase.render(self.rng, values, self.library.banks)

    def _both(self, english: Phrase, spanish: Phrase, values: dict[str, str]) -> tuple[str, str]:
        """A text in both languages; the second is empty where nobody reads it."""
        text = self._text(english, values)
        return text, self._text(spanish, values) if self.ledger.household.language == "es" else ""

    def _write_need(self, need: NeedSketch, number: int, day: date) -> str:
        calendar = self.ledger.calendar
        record = self.ledger.id("need", str(number))
        values = self._on(day)
        words = {"text": self._both(need.text, need.text_es, values)}
        fields = {
            "whose": self.cast.people[self.cast.youth.called],
            "life_domain": need.domain,
            "priority": number + 1,
            "status": "open",
            "status_reason": "",
        }
        at = calendar.ms(day, 17, 2 + number)
        self.hand.tongues.write("need", record, fields, words, at, sure=number == 0)
        self.needs.append((at, record))
        return record

    def _need(self, need: NeedSketch, number: int) -> None:
        house, calendar = self.ledger.household, self.ledger.calendar
        share = 0.15 if number < 2 else 0.4
        planned = on_workday(calendar.day(-house.days) + timedelta(days=max(10, int(house.days * share))))
        planned = min(planned, on_workday(calendar.day(-2), -1))
        record = self._write_need(need, number, planned)
        for order, outcome in enumerate(need.outcomes):
            self._outcome(outcome, record, number, order, planned)
        if house.phase == 4 and number == 0 and house.days > 200:
            met = self.dates.last_day(self.rng.randrange(20, 60))
            both = self.hand.tongues.say("met.all", self._on(met))
            reason = both if house.language == "es" else (self.writer.pool("need_met", self._on(met)), "")
            at = calendar.ms(met, 17, 40)
            self.hand.tongues.write("need", record, {"status": "met"}, {"status_reason": reason}, at)

    def _outcome(self, outcome: OutcomeSketch, need: str, number: int, order: int, day: date) -> None:
        calendar = self.ledger.calendar
        path = (str(number), str(order))
        record = self.ledger.id("outcome", *path)
        values = self._on(day)
        due = calendar.day(self.rng.randrange(25, 120))
        fields = {
            "need_id": need,
            "measure_kind": outcome.measure,
            "instrument": outcome.instrument,
            "baseline": outcome.before,
            "target": outcome.target,
            "current": outcome.before,
            "better": outcome.better,
            "due_on": due.isoformat(),
            "status": "open",
            "order": order,
        }
        words = {"text": self._both(outcome.text, outcome.text_es, values)}
        at = calendar.ms(day, 17, 10 + number)
        self.hand.tongues.write("outcome", record, fields, words, at, sure=number == 0)
        self._outcomes.append((day, words["text"][0]))
        self.outcomes.append(RatedOutcome(record, at))
        self._course(outcome, record, day)
        for place, strategy in enumerate(outcome.strategies):
            self._strategy(strategy, record, (*path, str(place)), place, day)
        if self.whole:
            write_options(self.hand, record, path, at)

    def _course(self, outcome: OutcomeSketch, record: str, day: date) -> None:
        """How the measure moved: one write for each few weeks, small steps and one step back."""
        house, calendar = self.ledger.household, self.ledger.calendar
        if outcome.measure == "yes_no" and house.phase > 2 and self.hand.rng.random() < _SAID_YES:
            yes = max(day + timedelta(days=1), self.dates.last_day(self.hand.rng.randrange(9, 40)))
            self.ledger.add("outcome", record, {"status": "reached"}, calendar.ms(yes, 17, 45))
        if not (outcome.before.isdigit() and outcome.target.isdigit()):
            return
        before, target = int(outcome.before), int(outcome.target)
        now = int(outcome.now or round(before + (target - before) * _PROGRESS[house.phase]))
        span = (self.dates.last_day() - day).days
        steps = [before, *([now] if now != before else [])]
        if abs(now - before) > 1:
            middle = before + (now - before) // 2
            steps = [before, middle, before, now] if outcome.now else [before, middle, before, middle, now]
        for index, value in enumerate(steps[1:], start=1):
            at = min(on_workday(day + timedelta(days=span * index // len(steps))), self.dates.last_day())
            if outcome.now and index == len(steps) - 1:
                # Told of one family: it is better since the team last met.
                at = max(at, self.dates.last_day(_LATELY))
            if value != steps[index - 1]:
                self.ledger.add("outcome", record, {"current": str(value)}, calendar.ms(at, 17, 30))
        if now == target:
            at = self.dates.last_day(self.rng.randrange(8, 16))
            self.ledger.add("outcome", record, {"status": "reached"}, calendar.ms(at, 17, 45))

    def _strategy(
        self, strategy: StrategySketch, outcome: str, path: tuple[str, ...], order: int, day: date
    ) -> None:
        calendar = self.ledger.calendar
        values = self._on(day)
        phrases = (strategy.text, strategy.by, strategy.often)
        if any(not phrase.needs <= values.keys() for phrase in phrases):
            return
        record = self.ledger.id("strategy", *path)
        chosen_on = min(
            on_workday(day + timedelta(days=order * max(7, (calendar.today - day).days // 5))),
            self.dates.last_day(),
        )
        fields = {
            "outcome_id": outcome,
            "chosen": strategy.chosen,
            "kind": strategy.kind,
            "kind_words": strategy.kind_words,
            "provider": self._text(strategy.by, values),
            "frequency": self._text(strategy.often, values),
            "status": "open",
            "order": order,
        }
        words = {"text": self._both(strategy.text, strategy.text_es, values)}
        if self.whole:
            fields |= links_of(self.hand, strategy.kind, chosen_on)
        self.hand.tongues.write("strategy", record, fields, words, calendar.ms(chosen_on, 17, 50))
        if not strategy.chosen:
            return
        steps = list(strategy.steps)
        if not any(step.due for step in steps):
            more = [s for s in self.library.steps if s.what.needs <= values.keys()]
            steps += self.rng.sample(more, self.rng.choice((0, 1, 1, 2)))
        for place, step in enumerate(steps):
            self._step(
                step, record, (*path, str(place)), place, self.dates.begun(step, chosen_on, place), values
            )

    def _owner(self, step: StepSketch, values: dict[str, str]) -> tuple[str, str]:
        ids = dict(self.cast.people)
        ids |= {s.called: key for s, key in self.cast.supports}
        ids |= {m.called: key for m, key in self.cast.team}
        ids[values["w"]] = self.cast.coordinator_id
        names = [values[letter] for letter in step.owner] or [step.owner_name.replace("'", "’")]
        return " and ".join(names), ids.get(names[0], "") if len(names) == 1 else ""

    def _step(
        self,
        step: StepSketch,
        strategy: str,
        path: tuple[str, ...],
        order: int,
        since: date,
        values: dict[str, str],
    ) -> None:
        if not (step.what.needs | step.happened.needs | set(step.owner)) <= values.keys():
            return
        calendar = self.ledger.calendar
        record = self.ledger.id("step", *path)
        owner, owner_id = self._owner(step, values)
        since = max(since, calendar.day_of(self.cast.since.get(owner_id, 0)))
        due, done = self.dates.due(step, since)
        fields = {
            "strategy_id": strategy,
            "owner": owner,
            "owner_id": owner_id,
            "due_on": due,
            "status": "open",
            "done_on": "",
            "what_happened": "",
            "order": order,
        }
        at = calendar.ms(since, 18, order)
        words = {"what": self._both(step.what, step.what_es, values)}
        self.hand.tongues.write("action_step", record, fields, words, at)
        self.steps.append((at, record))
        self._steps.append((since, owner, words["what"][0]))
        if done is not None:
            self._ended(step, record, done, values)

    def _ended(self, step: StepSketch, record: str, done: date, values: dict[str, str]) -> None:
        """How a step ended: done with a word about it, or dropped with a reason."""
        happened = (self._text(step.happened, values), "")
        if self.ledger.household.language == "es":
            happened = self._happened(step, values, happened[0])
        ended = {"status": "done", "done_on": done.isoformat()}
        if not step.due and self.rng.random() < 0.07:
            happened = (self.writer.pool("step_dropped", values), "")
            ended = {"status": "dropped", "done_on": ""}
        at = self.ledger.calendar.ms(done, 19, 5)
        self.hand.tongues.write("action_step", record, ended, {"what_happened": happened}, at)

    def _happened(self, step: StepSketch, values: dict[str, str], english: str) -> tuple[str, str]:
        told = dict(parts_of(line, 2) for line in self.hand.special.get("happened", ()))
        spanish = told.get(self._text(step.what, values))
        return (english, spanish) if spanish else self.hand.tongues.say("happened.all", values)
