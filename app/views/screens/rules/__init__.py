"""The rules of the agency: what counts, since when and why, and changing it."""

from app.views.screens.rules.editor import RuleEditorPlace
from app.views.screens.rules.listing import RulesPlace
from app.views.screens.rules.one import RuleFilePlace
from app.views.screens.rules.texts import ItemTextsPlace

__all__ = ["ItemTextsPlace", "RuleEditorPlace", "RuleFilePlace", "RulesPlace"]
