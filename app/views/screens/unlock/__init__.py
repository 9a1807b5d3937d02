"""Unlock: the passphrase, and what to do for somebody who cannot get in."""

from app.views.screens.unlock.screen import Unlock

__all__ = ["Unlock"]
