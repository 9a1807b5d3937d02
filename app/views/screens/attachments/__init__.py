"""Photos and papers of a family: the list, adding one, and looking at one."""

from __future__ import annotations

from .listing import AttachmentsPlace
from .looking import AttachmentPlace

__all__ = ["AttachmentPlace", "AttachmentsPlace"]
