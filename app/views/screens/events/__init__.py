"""Life events of a family: the list, and the form of one."""

from .editor import EventEditorPlace
from .listing import EventsPlace

__all__ = ["EventEditorPlace", "EventsPlace"]
