"""Sync centre: where the work stands, in plain words, and what a person may do about it."""

from app.views.screens.sync_centre.screen import SyncCentre

__all__ = ["SyncCentre"]
