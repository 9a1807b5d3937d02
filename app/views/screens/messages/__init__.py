"""Messages with clinics: the list, writing one, sending it, and what came back."""

from __future__ import annotations

from .listing import MessagesPlace
from .message import MessagePlace

__all__ = ["MessagePlace", "MessagesPlace"]
