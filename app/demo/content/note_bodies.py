"""What a note says: an opening, a scene of the family's story, what else was there, what is next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from .cast import Cast
from .library import STAGES, Arc, Library
from .meeting_records import HeldMeeting
from .writer import Writer

Values = Mapping[str, str]
_SEASONS = (
    "winter", "winter", "spring", "spring", "spring", "summer",
    "summer", "summer", "autumn", "autumn", "autumn", "winter",
)  # fmt: skip
"""Pool of each month, January first."""
_LAST_STAGE = {1: 0, 2: 1, 3: 4, 4: 4}
_OF_SCHOOL = frozenset({"mornings", "worry", "friends"})
_OVERLAP = ((0.0, 1.0), (0.25, 1.0), (0.45, 1.0), (0.6, 1.0))


@dataclass
class BodyWriter:
    """Writes the bodies of one family's notes."""

    library: Library
    cast: Cast
    writer: Writer
    rng: Random
    details: list[str]
    """Sentences of this family only that are not used yet."""

    def body(self, kind: str, *, share: float, at_ms: int, month: int, meeting: HeldMeeting | None) -> str:
        """A body for a note of this kind, so far into the story (0 to 1), at this time."""
        values = self.cast.pick(self.rng, at_ms, at_table=kind == "team_meeting")
        if kind == "team_meeting" and meeting is not None:
            return self._meeting(values, meeting)
        makers: dict[str, Callable[[Values, float, int], list[str]]] = {
            "home_visit": self._home,
            "phone": self._phone,
            "school": self._school,
            "crisis": self._crisis,
        }
        if kind in makers:
            return _join(makers[kind](values, share, month))
        return _join([self.writer.pool(f"{kind}_note", values), self._maybe(0.5, f"{kind}_more", values)])

    def first(self, at_ms: int) -> str:
        """The first contact: who the family is, before any plan."""
        values = self.cast.pick(self.rng, at_ms)
        say = self.writer.pool
        return _join([say("first_open", values), say("first_told", values), say("first_close", values)])

    def last(self, at_ms: int) -> str:
        """The last note of a family that leaves."""
        values = self.cast.pick(self.rng, at_ms)
        return _join([self.writer.pool("goodbye", values), self.writer.pool("goodbye_more", values)])

    def _home(self, values: Values, share: float, month: int) -> list[str]:
        together = self.rng.random() < 0.62
        if self._in_spanish(0.3):
            return self._spanish(values, share, month)
        say = self.writer.pool
        opening = say("open_home_both" if together else "open_home_alone", values)
        seen = together and self.rng.random() < 0.6
        story = [self._scene(values, share, month, "seen" if seen else "told")]
        if self.rng.random() < 0.45:
            story.append(self._scene(values, share, month, "told"))
        if self.rng.random() < 0.35:
            story.append(self._spanish_words(values))
        return [
            opening + self._space(self._colour(values, month, together=together)),
            *story,
            " ".join(part for part in (self._aside(values), say("close", values)) if part),
        ]

    def _phone(self, values: Values, share: float, month: int) -> list[str]:
        if self._in_spanish(0.25):
            return self._spanish(values, share, month)
        opening = self.writer.pool("open_phone", values)
        scene = self._scene(values, share, month, "told")
        rest = self._aside(values) if self.rng.random() < 0.75 else ""
        return [f"{opening} {scene}", f"{rest} {self.writer.pool('close_phone', values)}".strip()]

    def _school(self, values: Values, share: float, month: int) -> list[str]:
        say = self.writer.pool
        first = f"{say('open_school', values)} {self._scene(values, share, month, 'school')}"
        return [first, self._maybe(0.6, "school_more", values), say("close_school", values)]

    def _crisis(self, values: Values, share: float, month: int) -> list[str]:
        arc = self._arc(share, month)[0]
        scene = self.writer.say(("crisis", arc.key), arc.crisis, values)
        say = self.writer.pool
        opening = f"{say('open_crisis', values)} {scene}"
        return [opening, say("crisis_help", values), say("close_crisis", values)]

    def _meeting(self, values: Values, meeting: HeldMeeting) -> str:
        say = self.writer.pool
        opening = say("meeting_first" if meeting.first else "meeting_open", values)
        return _join(
            [opening, meeting.celebrations, say("meeting_talk", values), meeting.decisions]
            + [say("meeting_close", values)]
        )

    def _arc(self, share: float, month: int) -> tuple[Arc, int]:
        """A story that is under way at this time, and its stage."""
        house = self.cast.household
        last = _LAST_STAGE[house.phase]
        if house.days < 150 and house.phase == 3:
            last = 3
        running = [
            (self.library.arcs[key], (share - start) / (end - start))
            for key, (start, end) in zip(house.arcs, _OVERLAP, strict=False)
            if share >= start
        ]
        weights = [3.0, 2.0, 2.0, 2.0][: len(running)]
        if month in (7, 8):
            weights = [
                w * (0.05 if a.key in _OF_SCHOOL else 1) for w, (a, _) in zip(weights, running, strict=True)
            ]
        arc, progress = self.rng.choices(running, weights)[0]
        stage = min(last, int(progress * (last + 1)))
        if stage < last and self.rng.random() < 0.12:
            stage += 1
        return arc, stage

    def _scene(self, values: Values, share: float, month: int, how: str) -> str:
        """A scene of a story under way; another story when this one is told out for now."""
        best, fewest = "", 1 << 31
        for _ in range(4):
            arc, stage = self._arc(share, month)
            phrases = {"told": arc.told, "seen": arc.seen, "school": arc.school}[how][stage]
            text, repeats = self.writer.propose((arc.key, STAGES[stage], how), phrases, values)
            if repeats < fewest:
                best, fewest = text, repeats
            if fewest == 0:
                break
        return self.writer.keep(best)

    def _colour(self, values: Values, month: int, *, together: bool) -> str:
        """Something small that could be seen there that day."""
        draw = self.rng.random()
        if not together:
            return self.writer.pool("home_life", values) if draw < 0.4 else ""
        if self.details and draw < 0.3:
            return self.details.pop()
        if draw < 0.55:
            return self.writer.pool("home_life", values)
        if draw < 0.75:
            return self.writer.pool(_SEASONS[month - 1], values)
        return ""

    def _aside(self, values: Values) -> str:
        pools = ("caregiver", "practical", "support", "strength", "")
        return self.writer.pool(self.rng.choices(pools, (4, 4, 4, 3, 2))[0], values)

    def _space(self, text: str) -> str:
        return f" {text}" if text else ""

    def _maybe(self, chance: float, pool: str, values: Values) -> str:
        return self.writer.pool(pool, values) if self.rng.random() < chance else ""

    def _in_spanish(self, chance: float) -> bool:
        return self.cast.household.notes_in_spanish and self.rng.random() < chance

    def _spanish_words(self, values: Values) -> str:
        if self.cast.household.language != "es":
            return ""
        return self.writer.spanish("said", values)

    def _spanish(self, values: Values, share: float, month: int) -> list[str]:
        _, stage = self._arc(share, month)
        say = self.writer.spanish
        return [say("opening", values), say(STAGES[stage], values), say("closing", values)]


def _join(parts: list[str]) -> str:
    return "\n\n".join(part.strip() for part in parts if part.strip())
