"""The recovery kit and the agency seed, while the tablet is open: made, checked, rehearsed, used.

Owns the rules: a new kit replaces the old one only once its words were typed back; the seed is
checked against this agency before it is held, held shortly, and every use of it is signed into the
agency's chain. Spec: docs/crypto.md, "Recovery kit", "Agency seed".
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, replace

from sqlmodel import Session, select

from app.crypto.keyring import make_recovery_kit
from app.crypto.paper_text import read_paper
from app.crypto.primitives import Random
from app.crypto.seed import root_fingerprint
from app.crypto.words import from_words
from app.errors import InvalidInput
from app.protocol.ids import PersonId
from app.store.kit import renew_kit
from app.store.vault import Vault
from app.wraparound.records import StaffMember

from .arrival import spoken_fingerprint
from .audit import Audit
from .desk import Desk
from .permissions import require
from .recovery_papers import SecretPage, kit_page
from .recovery_seed import SeedHolder, TypedPaper, check_seed, only_words, seed_of
from .recovery_work import Given, SeedUse, SeedWire, SeedWork, Told, seed_uses
from .syncing import Syncing
from .typed_papers import is_picture

__all__ = ["Given", "KitState", "Recovery", "SeedUseView", "TypedPaper", "Waiting", "kit_of"]

log = logging.getLogger(__name__)

KIND, KIT_NAME, JOB_NAME = "recovery", "kit", "seed_job"
TryKit = Callable[[bytes], Awaitable[None]]
"""Opens the kit's blob and throws the result away; counts as a try."""


@dataclass(frozen=True)
class KitState:
    """What is known of this tablet's kit; never its words. made_ms: 0 when it came with the tablet.

    used_ms: when it last opened this tablet; whoever saw the words then may know them.
    """

    made_ms: int = 0
    used_ms: int = 0


@dataclass(frozen=True)
class Waiting:
    """Somebody for whom the seed could be used. tablets: living ones."""

    person_id: str
    name: str
    title: str
    tablets: int


@dataclass(frozen=True)
class SeedUseView:
    """One use of the seed. name: of whom it was for, as far as it is known here."""

    at_ms: int
    kind: str
    name: str


def kit_of(text: str) -> bytes:
    """The kit of its 24 words or of its picture's text.

    Raises WordsMissing, WordUnknown, WordsNotValid, PaperNotValid, InvalidInput (another paper).
    """
    if not is_picture(text):
        return from_words(only_words(text))
    paper = read_paper(text)
    if paper.kind != "kit":
        raise InvalidInput(
            "That is a sheet of the agency, not a recovery kit.", field="words", code="seed_not_kit"
        )
    return paper.secret


async def kit_used(vault: Vault, now_ms: int) -> None:
    """Remember that the kit opened this tablet, so that its owner is told to make a new one."""
    raw = await vault.load_local(KIND, KIT_NAME)
    state = KitState(**json.loads(raw)) if raw else KitState()
    await _remember(vault, replace(state, used_ms=now_ms))


async def kit_made(vault: Vault, now_ms: int) -> None:
    """Remember since when there is the kit that works now."""
    await _remember(vault, KitState(made_ms=now_ms))


async def _remember(vault: Vault, state: KitState) -> None:
    await vault.save_local(KIND, KIT_NAME, json.dumps(asdict(state)).encode())


