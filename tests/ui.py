"""Headless tests of views: a page without a client, driven by control key.

The one place that touches Flet's internals. A recording connection stands in for the client, a
real `Session` renders and compares as in the app, and events go the same way as from a browser:
what a person types is patched into the control first, then the event is dispatched.

    async def test_open():
        async with Stage(lambda: [ft.View(controls=[Screen()])]) as stage:
            await stage.type("unlock.passphrase", "four quiet words")
            await stage.tap("unlock.go")
            assert "Good morning." in stage.words()

`Stage.of(control)` wraps a single component in the kit's settings. Keys given to a component are
found too: the first control inside that can be tapped or typed into is taken.
Follows design page 03, "Seeing it".
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from types import TracebackType
from typing import Any, TypeVar

import flet as ft
import msgpack
from flet.components.component import Component
from flet.controls.base_control import BaseControl
from flet.controls.context import _context_page
from flet.messaging.connection import Connection
from flet.messaging.protocol import (
    Message,
    MessageAction,
    RegisterClientResponseBody,
    configure_encode_object_for_msgpack,
)
from flet.messaging.session import Session
from flet.pubsub.pubsub_hub import PubSubHub

from app.views.widgets.ui import Kit, UiSettings

C = TypeVar("C", bound=BaseControl)


class NotOnStage(AssertionError):
    """No control with that key, or of that kind, is on the page."""


class RecordingConnection(Connection):
    """A client that keeps every message and answers nothing."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self.messages: list[Message] = []
        self.loop = loop
        self.executor = ThreadPoolExecutor(max_workers=2)
        self.pubsubhub = PubSubHub(loop=loop, executor=self.executor)

    def send_message(self, message: Message) -> None:
        """Keep the message, packed as for a browser: Flet compares later against what it packed."""
        msgpack.packb(
            [message.action, message.body],
            default=configure_encode_object_for_msgpack(BaseControl),
        )
        self.messages.append(message)

    def dispose(self) -> None:
        """End the threads."""
        self.executor.shutdown(wait=False)


