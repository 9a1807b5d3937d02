"""The sheet that is being written: what is typed, how it is kept sealed, saved, and refused.

Owns the form of one tab between its renders. What is typed stays here and not in a component's
state: a render that came between two letters must not set an older text. Knows no controls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

from app.errors import AppError, InvalidInput
from app.services.plan import KeptForm, Plan, PlanView
from app.views.error_words import words_for
from app.views.screens.plan.form import (
    ASIDE,
    DAYS,
    FIELDS,
    Form,
    Moved,
    day_words,
    form_of,
    open_form,
    save,
)
from app.views.screens.plan.keeping import FormKeeper
from app.views.screens.plan.wording import code_words, day_of
from app.views.widgets.day_picker import whole_day
from app.views.widgets.ui import Ui

_IDEA = "idea"
"""Kind of the sealed form that holds one more option."""
_REDRAWN = frozenset({*DAYS, "owner"})
"""Fields below which something changes with every letter."""


class Writing:
    """One tab's sheet.

    Args:
        service: called anew each time, as the tablet may have been locked meanwhile.
        family_id: whose plan.
        redraw: called when the sheet must be drawn again.
    """

    def __init__(
        self, service: Callable[[], Plan], family_id: str, redraw: Callable[[], object]
    ) -> None:
        self._service = service
        self._family_id = family_id
        self._redraw = redraw
        self._kept: dict[tuple[str, str, str], Form] = {}
        self._ideas: dict[str, str] = {}
        self._remembered = False
        self.keeper = FormKeeper(self._keep, self._drop)
        self.form: Form | None = None
        self.saving = False
        self.unfolded = False

    # -- what was left --------------------------------------------------------------------

    def remember(self, forms: Iterable[KeptForm]) -> None:
        """Take over what the tablet has kept sealed, once.

        Later answers may have been on their way while a form was saved: they would bring it back.
        """
        if self._remembered:
            return
        self._remembered = True
        for one in forms:
            form = form_of(one)
            if form is not None:
                self._kept.setdefault(form.name, form)
            elif one.kind == _IDEA:
                self._ideas.setdefault(one.record_id, one.values.get("text", ""))

    def left(self, families_plan: PlanView) -> tuple[KeptForm, ...]:
        """What was left unsaved, but for the sheet that is open."""
        here = self.form.name if self.form is not None else None
        return tuple(
            one.kept(families_plan.family_id) for name, one in self._kept.items() if name != here
        )

    async def throw_away(self, left: KeptForm) -> None:
        """Forget what was left."""
        form = form_of(left)
        if form is not None:
            self._kept.pop(form.name, None)
        await self.keeper.forget(left)
        self._redraw()

    # -- opening and closing --------------------------------------------------------------

    def open(
        self, plan: PlanView, kind: str, record_id: str, parent_id: str, language: str, today: date
    ) -> None:
        """Open a sheet, with what was typed in it before if that was never saved."""
        fresh = open_form(plan, kind, record_id, parent_id, language, today)
        self.form = self._kept.get(fresh.name, fresh)
        self.unfolded = False
        self._redraw()

    async def close(self) -> None:
        """Put the sheet away; what was typed in it is kept. While it is being saved it stays."""
        form = self.form
        if form is None or self.saving:
            return
        if form.dirty:
            self._kept[form.name] = replace(form, restored=True, month=None, errors={})
            self.keeper.later(form.kept(self._family_id))
            await self.keeper.flush()
        self.form = None
        self._redraw()

    async def start_again(self, plan: PlanView, language: str, today: date) -> None:
        """Throw away what was typed and show what is known."""
        form = self.form
        if form is not None:
            await self._forget(form)
            self.open(plan, form.kind, form.record_id, form.parent_id, language, today)

    async def _forget(self, form: Form) -> None:
        self._kept.pop(form.name, None)
        await self.keeper.forget(form.kept(self._family_id))

    # -- writing --------------------------------------------------------------------------

    def write(self, name: str, typed: str) -> None:
        """A letter was typed."""
        form = self.form
        if form is None:
            return
        self.form = form.with_value(name, typed)
        if name == "owner":
            self.form = self.form.with_value("owner_id", "")
        self.keeper.later(self.form.kept(self._family_id))
        if name in _REDRAWN or name in form.errors or "" in form.errors:
            self._redraw()

    def choose(self, values: Mapping[str, str]) -> None:
        """Something was tapped. values: field → code."""
        form = self.form
        if form is None:
            return
        for name, value in values.items():
            form = form.with_value(name, value)
        self.form = replace(form, month=None) if DAYS.intersection(values) else form
        self.keeper.later(self.form.kept(self._family_id))
        self._redraw()

    def month(self, name: str, shown: date | None) -> None:
        """Unfold the calendar of a day, or fold it."""
        if self.form is not None:
            self.form = replace(self.form, month=None if shown is None else (name, shown))
            self._redraw()

    def more(self) -> None:
        """Unfold the rest of the fields."""
        self.unfolded = True
        self._redraw()

    # -- one more idea --------------------------------------------------------------------

    def idea(self, outcome_id: str) -> str:
        """What is typed as another way to an outcome."""
        return self._ideas.get(outcome_id, "")

    def type_idea(self, outcome_id: str, typed: str) -> None:
        """A letter of it was typed."""
        self._ideas[outcome_id] = typed
        self.keeper.later(self._idea_form(outcome_id))

    async def add_idea(self, outcome_id: str) -> None:
        """Write it down among the options. Raises AppError; then it is still there."""
        said = self.idea(outcome_id)
        await self._service().save_strategy(self._family_id, outcome_id, said, chosen=False)
        await self.keeper.forget(self._idea_form(outcome_id))
        self._ideas.pop(outcome_id, None)
        self._redraw()

    def _idea_form(self, outcome_id: str) -> KeptForm:
        return KeptForm(self._family_id, _IDEA, outcome_id, "", {"text": self.idea(outcome_id)})

    # -- saving ---------------------------------------------------------------------------

    async def save(self, ui: Ui, today: date) -> tuple[Form, str] | None:
        """Save the sheet. Returns it with the record's id, or None when it stays open.

        Raises AppError for what cannot be kept; see `refused`.
        """
        form = self.form
        if form is None or self.saving:
            return None
        self.saving = True
        self._redraw()
        try:
            record_id = await save(self._service(), self._family_id, form, ui.settings.language, today)
        except Moved as moved:
            self.form = _moved(ui, form, moved)
            return None
        else:
            self.form = None
            await self._forget(form)
            return form, record_id
        finally:
            self.saving = False
            self._redraw()

    def refused(self, ui: Ui, error: AppError) -> None:
        """Show below its field what could not be saved; what was typed stays."""
        if self.form is not None:
            self.form = _refused(ui, self.form, error)
            self._redraw()

    async def _keep(self, form: KeptForm) -> None:
        await self._service().keep_form(form)

    async def _drop(self, form: KeptForm) -> None:
        await self._service().drop_form(form)


def put_aside(form: Form) -> bool:
    """Whether saving this form takes something out of what the team works on."""
    status = form.values.get("status", "open")
    return status in ASIDE and form.opened.get("status") != status


def _refused(ui: Ui, form: Form, error: AppError) -> Form:
    """The sheet with what could not be saved, below its field where there is one."""
    main = FIELDS[form.kind][0]
    where = error.field if isinstance(error, InvalidInput) else ""
    if where == form.kind:
        where = main
    if error.code == "blank" and where == main:
        words = ui.say(f"plan.blank.{form.kind}_{main}")
    elif error.code == "bad_day":
        words = ui.say("day.bad")
    elif error.code == "not_in_plan":
        words = ui.say("plan.sheet.gone")
    else:
        words = words_for(ui, error)
    return replace(form, errors={where if where in form.values else "": words})


def _moved(ui: Ui, form: Form, moved: Moved) -> Form:
    """The sheet with what somebody else wrote meanwhile."""
    said = _value_words(ui, form.kind, moved.name, moved.value)
    words = ui.say("plan.sheet.moved", words=said) if said else ui.say("plan.sheet.moved_empty")
    return replace(
        form, errors={moved.name: words}, seen={**form.seen, moved.name: moved.value}
    )


def _value_words(ui: Ui, kind: str, name: str, value: str) -> str:
    """A field's value as a person says it; nothing for a set of links, which has no short words."""
    if name in DAYS:
        when = day_of(value)
        return "" if when is None else whole_day(ui.settings.language, when)
    if name in ("strengths", "principles", "whose", "owner_id"):
        return ""
    return code_words(ui, kind, name, value)


__all__ = ["Writing", "day_words", "put_aside"]
