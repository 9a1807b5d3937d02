"""Two versions of the same words: both are shown, and somebody decides."""

from app.views.screens.conflict.screen import ConflictPlace

__all__ = ["ConflictPlace"]
