"""The agency seed while it is used: typed in, checked against the agency, held shortly, dropped.

Owns the way from paper to seed: whole, or two of three shares. The seed lives in a `SeedHolder` and
nowhere else: it is dropped after use, after five minutes, and by every lock. Python cannot wipe
memory; dropping is what it can do. Spec: docs/crypto.md, "Agency seed", "Printed secrets".
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.crypto.paper_text import PaperSecret, looks_like_paper, read_paper
from app.crypto.primitives import equal
from app.crypto.seed import AgencySeed, Share, root_fingerprint
from app.crypto.words import from_words
from app.errors import InvalidInput
from app.protocol.membership import AgencyState

HELD_SECONDS = 300.0


@dataclass(frozen=True)
class TypedPaper:
    """What somebody typed, pasted or read from a picture.

    text: 24 words, or the picture's text. number: which share, 0 for the whole sheet; the picture's
    own number wins.
    """

    text: str = field(repr=False)
    number: int = 0


def seed_of(papers: Sequence[TypedPaper]) -> AgencySeed:
    """The seed of one whole sheet, or of two different shares.

    Raises WordsMissing, WordUnknown, WordsNotValid, PaperNotValid, InvalidInput (a kit's words, one
    share twice, papers of two agencies, shares that do not belong together). field: "paper0" or
    "paper1", where something is wrong.
    """
    read = [_read(paper, place) for place, paper in enumerate(papers)]
    whole = [one for one in read if isinstance(one, PaperSecret) and one.kind == "seed"]
    if whole:
        return _of_agency(AgencySeed(whole[0].secret), whole[0].agency)
    if len(papers) == 1 and papers[0].number == 0:
        return AgencySeed(_secret(read[0]))
    if len(papers) != 2:
        raise InvalidInput("Two of the three sheets are needed.", field="paper1", code="two_shares")
    return _of_shares(papers, read)


def _of_shares(papers: Sequence[TypedPaper], read: Sequence[PaperSecret | bytes]) -> AgencySeed:
    numbers = [
        one.number if isinstance(one, PaperSecret) else paper.number
        for paper, one in zip(papers, read, strict=True)
    ]
    marks = {one.agency for one in read if isinstance(one, PaperSecret)}
    if numbers[0] == numbers[1]:
        raise InvalidInput(
            "That is the same sheet twice. Two different sheets are needed.", field="paper1",
            code="one_share_twice",
        )  # fmt: skip
    if len(marks) > 1:
        raise InvalidInput(
            "These sheets do not belong together. Look at the fingerprint on both.", field="paper1",
            code="shares_of_two",
        )  # fmt: skip
    one, other = (Share(number, _secret(part)) for number, part in zip(numbers, read, strict=True))
    seed = AgencySeed.from_shares(one, other)
    return _of_agency(seed, marks.pop()) if marks else seed


def _read(paper: TypedPaper, place: int) -> PaperSecret | bytes:
    try:
        if not looks_like_paper(paper.text):
            return from_words(only_words(paper.text))
        read = read_paper(paper.text)
    except Exception as error:
        error.field = f"paper{place}"  # type: ignore[attr-defined]
        raise
    if read.kind == "kit":
        raise InvalidInput(
            "That is somebody's recovery kit, not the agency's words.", field=f"paper{place}",
            code="kit_not_seed",
        )  # fmt: skip
    return read


def only_words(typed: str) -> str:
    """The words of a text: numbers and signs of a printed sheet are left out."""
    return "".join(letter if letter.isalpha() else " " for letter in typed)


def _secret(read: PaperSecret | bytes) -> bytes:
    return read.secret if isinstance(read, PaperSecret) else read


def _of_agency(seed: AgencySeed, mark: bytes) -> AgencySeed:
    if not equal(root_fingerprint(seed.root_key().public), mark):
        raise InvalidInput(
            "These sheets do not belong together. Look at the fingerprint on both.", field="paper0",
            code="shares_of_two",
        )  # fmt: skip
    return seed


def check_seed(seed: AgencySeed, agency: AgencyState) -> None:
    """Return only for the seed of this agency, root key and recovery key.

    Raises InvalidInput: another agency's, or an agency whose recovery key is not the seed's.
    """
    if not equal(seed.root_key().public, agency.root_public):
        raise InvalidInput(
            "These are not the words of this agency. Nothing was changed.", field="paper0",
            code="other_agencys_seed",
        )  # fmt: skip
    if not equal(seed.recovery_key().public, agency.recovery_public):
        raise InvalidInput(
            "The agency's list names another recovery key than these words give. Do not go on. Ask "
            "whoever looks after the server.",
            code="recovery_key_differs",
        )


class SeedHolder:
    """One seed, for as long as it is needed."""

    def __init__(self, seconds: float = HELD_SECONDS) -> None:
        self._seconds = seconds
        self._seed: AgencySeed | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._busy = 0
        self._watchers: list[Callable[[], None]] = []

    @property
    def held(self) -> bool:
        """Whether there is one now."""
        return self._seed is not None

    def take(self, seed: AgencySeed) -> None:
        """Hold a seed from now on."""
        self._seed = seed
        self._wait()

    def borrow(self) -> AgencySeed:
        """The seed, for work that begins now; call `give_back` when it has ended.

        Raises InvalidInput when it was dropped meanwhile.
        """
        if self._seed is None:
            raise InvalidInput("The words were forgotten, to be safe. Type them again.", code="seed_gone")
        self._busy += 1
        return self._seed

    def give_back(self) -> None:
        """The work has ended: the time runs again."""
        self._busy -= 1
        if self._seed is not None:
            self._wait()

    def drop(self) -> None:
        """Forget it. Harmless when there is none."""
        self._seed = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for watcher in tuple(self._watchers):
            watcher()

    def watch(self, watcher: Callable[[], None]) -> Callable[[], None]:
        """Be told when it is dropped. Returns the way to stop."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher) if watcher in self._watchers else None

    def _wait(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._late)

    def _late(self) -> None:
        if self._busy:
            self._wait()  # 150 families take their time
        else:
            self.drop()
