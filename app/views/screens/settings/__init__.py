"""Settings of this tablet."""

from app.views.screens.settings.screen import SettingsScreen

__all__ = ["SettingsScreen"]
