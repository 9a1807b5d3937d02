"""Two families on a real open tablet, their words in Cyrillic letters; and what a screen then shows."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import fields, is_dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import Any

import flet as ft
import pytest
from flet.components.component import Component
from flet.controls.base_control import BaseControl

from app.demo.content import Size, generate
from app.exchange.hsds import Imported, read_directory
from app.protocol.bodies import Label
from app.protocol.ids import singleton_id
from app.services.first_run import StartAgency
from app.services.tablet import Tablet
from app.store.vault import Change
from app.wraparound.records import RECORD_TYPES, fields_of
from app.wraparound.rules import shipped
from tests.pseudo import OPEN, Foreign, cyrillic, hard_coded, is_code
from tests.services.office import PASSPHRASE, SERVER, office
from tests.ui import Stage

FREE = ("person.role", "person.pronouns", "strategy.kind_words", "outcome.measure_kind")
"""Fields of words that happen to have neither capital letters nor spaces in the example."""

SPOKEN = frozenset({"English", "Español", "Kitchen", "Table"})
"""Shown as they are in every language: languages by their own names, and the app's."""

WORDS = ("label", "hint_text", "helper", "error", "tooltip", "semantics_label", "suffix", "prefix", "text")
"""Attributes of controls that people read or hear, besides the text itself."""

QUIET = 4
"""So many looks without a change, and a page is at rest."""

NEVER = (
    "settings.lock", "unlock", "crisis.call", "crisis.text", "carrying.make", "carrying.read",
    "attachments.add", "directory_import.choose", "item_texts.choose",
)  # fmt: skip
"""What explores nothing: it ends the walk, leaves the app, or waits for a dialog of the system."""


def foreign_rules(text: str) -> str:
    """A rule file, what people wrote in it in Cyrillic letters: comments, and texts that are no codes."""
    return re.sub(
        r'"[^"\n]*"|#[^\n]*',
        lambda found: found[0] if is_code(found[0].strip('"')) else cyrillic(found[0]),
        text,
    )


def _foreign_directory(content: bytes) -> Imported:
    """What a directory says, its words in Cyrillic letters."""
    services, foreign = json.loads(content), Foreign()
    foreign.learn("service", services)
    return read_directory(json.dumps(foreign.put("service", services)).encode())


