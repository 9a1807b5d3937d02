"""The family's table: the door to it on the worker's side, and the table itself."""

from app.views.screens.table.door import TableDoor
from app.views.screens.table.screen import FamilyTableScreen

__all__ = ["FamilyTableScreen", "TableDoor"]
