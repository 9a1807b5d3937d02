"""What goes wrong: lines, servers, tablets, clocks, disks, people who leave.

Each event says what it makes uncertain, by what a person would expect: what was only on a tablet that
was put back to yesterday is gone, and nothing else ever is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from random import Random

from app.errors import AppError
from app.protocol.ids import PersonId
from tests.simulator.history import Write
from tests.simulator.tablet import SimTablet
from tests.simulator.world import World

DAY_MS = 86_400_000
Event = Callable[[World], Awaitable[None]]


def _one(world: World) -> SimTablet:
    return world.chance.choice(world.open)


def _later(world: World, low: float, high: float, act: Callable[[], None]) -> None:
    world.loop.call_later(world.chance.uniform(low, high), act)


async def bad_line(world: World) -> None:
    """One line loses, doubles and delays for a while."""
    tablet = _one(world)
    tablet.weather.bad = world.chance.uniform(0.1, 0.7)
    world.tell(f"nemesis: the line of {tablet.name} is bad ({tablet.weather.bad:.2f})")

    def over() -> None:
        tablet.weather.bad = 0.0

    _later(world, 20, 300, over)


async def cut_line(world: World) -> None:
    """A tablet is out of reach."""
    tablet = _one(world)
    tablet.weather.cut = True
    world.tell(f"nemesis: {tablet.name} is out of reach")

    def over() -> None:
        tablet.weather.cut = False

    _later(world, 20, 600, over)


async def server_dies(world: World) -> None:
    """The server's process ends; another begins on the same disk."""
    if not world.server.up:
        return
    world.server.stop()
    world.tell("nemesis: the server dies")

    def over() -> None:
        if not world.server.up:
            world.server.start()

    _later(world, 0.5, 120, over)


async def back_up(world: World) -> None:
    """Somebody backs the server up."""
    if len(world.server.backups) < 4:
        world.server.back_up()
        world.tell(f"nemesis: backup {len(world.server.backups) - 1}")


async def restore(world: World) -> None:
    """The server begins again with an old backup."""
    if not world.server.backups or world.restores >= world.most_restores:
        return
    number = world.chance.randrange(len(world.server.backups))
    world.restores += 1
    world.server.restore(number)
    world.tell(f"nemesis: the server is restored from backup {number}")
    await doubt_unheld(world, world.history.writes, "only the server had it, and was restored")


async def kill(world: World) -> None:
    """A tablet's process dies, and is started again."""
    tablet = _one(world)
    world.tell(f"nemesis: {tablet.name} dies")
    await tablet.kill()
    await asyncio.sleep(world.chance.uniform(0, 5))
    await begin_again(world, tablet)


async def begin_again(world: World, tablet: SimTablet) -> None:
    """Open a tablet that is closed."""
    if tablet.on or tablet.gone:
        return
    try:
        await tablet.start()
    except AppError as error:
        world.tell(f"{tablet.name} does not open: {error.code}")


async def close(world: World) -> None:
    """Somebody puts a tablet away, and takes it out again later."""
    tablet = _one(world)
    if world.chance.random() < 0.5:
        await tablet.vault.save_image()
    await tablet.stop()
    world.tell(f"nemesis: {tablet.name} is put away")
    if world.chance.random() < 0.4:
        tablet.lose_image()
        world.tell(f"nemesis: the image of {tablet.name} is lost")
    await asyncio.sleep(world.chance.uniform(0, 120))
    await begin_again(world, tablet)


async def copy(world: World) -> None:
    """Somebody makes a copy of a tablet's files."""
    tablet = _one(world)
    if not tablet.copies:
        tablet.copy_home()
        world.tell(f"nemesis: {tablet.name} is copied")


async def roll_back(world: World) -> None:
    """A tablet's files are put back to an old copy."""
    copied = [one for one in world.open if one.copies]
    if not copied:
        return
    tablet = world.chance.choice(copied)
    world.twins = True
    since = tablet.held_at_copy[0]
    mine = [one for one in world.history.writes[since:] if one.tablet == tablet.name]
    world.tell(f"nemesis: {tablet.name} is put back to its copy")
    await tablet.roll_back(0)
    await doubt_unheld(world, mine, "its tablet was put back", but=tablet)
    tablet.copies.clear()
    tablet.held_at_copy.clear()
    await begin_again(world, tablet)


async def clone(world: World) -> None:
    """Two tablets with the same keys."""
    if world.clones >= world.most_clones:
        return
    tablet = _one(world)
    world.clones += 1
    world.twins = True
    twin = world.twin(tablet)
    copied = tablet.copy_home()
    tablet.copies.pop()
    tablet.held_at_copy.pop()
    copied.rename(twin.home)
    world.tell(f"nemesis: {tablet.name} is cloned as {twin.name}")
    await begin_again(world, twin)


async def clock(world: World) -> None:
    """A tablet's clock jumps."""
    tablet = _one(world)
    jump = world.chance.choice((1, 10, 60, 24 * 60, 3650 * 24 * 60)) * 60_000
    tablet.clock.ahead_ms = world.chance.choice((-1, 1)) * jump
    world.tell(f"nemesis: the clock of {tablet.name} is {tablet.clock.ahead_ms // 60_000} min ahead")

    def over() -> None:
        tablet.clock.ahead_ms = 0

    _later(world, 10, 600, over)


