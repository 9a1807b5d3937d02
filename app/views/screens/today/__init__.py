"""Today: where one goes, and what is due."""

from app.views.screens.today.screen import Today

__all__ = ["Today"]
