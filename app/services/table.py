"""The family's table: who looks, in which language, and the code that closes it.

Its state belongs to the open tablet: locking drops it, and no window can look past it. What it shows
comes from `FamilyPages` alone. The pulse of one person is closed in the same way. Spec:
docs/audience.md, "The table"; docs/care.md, "The pulse".
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session, col, select

from app.errors import InvalidInput, PermissionRefused
from app.store.vault import Change
from app.wraparound.audience import Audience
from app.wraparound.family_page import FamilyPage, Someone
from app.wraparound.records import Rating
from app.wraparound.vocabulary import CONTENT_LANGUAGES
from app.wraparound.wording import Gap

from . import edge
from .audience import Reader, readers_of
from .audit import Audit
from .desk import Desk
from .family_page import FamilyPages
from .permissions import require
from .pulses import Asked
from .table_code import TableCode

LOWEST, HIGHEST = 0, 10
MOST_NAMED = 18
"""People whose ids the audit's line of an opened table holds."""


@dataclass(frozen=True)
class Asking:
    """The pulse of one person who has the tablet. meeting_id: where it is asked, or empty. done: the
    answers are kept, and the tablet is to be handed back."""

    who: Asked
    meeting_id: str = ""
    done: bool = False


@dataclass(frozen=True)
class Seated:
    """What the family has in hand: which family, for whom, in which language.

    asking: one person's pulse in place of the table.
    """

    family_id: str
    audience: Audience
    language: str
    asking: Asking | None = None


@dataclass(frozen=True)
class TableView:
    """What the table shows. present: those in the audience, unless somebody there may not know of
    them. raters: those of them who tap a number of their own."""

    page: FamilyPage
    present: tuple[Someone, ...]
    raters: tuple[Someone, ...]


