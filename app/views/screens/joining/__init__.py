"""One family that was opened twice: the hint, the decision, and what became of it."""

from app.views.screens.joining.alike import AlikeLines
from app.views.screens.joining.decide import SameFamilyPlace
from app.views.screens.joining.joined import JoinedLine, JoinedPlace

__all__ = ["AlikeLines", "JoinedLine", "JoinedPlace", "SameFamilyPlace"]
