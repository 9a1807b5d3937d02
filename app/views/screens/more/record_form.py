"""A form over one record: what is typed, its days in words, errors beside their fields, and leaving.

Owns the state and the calls of such a form; the screen draws its fields with `Form.line` and the others.
What is typed stays in a ref (a drawing that came between two letters must never set an older text) and is
sealed on the tablet after each pause. Follows design page 06, "Field" and "Dialog".
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import flet as ft

from app.errors import AppError, InvalidInput
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_tablet
from app.views.once import use_once
from app.views.screens.more.places import typed_day
from app.views.screens.people.keeping import FormKeeping, use_sealing
from app.views.widgets.buttons import filled, outlined
from app.views.widgets.chips import Choice, choice_chips, many_chips
from app.views.widgets.day_picker import read_day
from app.views.widgets.fields import field, note_line, said_again
from app.views.widgets.guarded import guarded
from app.views.widgets.pressable import Act
from app.views.widgets.states import Loading, error_state
from app.views.widgets.text import text
from app.views.widgets.tickbox import tick_row
from app.views.widgets.ui import Ui, use_ui


@dataclass(frozen=True)
class Form:
    """The form as it stands. stem: of its keys and words (`<stem>.<field>`).

    now: the draft with what was typed since it was drawn.
    """

    ui: Ui
    stem: str
    draft: Any
    days: Mapping[str, str]
    errors: Mapping[str, str]
    failed: str
    saving: bool
    restored: bool
    change: Callable[..., object]
    write: Callable[[str, str], object]
    save: Act
    fresh: Act
    retry: Act
    now: Callable[[], Any]

    def line(self, name: str, *, lines: int = 1, help: str | None = None) -> ft.Control:
        """A text field, or a day in words."""
        value = self.days[name] if name in self.days else str(getattr(self.draft, name))
        return field(
            self.ui, self.ui.say(f"{self.stem}.{name}"), value, lambda typed: self.write(name, typed),
            key=f"{self.stem}.{name}", lines=lines, help=help, error=self.errors.get(name) or None,
            disabled=self.saving,
        )  # fmt: skip

    def one_of(self, name: str, codes: Sequence[str], words: str) -> ft.Control:
        """Chips of which one is chosen. words: stem of the codes' words."""
        choices = [Choice(code, self.ui.say(f"{words}.{code}")) for code in codes]
        return self.asked(name, choice_chips(
            self.ui, choices, getattr(self.draft, name), lambda code: self.change(**{name: code}),
            key=f"{self.stem}.{name}",
        ))  # fmt: skip

    def some_of(self, name: str, codes: Sequence[str], words: str) -> ft.Control:
        """Chips of which several may be chosen."""
        choices = [Choice(code, self.ui.say(f"{words}.{code}")) for code in codes]
        return self.asked(name, many_chips(
            self.ui, choices, frozenset(getattr(self.draft, name)),
            lambda now: self.change(**{name: tuple(code for code in codes if code in now)}),
            key=f"{self.stem}.{name}",
        ))  # fmt: skip

    def somebody(self, name: str, people: Sequence[tuple[str, str]]) -> ft.Control:
        """Chips of people: (id, name)."""
        choices = [Choice(who, called) for who, called in people]
        return self.asked(name, choice_chips(
            self.ui, choices, getattr(self.draft, name), lambda who: self.change(**{name: who}),
            key=f"{self.stem}.{name}",
        ))  # fmt: skip

    def yes(self, name: str) -> ft.Control:
        """A box to tick."""
        return tick_row(
            self.ui, self.ui.say(f"{self.stem}.{name}"), getattr(self.draft, name),
            lambda on: self.change(**{name: on}), key=f"{self.stem}.{name}",
        )  # fmt: skip

    def asked(self, name: str, content: ft.Control) -> ft.Control:
        """A question with its control below, and what is wrong with the answer."""
        ui = self.ui
        parts: list[ft.Control] = [text(ui, ui.say(f"{self.stem}.{name}"), ui.type.label), content]
        if self.errors.get(name):
            wrong = note_line(ui, self.errors[name], error=True, key=f"{self.stem}.{name}.error")
            parts.append(wrong)
        return ft.Column(parts, spacing=8, tight=True)

    def notices(self) -> list[ft.Control]:
        """What stands above the fields: that words of before are here again."""
        return [restored_notice(self.ui, self.fresh, key=self.stem)] if self.restored else []

    def not_there(self) -> ft.Control:
        """What stands in place of the fields while there are none: that it loads, or what went wrong."""
        if not self.failed:
            return Loading(control=f"{self.stem}.loading")
        return error_state(
            self.ui, self.failed, key=f"{self.stem}.failed", act=self.ui.say("state.try_again"),
            on_act=self.retry,
        )  # fmt: skip

    def foot(self, *more: ft.Control) -> ft.Control:
        """The one main button, what is wrong above it, and other acts.

        A field's error stands here once more: the form is longer than the screen.
        """
        save = filled(
            self.ui, self.ui.say(f"{self.stem}.save"), self.save, key=f"{self.stem}.save",
            symbol=ft.Icons.CHECK, disabled=self.saving, expand=self.ui.layout.narrow or None,
        )  # fmt: skip
        parts: list[ft.Control] = []
        key = f"{self.stem}.problem"
        for name, words in self.errors.items():
            again = said_again(self.ui, words, key=key)
            parts.append(again if name else note_line(self.ui, words, error=True, key=key))
        if self.ui.layout.narrow:
            parts += [ft.Row([save]), *([ft.Row(list(more), wrap=True, spacing=12)] if more else [])]
        else:
            parts.append(ft.Row([save, *more], wrap=True, spacing=12))
        return ft.Column(parts, spacing=10, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def restored_notice(ui: Ui, on_fresh: Act, *, key: str) -> ft.Control:
    """That what was typed before is here again, and the way to begin anew. key: stem of the button."""
    again = outlined(ui, ui.say("people.start_again"), on_fresh, key=f"{key}.fresh", small=True)
    said = text(ui, ui.say("people.restored"), ui.type.strong)
    return ft.Row([said, again], wrap=True, spacing=12, run_spacing=8)


def use_record_form(
    stem: str,
    name: str,
    load: Callable[[], Awaitable[Any]],
    save: Callable[[Any], Awaitable[object]],
    done: Act,
    days: Sequence[str] = (),
) -> Form:
    """Hook: a form over one record.

    Args:
        stem: of keys and words.
        name: under which the half-filled form is sealed.
        load: the draft as the records are now, with its `shown`.
        save: keeps the draft, its days as ISO text. Raises InvalidInput naming the field.
        done: called when it is saved.
        days: fields that are days, typed in words.
    """
    ui = use_ui()
    tablet = use_tablet()
    held: Any = ft.use_ref(None)
    typed: Any = ft.use_ref(None)
    keeper: Any = ft.use_ref(None)
    no_errors: dict[str, str] = {}
    errors, set_errors = ft.use_state(no_errors)
    failed, set_failed = ft.use_state("")
    saving, set_saving = ft.use_state(False)
    restored, set_restored = ft.use_state(False)
    _turn, set_turn = ft.use_state(0)
    tries, set_tries = ft.use_state(0)

    def again() -> None:
        set_turn(lambda now: now + 1)

    def retry() -> None:
        set_failed("")
        set_tries(lambda now: now + 1)

    if keeper.current is None:
        drafts = tablet.open.form_drafts
        keeper.current = FormKeeping(lambda draft: drafts.keep(name, draft), lambda _error: None)
    use_sealing(tablet, keeper)

    def show(draft: Any) -> None:
        held.current = draft
        typed.current = {day: typed_day(ui, getattr(draft, day)) or getattr(draft, day) for day in days}
        again()

    async def begin() -> None:
        now = await load()
        kept = await tablet.open.form_drafts.kept(name, type(now))
        set_restored(kept is not None and replace(kept, shown=None) != replace(now, shown=None))
        show(kept if kept is not None else now)

    ft.use_effect(guarded(begin, lambda error: set_failed(words_for(ui, error))), [name, tries])

    def put(draft: Any) -> None:
        held.current = draft
        keeper.current.later(draft)

    def change(**values: Any) -> None:
        put(replace(held.current, **values))
        again()

    def write(field_name: str, words: str) -> None:
        if field_name in days:
            typed.current = {**typed.current, field_name: words}
        put(replace(held.current, **{field_name: words}))

    def tell(error: AppError) -> None:
        set_saving(False)
        if held.current is not None:
            # Saving let go of what waited to be sealed: whoever leaves now must find it again.
            keeper.current.later(held.current)
        where = error.field if isinstance(error, InvalidInput) else ""
        # A name with a point is one of several fields that the screen draws itself.
        known = "." in where or hasattr(held.current, where)
        set_errors({where if known else "": words_for(ui, error)})

    async def keep() -> None:
        set_errors({})
        today = dates.local(tablet.open.desk.now_ms()).date()
        draft = replace(held.current, **_read(typed.current, ui.language, today))
        set_saving(True)
        await keeper.current.forget()
        await save(draft)
        await tablet.open.form_drafts.drop(name)
        set_saving(False)
        done()

    async def fresh() -> None:
        await keeper.current.forget()
        await tablet.open.form_drafts.drop(name)
        set_restored(False)
        set_errors({})
        show(await load())

    return Form(
        ui, stem, held.current, typed.current or {}, errors, failed, saving, restored, change, write,
        guarded(use_once(keep), tell), guarded(fresh, tell), retry, lambda: held.current,
    )  # fmt: skip


def _read(typed: Mapping[str, str], language: str, today: date) -> dict[str, str]:
    """Days as ISO text. Raises InvalidInput naming the field."""
    found: dict[str, str] = {}
    for name, words in typed.items():
        day = read_day(language, words.strip(), today) if words.strip() else None
        if words.strip() and day is None:
            raise InvalidInput("That is not a day of the calendar.", field=name, code="bad_day")
        found[name] = day.isoformat() if day else ""
    return found
