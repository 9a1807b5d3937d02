"""Recovery: the kit of a tablet, the agency's words, and the way in with them."""

from app.views.screens.recovery.kit import RecoveryKitPlace
from app.views.screens.recovery.seed import SeedPlace

__all__ = ["RecoveryKitPlace", "SeedPlace"]
