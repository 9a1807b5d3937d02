"""What the agency may not do to itself: lose its last administrator, or a team's supervision.

Pure questions on the agency's verified state, asked before the operation is signed. Replay does not
know these rules; the agency seed is the way back for an agency that broke them.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.errors import InvalidInput
from app.protocol.ids import PersonId, TeamId
from app.protocol.membership import AgencyState, Role


def keep_an_administrator(agency: AgencyState, without: PersonId) -> None:
    """Raise InvalidInput when, without this one, nobody with a working tablet could let people in."""
    for person in agency.persons:
        if person != without and Role.ADMINISTRATOR in agency.roles_at(person, agency.index):
            if agency.live_devices([person]):
                return
    raise InvalidInput(
        "This is the agency's last administrator with a tablet. Make somebody else an"
        " administrator first.",
        code="last_administrator",
    )


def supervisor_of(agency: AgencyState, team: TeamId | None) -> PersonId | None:
    """Who supervises a team now; None when nobody with the role and still here does."""
    history = agency.teams.get(team, ()) if team is not None else ()
    who = history[-1][1] if history else None
    return who if who and Role.SUPERVISOR in agency.roles_at(who, agency.index) else None


def members_of(agency: AgencyState, team: TeamId) -> tuple[PersonId, ...]:
    """Everybody who is in a team now."""
    found = []
    for person_id, person in agency.persons.items():
        standing = person.standing_at(agency.index)
        if standing is not None and standing.team == team:
            found.append(person_id)
    return tuple(found)


def led_by(agency: AgencyState, person: PersonId) -> tuple[TeamId, ...]:
    """Teams whose supervisor a person is."""
    return tuple(team for team in agency.teams if supervisor_of(agency, team) == person)


def keep_supervision(agency: AgencyState, person: PersonId, roles: Iterable[Role]) -> None:
    """Raise InvalidInput when a team with people would lose its supervisor with this change."""
    if Role.SUPERVISOR in roles:
        return
    for team in led_by(agency, person):
        if any(other != person for other in members_of(agency, team)):
            raise InvalidInput(
                "They supervise a team. Give the team another supervisor first.",
                field="roles",
                code="team_needs_supervisor",
            )
