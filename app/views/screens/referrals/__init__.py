"""Referrals of a family: the list, one with its steps, the form; and what became of all of them."""

from __future__ import annotations

from .listing import ReferralsPlace
from .one import ReferralPlace
from .rates import RatesPlace

__all__ = ["RatesPlace", "ReferralPlace", "ReferralsPlace"]
