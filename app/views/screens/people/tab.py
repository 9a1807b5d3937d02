"""placeholder."""
from __future__ import annotations
import flet as ft
from app.views.widgets.boundary import component
@component
def PeopleTab(family_id: str) -> ft.Control:
    return ft.Text("")
