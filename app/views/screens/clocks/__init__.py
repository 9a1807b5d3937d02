"""The clocks of one family."""

from app.views.screens.clocks.screen import ClocksPlace

__all__ = ["ClocksPlace"]
