"""The audit packet: which families and days, for whom and on what ground; then it is made, or stopped.

Supervisors alone. What is typed is sealed on the tablet after each pause until the packet is made, so
that Back, or a lock, takes nothing away.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import date
from typing import Any

import flet as ft

from app.errors import AppError, InvalidInput
from app.services.audit_packet import PacketFamily
from app.views import dates
from app.views.error_words import words_for
from app.views.half import use_half
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.documents.saving import save
from app.views.screens.more.places import typed_day
from app.views.screens.packet.form import FIELDS, HalfPacket, PacketForm, wish_of
from app.views.screens.packet.view import PacketActs, packet_screen
from app.views.widgets.boundary import component
from app.views.widgets.day_picker import read_day
from app.views.widgets.guarded import guarded
from app.views.widgets.ui import use_ui
from app.views.words import catalogue
from app.wraparound.rules.packet import PacketRules


@component
def PacketPlace(place: Place) -> ft.Control:
    """For all families on this tablet."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    page = ft.context.page
    tries, set_tries = ft.use_state(0)
    today = dates.local(tablet.open.desk.now_ms()).date()
    year = date(today.year - 1, today.month, min(today.day, 28))
    start = PacketForm(since=typed_day(ui, year.isoformat()), until=typed_day(ui, today.isoformat()))
    form, set_form, newest = use_newest(start)

    async def ask() -> tuple[tuple[PacketFamily, ...], PacketRules]:
        return await tablet.open.packets.families(), await tablet.open.rules.today("packet")

    answer = use_query(ask, (tries,), types=frozenset({"family", "practice_rules"}))

    half = use_half("packet", HalfPacket)

    async def load() -> None:
        kept = await half.kept()
        if kept is not None and kept != HalfPacket.of(newest()):
            set_form(lambda now: replace(kept.onto(now), restored=True))

    ft.use_effect(guarded(load, lambda _error: None), [])

    def tell(problem: AppError) -> None:
        where = problem.field if isinstance(problem, InvalidInput) else ""
        known = where if where in FIELDS else ""
        words = words_for(ui, problem)
        set_form(lambda now: replace(now, error=words, field=known, busy=False, stopping=False))

    def change(**changes: Any) -> None:
        set_form(lambda now: replace(now, error="", field="", **changes))
        half.later(HalfPacket.of(newest()))

    async def again() -> None:
        await half.drop()
        set_form(start)

    def progress(done: int, count: int) -> None:
        # A window that was closed meanwhile cannot be told; the packet goes on until somebody stops it.
        with contextlib.suppress(RuntimeError):
            set_form(lambda now: replace(now, drawn=done, of=count))

    async def make() -> None:
        now = newest()
        if now.busy:
            return
        language = ui.settings.language
        days = [
            found.isoformat() if (found := read_day(language, typed.strip(), today)) else ""
            for typed in (now.since, now.until)
        ]
        set_form(lambda now: replace(
            now, busy=True, stopping=False, error="", field="", drawn=0, of=len(now.chosen)
        ))  # fmt: skip
        made = await tablet.open.packets.make(
            wish_of(now, days[0], days[1], language), catalogue(language).__getitem__, progress,
            lambda: newest().stopping,
        )  # fmt: skip
        done = await save(tablet, made, bool(page.web))
        await half.drop()
        set_form(lambda now: replace(now, busy=False, done=done, digest=made.digest))

    return packet_screen(
        ui,
        answer,
        form,
        PacketActs(
            back=nav.back,
            cover=lambda: nav.go(Place("cover")),
            change=change,
            make=guarded(make, tell),
            stop=lambda: set_form(lambda now: replace(now, stopping=True)),
            again=guarded(again, tell),
            retry=lambda: set_tries(lambda now: now + 1),
        ),
        today,
    )
