"""Keeping records right: entered in error, record requests, retention and legal hold."""

from __future__ import annotations

from .desk import Desk
from .keeping_errors import Misplacing
from .keeping_requests import Requests
from .keeping_time import Retaining
from .labels import Labels


class Keeping:
    """The three of them. Each act is noted in the audit in its own transaction."""

    def __init__(self, desk: Desk) -> None:
        labels = Labels(desk)
        self.errors = Misplacing(desk, labels)
        self.requests = Requests(desk, labels)
        self.time = Retaining(desk)
