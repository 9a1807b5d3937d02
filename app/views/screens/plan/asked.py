"""What the Plan tab asks for: the plan, who is around it, two versions, the coach, the last meeting.

Owns the question alone. A part that is not there yet (no meeting was held) is simply empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final

from app.services.open_tablet import OpenTablet
from app.services.plan import Flag, Helper, KeptForm, PlanView
from app.services.plan_fields import KINDS
from app.services.versions import SinceMeeting
from app.views.routes import PLACES

VISION: Final = "family_vision"
WATCHED: Final = frozenset(
    {*(kind.record.TYPE for kind in KINDS.values()), "meeting", "plan_version", "family", "person",
     "natural_support", "team_member"}
)  # fmt: skip
"""Types whose change is seen on the tab."""


@dataclass(frozen=True)
class Asked:
    """The plan and what stands around it. conflicts: record id to the field."""

    plan: PlanView
    helpers: tuple[Helper, ...]
    conflicts: dict[str, str]
    vision_record: str
    flags: tuple[Flag, ...]
    since: SinceMeeting | None
    kept: tuple[KeptForm, ...]
    now_ms: int


async def ask(opened: OpenTablet, family_id: str) -> Asked:
    """Everything that the tab shows of one family."""
    plan = await opened.plan.plan(family_id)
    conflicts: dict[str, str] = {}
    vision_record = ""
    for one in await opened.conflicts.open(family_id):
        conflicts.setdefault(one.record_id, one.field)
        if one.type == VISION:
            vision_record = one.record_id
    return Asked(
        plan,
        await opened.plan.helpers(family_id),
        conflicts,
        vision_record,
        await opened.plan.flags(family_id),
        await opened.versions.since_last_meeting(family_id),
        await opened.plan.kept_forms(family_id),
        opened.desk.now_ms(),
    )


def there_is(place: str) -> bool:
    """Whether a place of the routes can be opened in this build."""
    return place in PLACES and find_spec(PLACES[place][0]) is not None
