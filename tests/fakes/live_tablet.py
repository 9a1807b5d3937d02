"""A tablet for views over a real vault and real services, as `services/rig.py` opens them.

For screens whose point is what the services make of the records. `fail` names a service's method
("phases.close") and the error it raises the next time it is called.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, cast

from app.services.audience import Audiences
from app.services.family_details import FamilyDetails
from app.services.family_page import FamilyPages
from app.services.form_drafts import FormDrafts
from app.services.phases import Phases
from app.services.practice_rules import PracticeRules
from app.services.progress import ProgressCharts
from app.services.sharing import Sharing
from app.services.tablet import Tablet
from app.services.transition import Transition
from app.services.versions import Versions
from tests.services.rig import Person

_ROUNDS = 10
"""A screen asks up to so many questions one after the other."""


class LiveTablet:
    """What screens use of `Tablet`, over one person's open vault."""

    def __init__(self, person: Person) -> None:
        self.fail: dict[str, Exception] = {}
        self.last_acts: list[Callable[[], Awaitable[object]]] = []
        self._person = person
        desk = person.desk
        services: dict[str, Any] = {
            "casebook": person.casebook, "notes": person.notes, "supports": person.supports,
            "plan": person.plan, "versions": Versions(desk), "phases": Phases(desk),
            "transition": Transition(desk), "family_details": FamilyDetails(desk),
            "audiences": Audiences(desk), "pages": FamilyPages(desk), "sharing": Sharing(desk),
            "progress": ProgressCharts(desk, PracticeRules(desk)), "form_drafts": FormDrafts(desk),
        }  # fmt: skip
        self.open = SimpleNamespace(
            desk=desk, **{name: _Failing(self, name, one) for name, one in services.items()}
        )

    def as_tablet(self) -> Tablet:
        """The same, for what is typed with the real class."""
        return cast(Tablet, self)

    def watch(self, watcher: Callable[[frozenset[str], frozenset[str]], None]) -> Callable[[], None]:
        """Be told when records change."""
        return self._person.vault.subscribe(lambda changed: watcher(changed.families, changed.types))

    async def rest(self, settle: Callable[[], Awaitable[None]]) -> None:
        """Let screen and database thread answer each other until both have said all."""
        for _ in range(_ROUNDS):
            await settle()
            await self._person.vault.read(lambda _session: None)
        await settle()

    def before_lock(self, act: Callable[[], Awaitable[object]]) -> Callable[[], None]:
        """Keep what is done right before the keys go; a test may do it itself."""
        self.last_acts.append(act)
        return lambda: self.last_acts.remove(act)

    def excursion(self) -> None:
        """The dialler opens."""


class _Failing:
    """A service that raises what `fail` says, once."""

    def __init__(self, tablet: LiveTablet, name: str, service: Any) -> None:
        self._tablet, self._name, self._service = tablet, name, service

    def __getattr__(self, method: str) -> Any:
        error = self._tablet.fail.pop(f"{self._name}.{method}", None)
        if error is not None:
            raise error
        return getattr(self._service, method)
