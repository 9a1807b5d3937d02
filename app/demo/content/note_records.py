"""The notes of a family: when, which kind, with whom, and their way to a signature."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from random import Random
from typing import Any

from app.wraparound.billing import suggested
from app.wraparound.contacts import LoggedContact, medium_of
from app.wraparound.practice_codes import ACTIVITIES
from app.wraparound.rules.contacts import ContactRules, parse
from app.wraparound.rules.shipped import shipped_text
from app.wraparound.vocabulary import PRINCIPLES

from .calendar import on_workday, working_hour
from .cast import Cast
from .cosign_records import SignedNote
from .episode_records import funder_of
from .ledger import Ledger
from .meeting_records import HeldMeeting
from .note_bodies import BodyWriter
from .plan_records import PlanWriter
from .writer import Writer

KIND_WORDS = {
    "home_visit": "Home visit",
    "phone": "Phone call",
    "text": "Text messages",
    "school": "School",
    "collateral": "Call with somebody else",
    "team_meeting": "Team meeting",
    "crisis": "Crisis",
    "supervision": "Supervision",
    "attempt": "Attempted contact",
}
_WEIGHTS = {
    "home_visit": 38, "phone": 20, "text": 9, "school": 12, "collateral": 9, "attempt": 5,
    "crisis": 4, "supervision": 3,
}  # fmt: skip
_MINUTES = {"phone": (8, 25), "text": (2, 6), "school": (25, 60), "collateral": (10, 25), "crisis": (40, 110)}
_MINUTES |= {"attempt": (2, 10), "supervision": (10, 25), "home_visit": (40, 80)}
_PLACES = {"phone": "phone", "text": "phone", "school": "school", "collateral": "phone"}
_PLACES |= {"supervision": "office"}


_WITH_CARE = ("home_visit", "crisis", "school", "team_meeting")
"""Kinds of notes that may tell of trauma-informed work."""
_MINUTES_KEPT = 4
"""Of so many meetings, the newest, it is known which note holds the minutes."""

_Maker = Callable[[], str]


@dataclass
class NoteWriter:
    """Writes the notes of one family."""

    ledger: Ledger
    cast: Cast
    writer: Writer
    bodies: BodyWriter
    rng: Random
    title: str
    """The author's title, as it stands under a note."""
    plan: PlanWriter
    signed: list[SignedNote] = field(default_factory=list)
    _count: int = 0
    _rules: ContactRules = field(default_factory=lambda: parse(shipped_text("contacts")))

    def write(self, meetings: list[HeldMeeting], count: int, *, drafts: bool) -> None:
        """Write `count` notes, those of the meetings among them, in the order of time.

        Args:
            drafts: recent notes were drafts first: two writes each.
        """
        house, calendar = self.ledger.household, self.ledger.calendar
        span = max(1, house.days)
        plan: list[tuple[int, str, HeldMeeting | None]] = [
            (meeting.started_at_ms, "team_meeting", meeting) for meeting in meetings[-count:]
        ]
        plan += [(at, kind, None) for at, kind in self._moments(count - len(plan))]
        plan.sort(key=lambda item: item[0])
        start = calendar.ms(calendar.day(-span), 0)
        whole = calendar.start_ms() - start
        for index, (at, kind, meeting) in enumerate(plan):
            share = max(0.0, min(0.999, (at - start) / whole))
            if index == 0 and kind == "home_visit":
                makers = [("home_visit", partial(self.bodies.first, at))]
            elif house.closed and index == len(plan) - 1:
                makers = [("home_visit", partial(self.bodies.last, at))]
            else:
                body_of = partial(self.bodies.body, share=share, at_ms=at, month=calendar.month(at))
                makers = [(kind, partial(body_of, kind, meeting=meeting))]
                makers += [
                    (other, partial(body_of, other, meeting=None)) for other in ("phone", "home_visit")
                ]
            kind, body = self._fresh(makers)
            note = self._note(at, kind, body, meeting.minutes if meeting else 0, drafts=drafts)
            if (
                drafts
                and meeting is not None
                and kind == "team_meeting"
                and meeting in meetings[-_MINUTES_KEPT:]
            ):
                written = self.ledger.first[note]
                self.ledger.add("meeting", meeting.record, {"minutes_note_id": note}, written)
        if house.draft and drafts:
            self._open_draft(house.draft)

    def _fresh(self, makers: Sequence[tuple[str, _Maker]]) -> tuple[str, str]:
        """A body that nobody wrote before, and its kind. A pool that is told out gives way."""
        for kind, make in makers:
            for _ in range(12):
                body = make()
                if body and self.writer.is_new(body):
                    return kind, body
        raise ValueError("the scenes are used up")

    def _moments(self, count: int) -> list[tuple[int, str]]:
        """Times and kinds of the notes that no meeting gives, more of them in the first weeks."""
        house, calendar, rng = self.ledger.household, self.ledger.calendar, self.rng
        last = max(house.closed, house.quiet, 1)
        room = max(1, house.days - last)
        days: list[date] = []
        for index in range(max(0, count)):
            at = (index + rng.random()) / count
            early = at**1.18
            days.append(calendar.day(-house.days + min(room, round(early * room))))
        if days:
            days[0] = calendar.day(-house.days)
        kinds = list(_WEIGHTS)
        weights = [_WEIGHTS[kind] for kind in kinds]
        moments = []
        for index, day in enumerate(days):
            kind = "home_visit" if index in (0, 2) else rng.choices(kinds, weights)[0]
            if kind == "school" and day.month in (7, 8):
                kind = "phone"
            if kind == "crisis" and house.days - (calendar.today - day).days < 14:
                kind = "home_visit"
            if kind != "crisis":
                day = min(on_workday(day), on_workday(calendar.day(-1), -1))
            hour, minute = working_hour(rng)
            moments.append((calendar.ms(day, hour + (kind == "crisis") * 3, minute), kind))
        if house.crisis and len(moments) > 4:
            moments[-1] = (calendar.ms(calendar.day(-1), 19, 40), "crisis")
            moments[-2] = (calendar.ms(calendar.day(-2), 21, 15), "crisis")
        return moments

    def _note(self, at: int, kind: str, body: str, minutes: int, *, drafts: bool) -> str:
        calendar, rng = self.ledger.calendar, self.rng
        if not minutes:
            minutes = 5 * round(rng.randint(*_MINUTES[kind]) / 5) or 5
        stopped = at + minutes * 60_000
        wait = rng.choices((25, 95, 26 * 60, 52 * 60, 5 * 24 * 60), (50, 25, 15, 7, 3))[0]
        written = min(stopped + wait * 60_000, calendar.start_ms() - 40 * 60_000)
        late = written - stopped > 3 * 24 * 3_600_000
        fields = self._fields(at, stopped, kind, body, written) | {"late_entry": late}
        record = self.ledger.id("note", str(self._count))
        self._count += 1
        age = (calendar.today - calendar.day_of(written)).days
        if drafts and age <= 45:
            self.ledger.add("note", record, fields, written)
            signed_at = written + rng.choice((4, 7, 11, 26 * 60 if age > 2 else 9)) * 60_000
            final = fields | {"status": "signed"}
            writes: dict[str, Any] = {"status": "signed"}
        else:
            signed_at = written
            final = fields | {"status": "signed"}
            writes = dict(final)
        signed_at = min(signed_at, calendar.start_ms() - 60_000)
        seal = {"signed_at_ms": signed_at, "signed_by_name": self.cast.coordinator_name}
        self.ledger.add("note", record, writes | {"signed": final | seal}, signed_at)
        self.signed.append(SignedNote(record, signed_at, final | seal))
        return record

    def _fields(self, at: int, stopped: int, kind: str, body: str, written: int) -> dict[str, Any]:
        ids, names = self._with_whom(kind, body, at)
        concerns = self._concerns(written) if kind not in ("attempt", "supervision") else []
        place = _PLACES.get(kind) or self.rng.choice(("home",) * 7 + ("community", "school"))
        place = "home" if kind == "home_visit" else place
        return {
            "kind": kind,
            "kind_words": KIND_WORDS[kind],
            "started_at_ms": at,
            "stopped_at_ms": stopped,
            "place": place,
            "with_whom": ",".join(dict.fromkeys(ids)),
            "with_whom_words": ", ".join(dict.fromkeys(names)),
            "made": kind != "attempt",
            "concerns": ",".join(concerns),
            "label": "school" if kind == "school" and self.rng.random() < 0.4 else "general",
            "body": body,
            **self._counts(at, stopped, kind, place),
            "author_title": self.title,
            "written_at_ms": written,
            "late_entry": False,
            "status": "draft",
        }

    def _counts(self, at: int, stopped: int, kind: str, place: str) -> dict[str, Any]:
        """How a note counts, as the app would have suggested it; what was done, as somebody ticks it."""
        house, seed = self.ledger.household, self.ledger.seed
        funder = funder_of(house, seed)
        medium = medium_of(kind, place)
        on = self.ledger.calendar.day_of(at)
        minutes = (stopped - at) // 60_000
        contact = LoggedContact("", "", at, on, kind, medium, kind != "attempt", minutes, "", True, on)
        rng = Random(f"{seed}/{house.key}/{at}/counts")
        many = 2 if kind in ("home_visit", "team_meeting", "crisis") else 1
        done = rng.sample(ACTIVITIES, many) if kind in _WITH_CARE and rng.random() < 0.5 else []
        shown = rng.sample(PRINCIPLES, many) if rng.random() < 0.4 else []
        return {
            "medium": medium,
            "funder": funder,
            "billable": suggested(contact, self._rules.of(funder)),
            "principles": ",".join(one for one in PRINCIPLES if one in shown),
            "activities": ",".join(one for one in ACTIVITIES if one in done),
        }

    def _with_whom(self, kind: str, body: str, at: int) -> tuple[list[str], list[str]]:
        people = self.cast.people
        youth, adult = self.cast.youth.called, self.cast.caregiver.called
        family = [adult]
        if kind in ("home_visit", "team_meeting", "crisis") and youth in body:
            family = [youth, adult]
        ids, names = [people[name] for name in family], list(family)
        if kind in ("school", "collateral"):
            named = [(m.called, key) for m, key in self.cast.team if m.called in body]
            if not named:
                named.append((adult, people[adult]))
            ids = [key for _, key in named if self.cast.since.get(key, 0) <= at]
            names = [name for name, _ in named]
        elif kind == "supervision":
            ids, names = [], ["Ruth Abara"]
        elif kind in ("team_meeting", "crisis"):
            more, called = self.cast.ids_named_in(body, at)
            ids, names = ids + more, names + called
        return ids, names

    def _concerns(self, at: int) -> list[str]:
        """A need and an action step that stood in the plan by then."""
        rng = self.rng
        needs = [record for since, record in self.plan.needs if since < at]
        steps = [record for since, record in self.plan.steps if since < at]
        picked = rng.sample(needs, 1) if needs and rng.random() < 0.7 else []
        if steps and rng.random() < 0.35:
            picked += rng.sample(steps, 1)
        return picked

    def _open_draft(self, draft: str) -> None:
        """The note that the coordinator has not signed yet: `days ago|kind|body`."""
        calendar = self.ledger.calendar
        days, kind, body = (part.strip() for part in draft.split("|", 2))
        body = body.replace("\\n", "\n").replace(" / ", "\n\n")
        at = calendar.ms(on_workday(calendar.day(-int(days)), -1), 10, 5)
        written = at + 47 * 60_000
        fields = self._fields(at, at + 50 * 60_000, kind, body, written)
        ids, names = self.cast.ids_named_in(body, at)
        fields["with_whom"] = ",".join(part for part in (fields["with_whom"], *ids) if part)
        fields["with_whom_words"] = ", ".join((fields["with_whom_words"], *names))
        concerns = [record for _, record in (*self.plan.needs[:1], *self.plan.steps[3:4])]
        fields["concerns"] = ",".join(concerns)
        self.writer.is_new(body)
        self.ledger.add("note", self.ledger.id("note", "draft"), fields, written)
