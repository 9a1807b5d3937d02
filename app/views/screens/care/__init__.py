"""What is known about a family's care and who may decide, and the pulse: three lists, two forms, one page."""

from __future__ import annotations

from .authority import AuthoritiesPlace, AuthorityEditorPlace
from .facts import CareEditorPlace, CarePlace
from .pulse import PulsePlace
from .pulse_asking import PulseAskPlace

__all__ = [
    "AuthoritiesPlace", "AuthorityEditorPlace", "CareEditorPlace", "CarePlace", "PulseAskPlace", "PulsePlace",
]  # fmt: skip
