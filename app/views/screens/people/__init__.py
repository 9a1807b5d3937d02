"""The people of a family and around it: drawing, list, forms, and who else coordinates."""

from app.views.screens.people.coordinators import CoordinatorsPlace
from app.views.screens.people.places import (
    MemberEditorPlace,
    PersonEditorPlace,
    SupportEditorPlace,
)
from app.views.screens.people.tab import PeopleTab

__all__ = [
    "CoordinatorsPlace", "MemberEditorPlace", "PeopleTab", "PersonEditorPlace", "SupportEditorPlace",
]  # fmt: skip
