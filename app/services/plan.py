"""The family's plan: vision, strengths, and need → outcome → strategy → action step as one tree.

The one class that screens call. Reading is in plan_reading and plan_views, writing in plan_writing,
what each record may hold in plan_fields.
"""

from __future__ import annotations

from typing import Any, Unpack

from sqlmodel import Session

from app.wraparound import coach
from app.wraparound.coach import Flag

from .desk import Desk
from .language import TranslationView
from .plan_desk import KeptForm, PlanDesk
from .plan_fields import (
    NeedFields,
    OutcomeFields,
    StepFields,
    StrategyFields,
    StrengthFields,
    WordsFields,
    kind_of,
)
from .plan_links import Link, links_of
from .plan_reading import Helper, helpers_of, rows_of
from .plan_views import (
    Adrift,
    NeedView,
    OutcomeView,
    PlanView,
    StepView,
    StrategyView,
    StrengthView,
    plan_view,
)
from .plan_words import translated_in, words_of
from .plan_writing import PlanPen, Removed


class Plan:
    """Plans of the families on this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pen = PlanPen(desk)
        self._own = PlanDesk(desk)

    # -- reading --------------------------------------------------------------------------

    async def plan(self, family_id: str) -> PlanView:
        """The plan as one tree, in the family's order of priority."""
        rows = await self._desk.vault.read(lambda session: rows_of(session, family_id))
        return plan_view(family_id, rows, self._desk.today().isoformat())

    async def helpers(self, family_id: str) -> tuple[Helper, ...]:
        """Who can be asked to take a step; nobody who must not be contacted."""
        return await self._desk.vault.read(lambda session: helpers_of(session, family_id))

    async def links(self, family_id: str, record_id: str) -> tuple[Link, ...]:
        """Everything tied to a record of the plan, and the notes about it and what hangs on it."""
        return await self._desk.vault.read(lambda session: links_of(session, family_id, record_id))

    async def words_of(self, item_type: str, item_id: str) -> str:
        """The first words of any record; "" when it is not on this tablet. Workers only."""
        return await self._desk.vault.read(lambda session: words_of(session, item_type, item_id))

    async def label_of(self, kind: str, record_id: str) -> str:
        """The sensitivity label of a record of the plan, a code of vocabulary.LABELS; "" when gone."""
        record = kind_of(kind).record

        def find(session: Session) -> str:
            row = session.get(record, record_id)
            return row.label if row is not None else ""

        return await self._desk.vault.read(find)

    async def translated(self, family_id: str, language: str) -> tuple[TranslationView, ...]:
        """What has been entered in a language, checked or not. Workers only."""
        return await self._desk.vault.read(
            lambda session: translated_in(session, family_id, language)
        )

    async def flags(self, family_id: str) -> tuple[Flag, ...]:
        """What the coach noticed and was not told *Not now* about. Workers only."""
        silent = await self._own.put_off(family_id)
        rows = await self._desk.vault.read(lambda session: rows_of(session, family_id))
        helpers = await self.helpers(family_id)
        found = coach.flags(
            rows.needs,
            rows.outcomes,
            rows.strategies,
            rows.steps,
            natural=frozenset(one.id for one in helpers if one.kind in ("natural", "family")),
        )
        return tuple(one for one in found if (one.code, one.record_id) not in silent)

    # -- writing --------------------------------------------------------------------------

    async def save_vision(
        self, family_id: str, words: str, team_mission: str | None = None, *,
        ground_rules: str | None = None, **more: Unpack[WordsFields],
    ) -> None:  # fmt: skip
        """Keep the family's vision, the team's mission and its ground rules (a line for each)."""
        values: dict[str, Any] = {"text": words, **more}
        if team_mission is not None:
            values["team_mission"] = team_mission
        if ground_rules is not None:
            values["ground_rules"] = ground_rules
        await self._pen.write(family_id, "vision", values)

    async def save_strength(
        self, family_id: str, text: str, *, strength_id: str = "", **more: Unpack[StrengthFields]
    ) -> str:
        """Add or change a strength. Returns its id."""
        return await self._pen.write(family_id, "strength", {"text": text, **more}, strength_id)

    async def save_need(
        self, family_id: str, text: str, *, need_id: str = "", **more: Unpack[NeedFields]
    ) -> str:
        """Add or change a need; a new one goes last. Returns its id."""
        return await self._pen.write(family_id, "need", {"text": text, **more}, need_id)

    async def save_outcome(
        self, family_id: str, need_id: str, text: str, *, outcome_id: str = "",
        **more: Unpack[OutcomeFields],
    ) -> str:  # fmt: skip
        """Add or change an outcome of a need. Returns its id."""
        return await self._pen.write(
            family_id, "outcome", {"need_id": need_id, "text": text, **more}, outcome_id
        )

    async def save_strategy(
        self, family_id: str, outcome_id: str, text: str, *, strategy_id: str = "",
        **more: Unpack[StrategyFields],
    ) -> str:  # fmt: skip
        """Add or change a strategy of an outcome; chosen=False makes it an option. Returns its id."""
        return await self._pen.write(
            family_id, "strategy", {"outcome_id": outcome_id, "text": text, **more}, strategy_id
        )

    async def save_step(
        self, family_id: str, strategy_id: str, what: str, *, step_id: str = "",
        **more: Unpack[StepFields],
    ) -> str:  # fmt: skip
        """Add or change an action step of a strategy. Returns its id."""
        return await self._pen.write(
            family_id, "step", {"strategy_id": strategy_id, "what": what, **more}, step_id
        )

    async def write(self, family_id: str, kind: str, values: dict[str, Any], record_id: str = "") -> str:
        """Any of the above from a form: kind is a name of plan_fields.KINDS. Returns the id."""
        return await self._pen.write(family_id, kind, values, record_id)

    async def choose(self, family_id: str, strategy_id: str, chosen: bool) -> None:
        """Choose an option that the team thought of, or make it one option among others again."""
        await self._pen.write(family_id, "strategy", {"chosen": chosen}, strategy_id)

    async def stand(
        self, family_id: str, kind: str, record_id: str, status: str, why: str | None = None
    ) -> None:
        """Say how something stands: met, reached, set aside, dropped, open again.

        why: what is kept as the reason (of a step: what happened). Setting aside and dropping need it.
        """
        values: dict[str, Any] = {"status": status}
        if kind == "step" and status == "open":
            values["done_on"] = ""
        if why is not None and kind != "outcome":
            values["what_happened" if kind == "step" else "status_reason"] = why
        await self._pen.write(family_id, kind, values, record_id)

    async def complete_step(
        self, family_id: str, step_id: str, done: bool = True, done_on: str = ""
    ) -> None:
        """Tick a step off, or open it again. done_on: ISO day it was done, today when empty."""
        day = (done_on or self._desk.today().isoformat()) if done else ""
        values = {"status": "done" if done else "open", "done_on": day}
        await self._pen.write(family_id, "step", values, step_id)

    # -- order ----------------------------------------------------------------------------

    async def move_need(self, family_id: str, need_id: str, up: bool) -> None:
        """Swap a need with its neighbour in the order of priority."""
        order = [need.need_id for need in (await self.plan(family_id)).needs]
        if need_id in order:
            at = order.index(need_id)
            await self._pen.place(family_id, "need", need_id, max(0, at - 1) if up else at + 1)

    async def place_need(self, family_id: str, need_id: str, position: int) -> None:
        """Give a need another place. position: from 0."""
        await self._pen.place(family_id, "need", need_id, position)

    async def place(self, family_id: str, kind: str, record_id: str, position: int) -> None:
        """Give any record another place among its siblings. position: from 0."""
        await self._pen.place(family_id, kind, record_id, position)

    # -- off the plan, and back -----------------------------------------------------------

    async def remove(self, family_id: str, kind: str, record_id: str) -> Removed:
        """Take a record off with everything that hangs on it. Give the answer to `put_back`."""
        return await self._pen.remove(family_id, kind, record_id)

    async def put_back(self, removed: Removed) -> None:
        """Undo a removal, all of it."""
        await self._pen.put_back(removed)

    async def bring_back(self, family_id: str, kind: str, record_id: str) -> None:
        """Bring back what a piece hung on (PlanView.adrift)."""
        await self._pen.bring_back(family_id, kind, record_id)

    # -- this tablet alone ----------------------------------------------------------------

    async def keep_form(self, form: KeptForm) -> None:
        """Seal a form on this tablet, whatever was typed. Raises StoreError."""
        await self._own.keep_form(form)

    async def drop_form(self, form: KeptForm) -> None:
        """Forget a form."""
        await self._own.drop_form(form)

    async def kept_forms(self, family_id: str) -> tuple[KeptForm, ...]:
        """The forms of a family that were left unsaved on this tablet."""
        return await self._own.kept_forms(family_id)

    async def not_now(self, family_id: str, flag: Flag) -> None:
        """Let the coach be silent about a flag for fourteen days, on this tablet."""
        await self._own.not_now(family_id, flag.code, flag.record_id)


__all__ = [
    "Adrift", "Flag", "Helper", "KeptForm", "Link", "NeedView", "OutcomeView", "Plan", "PlanView",
    "Removed", "StepView", "StrategyView", "StrengthView",
]  # fmt: skip
