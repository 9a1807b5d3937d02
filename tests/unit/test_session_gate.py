"""One window at a time is the tablet: the newest, and it starts locked."""

from __future__ import annotations

from app.views.web.gate import SessionGate


class Tablet:
    """Notes what the gate does, in order."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.gate = SessionGate(self.lock)

    async def lock(self) -> None:
        self.seen.append("locked")

    def window(self, name: str):  # type: ignore[no-untyped-def]
        async def blank() -> None:
            self.seen.append(f"{name} blank")

        return blank


async def test_the_first_window_starts_locked() -> None:
    tablet = Tablet()
    ticket = await tablet.gate.enter(tablet.window("first"))
    assert ticket.live
    assert tablet.seen == ["locked"]


async def test_a_second_window_locks_the_tablet_and_blanks_the_first() -> None:
    tablet = Tablet()
    first = await tablet.gate.enter(tablet.window("first"))
    second = await tablet.gate.enter(tablet.window("second"))
    assert (first.live, second.live) == (False, True)
    assert tablet.seen == ["locked", "locked", "first blank"]


async def test_a_window_that_closed_is_not_blanked_but_the_next_still_starts_locked() -> None:
    tablet = Tablet()
    first = await tablet.gate.enter(tablet.window("first"))
    tablet.gate.leave(first)
    assert not tablet.gate.occupied
    await tablet.gate.enter(tablet.window("second"))
    assert tablet.seen == ["locked", "locked"]


async def test_a_late_goodbye_of_an_old_window_does_not_free_the_new_one() -> None:
    tablet = Tablet()
    first = await tablet.gate.enter(tablet.window("first"))
    second = await tablet.gate.enter(tablet.window("second"))
    tablet.gate.leave(first)
    assert tablet.gate.occupied and second.live


async def test_a_window_that_cannot_be_blanked_does_not_stop_the_new_one() -> None:
    tablet = Tablet()

    async def gone() -> None:
        raise RuntimeError("connection closed")

    first = await tablet.gate.enter(gone)
    second = await tablet.gate.enter(tablet.window("second"))
    assert (first.live, second.live) == (False, True)


async def test_purging_retires_the_live_window() -> None:
    tablet = Tablet()
    ticket = await tablet.gate.enter(tablet.window("first"))
    await tablet.gate.purge()
    assert not ticket.live and not tablet.gate.occupied
    assert tablet.seen == ["locked", "first blank"]
