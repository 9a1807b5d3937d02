"""The crisis card, one tap from anywhere inside a family, and the editor of the crisis plan."""

from app.views.screens.crisis.editor import CrisisEditorPlace
from app.views.screens.crisis.screen import Crisis

__all__ = ["Crisis", "CrisisEditorPlace"]
