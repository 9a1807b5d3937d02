"""Puts the example agency together."""

from __future__ import annotations

from datetime import date, tzinfo
from random import Random
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .around_records import write_around
from .calendar import Calendar
from .care_records import write_care
from .cast import Cast, cast_for
from .cosign_records import CO_SIGNED, SignedNote, co_sign, give_back
from .crisis_records import write_crisis_plan
from .episode_records import write_episodes
from .event_records import write_events
from .family_records import write_family
from .hand import Hand, parts_of
from .household import Household
from .invent import invent
from .ledger import Ledger, derived_id
from .library import Library, read_library
from .measure_records import write_measures
from .meeting_records import MeetingWriter
from .message_records import write_messages
from .model import AGENCY, ExampleAgency, ExampleFamily, ExampleStaff, Size
from .note_bodies import BodyWriter
from .note_records import NoteWriter
from .phase_records import write_running_phase, write_transition
from .plan_dates import PlanDates
from .plan_records import PlanWriter
from .rating_records import write_ratings
from .referral_records import write_referrals
from .screening_records import write_screenings
from .sealing_records import write_versions
from .strength_records import write_strengths
from .tongues import Tongues
from .visit_records import write_visits
from .writer import Writer

COORDINATORS = ("marisol", "andre", "bea")
_TITLE = "Care coordinator"
_TO_CO_SIGN = {"marisol": 2, "andre": 0, "bea": 3}
_GIVEN_BACK, _ANSWERED = "delgado", "bea"
"""The family of the note that its author has not answered yet; the coordinator who has."""
_STAFF = (
    ("ines", "Ines Ferrante", "Agency administrator", ("administrator",), "en,it"),
    ("ruth", "Ruth Abara", "Clinical supervisor", ("supervisor",), "en"),
    ("marisol", "Marisol Vega", _TITLE, ("coordinator",), "en,es"),
    ("andre", "Andre Petit", _TITLE, ("coordinator",), "en,ht,fr"),
    ("bea", "Bea Tanaka", _TITLE, ("coordinator",), "en,es"),
    ("paz", "Paz Lind", "Family partner", ("partner",), "en,es"),
)
TEAM = "River team"


def generate(seed: int, today: date, size: Size, zone: tzinfo | None = None) -> ExampleAgency:
    """Invent the agency. Pure: the same arguments give the same agency.

    Args:
        seed: any number.
        today: the day on which somebody opens the example; nothing is written on it or later.
        size: `Size.example()`, or a caseload for measuring.
        zone: time zone of times of day; Connecticut's when not given.

    Raises:
        ValueError: the example files are damaged, or `size` asks for too little.
    """
    library = read_library()
    calendar = Calendar(today, zone or _connecticut())
    rng = Random(seed)
    bodies: set[str] = set()
    writers = {
        key: Writer(library, Random(rng.random()), bodies, careful=not size.records) for key in COORDINATORS
    }
    staff = _staff(seed)
    names = {person.key: person for person in staff}
    households = list(library.roster[: size.families])
    while len(households) < size.families:
        number = len(households)
        households.append(invent(library, Random(f"{seed}/{number}"), number, COORDINATORS[number % 3]))
    makers = [
        _FamilyMaker(seed, library, house, calendar, writers[house.coordinator], names[house.coordinator])
        for house in households
    ]
    wanted = _shares(size)
    for number, maker in enumerate(makers):
        maker.make(wanted[number])
    if not size.records:
        _co_signatures(seed, makers)
    return ExampleAgency(AGENCY, staff, tuple(maker.family() for maker in makers))