class Recovery:
    """The recovery kit and the agency seed: made, checked, rehearsed and used."""

    def __init__(
        self, desk: Desk, syncing: Syncing, wire: SeedWire | None, random: Random, try_kit: TryKit
    ) -> None:
        self._desk = desk
        self._syncing = syncing
        self._wire = wire
        self._random = random
        self._try_kit = try_kit
        self._new_kit: bytes | None = None
        self.seed = SeedHolder()

    def drop(self) -> None:
        """Forget every secret that is held; the tablet is being locked."""
        self._new_kit = None
        self.seed.drop()

    # -- the kit ------------------------------------------------------------------------------

    async def kit_state(self) -> KitState:
        """Since when there is this kit, and whether it was used."""
        raw = await self._desk.vault.load_local(KIND, KIT_NAME)
        return KitState(**json.loads(raw)) if raw else KitState()

    def draw_kit(self) -> SecretPage:
        """A new kit, in memory only: the old one works until `keep_kit`."""
        self._new_kit = make_recovery_kit(self._random)
        return kit_page(self._new_kit, self._desk.me.name)

    def forget_kit(self) -> None:
        """Not this time: the old one goes on working."""
        self._new_kit = None

    async def keep_kit(self) -> None:
        """From now on the new kit opens this tablet, and the old one does not.

        Raises InvalidInput when there is no new one, DiskFull, StoreFailed; then the old one works.
        """
        if self._new_kit is None:
            raise InvalidInput("There is no new kit any more. Begin again.", code="no_new_kit")
        await renew_kit(self._desk.vault, self._new_kit)
        self._new_kit = None
        await kit_made(self._desk.vault, self._desk.now_ms())
        await Audit(self._desk).note("kit.made")

    async def rehearse_kit(self, text: str) -> None:
        """Return only when these words open this tablet; nothing changes. Counts as a try.

        Raises what `kit_of` raises, WrongPassphrase (another kit's words), InvalidInput (too fast).
        """
        await self._try_kit(kit_of(text))

    # -- the seed -----------------------------------------------------------------------------

    @property
    def fingerprint(self) -> str:
        """The agency's, as people compare it."""
        return spoken_fingerprint(root_fingerprint(self._desk.vault.agency.root_public))

    async def rehearse_seed(self, papers: Sequence[TypedPaper]) -> None:
        """Return only when this is this agency's seed; nothing is kept and nothing is sent.

        Raises PermissionRefused, and what `seed_of` and `check_seed` raise.
        """
        require(self._desk.me, "seed.use")
        check_seed(seed_of(papers), self._desk.vault.agency)
        await Audit(self._desk).note("seed.rehearsed")

    async def take_seed(self, papers: Sequence[TypedPaper]) -> None:
        """Check the seed and hold it for `give`. Raises as `rehearse_seed`."""
        require(self._desk.me, "seed.use")
        seed = seed_of(papers)
        check_seed(seed, self._desk.vault.agency)
        await Audit(self._desk).note("seed.used")
        self.seed.take(seed)

    async def for_whom(self) -> tuple[Waiting, ...]:
        """Everybody with a living tablet, by name."""
        agency, names = self._desk.vault.agency, await self._names()
        found = [
            Waiting(
                person.hex(), *names.get(person.hex(), ("", "")), len(agency.live_devices([person]))
            )
            for person in agency.persons
            if agency.is_person_at(person, agency.index)
        ]
        return tuple(sorted((one for one in found if one.tablets), key=lambda one: one.name.casefold()))

    async def give(self, person_id: str, progress: Told | None = None) -> Given:
        """Give somebody's tablets the keys of every family they work with. Needs the network.

        Interrupted, the same again goes on with the rest. The seed is dropped when all is done.
        Raises PermissionRefused, InvalidInput (the seed was dropped), SyncError.
        """
        require(self._desk.me, "seed.use")
        if self._wire is None:
            raise InvalidInput("This tablet has no server yet.", code="no_server")
        vault, person = self._desk.vault, PersonId(bytes.fromhex(person_id))
        seed = self.seed.borrow()
        try:
            await self._syncing.contact()
            await vault.save_local(KIND, JOB_NAME, json.dumps({"person": person_id}).encode())
            work = SeedWork(seed, self._wire, self._desk.now_ms, self._random)
            await work.agency_ops(vault.agency)
            given = await work.give(person, progress)
            await vault.save_local(KIND, JOB_NAME, None)
        finally:
            del seed
            self.seed.give_back()
        self.seed.drop()
        self._syncing.now()
        return given

    async def unfinished(self) -> str:
        """For whom giving keys was interrupted: a person id, or empty."""
        raw = await self._desk.vault.load_local(KIND, JOB_NAME)
        return str(json.loads(raw)["person"]) if raw else ""

    async def uses(self) -> tuple[SeedUseView, ...]:
        """Every use of the seed, newest first: everybody in the agency sees them."""
        names = await self._names()
        found: Sequence[SeedUse] = seed_uses(await self._desk.vault.agency_ops())
        return tuple(
            SeedUseView(one.at_ms, one.kind, names.get(one.person, ("", ""))[0]) for one in reversed(found)
        )

    async def _names(self) -> dict[str, tuple[str, str]]:
        def find(session: Session) -> dict[str, tuple[str, str]]:
            return {row.id: (row.name, row.title) for row in session.exec(select(StaffMember))}

        return await self._desk.vault.read(find)
