"""Before I knock: what a worker wants in mind at the door."""

from app.views.screens.knock.screen import KnockPlace

__all__ = ["KnockPlace"]
