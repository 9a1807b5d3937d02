"""The translations of one family as a function of what is missing and what is there. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import flet as ft

from app.services.language import TranslationView
from app.views.theme.tokens import Space
from app.views.widgets.buttons import filled, outlined
from app.views.widgets.chips import Choice, switch_of
from app.views.widgets.fields import field, note_line
from app.views.widgets.panels import sheet
from app.views.widgets.pressable import Act, bind
from app.views.widgets.shell import room_for
from app.views.widgets.text import SOFT, icon, section_header, text, words
from app.views.widgets.ui import Ui
from app.views.words import MissingWords
from app.wraparound.vocabulary import CONTENT_LANGUAGES
from app.wraparound.wording import Gap

_WIDE = 860


@dataclass(frozen=True)
class Entry:
    """One field of one item. name: (item id, field, language). why: "" when it is there and checked."""

    name: tuple[str, str, str]
    item_type: str
    original: str
    why: str = ""
    text: str = ""
    translated_by: str = ""
    checked_by: str = ""

    @classmethod
    def of_gap(cls, gap: Gap, language: str, said: TranslationView | None) -> Entry:
        """What is missing, with what there is of it."""
        return cls(
            (gap.item_id, gap.field, language), gap.item_type, gap.text, gap.why,
            said.text if said else "", said.translated_by if said else "",
        )  # fmt: skip

    @classmethod
    def of_view(cls, view: TranslationView) -> Entry:
        """What is there."""
        return cls(
            (view.item_id, view.field, view.language), view.item_type, view.original, "", view.text,
            view.translated_by, view.checked_by,
        )  # fmt: skip

    @property
    def key(self) -> str:
        """The stem of its controls' keys."""
        return ".".join(self.name)


@dataclass(frozen=True)
class Typed:
    """What is being typed for an entry."""

    entry: Entry
    text: str = ""
    translated_by: str = ""
    checked_by: str = ""

    @classmethod
    def begin(cls, entry: Entry, me: str) -> Typed:
        """As it opens: what there is, and my name where nobody's stands. Old words need a new check."""
        return cls(entry, entry.text, entry.translated_by or me, entry.checked_by)

    def with_values(self, values: Mapping[str, str]) -> Typed:
        """The same with other words in some fields."""
        return Typed(
            self.entry,
            values.get("text", self.text),
            values.get("translated_by", self.translated_by),
            values.get("checked_by", self.checked_by),
        )


@dataclass(frozen=True)
class TranslationsLook:
    """What the screen shows. trouble: "field\\nwords". first: the item asked for stands first."""

    language: str
    gaps: Sequence[Entry]
    done: Sequence[Entry]
    typed: Typed | None = None
    trouble: str = ""
    saving: bool = False
    first: str = ""


@dataclass(frozen=True)
class TranslationsActs:
    """What can be done. write: (field of Typed, typed)."""

    language: Callable[[str], object]
    open: Callable[[Entry], object]
    close: Act
    write: Callable[[str, str], object]
    save: Act


def translations_view(ui: Ui, look: TranslationsLook, acts: TranslationsActs) -> ft.Control:
    """Gaps first, then what is there."""
    spoken = ui.say(f"plan.tongue.{look.language}")
    parts: list[ft.Control] = [
        text(ui, ui.say("translations.explain"), ui.type.body),
        switch_of(
            ui, [Choice(one, ui.say(f"plan.language.{one}")) for one in CONTENT_LANGUAGES],
            look.language, acts.language, key="translations.language",
        ),
        section_header(ui, _missing(ui, len(look.gaps), spoken)),
    ]  # fmt: skip
    if not look.gaps:
        parts.append(text(ui, ui.say("translations.none_missing"), ui.type.body, SOFT))
    parts += [_entry(ui, one, look, acts) for one in _asked_first(look.gaps, look.first)]
    if look.done:
        parts.append(section_header(ui, ui.say("translations.there", tongue=spoken)))
        parts += [_entry(ui, one, look, acts) for one in _asked_first(look.done, look.first)]
    return ft.Column(
        [
            ft.Container(
                ft.Column(
                    [*parts, ft.Container(height=Space.XL)],
                    spacing=14,
                    tight=True,
                    horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                ),
                width=room_for(ui, _WIDE),
            )
        ],
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        key="translations.scroll",
    )


def _missing(ui: Ui, count: int, spoken: str) -> str:
    key = "translations.missing_one" if count == 1 else "translations.missing"
    return ui.say(key if count else "translations.missing_none", count=count, tongue=spoken)


