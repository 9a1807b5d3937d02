"""A stage with the whole app, taken from Today to the list of families."""

from __future__ import annotations

from tests.ui import Stage


class OnFamilies(Stage):
    """Begins where the app does, on Today, and goes on to Families by the rail."""

    async def __aenter__(self) -> OnFamilies:
        await super().__aenter__()
        await self.tap("nav.families")
        return self