async def full(world: World) -> None:
    """There is no room on a tablet."""
    tablet = _one(world)
    tablet.disk.full = True
    world.tell(f"nemesis: the disk of {tablet.name} is full")

    def over() -> None:
        tablet.disk.full = False

    _later(world, 5, 120, over)


async def hide(world: World) -> None:
    """The server keeps chains back from one tablet for a while."""
    tablet = _one(world)
    chains = sorted(world.server.held()) if world.server.up else []
    if not chains:
        return
    tablet.weather.hid = True
    tablet.weather.hidden |= set(world.chance.sample(chains, min(3, len(chains))))
    world.tell(f"nemesis: the server keeps {len(tablet.weather.hidden)} chains from {tablet.name}")
    _later(world, 30, 400, tablet.weather.hidden.clear)


async def image(world: World) -> None:
    """A tablet writes its image."""
    await _one(world).vault.save_image()


async def remove(world: World) -> None:
    """An administrator takes somebody out, or one of their tablets."""
    ruth = world.tablets[0]
    chosen = [one for one in world.open if one.name not in world.keep and not one.weather.cut]
    if not ruth.on or not chosen or world.removals >= world.most_removals:
        return
    tablet = world.chance.choice(chosen)
    world.removals += 1
    lost, whole = world.chance.random() < 0.3, world.chance.random() < 0.5

    async def work() -> None:
        removal = ruth.open.removal
        if whole:
            await removal.remove_person(tablet.person, "left", lost)
        else:
            await removal.remove_device(tablet.device.hex(), lost)

    what = "person" if whole else "tablet"
    world.do(f"nemesis: {what} {tablet.name} is taken out{', lost' if lost else ''}", work())


async def hire(world: World) -> None:
    """Somebody new, or a second tablet."""
    ruth = world.tablets[0]
    if not ruth.on or world.hires >= world.most_hires:
        return
    world.hires += 1
    if world.chance.random() < 0.4:
        of = _one(world)
        if of.name != ruth.name and not of.name.endswith("2"):
            world.do(f"nemesis: second tablet for {of.name}", world.second_tablet(ruth, of))
        return
    role = world.chance.choice(("coordinator", "coordinator", "partner"))
    world.do(f"nemesis: new{world.hires} begins", world.hire(ruth, f"new{world.hires}", (role,)))


async def roles(world: World) -> None:
    """An administrator gives somebody another role; what they still write under the old one may not count."""
    ruth = world.tablets[0]
    chosen = [one for one in world.open if one.roles in (("coordinator",), ("partner",))]
    if not ruth.on or not chosen or world.turns >= world.most_turns:
        return
    tablet = world.chance.choice(chosen)
    world.turns += 1
    new = ("partner",) if tablet.roles == ("coordinator",) else ("coordinator",)
    agency = ruth.vault.agency
    world.turned.add(bytes(tablet.keyring.person))
    standing = agency.persons[PersonId(tablet.keyring.person)].standing_at(agency.index)
    team = standing.team.hex() if standing is not None and standing.team is not None else ""
    for one in world.tablets:
        if one.person == tablet.person:
            one.roles = new

    async def work() -> None:
        await ruth.open.staff.set_roles(tablet.person, new, team)

    world.do(f"nemesis: {tablet.name} becomes {new[0]}", work())


KINDS: dict[str, tuple[Event, int]] = {
    "bad": (bad_line, 8), "cut": (cut_line, 8), "die": (server_dies, 3), "backup": (back_up, 2),
    "restore": (restore, 2), "kill": (kill, 5), "close": (close, 4), "copy": (copy, 3),
    "rollback": (roll_back, 2), "clone": (clone, 1), "clock": (clock, 3), "full": (full, 2),
    "hide": (hide, 3), "image": (image, 2), "remove": (remove, 1), "hire": (hire, 2),
    "roles": (roles, 2),
}  # fmt: skip


async def strike(world: World, kinds: Iterable[str], chance: Random) -> None:
    """One event out of these kinds."""
    names = [name for name in KINDS if name in set(kinds)]
    if names and world.open:
        (name,) = chance.choices(names, [KINDS[one][1] for one in names])
        await KINDS[name][0](world)


async def doubt_unheld(world: World, writes: Iterable[Write], why: str, but: SimTablet | None = None) -> None:
    """What neither the server nor a tablet holds any more may be missing.

    but: a tablet that does not count. A tablet that is closed at this moment counts for what it wrote.
    """
    held = world.server.held() if world.server.up else world.held_when_down()
    ends = dict(held)
    for tablet in world.open:
        if tablet is not but:
            for position in await tablet.vault.positions():
                for line in await tablet.vault.held_chains(position.stream):
                    ends[line.chain] = max(ends.get(line.chain, 0), line.last)
    closed = {one.name for one in world.living if not one.on and one is not but}
    for write in writes:
        if write.tablet not in closed and any(ref.dseq > ends.get(ref.chain, 0) for ref in write.refs):
            write.doubt(why)