class FamilyTable:
    """The family's table on this tablet. All methods run on the event loop."""

    def __init__(self, desk: Desk, confirm: Callable[[str], Awaitable[None]]) -> None:
        """confirm: raises WrongPassphrase unless given the tablet's passphrase."""
        self._desk = desk
        self._pages = FamilyPages(desk)
        self.code = TableCode(desk, confirm)
        self._seated: Seated | None = None
        self._watchers: list[Callable[[], None]] = []

    # -- opening and closing ----------------------------------------------------------------

    @property
    def running(self) -> bool:
        """Whether the tablet lies on the table: then nothing else may be shown."""
        return self._seated is not None

    @property
    def seated(self) -> Seated:
        """Family, audience and language. Raises PermissionRefused when no table is open."""
        if self._seated is None:
            raise PermissionRefused("no table")
        return self._seated

    async def gaps(self, family_id: str, audience: Audience, language: str) -> tuple[Gap, ...]:
        """Words this audience would find missing in a language; listed before the table opens."""
        return (await self._pages.page(family_id, audience, language)).gaps

    async def begin(self, family_id: str, audience: Audience, language: str) -> None:
        """Open the table. Raises InvalidInput: no code yet, family or language not here."""
        if not await self.code.exists():
            raise InvalidInput("Choose a table code first.", field="code", code="table_no_code")
        await self._pages.page(family_id, audience, language)
        present = ",".join(sorted(audience.people)[:MOST_NAMED])
        await Audit(self._desk).note("table.open", family_id, detail=present, count=len(audience.people) or 1)
        self._become(Seated(family_id, audience, language))

    async def begin_pulse(self, family_id: str, who: Asked, language: str, meeting_id: str = "") -> None:
        """Hand the tablet to one person for their pulse; closed as the table is.

        Of the plan it has what anybody may see, for the crisis card alone: nobody says who else looks.
        Raises PermissionRefused; InvalidInput: no code yet, family or language not here.
        """
        require(self._desk.me, "pulse.write")
        if not await self.code.exists():
            raise InvalidInput("Choose a table code first.", field="code", code="table_no_code")
        await self._pages.page(family_id, Audience(), language)
        self._become(Seated(family_id, Audience(), language, Asking(who, meeting_id)))

    def pulse_given(self) -> None:
        """The answers are kept: from now on the tablet asks to be handed back, and nothing else."""
        seated = self.seated
        if seated.asking is None:
            raise PermissionRefused("no pulse")
        self._become(replace(seated, asking=replace(seated.asking, done=True)))

    async def close(self, code: str) -> None:
        """Close with the code. Raises InvalidInput, and the table stays."""
        await self.code.verify(code)
        self._become(None)

    async def close_with_passphrase(self, passphrase: str) -> None:
        """Close with the tablet's passphrase. Raises WrongPassphrase, and the table stays."""
        await self.code.verify_passphrase(passphrase)
        self._become(None)

    def watch(self, watcher: Callable[[], None]) -> None:
        """Be told when the table opens, closes or changes its language; for as long as it lives."""
        self._watchers.append(watcher)

    def _become(self, seated: Seated | None) -> None:
        self._seated = seated
        for watcher in tuple(self._watchers):
            watcher()

    # -- what it shows ----------------------------------------------------------------------

    def say_language(self, language: str) -> None:
        """English or Spanish, at a tap. Raises InvalidInput for a language not on offer."""
        edge.choice(language, CONTENT_LANGUAGES, "language")
        self._become(replace(self.seated, language=language))

    async def page(self) -> FamilyPage:
        """The page of those at the table. Raises PermissionRefused when no table is open."""
        seated = self.seated
        return await self._pages.page(seated.family_id, seated.audience, seated.language)

    async def view(self) -> TableView:
        """The page, and who of those present may be named and may rate."""
        seated = self.seated
        page = await self.page()
        present = await self._present(seated)
        return TableView(
            page,
            tuple(Someone(r.id, r.name, "", r.kind, r.is_youth) for r in present),
            tuple(
                Someone(r.id, r.name, "", r.kind, r.is_youth)
                for r in present
                if r.kind in ("family", "natural")
            ),
        )

    async def _present(self, seated: Seated) -> tuple[Reader, ...]:
        hidden = await self._pages.hidden(seated.family_id, seated.audience)
        readers = await self._desk.vault.read(lambda s: readers_of(s, seated.family_id))
        return tuple(r for r in readers if r.id in seated.audience.people - hidden)

    # -- a person's own number --------------------------------------------------------------

    async def rate(self, outcome_id: str, reader_id: str, value: int, words: str = "") -> None:
        """Keep one person's own number, 0 to 10, for how an outcome is going.

        A number given again on the same day takes the place of the first. Raises InvalidInput;
        PermissionRefused for an outcome or a person that this table does not show.
        """
        seated = self.seated
        require(self._desk.me, "rating.write")
        if not LOWEST <= value <= HIGHEST:
            raise InvalidInput("Choose a number from 0 to 10.", field="value", code="bad_rating")
        said = edge.text(words, "words")
        page = await self.page()
        rater = next((r for r in await self._present(seated) if r.id == reader_id), None)
        shown = {goal.outcome_id for need in page.needs for goal in need.goals}
        if rater is None or outcome_id not in shown:
            raise PermissionRefused("rating")
        today = self._desk.today()

        def find(session: Session) -> Rating | None:
            return session.exec(
                select(Rating)
                .where(Rating.outcome_id == outcome_id)
                .where(Rating.by_id == reader_id)
                .where(Rating.meeting_id == "")
                .order_by(col(Rating.rated_at_ms).desc())
            ).first()

        last = await self._desk.vault.read(find)
        again = last is not None and _day(last.rated_at_ms) == today
        record = last.id if last is not None and again else self._desk.new_id()
        stream = await self._desk.team_stream(seated.family_id)
        fields = {
            "outcome_id": outcome_id, "meeting_id": "", "by_kind": _kind(rater), "by_id": rater.id,
            "by_name": rater.name, "value": value, "words": said, "rated_at_ms": self._desk.now_ms(),
            "language": seated.language,
        }  # fmt: skip
        await self._desk.vault.commit([Change(stream, Rating.TYPE, record, fields)])


def _kind(rater: Reader) -> str:
    if rater.kind == "family":
        return "youth" if rater.is_youth else "caregiver"
    return "natural" if rater.kind == "natural" else "professional"


def _day(at_ms: int) -> date:
    return datetime.fromtimestamp(at_ms / 1000).date()
