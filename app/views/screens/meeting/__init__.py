"""Meetings: the list, what is settled before, and meeting mode in the middle of the table."""

from .before import MeetingBefore
from .mode import MeetingMode
from .places import MeetingsPlace

__all__ = ["MeetingBefore", "MeetingMode", "MeetingsPlace"]
