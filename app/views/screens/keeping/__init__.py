"""Keeping records right: requests, notes in the wrong family, holds, and how long records are kept."""

from .misplaced import MisplacedPlace
from .record import KeepingPlace
from .request import RequestPlace
from .requests import RequestsPlace
from .retention import RetentionPlace
from .told import ToldPlace

__all__ = [
    "KeepingPlace", "MisplacedPlace", "RequestPlace", "RequestsPlace", "RetentionPlace", "ToldPlace",
]  # fmt: skip
