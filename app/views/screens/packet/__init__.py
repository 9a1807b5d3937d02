"""The audit packet: choosing what goes in, making it, and its check number."""

from __future__ import annotations

from .screen import PacketPlace

__all__ = ["PacketPlace"]
