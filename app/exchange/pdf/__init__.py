"""Papers that a family takes home, as PDF: the plan, the crisis card, releases, the log.

`family_copy`, `crisis_card` and `version_paper` take a page that is already filtered for its reader
(app/services/family_page.py) and give bytes. Nothing is written to disk and nothing is fetched.
Loads fonts' and pictures' libraries: import it where a paper is made, not where the tablet starts.
"""

from .accounting import accounting_paper
from .card import crisis_card
from .password import password_fault
from .plan_copy import family_copy, version_paper
from .release_paper import release_paper

__all__ = [
    "accounting_paper", "crisis_card", "family_copy", "password_fault", "release_paper", "version_paper",
]  # fmt: skip
