"""The Plan tab: the family's vision, and the thread from need to action step."""

from app.views.screens.plan.tab import PlanTab

__all__ = ["PlanTab"]
