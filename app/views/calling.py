"""Calling and texting a number with the device's own telephone."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft


def dialled(phone: str) -> str:
    """The number as it is dialled: digits and the signs a telephone knows."""
    return "".join(sign for sign in phone if sign.isdigit() or sign in "+*#")


def use_call() -> tuple[Callable[[str], None], Callable[[str], None]]:
    """Hook: (call, text) for a number as it is written in the record."""
    page = ft.context.page

    def opener(scheme: str) -> Callable[[str], None]:
        def start(phone: str) -> None:
            async def launch() -> None:
                await ft.UrlLauncher().launch_url(f"{scheme}:{dialled(phone)}")

            page.run_task(launch)

        return start

    return opener("tel"), opener("sms")
