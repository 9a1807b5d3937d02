"""One family opened twice: found, joined with nothing lost, and left alone when it is two."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from sqlmodel import select

from app.errors import InvalidInput, PermissionRefused
from app.protocol.ids import StreamId, singleton_id
from app.services import joining_rules
from app.services.opening import NewFamily
from app.services.tablet import Tablet
from app.store.vault import Change
from app.wraparound.records import (
    RECORD_TYPES,
    ContactSafety,
    EnteredInError,
    Family,
    FamilyVision,
    Need,
    Note,
    NotFor,
    Outcome,
    Person,
    Record,
    Translation,
)
from tests.services.crew import joined, sees, sent, write
from tests.services.office import Office, office, until

Row = TypeVar("Row", bound=Record)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as made:
        yield made


async def twice(place: Office) -> tuple[Tablet, Tablet, Tablet, str, str]:
    """A supervisor, and two coordinators who opened the same family without a network."""
    ruth = await place.founded()
    me = ruth.open.desk.me.person
    ana = await joined(place, ruth, "ana", "Ana Díaz", supervisor_id=me)
    ben = await joined(place, ruth, "ben", "Ben Okafor", supervisor_id=me)
    place.down = True
    first = await ana.open.opening.open_family(
        NewFamily("Nia", "Delgado", born_on="2014-03-02", phone="860 555 0142")
    )
    second = await ben.open.opening.open_family(
        NewFamily("Nía", "Delgado", town="Vernon", phone="8605550142")
    )
    await write(ana, first, "Ana was there on Monday.")
    await write(ana, first, "And on Tuesday.")
    await sign(ben, second, "Ben was there on Friday.")
    place.down = False
    await sent(ana)
    await sent(ben)
    await sees(ruth, first, "And on Tuesday.")
    await sees(ruth, second, "Ben was there on Friday.")
    return ruth, ana, ben, first, second


async def sign(tablet: Tablet, family: str, words: str) -> str:
    notes = tablet.open.notes
    return (await notes.sign(replace(notes.begin(family), body=words))).note_id


async def bodies(tablet: Tablet, family: str) -> set[str]:
    return {note.body for note in await tablet.open.notes.of_family(family)}


async def put(tablet: Tablet, family: str, type_name: str, record: str, **fields: object) -> None:
    stream = await tablet.open.desk.team_stream(family)
    await tablet.open.desk.vault.commit([Change(stream, type_name, record, fields)])


async def test_every_record_type_has_an_answer_when_families_are_joined() -> None:
    answers = [
        *joining_rules.FILLED, *joining_rules.SAME, *joining_rules.DERIVED, *joining_rules.COPIED,
        *joining_rules.STAYING,
    ]  # fmt: skip
    assert len(answers) == len(set(answers))
    assert set(RECORD_TYPES) <= set(answers)


async def test_a_family_opened_twice_is_found_with_its_reasons(place: Office) -> None:
    ruth, ana, _, first, second = await twice(place)
    (found,) = await ruth.open.joining.proposals()
    assert (found.keep.family_id, found.other.family_id) == (first, second)
    assert found.reasons == ("name", "phone")
    assert found.may_join
    assert (found.keep.notes, found.other.notes) == (2, 1)
    assert await ana.open.joining.proposals() == ()  # she reads one of the two alone


async def test_joining_brings_everything_over_and_everybody_reads_along(place: Office) -> None:
    ruth, ana, ben, first, second = await twice(place)
    await put(ben, second, Need.TYPE, "41" * 16, text="Sleep through the night")
    await put(ben, second, Outcome.TYPE, "42" * 16, text="Seven nights", need_id="41" * 16)
    (theirs,) = [one for one in await rows(ben, Person) if one.family_id == second]
    await put(ben, second, NotFor.TYPE, "43" * 16, item_id="41" * 16, person_id=theirs.id)
    await sent(ben)
    await until_here(ruth, Need, "41" * 16)
    done = await ruth.open.joining.join(first, second)
    assert (done.into_id, done.left, done.others) == (first, 0, ())
    assert await bodies(ruth, first) == {
        "Ana was there on Monday.", "And on Tuesday.", "Ben was there on Friday.",
    }  # fmt: skip
    (need,) = [one for one in await rows(ruth, Need) if one.family_id == first]
    (outcome,) = [one for one in await rows(ruth, Outcome) if one.family_id == first]
    (hidden,) = [one for one in await rows(ruth, NotFor) if one.family_id == first]
    (youth,) = [one for one in await rows(ruth, Person) if one.family_id == first]
    assert outcome.need_id == need.id != "41" * 16
    assert (hidden.item_id, hidden.person_id) == (need.id, youth.id)
    (kept,) = [one for one in await rows(ruth, Family) if one.family_id == first]
    assert kept.town == "Vernon"  # was empty
    # The first record stays as it was, closed; nothing of it is gone.
    assert await bodies(ruth, second) == {"Ben was there on Friday."}
    assert await ruth.open.joining.proposals() == ()
    await sent(ruth)
    await sees(ben, first, "And on Tuesday.")
    await sees(ben, first, "Ben was there on Friday.")
    (note,) = [n for n in await ben.open.notes.of_family(first) if n.body.startswith("Ben")]
    assert (note.author, note.signed_by, note.unsigned_changes) == ("Ben Okafor", "Ben Okafor", False)
    assert note.moved is not None and note.moved.why == "joined"


async def test_joining_twice_at_once_writes_the_same(place: Office) -> None:
    ruth, ana, ben, first, second = await twice(place)
    await put(ben, second, Need.TYPE, "41" * 16, text="Sleep through the night")
    await sent(ben)
    await until_here(ruth, Need, "41" * 16)
    await ruth.open.joining.join(first, second)
    await sent(ruth)
    await sees(ben, first, "And on Tuesday.")
    # Ben's tablet knows both now: what it would bring over is there already.

    async def heard() -> bool:
        return await ben.open.joining.of_family(second) is not None

    await until(heard)
    done = await ben.open.joining.bring_over(second)
    assert done.left == 0
    await sent(ben)
    await sent(ruth)
    assert len([one for one in await rows(ruth, Need) if one.family_id == first]) == 1


async def test_what_comes_into_the_joined_record_later_is_brought_over(place: Office) -> None:
    ruth, _, ben, first, second = await twice(place)
    place.down = True
    await write(ben, second, "Written before Ben heard of it.")
    place.down = False
    await ruth.open.joining.join(first, second)
    await sent(ruth)
    await sent(ben)
    await sees(ruth, second, "Written before Ben heard of it.")
    state = await ruth.open.joining.of_family(second)
    # A draft is its author's: nobody else can write it anew.
    assert state is not None and (state.left, state.others) == (0, (("Ben Okafor", 1),))
    await sees(ben, first, "And on Tuesday.")
    mine = await ben.open.joining.of_family(second)
    assert mine is not None and mine.left == 1
    assert (await ben.open.joining.bring_over(second)).left == 0
    assert "Written before Ben heard of it." in await bodies(ben, first)


async def test_what_somebody_removed_from_the_joined_family_does_not_come_back(place: Office) -> None:
    ruth, _, ben, first, second = await twice(place)
    await put(ben, second, Need.TYPE, "41" * 16, text="Sleep through the night")
    await sent(ben)
    await until_here(ruth, Need, "41" * 16)
    await ruth.open.joining.join(first, second)
    (need,) = [one for one in await rows(ruth, Need) if one.family_id == first]
    stream = StreamId(bytes.fromhex(need.stream))
    await ruth.open.desk.vault.commit([Change(stream, Need.TYPE, need.id, {}, delete=True)])
    assert (await ruth.open.joining.bring_over(second)).left == 0
    assert [one for one in await rows(ruth, Need) if one.family_id == first] == []


async def test_where_both_said_something_the_kept_one_stands_and_the_other_is_shown(place: Office) -> None:
    ruth, ana, ben, first, second = await twice(place)
    for tablet, family, words in ((ana, first, "A calm home."), (ben, second, "A year at one school.")):
        stream = await tablet.open.desk.team_stream(family)
        record = singleton_id(stream, FamilyVision.TYPE).hex()
        await put(tablet, family, FamilyVision.TYPE, record, text=words)
        await sent(tablet)
        await until_here(ruth, FamilyVision, record)
    await ruth.open.joining.join(first, second)
    (vision,) = [one for one in await rows(ruth, FamilyVision) if one.family_id == first]
    assert vision.text == "A calm home."
    different = await ruth.open.joining.differences(second)
    assert ("family_vision", "text", "A calm home.", "A year at one school.") in [
        (one.type, one.field, one.kept, one.other) for one in different
    ]


async def test_two_families_that_only_look_alike_are_asked_about_once(place: Office) -> None:
    ruth, _, _, first, second = await twice(place)
    await ruth.open.joining.different(first, second)
    assert await ruth.open.joining.proposals() == ()
    assert await ruth.open.joining.of_family(second) is None
    with pytest.raises(InvalidInput):
        await ruth.open.joining.proposal(first, second)


async def test_a_coordinator_sees_the_pair_and_leaves_the_decision_to_the_supervisor(place: Office) -> None:
    ruth = await place.founded()
    ana = await joined(place, ruth, "ana", "Ana Díaz", supervisor_id=ruth.open.desk.me.person)
    first = await ana.open.opening.open_family(NewFamily("Nia", "Delgado"))
    second = await ana.open.opening.open_family(NewFamily("Nia", "Delgado"))
    (found,) = await ana.open.joining.proposals()
    assert not found.may_join
    with pytest.raises(PermissionRefused):
        await ana.open.joining.join(first, second)
    with pytest.raises(PermissionRefused):
        await ana.open.joining.different(first, second)


async def test_a_family_that_was_joined_is_not_joined_again(place: Office) -> None:
    ruth, _, _, first, second = await twice(place)
    await ruth.open.joining.join(first, second)
    for keep, other in ((first, second), (second, first), (first, first)):
        with pytest.raises(InvalidInput):
            await ruth.open.joining.join(keep, other)


async def test_who_may_not_be_contacted_goes_over_with_whom_it_is_about(place: Office) -> None:
    ruth, _, ben, first, second = await twice(place)
    await put(ben, second, "natural_support", "51" * 16, name="Uncle Teo", relation="uncle")
    await put(ben, second, ContactSafety.TYPE, "52" * 16, about_id="51" * 16, may_call=False)
    await sent(ben)
    await until_here(ruth, ContactSafety, "52" * 16)
    await ruth.open.joining.join(first, second)
    (kept,) = [one for one in await rows(ruth, ContactSafety) if one.family_id == first]
    (uncle,) = [
        one for one in await rows(ruth, RECORD_TYPES["natural_support"]) if one.family_id == first
    ]
    assert kept.about_id == uncle.id and not kept.may_call


async def rows(tablet: Tablet, kind: type[Row]) -> Sequence[Row]:
    return await tablet.open.desk.vault.read(lambda session: session.exec(select(kind)).all())


async def until_here(tablet: Tablet, kind: type[Record], record: str) -> None:
    async def there() -> bool:
        return await tablet.open.desk.vault.read(lambda session: session.get(kind, record)) is not None

    await until(there)



async def test_people_of_one_name_born_on_different_days_stay_two(place: Office) -> None:
    ruth, _, ben, first, second = await twice(place)
    (theirs,) = [one for one in await rows(ben, Person) if one.family_id == second]
    await put(ben, second, Person.TYPE, theirs.id, born_on="2014-03-20")
    await sent(ben)

    async def heard() -> bool:
        return any(one.born_on == "2014-03-20" for one in await rows(ruth, Person))

    await until(heard)
    await ruth.open.joining.join(first, second)
    born = sorted(one.born_on for one in await rows(ruth, Person) if one.family_id == first)
    assert born == ["2014-03-02", "2014-03-20"]


async def test_a_note_that_was_entered_in_error_is_not_brought_over(place: Office) -> None:
    ruth, _, ben, first, second = await twice(place)
    wrong = await sign(ben, second, "About somebody else.")
    # Somebody wrote in it while it was taken out: it stands in the log again.
    await put(ben, second, EnteredInError.TYPE, "44" * 16, item_id=wrong, reason="another family")
    await put(ben, second, Need.TYPE, "41" * 16, text="Sleep")
    await sent(ben)
    await until_here(ruth, Need, "41" * 16)
    await ruth.open.joining.join(first, second)
    assert "About somebody else." not in await bodies(ruth, first)


async def test_restricted_words_go_to_the_restricted_stream_and_additions_come_along(place: Office) -> None:
    ruth, _, _, first, second = await twice(place)
    notes = ruth.open.notes
    private = await notes.sign(replace(notes.begin(second), body="Only for some.", label="sud"))
    await notes.add_to(private.note_id, "And one thing more.")
    await ruth.open.joining.join(first, second)
    (copy,) = [one for one in await ruth.open.notes.of_family(first) if one.body == "Only for some."]
    assert copy.restricted
    read = await notes.note(copy.note_id)
    assert read is not None and [one.body for one in read.addenda] == ["And one thing more."]
    row = next(one for one in await rows(ruth, Note) if one.id == copy.note_id)
    assert bytes.fromhex(row.stream) != await ruth.open.desk.team_stream(first)


@pytest.mark.parametrize("both", [True, False])
async def test_what_is_said_about_the_family_itself_and_about_its_vision_follows(
    place: Office, both: bool
) -> None:
    ruth, ana, ben, first, second = await twice(place)
    homes = ((ana, first), (ben, second)) if both else ((ben, second),)
    for tablet, family in homes:
        stream = await tablet.open.desk.team_stream(family)
        record = singleton_id(stream, FamilyVision.TYPE).hex()
        await put(tablet, family, FamilyVision.TYPE, record, text="A calm home.")
        await sent(tablet)
        await until_here(ruth, FamilyVision, record)
    await put(ben, second, Translation.TYPE, "61" * 16, item_id=record, item_type="family_vision",
              field="text", language="es", text="Un hogar tranquilo.")  # fmt: skip
    await put(ben, second, ContactSafety.TYPE, "62" * 16, about_id=second, may_call=False)
    await sent(ben)
    await until_here(ruth, ContactSafety, "62" * 16)
    await ruth.open.joining.join(first, second)
    (vision,) = [one for one in await rows(ruth, FamilyVision) if one.family_id == first]
    (said,) = [one for one in await rows(ruth, Translation) if one.family_id == first]
    (marks,) = [one for one in await rows(ruth, ContactSafety) if one.family_id == first]
    assert (said.item_id, marks.about_id) == (vision.id, first)
