"""The places of people's forms, as the routes name them."""

from __future__ import annotations

import flet as ft

from app.views.place import Place
from app.views.screens.people.editor import MEMBER, PERSON, SUPPORT, use_editor
from app.views.screens.people.family_contact import use_family_contact
from app.views.widgets.boundary import component


@component
def SupportEditorPlace(place: Place) -> ft.Control:
    """The form for a natural support. place.record_id: whom to change; empty for somebody new."""
    return use_editor(SUPPORT, place)


@component
def MemberEditorPlace(place: Place) -> ft.Control:
    """The form for a member of the team; as `SupportEditorPlace`."""
    return use_editor(MEMBER, place)


@component
def _PersonEditor(place: Place) -> ft.Control:
    return use_editor(PERSON, place)


@component
def _FamilyContact(place: Place) -> ft.Control:
    return use_family_contact(place)


@component
def PersonEditorPlace(place: Place) -> ft.Control:
    """The form for somebody of the family; detail "family": the marks about the family itself."""
    return _FamilyContact(place) if place.detail == "family" else _PersonEditor(place)
