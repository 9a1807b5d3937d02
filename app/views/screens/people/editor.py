"""placeholder."""
from __future__ import annotations
import flet as ft
from app.views.place import Place
from app.views.widgets.boundary import component
@component
def SupportEditorPlace(place: Place) -> ft.Control:
    return ft.Text("")