def _asked_first(entries: Sequence[Entry], first: str) -> list[Entry]:
    return sorted(entries, key=lambda one: one.name[0] != first if first else False)


def level_of(ui: Ui, entry: Entry) -> str:
    """What the words are: "Need", "Team's mission"."""
    try:
        return ui.say(f"translations.field.{entry.item_type}.{entry.name[1]}")
    except MissingWords:
        return ui.say(f"translations.type.{entry.item_type}")


def _original(ui: Ui, entry: Entry) -> ft.Control:
    return ft.Column(
        [
            text(ui, level_of(ui, entry), ui.type.cap, ft.Colors.TERTIARY),
            words(ui, entry.original, "words_s", quoted=False),
        ],
        spacing=2,
        tight=True,
    )


def _entry(ui: Ui, entry: Entry, look: TranslationsLook, acts: TranslationsActs) -> ft.Control:
    if look.typed is not None and look.typed.entry.name == entry.name:
        return _form(ui, look.typed, look, acts)
    said: list[ft.Control] = []
    if entry.text:
        said.append(words(ui, entry.text, "words_s", quoted=False))
        who = ui.say("translations.by", name=entry.translated_by) if entry.translated_by else ""
        if entry.checked_by:
            who = f"{who} {ui.say('translations.checked', name=entry.checked_by)}"
        if who:
            said.append(text(ui, who.strip(), ui.type.cap, SOFT))
    if entry.why:
        said.append(
            ft.Row(
                [
                    icon(ui, ft.Icons.TRANSLATE, 20, ft.Colors.PRIMARY),
                    text(ui, ui.say(f"translations.why.{entry.why}"), ui.type.chip, ft.Colors.PRIMARY,
                         expand=True),
                ],
                spacing=8,
            )
        )  # fmt: skip
    act = "translations.change" if not entry.why else f"translations.act.{entry.why}"
    said.append(
        ft.Row(
            [
                outlined(ui, ui.say(act), bind(acts.open, entry), key=f"translations.open.{entry.key}",
                         small=True)
            ],
            wrap=True,
        )
    )  # fmt: skip
    beside = ft.Column(said, spacing=6, tight=True)
    return ft.Container(
        _two(ui, _original(ui, entry), beside),
        padding=ft.Padding.only(bottom=Space.S),
        border=ft.Border.only(bottom=ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT)),
    )


def _two(ui: Ui, left: ft.Control, right: ft.Control) -> ft.Control:
    if ui.layout.stacked:
        return ft.Column(
            [left, right],
            spacing=10,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    return ft.Row(
        [ft.Container(left, expand=True), ft.Container(right, expand=True)],
        spacing=24,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def _form(ui: Ui, typed: Typed, look: TranslationsLook, acts: TranslationsActs) -> ft.Control:
    where, _line, said = look.trouble.partition("\n")
    errors = {where: said} if said else {}
    spoken = ui.say(f"plan.tongue.{look.language}")
    fields: list[ft.Control] = [
        field(
            ui, ui.say("translations.text", tongue=spoken), typed.text,
            lambda value: acts.write("text", value), key="translations.text", lines=2, most_lines=8,
            error=errors.get("translation"), style=ui.type.words_s, autofocus=True,
        ),
        field(
            ui, ui.say("translations.translated_by"), typed.translated_by,
            lambda value: acts.write("translated_by", value), key="translations.translated_by",
            error=errors.get("translated_by"),
        ),
        field(
            ui, ui.say("translations.checked_by"), typed.checked_by,
            lambda value: acts.write("checked_by", value), key="translations.checked_by",
            help=ui.say("translations.checked_help"), error=errors.get("checked_by"),
        ),
    ]  # fmt: skip
    if said and where not in ("translation", "translated_by", "checked_by"):
        fields.append(note_line(ui, said, error=True, key="translations.problem"))
    fields.append(
        ft.Row(
            [
                outlined(ui, ui.say("plan.sheet.close"), acts.close, key="translations.close"),
                filled(ui, ui.say("translations.save"), acts.save, key="translations.save", main=False,
                       disabled=look.saving),
            ],
            wrap=True,
            spacing=12,
            run_spacing=10,
        )
    )  # fmt: skip
    beside = ft.Column(
        fields, spacing=14, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
    return sheet(_two(ui, _original(ui, typed.entry), beside), padding=Space.L)