class Stage:
    """A page with a rendered root, as an async context manager.

    Args:
        root: returns the list of views, like the callable given to `page.render_views`.
        width: window width in logical pixels.
        height: window height in logical pixels.
        route: the page's first route.
    """

    def __init__(
        self,
        root: Callable[[], object],
        *,
        width: float = 1024,
        height: float = 768,
        route: str = "/",
    ) -> None:
        self._root = root
        self._size = (width, height)
        self._route = route

    @classmethod
    def of(
        cls,
        content: Callable[[], ft.Control],
        settings: UiSettings | None = None,
        *,
        width: float = 1024,
        height: float = 768,
    ) -> Stage:
        """A stage with one view that holds `content()` below the kit's settings."""
        chosen = settings or UiSettings()

        @ft.component
        def Root() -> object:
            return Kit(chosen, lambda: [ft.View(controls=[content()])])

        return cls(Root, width=width, height=height)

    async def __aenter__(self) -> Stage:
        self._connection = RecordingConnection(asyncio.get_running_loop())
        self.session = Session(self._connection)
        self.page = self.session.page
        self._token = _context_page.set(self.page)
        self.session.apply_page_patch(
            {"width": self._size[0], "height": self._size[1], "route": self._route}
        )
        self._connection.send_message(
            Message(
                MessageAction.REGISTER_CLIENT,
                RegisterClientResponseBody(
                    session_id=self.session.id,
                    page_patch=self.session.get_page_patch(),
                    error="",
                ),
            )
        )
        self.page.render_views(self._root)
        await self.settle()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # A test that has failed already says more than this would.
        lost = [] if kind is not None else list(self.homeless())
        self.session.close()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        self._connection.dispose()
        _context_page.reset(self._token)
        assert not lost, f"drawn as a grey box: {lost}"

    # -- looking ---------------------------------------------------------

    def walk(self) -> Iterator[BaseControl]:
        """Every control on the page in reading order, components included, dialogs last."""
        seen: set[int] = set()
        for root in (self.page.views, self.page._dialogs):
            yield from _walk(root, seen)

    def inside(self, control: BaseControl) -> Iterator[BaseControl]:
        """A control and every control in it."""
        yield from _walk(control, set())

    def find(self, key: str) -> BaseControl:
        """The control with that key; for a component, what can be used inside it.

        Raises:
            NotOnStage: there is none; the message lists the keys there are.
        """
        for control in self.walk():
            if control.key is not None and str(control.key) == key:
                return _usable(control) if isinstance(control, Component) else control
        raise NotOnStage(f"{key!r} is not among {sorted(self.keys())}")

    def has(self, key: str) -> bool:
        """Whether a control with that key is on the page."""
        return key in self.keys()

    def keys(self) -> set[str]:
        """All control keys on the page."""
        return {str(c.key) for c in self.walk() if c.key is not None}

    def all(self, kind: type[C]) -> list[C]:
        """All controls of a class."""
        return [c for c in self.walk() if isinstance(c, kind)]

    def words(self) -> str:
        """All visible words in reading order, one piece a line."""
        lines: list[str] = []
        for control in self.walk():
            if isinstance(control, ft.Text):
                if control.value:
                    lines.append(control.value)
                elif control.spans:
                    lines.append("".join(span.text or "" for span in control.spans))
            elif isinstance(control, ft.TextField) and control.value:
                lines.append("•" * len(control.value) if control.password else control.value)
        return "\n".join(lines)

    def homeless(self) -> Iterator[str]:
        """Children of wrapping rows that ask for the room left: Flet draws a grey box in their place.

        Looked for at the end of every test that has a stage.
        """
        for row in self.all(ft.Row):
            if not row.wrap:
                continue
            for child in row.controls:
                one: BaseControl | None = child
                while isinstance(one, Component):
                    one = one._b
                if getattr(one, "expand", None) is not None:  # even False is handed on
                    yield f"{type(one).__name__} {getattr(one, 'value', '')} in {row.key}"

    def names(self) -> list[str]:
        """All accessible names given with `Semantics(label=…)` or to an icon."""
        found = [c.label for c in self.all(ft.Semantics) if c.label]
        return found + [c.semantics_label for c in self.all(ft.Icon) if c.semantics_label]

    @property
    def told(self) -> int:
        """How many messages have gone to the client: it grows whenever something changes."""
        return len(self._connection.messages)

    @property
    def crashed(self) -> str | None:
        """The error the session told its client, if it crashed."""
        for message in self._connection.messages:
            if message.action is MessageAction.SESSION_CRASHED:
                return str(message.body)
        return None

    @property
    def alive(self) -> bool:
        """Whether the task that draws updates still runs."""
        task = self.session._Session__updates_task  # type: ignore[attr-defined]
        return task is not None and not task.done()

    def forgive_dead_task(self) -> None:
        """Take note of the update task's fault, so that it is not reported when collected."""
        task = self.session._Session__updates_task  # type: ignore[attr-defined]
        if task is not None and task.done() and not task.cancelled():
            task.exception()

    # -- doing -----------------------------------------------------------

    async def settle(self, rounds: int = 12) -> None:
        """Let effects, updates and short coroutines run; no clock is waited for."""
        for _ in range(rounds):
            await asyncio.sleep(0)

    async def wait_for(self, holds: Callable[[], bool], seconds: float = 3.0) -> None:
        """Let the loop run until something holds, for work done in a thread."""
        end = asyncio.get_running_loop().time() + seconds
        while not holds():
            if asyncio.get_running_loop().time() > end:
                raise AssertionError(f"it did not come to hold; on the page:\n{self.words()}")
            await asyncio.sleep(0.005)
        await self.settle()

    async def event(self, control: BaseControl, name: str, data: Any = None) -> None:
        """Send an event to a control as the client would.

        Raises:
            AssertionError: a handler raised, which would crash the session in the app.
        """
        before = self.crashed
        logging.getLogger("flet").debug("stage event %s", name)
        await self.session.dispatch_event(control._i, name, data)
        await self.settle()
        if before is None and self.crashed is not None:
            raise AssertionError(f"the handler crashed the session: {self.crashed}")

    async def tap(self, key: str) -> None:
        """Tap a control; a disabled one or one without a handler is a mistake of the test."""
        control = self.find(key)
        if getattr(control, "disabled", False):
            raise AssertionError(f"{key!r} is disabled")
        if getattr(control, "on_click", None) is None:
            raise AssertionError(f"{key!r} does nothing when tapped")
        await self.event(control, "click")

    async def type(self, key: str, value: str) -> None:
        """Put a text into a field in place of what stands there."""
        control = self.find(key)
        if not isinstance(control, ft.TextField):
            raise AssertionError(f"{key!r} is not a field")
        if control.disabled:
            raise AssertionError(f"{key!r} is disabled")
        self.session.apply_patch(control._i, {"value": value})
        await self.event(control, "change", value)

    async def submit(self, key: str) -> None:
        """Press Enter in a field."""
        await self.event(self.find(key), "submit")

    async def dismiss(self, kind: type[BaseControl] = ft.AlertDialog) -> None:
        """Close the open dialog or bar as Escape or time would."""
        for control in self.all(kind):
            await self.event(control, "dismiss")
            return
        raise NotOnStage(f"no {kind.__name__} is open")

    async def resize(self, width: float, height: float) -> None:
        """Change the window's size."""
        self.session.apply_page_patch({"width": width, "height": height})
        await self.event(self.page, "resize", {"width": width, "height": height})

    def value(self, key: str) -> str:
        """What stands in a field."""
        control = self.find(key)
        if not isinstance(control, ft.TextField):
            raise AssertionError(f"{key!r} is not a field")
        return control.value or ""


def _walk(node: object, seen: set[int]) -> Iterator[BaseControl]:
    if isinstance(node, (list, tuple)):
        for item in node:
            yield from _walk(item, seen)
        return
    if isinstance(node, dict):
        for item in node.values():
            yield from _walk(item, seen)
        return
    if not isinstance(node, BaseControl) or id(node) in seen:
        return
    seen.add(id(node))
    if getattr(node, "visible", True) is False:
        return
    yield node
    if isinstance(node, Component):
        yield from _walk(node._b, seen)
        return
    for name in _fields(type(node)):
        value = getattr(node, name, None)
        if isinstance(value, (BaseControl, list, tuple, dict)):
            yield from _walk(value, seen)


@cache
def _fields(kind: type) -> tuple[str, ...]:
    """Names of what controls of a class may hold."""
    return tuple(
        field.name
        for field in dataclasses.fields(kind)
        if not field.name.startswith("_") and not field.metadata.get("skip")
    )


def _usable(component: Component) -> BaseControl:
    first: BaseControl | None = None
    for control in _walk(component._b, set()):
        if isinstance(control, Component):
            continue
        first = first or control
        if isinstance(control, ft.TextField) or getattr(control, "on_click", None) is not None:
            return control
    if first is None:
        raise NotOnStage(f"the component {component.fn.__name__} shows nothing")
    return first
