"""What the sync centre shows, as one value, and what may be done, as another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.services.conflicts import Conflict
from app.services.sync_story import Amiss, Passed, Room, SetAside, Waiting
from app.services.undoing import Settled
from app.sync.status import SyncStatus
from app.views.widgets.sync_chip import SyncView


@dataclass(frozen=True)
class SyncCentreView:
    """What the screen shows.

    Attributes:
        chip: the state of the whole tablet.
        status: what the engine says.
        unsent: (family id, changes only on this tablet), most first.
        conflicts: fields with two versions.
        server_url: "" when the tablet has no server.
        now_ms: the present, UTC milliseconds.
        families: names by id.
        waiting: the records behind `unsent`, as many as are told.
        passed: what last went out and came in, by family.
        aside: what came and was not accepted.
        amiss: doubts about the server or a tablet.
        settled: decisions that can be taken back.
        room: what the files take; None until it is known.
        error: calm words when the tablet could not be asked.
        trouble: what could not be done just now.
        photos: photos and papers that the server does not have whole.
    """

    chip: SyncView
    status: SyncStatus
    unsent: tuple[tuple[str, int], ...]
    conflicts: tuple[Conflict, ...]
    server_url: str
    now_ms: int
    families: Mapping[str, str] = field(default_factory=dict)
    waiting: tuple[Waiting, ...] = ()
    passed: tuple[Passed, ...] = ()
    aside: tuple[SetAside, ...] = ()
    amiss: tuple[Amiss, ...] = ()
    settled: tuple[Settled, ...] = ()
    room: Room | None = None
    error: str = ""
    trouble: str = ""
    photos: int = 0


@dataclass(frozen=True)
class SyncCentreActs:
    """What may be done."""

    now: Callable[[], object]
    conflict: Callable[[Conflict], object]
    cover: Callable[[], object]
    retry: Callable[[], object]
    open_record: Callable[[Waiting], object]
    open_family: Callable[[str], object]
    bring_back: Callable[[Settled, int], object]
    understood: Callable[[Amiss], object]
    carry: Callable[[], object]
    more: Callable[[str], object]
