"""What is typed in the sheets of the transition plan, sealed on this tablet until it is saved or put away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from app.services.form_drafts import FormDrafts
from app.views.screens.more.transition_view import LineForm, PlanForm
from app.views.screens.people.keeping import FormKeeping

SheetForm = LineForm | PlanForm


@dataclass(frozen=True)
class HalfLine:
    """A line as far as it was typed."""

    text: str = ""
    who: str = ""
    other: str = ""
    shown: HalfLine | None = None


@dataclass(frozen=True)
class HalfPlan:
    """Celebration, way back and day as far as they were typed."""

    celebration: str = ""
    way_back: str = ""
    planned_on: str = ""
    shown: HalfPlan | None = None


class SheetKeeping(FormKeeping):
    """Keeps the open sheet of one family, each line and the plan under a name of its own.

    Args:
        drafts: seals half-filled forms.
        family_id: whose plan it is.
    """

    def __init__(self, drafts: FormDrafts, family_id: str) -> None:
        super().__init__(lambda kept: drafts.keep(*kept), lambda _error: None)
        self._drafts = drafts
        self._family = family_id

    def typed(self, form: SheetForm) -> None:
        """Seal the sheet as it stands after the next pause."""
        self.later((self._name(form), _half(form)))

    async def again(self, form: SheetForm) -> SheetForm | None:
        """The sheet with what was typed before; None when nothing was, or nothing else."""
        half: Any = await self._drafts.kept(self._name(form), type(_half(form)))
        if half is None or half == _half(form):
            return None
        values = {name: value for name, value in vars(half).items() if name != "shown"}
        return replace(form, restored=True, **values)

    async def drop(self, form: SheetForm) -> None:
        """Saved, or put away on purpose."""
        await self.forget()
        await self._drafts.drop(self._name(form))

    def _name(self, form: SheetForm) -> str:
        if isinstance(form, PlanForm):
            return f"transition.{self._family}.plan"
        return f"transition.{self._family}.{form.section}.{form.item_id or 'new'}"


def _half(form: SheetForm) -> HalfLine | HalfPlan:
    if isinstance(form, PlanForm):
        return HalfPlan(form.celebration, form.way_back, form.planned_on)
    return HalfLine(form.text, form.who, form.other)