class _FamilyMaker:
    """Writes one family, plan and people first, then meetings, then notes."""

    def __init__(
        self,
        seed: int,
        library: Library,
        house: Household,
        calendar: Calendar,
        writer: Writer,
        coordinator: ExampleStaff,
    ) -> None:
        self.rng = Random(f"{seed}/{house.key}/family")
        self.ledger = Ledger(seed, house, calendar)
        self.cast: Cast = cast_for(self.ledger, coordinator.name)
        self.signed: list[SignedNote] = []
        self._library, self._writer, self._coordinator = library, writer, coordinator

    def make(self, wanted: int) -> None:
        """Write everything. `wanted`: exact number of writes, or 0 for the family's own history."""
        ledger, cast, rng, house = self.ledger, self.cast, self.rng, self.ledger.household
        special = {} if wanted else self._library.special.get(house.key, {})
        gaps = [
            (kind, begins, why) for kind, begins, why in (parts_of(x, 3) for x in special.get("gaps", ()))
        ]
        tongues = Tongues(ledger, cast, self._library, gaps)
        hand = Hand(ledger, cast, tongues, Random(f"{ledger.seed}/{house.key}/more"), special)
        write_family(hand, rng, self._coordinator.person_id, whole=not wanted)
        if not wanted:
            write_strengths(hand)
            write_running_phase(hand)
        dates = PlanDates(ledger.calendar, house, rng)
        plan = PlanWriter(ledger, cast, self._writer, self._library, rng, dates, hand, not wanted)
        plan.write()
        meetings = MeetingWriter(hand, plan, self._writer, rng, whole=not wanted).write(6 if wanted else 40)
        if not wanted:
            write_crisis_plan(hand)
            write_transition(hand)
            write_ratings(hand, plan, meetings)
            write_versions(hand, meetings)
            write_around(hand)
            write_referrals(hand)
            write_episodes(hand)
            write_visits(hand, self._coordinator.person_id)
            write_care(hand)
            write_messages(hand)
            write_measures(hand)
            write_screenings(hand)
            write_events(hand)
        details = list(house.details)
        rng.shuffle(details)
        bodies = BodyWriter(self._library, cast, self._writer, rng, details)
        notes = NoteWriter(ledger, cast, self._writer, bodies, rng, self._coordinator.title, plan)
        count = wanted - len(ledger.records) if wanted else house.notes
        if count < 1:
            raise ValueError("too few records for the families' plans alone")
        together = [one for one in meetings if not one.professionals_only]
        notes.write(together, count, drafts=not wanted)
        self.signed = notes.signed

    def family(self) -> ExampleFamily:
        """The family with its writes in the order of time."""
        house = self.ledger.household
        ordered = sorted(self.ledger.records, key=lambda record: record.at_ms)
        return ExampleFamily(house.key, house.coordinator, tuple(ordered))


def _shares(size: Size) -> list[int]:
    """How many writes each family gets; the first ones take what does not divide."""
    each, more = divmod(size.records, size.families)
    return [each + (number < more) for number in range(size.families)]


def _co_signatures(seed: int, makers: list[_FamilyMaker]) -> None:
    """The supervisor has read all but the newest few notes of each coordinator, and gave two back."""
    rng = Random(f"{seed}/co-sign")
    for key, waiting in _TO_CO_SIGN.items():
        notes = [
            (note.signed_at_ms, note.record, note, maker.ledger)
            for maker in makers
            if maker.ledger.household.coordinator == key
            for note in maker.signed
            if note.content["kind"] in CO_SIGNED
        ]
        notes.sort(key=lambda item: item[:2])
        unread = notes[len(notes) - waiting :]
        if unread and key == _ANSWERED:
            give_back(unread[0][3], unread[0][2], answered=True)
        read = notes[: len(notes) - waiting]
        for at in range(len(read) - 1, -1, -1):
            _, _, note, ledger = read[at]
            if ledger.household.key == _GIVEN_BACK:
                give_back(ledger, note, answered=False)
                del read[at]
                break
        for _, _, note, ledger in read:
            co_sign(ledger, note, rng)


def _staff(seed: int) -> tuple[ExampleStaff, ...]:
    return tuple(
        ExampleStaff(
            key=key,
            name=name,
            title=title,
            roles=roles,
            team=TEAM,
            phone=f"860-555-01{10 + number}",
            languages=languages,
            person_id=derived_id(seed, "staff", key),
        )
        for number, (key, name, title, roles, languages) in enumerate(_STAFF)
    )


def _connecticut() -> tzinfo:
    try:
        return ZoneInfo("America/New_York")
    except ZoneInfoNotFoundError as error:  # devices without the zone data base
        raise ValueError("give the zone: this device has no zone data base") from error