@contextmanager
def foreign_content(folder: Path) -> Iterator[None]:
    """Let the rule files and the directory that ship be written in Cyrillic letters, as the records are.

    They are content too, in the languages that they happen to have. folder: a new one.
    """
    folder.mkdir()
    for file in shipped.FOLDER.glob("*.toml"):
        (folder / file.name).write_text(foreign_rules(file.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shipped, "FOLDER", folder)
        patch.setattr("app.services.directory_shelf.read_directory", _foreign_directory)
        shipped.shipped_text.cache_clear()
        try:
            yield
        finally:
            shipped.shipped_text.cache_clear()


@asynccontextmanager
async def foreign_tablet(folder: Path) -> AsyncIterator[tuple[Tablet, Mapping[str, Mapping[str, str]]]]:
    """An open tablet with two families, and one record of each type: family id → type → id."""
    with foreign_content(folder / "rules"):
        async with office(folder) as place:
            tablet = place.tablet("founder")
            await tablet.first_run.start_agency(
                StartAgency("Речной Дом", "Рут Абара", "Наставница", PASSPHRASE, SERVER)
            )
            await tablet.first_run.finish()
            yield tablet, await _write(tablet)


async def _write(tablet: Tablet) -> dict[str, dict[str, str]]:
    desk = tablet.open.desk
    example = generate(7, desk.today(), Size(families=2), UTC)
    foreign = Foreign()
    foreign.learn_words(FREE)
    records = [record for family in example.families for record in family.records]
    for record in records:
        foreign.learn(record.type, record.fields)
    found: dict[str, dict[str, str]] = {}
    for family in example.families:
        group = os.urandom(16)
        stream = await desk.vault.open_stream(Label.TEAM, group)
        here = found.setdefault(group.hex(), {})
        changes = []
        for record in family.records:
            kind = RECORD_TYPES[record.type]
            known = fields_of(kind)
            record_id = singleton_id(stream, record.type).hex() if kind.SINGLETON else record.id
            written = {name: value for name, value in record.fields.items() if name in known}
            if "lead_coordinator" in written:
                written["lead_coordinator"] = desk.me.person
            changes.append(Change(stream, record.type, record_id, foreign.put(record.type, written)))
            here.setdefault(record.type, record_id)
        for start in range(0, len(changes), 100):
            await desk.vault.commit(changes[start : start + 100])
    return found


def in_cyrillic(view: Any) -> Any:
    """A canned value of a service, what people wrote in it in Cyrillic letters, as in `Foreign`."""
    if isinstance(view, str):
        return view if is_code(view) else cyrillic(view)
    if isinstance(view, tuple):
        return tuple(in_cyrillic(one) for one in view)
    if is_dataclass(view) and not isinstance(view, type):
        return replace(view, **{one.name: in_cyrillic(getattr(view, one.name)) for one in fields(view)})
    return view


Page = Sequence[BaseControl]
"""All controls of a page at rest."""


def shown(page: Page) -> Iterator[tuple[BaseControl, str]]:
    """Every piece of words on the page with its control: seen, or read aloud."""
    for control in page:
        if isinstance(control, ft.Text):
            yield control, control.value or "".join(span.text or "" for span in control.spans or ())
            continue
        if isinstance(control, ft.TextField) and control.value and not control.password:
            yield control, control.value
        for name in WORDS:
            value: Any = getattr(control, name, None)
            if isinstance(value, ft.Tooltip):
                value = value.message
            if isinstance(value, str) and value:
                yield control, value


def foreign_words(page: Page, but: Collection[str] = ()) -> set[str]:
    """Pieces with words that are neither in the catalogue nor in the records. but: single words."""
    return {text for _, text in shown(page) if set(hard_coded(text)) - SPOKEN - set(but)}


def cut_words(page: Page) -> set[str]:
    """Words of the catalogue that may not take the lines they need."""
    return {
        control.value
        for control in page
        if isinstance(control, ft.Text)
        and control.value.startswith(OPEN)
        and (control.max_lines is not None or control.no_wrap)
    }


class Findings(dict[str, set[str]]):
    """What is wrong on a page, by what was tapped before."""

    def look(self, page: Page, after: str = "", but: Collection[str] = ()) -> None:
        """Look at a page. but: single words that stand there as they are."""
        wrong = foreign_words(page, but) | cut_words(page)
        if any(one.key == "broken" for one in page):
            wrong.add("broken")
        if wrong:
            self.setdefault(after, set()).update(wrong)


async def at_rest(stage: Stage, polls: int = 400) -> Page:
    """The page once it has stayed the same for a while: the store answers in a thread."""
    before, same = -1, 0
    for _ in range(polls):
        await stage.settle()
        await asyncio.sleep(0.002)
        now = stage.told
        same = same + 1 if now == before else 0
        before = now
        if same >= QUIET:
            page = list(stage.walk())
            leaving = [one for one in page if isinstance(one, ft.DialogControl) and not one.open]
            for dialog in leaving:  # A browser tells so once it has faded.
                await stage.event(dialog, "dismiss")
            if leaving:
                same = 0
                continue
            if not any(isinstance(one, Component) and one.fn.__name__ == "Loading" for one in page):
                return page
            same = 0
    raise AssertionError(f"the page does not come to rest:\n{stage.words()}")


async def explore(
    stage: Stage, page: Page, at_most: int, but: tuple[str, ...] = ()
) -> AsyncIterator[tuple[str, Page]]:
    """Tap what can be tapped, each key once; gives the key and the page that came to rest.

    What a tap opens is explored too. Nothing is typed; what is written on the way stays written.
    but: beginnings of keys to leave alone.
    """
    done: set[str] = set()
    for _ in range(at_most):
        left = [
            one for one in tappable(page) if not str(one.key).startswith(but) and str(one.key) not in done
        ]
        if not left:
            return
        done.add(str(left[0].key))
        await stage.event(left[0], "click")
        page = await at_rest(stage)
        yield str(left[0].key), page


def tappable(page: Page) -> list[BaseControl]:
    """What can be tapped now, what was opened last first."""
    return [
        control
        for control in reversed(page)
        if getattr(control, "on_click", None) is not None
        and not getattr(control, "disabled", False)
        and control.key is not None
        and not str(control.key).startswith(NEVER)
    ]
