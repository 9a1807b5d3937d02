"""Bringing a directory in as a pure function: what is in use, what was read, what could not be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import flet as ft

from app.services.directory_import import PROBLEMS, Problem, Report
from app.services.directory_views import EditionView
from app.views.screens.directory.wording import edition_words
from app.views.theme.tokens import Space
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.fields import field, note_line
from app.views.widgets.panels import fact_line, quiet_panel, sheet
from app.views.widgets.pressable import Act, bind
from app.views.widgets.states import progress
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.ui import Ui

if TYPE_CHECKING:
    from app.views.screens.directory.importing import ImportForm

_SHOWN = 30
_NAMES = 12


@dataclass(frozen=True)
class ImportActs:
    """What can be done."""

    choose: Act
    stop: Act
    use: Act
    drop: Act
    export: Act
    write: Callable[[str, str], object]
    withdraw: Callable[[str], object]


def problem_words(ui: Ui, code: str) -> str:
    """What is wrong, in plain words."""
    return ui.say(f"directory_import.problem.{code if code in PROBLEMS else 'unknown'}")


def import_parts(
    ui: Ui, form: ImportForm, editions: tuple[EditionView, ...], acts: ImportActs
) -> list[ft.Control]:
    """What stands in the column."""
    errors = dict(form.errors)
    parts: list[ft.Control] = [text(ui, ui.say("directory_import.how"), ui.type.body)]
    if form.said:
        done = text(ui, form.said, ui.type.h3, ft.Colors.TERTIARY)
        parts.append(ft.Semantics(live_region=True, content=done))
    if errors.get(""):
        parts.append(note_line(ui, errors[""], error=True, key="directory_import.problem"))
    if form.busy:
        share = form.done / form.total if form.total else None
        words = ui.say(f"directory_import.{form.busy}", count=f"{form.done:,}")
        stop = acts.stop if form.busy == "reading" else None
        parts.append(progress(ui, words, share, key="directory_import.work", on_stop=stop))
    if form.read is not None:
        parts.append(_read(ui, form, form.read.report, errors, acts))
    elif not form.busy:
        parts.append(
            ft.Row(
                [filled(ui, ui.say("directory_import.choose"), acts.choose, key="directory_import.choose",
                        symbol=ft.Icons.FILE_OPEN_OUTLINED)],
                wrap=True,
            )
        )  # fmt: skip
    parts.append(_in_use(ui, editions, acts))
    return parts


def _read(
    ui: Ui, form: ImportForm, report: Report, errors: dict[str, str], acts: ImportActs
) -> ft.Control:
    count = f"{report.services:,}"
    came = "came_one" if report.services == 1 else "came"
    lines: list[ft.Control] = [text(ui, ui.say(f"directory_import.{came}", count=count), ui.type.h2)]
    lines.append(
        text(
            ui,
            ui.say(
                "directory_import.of", organizations=f"{report.organizations:,}",
                locations=f"{report.locations:,}",
            ),
            ui.type.body, SOFT,
        )
    )  # fmt: skip
    if report.rows_out:
        key = "rows_out_one" if report.rows_out == 1 else "rows_out"
        said = ui.say(f"directory_import.{key}", count=f"{report.rows_out:,}")
        lines.append(fact_line(ui, ft.Icons.REPORT_OUTLINED, said, key="directory_import.rows_out"))
    if report.values_out:
        key = "values_out_one" if report.values_out == 1 else "values_out"
        said = ui.say(f"directory_import.{key}", count=f"{report.values_out:,}")
        lines.append(fact_line(ui, ft.Icons.INFO_OUTLINE, said, soft=True))
    if report.unknown:
        names = ", ".join(sorted(report.unknown)[:_NAMES])
        more = " …" if len(report.unknown) > _NAMES else ""
        lines.append(
            fact_line(ui, ft.Icons.VISIBILITY_OFF_OUTLINED,
                      ui.say("directory_import.not_known", names=names + more), soft=True)
        )  # fmt: skip
    if report.problems:
        lines.append(_problems(ui, report))
        lines.append(
            ft.Row(
                [outlined(ui, ui.say("directory_import.export"), acts.export, key="directory_import.export",
                          symbol=ft.Icons.SAVE_ALT_OUTLINED, small=True)],
                wrap=True,
            )
        )  # fmt: skip

    def line(name: str) -> ft.Control:
        return field(
            ui, ui.say(f"directory_import.{name}"), getattr(form, name),
            lambda typed: acts.write(name, typed), key=f"directory_import.{name}", error=errors.get(name),
            disabled=bool(form.busy),
        )  # fmt: skip

    busy = bool(form.busy)
    lines += [
        line("name"), line("source"), line("licence"),
        text(ui, ui.say("directory_import.before"), ui.type.body, SOFT),
        ft.Row(
            [
                filled(ui, ui.say("directory_import.use"), acts.use, key="directory_import.use",
                       symbol=ft.Icons.CHECK, disabled=busy),
                outlined(ui, ui.say("directory_import.drop"), acts.drop, key="directory_import.drop",
                         disabled=busy),
            ],
            wrap=True, spacing=12, run_spacing=10,
        ),
    ]  # fmt: skip
    return sheet(_column(lines))


def _problems(ui: Ui, report: Report) -> ft.Control:
    kinds = Counter(one.code for one in report.problems)
    lines: list[ft.Control] = [
        text(ui, ui.say("directory_import.kind", words=problem_words(ui, code), count=count), ui.type.strong)
        for code, count in kinds.most_common()
    ]
    lines += [text(ui, _where(ui, one), ui.type.body, SOFT) for one in report.problems[:_SHOWN]]
    if len(report.problems) > _SHOWN:
        lines.append(text(ui, ui.say("directory_import.more_problems"), ui.type.body, SOFT))
    return quiet_panel(_column(lines, Space.XS), key="directory_import.problems")


def _where(ui: Ui, one: Problem) -> str:
    """One problem in a line: where it is, what is wrong, what stood there."""
    place = one.file
    if one.row:
        place = ui.say("directory_import.at_row", file=one.file or "JSON", row=one.row)
    value = f"“{one.value}”" if one.value else ""
    return " · ".join(part for part in (place, one.field, problem_words(ui, one.code), value) if part)


def _in_use(ui: Ui, editions: tuple[EditionView, ...], acts: ImportActs) -> ft.Control:
    lines: list[ft.Control] = [section_header(ui, ui.say("directory_import.in_use"))]
    if not editions:
        lines.append(text(ui, ui.say("directory_import.only_starter"), ui.type.body, SOFT))
    for number, one in enumerate(editions):
        said = [text(ui, edition_words(ui, one), ui.type.strong)]
        details = " · ".join(part for part in (one.source, one.licence, one.by) if part)
        if details:
            said.append(text(ui, details, ui.type.body, SOFT))
        state = "sent" if one.sent else "here" if one.here else "not_here"
        if number:
            state = "older"
        said.append(text(ui, ui.say(f"directory_import.state.{state}"), ui.type.body, SOFT))
        away = quiet(
            ui, ui.say("directory_import.withdraw"), bind(acts.withdraw, one.edition_id),
            key=f"directory_import.withdraw.{one.edition_id}",
        )  # fmt: skip
        lines.append(
            ft.Row(
                [ft.Column(said, spacing=2, tight=True, expand=True), away],
                spacing=12, vertical_alignment=ft.CrossAxisAlignment.START,
            )
        )  # fmt: skip
    return _column(lines)


def _column(parts: list[ft.Control], spacing: float = Space.M) -> ft.Control:
    return ft.Column(
        parts, spacing=spacing, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
