"""The people of a family and around it: drawing, list and form."""

from app.views.screens.people.editor import SupportEditorPlace
from app.views.screens.people.tab import PeopleTab

__all__ = ["PeopleTab", "SupportEditorPlace"]
