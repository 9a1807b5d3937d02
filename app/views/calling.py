"""Calling and texting a number with the device's own telephone.

The tablet is told before, so that a call does not lock it as soon as a tablet left alone would be.
"""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.views.hooks import use_tablet


def dialled(phone: str) -> str:
    """The number as it is dialled: digits and the signs a telephone knows."""
    return "".join(sign for sign in phone if sign.isdigit() or sign in "+*#")


def use_call() -> tuple[Callable[[str], None], Callable[[str], None]]:
    """Hook: (call, text) for a number as it is written in the record."""
    page = ft.context.page
    tablet = use_tablet()

    def opener(scheme: str) -> Callable[[str], None]:
        def start(phone: str) -> None:
            async def launch() -> None:
                tablet.excursion()
                await ft.UrlLauncher().launch_url(f"{scheme}:{dialled(phone)}")

            page.run_task(launch)

        return start

    return opener("tel"), opener("sms")
