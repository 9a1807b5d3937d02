"""What people do at their tablets, by way of the services that the screens use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

from sqlmodel import col, select

from app.errors import AppError
from app.services.handing_views import NewCover, NewTransfer
from app.services.opening import NewFamily
from app.wraparound.records import Family, Need, Note
from tests.simulator.history import marked
from tests.simulator.tablet import SimTablet
from tests.simulator.world import World

Act = Callable[[World, SimTablet, str], Awaitable[str]]
"""Does something in a family; says what."""


async def families(tablet: SimTablet) -> list[str]:
    """The families on a tablet, in order."""
    return await tablet.vault.read(
        lambda session: sorted(session.exec(select(Family.family_id)).all())
    )


async def open_family(world: World, tablet: SimTablet) -> str:
    """A new family."""
    family = await tablet.open.opening.open_family(NewFamily(world.history.mark("Nia")))
    return f"opens {family[:6]}"


async def note(world: World, tablet: SimTablet, family: str) -> str:
    notes, words = tablet.open.notes, world.history.mark("note")
    label = "sud" if world.chance.random() < 0.1 and "partner" not in tablet.roles else "general"
    await notes.save(replace(notes.begin(family), body=words, label=label))
    return f"{words} in {family[:6]}"


async def _own_note(tablet: SimTablet, family: str, chance: Random) -> str:
    def find(session: object) -> list[str]:
        mine = select(Note.id).where(Note.family_id == family).where(Note.created_by == tablet.person)
        return list(session.exec(mine.where(Note.status == "draft").order_by(col(Note.id))).all())  # type: ignore[attr-defined]

    found = await tablet.vault.read(find)
    return chance.choice(found) if found else ""


async def edit_note(world: World, tablet: SimTablet, family: str) -> str:
    chosen = await _own_note(tablet, family, world.chance)
    if not chosen:
        return await note(world, tablet, family)
    draft = await tablet.open.notes.edit(chosen)
    await tablet.open.notes.save(replace(draft, body=world.history.mark("edited")))
    return f"edits note {chosen[:6]}"


async def sign_note(world: World, tablet: SimTablet, family: str) -> str:
    chosen = await _own_note(tablet, family, world.chance)
    if not chosen:
        return await note(world, tablet, family)
    await tablet.open.notes.sign(await tablet.open.notes.edit(chosen))
    await tablet.open.notes.add_to(chosen, world.history.mark("addendum"))
    return f"signs note {chosen[:6]}"


async def move_note(world: World, tablet: SimTablet, family: str) -> str:
    """Another label: the note is written anew in another stream."""
    chosen = await _own_note(tablet, family, world.chance)
    if not chosen:
        return await note(world, tablet, family)
    view = await tablet.open.notes.note(chosen)
    assert view is not None
    world.history.moved.add(view.body)
    label = "general" if view.label != "general" else "sud"
    await tablet.open.labels.relabel(Note.TYPE, view.note_id, label)
    return f"moves note {chosen[:6]} to {label}"


async def vision(world: World, tablet: SimTablet, family: str) -> str:
    words = world.history.mark("vision")
    await tablet.open.plan.save_vision(family, words, world.history.mark("mission"))
    return f"{words} in {family[:6]}"


async def _need(tablet: SimTablet, family: str, chance: Random) -> str:
    def find(session: object) -> list[str]:
        chosen = select(Need.id).where(Need.family_id == family).order_by(col(Need.id))
        return list(session.exec(chosen).all())  # type: ignore[attr-defined]

    found = await tablet.vault.read(find)
    return chance.choice(found) if found else ""


async def need(world: World, tablet: SimTablet, family: str) -> str:
    chosen = await _need(tablet, family, world.chance)
    if chosen and world.chance.random() < 0.7:
        await tablet.open.plan.save_need(family, world.history.mark("need"), need_id=chosen)
        return f"changes need {chosen[:6]}"
    made = await tablet.open.plan.save_need(family, world.history.mark("need"))
    return f"new need {made[:6]}"


async def drop_need(world: World, tablet: SimTablet, family: str) -> str:
    chosen = await _need(tablet, family, world.chance)
    if not chosen:
        return await need(world, tablet, family)
    removed = await tablet.open.plan.remove(family, "need", chosen)
    if world.chance.random() < 0.3:
        await tablet.open.plan.put_back(removed)
        return f"removes need {chosen[:6]} and puts it back"
    return f"removes need {chosen[:6]}"


async def strength(world: World, tablet: SimTablet, family: str) -> str:
    made = await tablet.open.plan.save_strength(family, world.history.mark("strength"))
    return f"new strength {made[:6]}"


async def settle(world: World, tablet: SimTablet, family: str) -> str:
    found = await tablet.open.conflicts.open(family)
    if not found:
        return await vision(world, tablet, family)
    conflict = world.chance.choice(found)
    values = [one.value for one in conflict.versions]
    value = world.chance.choice(values)
    if world.chance.random() < 0.5 and any(marked(one) for one in values):
        value = world.history.mark("merged")
    await tablet.open.conflicts.settle(conflict, value)
    return f"settles {conflict.type} {conflict.field}"


async def cover(world: World, tablet: SimTablet, family: str) -> str:
    others = [one for one in world.living if "coordinator" in one.roles]
    if not others:
        return "nobody could cover"
    until = (tablet.open.desk.today() + timedelta(days=world.chance.randint(0, 2))).isoformat()
    chosen = world.chance.choice(others)
    await tablet.open.handing.cover(NewCover((family,), chosen.person, until, "holiday", ""))
    return f"lets {chosen.name} cover {family[:6]}"


async def end_cover(world: World, tablet: SimTablet, family: str) -> str:
    found = [one for one in await tablet.open.handing.covers(family) if one.state != "ended"]
    if not found:
        return await cover(world, tablet, family)
    await tablet.open.handing.end_cover(world.chance.choice(found).cover_id)
    return f"ends a cover of {family[:6]}"


async def transfer(world: World, tablet: SimTablet, family: str) -> str:
    others = [one for one in world.living if "coordinator" in one.roles]
    if not others:
        return "nobody could take over"
    chosen = world.chance.choice(others)
    new = NewTransfer((family,), chosen.person, world.history.mark("over to you"))
    await tablet.open.handing.transfer(new)
    return f"hands {family[:6]} to {chosen.name}"


EVERYBODY: tuple[tuple[Act, int], ...] = ((note, 6), (edit_note, 3), (sign_note, 1), (strength, 2))
STAFF: tuple[tuple[Act, int], ...] = (
    *EVERYBODY, (vision, 4), (need, 6), (drop_need, 2), (settle, 3), (move_note, 1),
)  # fmt: skip
LEADERS: tuple[tuple[Act, int], ...] = (*STAFF, (cover, 2), (end_cover, 1), (transfer, 1))


async def work(world: World, tablet: SimTablet) -> None:
    """One thing that this person does now."""
    chance = world.chance
    here = await families(tablet)
    try:
        leads = "supervisor" in tablet.roles or "coordinator" in tablet.roles
        if leads and (not here or (len(here) < 4 and chance.random() < 0.1)):
            said = await open_family(world, tablet)
        elif here:
            acts = LEADERS if "supervisor" in tablet.roles else STAFF if leads else EVERYBODY
            act = chance.choices([one for one, _ in acts], [weight for _, weight in acts])[0]
            said = await act(world, tablet, chance.choice(here))
        else:
            return
        world.tell(f"{tablet.name}: {said}")
    except AppError as error:
        world.tell(f"{tablet.name}: refused: {error.code}")
    except Exception as error:
        world.faults.append(f"{tablet.name}: {error!r}")
        raise
