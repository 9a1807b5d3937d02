"""People of one agency on real tablets with a real server: joining, families, waiting for keys."""

from __future__ import annotations

from dataclasses import replace

from app.services.enrolment import NewPerson
from app.services.first_run import JoinAgency
from app.services.opening import NewFamily
from app.services.tablet import Tablet
from tests.services.office import PASSPHRASE, Office, until


async def joined(
    place: Office,
    host: Tablet,
    home: str,
    name: str,
    roles: tuple[str, ...] = ("coordinator",),
    supervisor_id: str = "",
) -> Tablet:
    """A tablet of somebody new, invited and let in by `host`."""
    invited = await host.open.enrolment.invite(NewPerson(name, "", roles, supervisor_id))
    return await let_in(place, host, home, invited.text)


async def let_in(place: Office, host: Tablet, home: str, code: str) -> Tablet:
    """A tablet that joins with this code and is let in."""
    tablet = place.tablet(home)
    await tablet.first_run.join(JoinAgency(code, PASSPHRASE))

    async def answered() -> bool:
        return any(one.state == "joined" for one in await host.open.enrolment.pending())

    await until(answered)
    for one in await host.open.enrolment.pending():
        if one.state == "joined":
            await host.open.enrolment.admit(one.invitation_id)

    async def admitted() -> bool:
        return await tablet.first_run.check_joined()

    await until(admitted)
    await tablet.first_run.finish()
    return tablet


async def family_with_note(tablet: Tablet, name: str, words: str) -> str:
    """A new family with one note. Returns the family's id."""
    family = await tablet.open.opening.open_family(NewFamily(name))
    await write(tablet, family, words)
    return family


async def write(tablet: Tablet, family: str, words: str) -> str:
    """One more note. Returns its id."""
    notes = tablet.open.notes
    return (await notes.save(replace(notes.begin(family), body=words))).note_id


async def sent(tablet: Tablet) -> None:
    """Everything of this tablet is on the server."""

    async def nothing_left() -> bool:
        await tablet.open.syncing.contact()
        return await tablet.open.syncing.unsent() == 0

    await until(nothing_left)


async def sees(tablet: Tablet, family: str, words: str) -> None:
    """The words arrive on this tablet."""

    async def there() -> bool:
        return any(note.body == words for note in await tablet.open.notes.of_family(family))

    await until(there)


def stream_of(tablet: Tablet, family: str) -> bytes:
    """The only stream of a family on this tablet."""
    (stream,) = tablet.open.desk.vault.streams_of(bytes.fromhex(family))
    return stream


async def bodies(tablet: Tablet, family: str) -> set[str]:
    """The words of a family's notes."""
    return {note.body for note in await tablet.open.notes.of_family(family)}
