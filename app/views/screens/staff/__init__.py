"""People, teams and tablets of the agency: listing, inviting, changing, taking out."""

from app.views.screens.staff.invite import Invite
from app.views.screens.staff.late import LatePlace
from app.views.screens.staff.names import AgencyNamePlace, NamePlace
from app.views.screens.staff.people import People
from app.views.screens.staff.person import PersonPlace
from app.views.screens.staff.removal import RemovalPlace
from app.views.screens.staff.removing import RemovePlace
from app.views.screens.staff.roles import RolesPlace
from app.views.screens.staff.tablets import MyTablets
from app.views.screens.staff.teams import TeamPlace, TeamsPlace

__all__ = [
    "AgencyNamePlace", "Invite", "LatePlace", "MyTablets", "NamePlace", "People", "PersonPlace",
    "RemovalPlace", "RemovePlace", "RolesPlace", "TeamPlace", "TeamsPlace",
]  # fmt: skip
