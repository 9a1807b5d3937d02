"""The fields of a sheet of the plan, each as a pure function of the form.

Follows design page 06, "Field": the label above and always visible, help below, errors in words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import flet as ft

from app.services.plan import Helper, StrengthView
from app.views import dates
from app.views.screens.plan.form import ASIDE, DAYS, FIELDS, SETS, Form
from app.views.screens.plan.wording import code_words
from app.views.theme.tokens import Space
from app.views.widgets.buttons import quiet
from app.views.widgets.chips import Choice, choice_chips, many_chips
from app.views.widgets.day_picker import month_grid, read_day, whole_day
from app.views.widgets.fields import field as text_field
from app.views.widgets.fields import note_line
from app.views.widgets.pressable import Act, bind
from app.views.widgets.text import text
from app.views.widgets.ui import Ui
from app.wraparound.vocabulary import (
    CONTENT_LANGUAGES,
    LIFE_DOMAINS,
    MEASURE_KINDS,
    NEED_STATUSES,
    OUTCOME_STATUSES,
    PRINCIPLES,
    STEP_STATUSES,
    STRATEGY_KINDS,
    codes,
)

_HELPED: Final = frozenset(
    {"vision_text", "vision_team_mission", "vision_ground_rules", "strength_text", "need_text",
     "outcome_text", "outcome_baseline", "strategy_kind_words", "strategy_strengths",
     "step_owner", "outcome_instrument"}
)  # fmt: skip
_PARAGRAPHS: Final = frozenset(
    {"text", "what", "team_mission", "ground_rules", "what_happened", "status_reason"}
)
_NUMBERS: Final = ("baseline", "current", "target")
_MORE: Final = ("provider", "place", "frequency", "starts_on", "ends_on", "principles")
"""Fields of a strategy that stay folded while all of them are empty."""
_TAKEN_AWAY: Final = frozenset({"life_domain"})
"""Choices that go when they are tapped again; the others always hold one."""
_LONGEST_CHIP: Final = 48

CHOICES: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("need", "status"): NEED_STATUSES,
    ("outcome", "status"): OUTCOME_STATUSES,
    ("strategy", "status"): ("open", "set_aside"),
    ("step", "status"): STEP_STATUSES,
    ("strategy", "kind"): STRATEGY_KINDS,
    ("outcome", "measure_kind"): MEASURE_KINDS,
    ("outcome", "better"): ("up", "down"),
    ("need", "life_domain"): LIFE_DOMAINS,
    ("strength", "life_domain"): LIFE_DOMAINS,
}


@dataclass(frozen=True)
class FieldActs:
    """What can be done in the fields. write: (field, typed); choose: (field, code)."""

    write: Callable[[str, str], object]
    choose: Callable[[str, str], object]
    owner: Callable[[str, str], object]
    """(id, name) of who was tapped."""
    day: Callable[[str, date | None], object]
    """(field, day); None takes it away."""
    month: Callable[[str, date | None], object]
    """(field, month to show); None folds the calendar."""
    more: Act


@dataclass(frozen=True)
class Around:
    """What the fields offer. helpers: who can be asked. strengths: those of the plan."""

    today: date
    helpers: Sequence[Helper] = ()
    strengths: Sequence[StrengthView] = ()
    unfolded: bool = False
    domains: Sequence[str] = LIFE_DOMAINS
    """Life domains on offer; what is sorted into another keeps it."""


def fields_of(ui: Ui, form: Form, around: Around, acts: FieldActs) -> list[ft.Control]:
    """All fields of the sheet, in order; what does not apply now is left out."""
    parts: list[ft.Control] = []
    folded = _folded(form, around)
    numbers: list[ft.Control] = []
    for name in FIELDS[form.kind]:
        if not _applies(form, name) or (folded and name in _MORE):
            continue
        if name in _NUMBERS:
            numbers.append(_typed(ui, form, name, acts))
            if len(numbers) == len(_NUMBERS):
                parts.append(side_by_side(ui, numbers))
        elif name in DAYS:
            parts.append(_day(ui, form, name, around.today, acts))
        elif name == "owner":
            parts.append(_owner(ui, form, around.helpers, acts))
        elif name == "whose":
            parts.append(_whose(ui, form, around.helpers, acts))
        elif name in SETS:
            parts.append(_many(ui, form, name, around, acts))
        elif name == "language":
            parts.append(_language(ui, form, acts))
        elif (form.kind, name) in CHOICES:
            parts.append(_chosen(ui, form, name, around, acts))
        else:
            parts.append(_typed(ui, form, name, acts))
    if folded:
        more = quiet(
            ui, ui.say("plan.sheet.more"), acts.more, key="plan.sheet.more", symbol=ft.Icons.EXPAND_MORE
        )
        parts.insert(len(parts) - 1, ft.Row([more], wrap=True))
    return parts


def _folded(form: Form, around: Around) -> bool:
    if form.kind != "strategy" or around.unfolded:
        return False
    return not any(form.values[name] or form.errors.get(name) for name in _MORE)


def _applies(form: Form, name: str) -> bool:
    status = form.values.get("status", "open")
    if name == "owner_id":
        return False
    if name == "instrument":
        return form.values["measure_kind"] == "instrument"
    if name == "better":
        return form.values["measure_kind"] != "yes_no"
    if name == "status_reason":
        return status != "open"
    if name == "what_happened":
        return not form.is_new and (status != "open" or bool(form.values[name]))
    # Something new begins open.
    return not (form.is_new and name == "status")


def side_by_side(ui: Ui, fields: list[ft.Control]) -> ft.Control:
    """Short fields in one line where there is room."""
    if ui.layout.stacked:
        return ft.Column(
            fields, spacing=18, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
        )
    return ft.Row(
        [ft.Container(one, expand=True) for one in fields],
        spacing=14,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def _typed(ui: Ui, form: Form, name: str, acts: FieldActs) -> ft.Control:
    long = name in _PARAGRAPHS
    words = f"{form.kind}_{name}"
    family_speaks = name == "text" and form.kind in ("vision", "need", "strength")
    label = ui.say(f"plan.field.{words}")
    if name in ("status_reason", "what_happened") and form.values.get("status") in ASIDE:
        label = ui.say("plan.field.why_aside")
    return text_field(
        ui,
        label,
        form.values[name],
        _bound(acts.write, name),
        key=f"plan.sheet.{name}",
        help=ui.say(f"plan.help.{words}") if words in _HELPED else None,
        error=form.errors.get(name),
        lines=2 if long else 1,
        most_lines=8 if long else None,
        autofocus=name == FIELDS[form.kind][0] and form.is_new,
        style=ui.type.words_s if family_speaks else None,
    )


def _bound(write: Callable[[str, str], object], name: str) -> Callable[[str], object]:
    return lambda typed: write(name, typed)


def _group(ui: Ui, form: Form, name: str, choices: ft.Control, label: str = "") -> ft.Control:
    words = f"{form.kind}_{name}"
    parts: list[ft.Control] = [
        text(ui, label or ui.say(f"plan.field.{words}"), ui.type.label),
        choices,
    ]
    if form.errors.get(name):
        parts.append(note_line(ui, form.errors[name], error=True, key=f"plan.sheet.{name}.error"))
    elif words in _HELPED:
        parts.append(note_line(ui, ui.say(f"plan.help.{words}")))
    return ft.Column(parts, spacing=Space.XS, tight=True)


def _chosen(ui: Ui, form: Form, name: str, around: Around, acts: FieldActs) -> ft.Control:
    def choose(code: str) -> None:
        again = name in _TAKEN_AWAY and form.values[name] == code
        acts.choose(name, "" if again else code)

    codes: Sequence[str] = CHOICES[form.kind, name]
    if name == "life_domain":
        kept = form.values[name]
        codes = (*around.domains, *((kept,) if kept and kept not in around.domains else ()))
    offered = [Choice(one, dates.begin(code_words(ui, form.kind, name, one))) for one in codes]
    return _group(
        ui, form, name,
        choice_chips(ui, offered, form.values[name], choose, key=f"plan.sheet.{name}"),
    )  # fmt: skip


def _language(ui: Ui, form: Form, acts: FieldActs) -> ft.Control:
    offered = [Choice(one, ui.say(f"plan.language.{one}")) for one in CONTENT_LANGUAGES]
    return _group(
        ui, form, "language",
        choice_chips(
            ui, offered, form.values["language"], _bound(acts.choose, "language"),
            key="plan.sheet.language",
        ),
        ui.say("plan.field.language"),
    )  # fmt: skip


def _whose(ui: Ui, form: Form, helpers: Sequence[Helper], acts: FieldActs) -> ft.Control:
    kinds = ("family", "natural") if form.kind == "strength" else ("family",)
    offered = [
        Choice("", ui.say("plan.whole_family")),
        *(Choice(one.id, one.name) for one in helpers if one.kind in kinds),
    ]
    return _group(
        ui, form, "whose",
        choice_chips(
            ui, offered, form.values["whose"], _bound(acts.choose, "whose"), key="plan.sheet.whose"
        ),
    )  # fmt: skip


def _owner(ui: Ui, form: Form, helpers: Sequence[Helper], acts: FieldActs) -> ft.Control:
    """Who does it: tapped among the people around the family, or a name that is typed."""

    def choose(helper_id: str) -> None:
        if form.values["owner_id"] == helper_id:
            acts.owner("", "")
            return
        acts.owner(helper_id, next((one.name for one in helpers if one.id == helper_id), ""))

    first = sorted(helpers, key=lambda one: not one.on_team)
    parts: list[ft.Control] = []
    if first:
        parts.append(
            choice_chips(
                ui, [Choice(one.id, one.name) for one in first], form.values["owner_id"], choose,
                key="plan.sheet.owner_id",
            )
        )  # fmt: skip
    parts.append(
        text_field(
            ui,
            ui.say("plan.field.step_owner_other") if first else ui.say("plan.field.step_owner"),
            form.values["owner"],
            _bound(acts.write, "owner"),
            key="plan.sheet.owner",
            help=ui.say("plan.help.step_owner"),
            error=form.errors.get("owner"),
        )
    )
    label = [text(ui, ui.say("plan.field.step_owner"), ui.type.label)] if first else []
    return ft.Column(
        [*label, *parts],
        spacing=Space.XS,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _many(ui: Ui, form: Form, name: str, around: Around, acts: FieldActs) -> ft.Control:
    if name == "strengths":
        offered = [Choice(one.strength_id, _short(one.text)) for one in around.strengths]
        if not offered:
            return _group(ui, form, name, text(ui, ui.say("plan.no_strengths_yet"), ui.type.body))
    else:
        offered = [Choice(one, ui.say(f"plan.principle.{one}")) for one in PRINCIPLES]
    held = codes(form.values[name])

    def change(chosen: frozenset[str]) -> None:
        kept = [one for one in held if one in chosen]
        acts.choose(name, ",".join([*kept, *sorted(chosen - set(kept))]))

    return _group(
        ui, form, name, many_chips(ui, offered, frozenset(held), change, key=f"plan.sheet.{name}")
    )


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST_CHIP else f"{words[:_LONGEST_CHIP].rstrip()}…"


def _day(ui: Ui, form: Form, name: str, today: date, acts: FieldActs) -> ft.Control:
    language = ui.settings.language
    typed = form.values[name]
    read = read_day(language, typed, today)
    told = ui.say("day.read", day=whole_day(language, read)) if read is not None else ui.say("day.help")
    month = form.month[1] if form.month is not None and form.month[0] == name else None
    buttons: list[ft.Control] = [
        quiet(
            ui,
            ui.say("plan.sheet.calendar_hide" if month is not None else "plan.sheet.calendar"),
            bind(acts.month, name, None if month is not None else read or today),
            key=f"plan.sheet.{name}.calendar",
            symbol=ft.Icons.CALENDAR_MONTH_OUTLINED,
        )
    ]
    if typed.strip():
        buttons.append(
            quiet(ui, ui.say("plan.sheet.no_due"), bind(acts.day, name, None),
                  key=f"plan.sheet.{name}.none")
        )  # fmt: skip
    parts: list[ft.Control] = [
        text_field(
            ui,
            ui.say(f"plan.field.{form.kind}_{name}"),
            typed,
            _bound(acts.write, name),
            key=f"plan.sheet.{name}",
            help=told,
            error=form.errors.get(name),
        ),
        ft.Row(buttons, wrap=True, spacing=4, run_spacing=0),
    ]
    if month is not None:
        parts.append(
            month_grid(
                ui, month, read, today, lambda when: acts.day(name, when),
                lambda shown: acts.month(name, shown), key=f"plan.sheet.{name}.day",
            )
        )  # fmt: skip
    return ft.Column(
        parts, spacing=4, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
