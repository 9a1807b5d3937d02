"""What changed between two plans: added, changed, done, dropped, moved. Pure.

Compares documents of plan_document.py row by row. What is hidden is taken out of both first, so that
it leaves no line, no count and no gap in the order. What hangs on nothing is not part of a plan.
Spec: docs/plan-versions.md, "What changed".
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from .plan_changes import FIELDS, NAME, NOTHING, WORDS, Changes, Group, Line, Phrase
from .plan_document import Document, Row

PEOPLE_TYPES: Final = ("natural_support", "team_member")
"""Who is on the team stands in a frozen plan, too (docs/plan-versions.md)."""
_PARENT: Final = {
    "outcome": ("need", "need_id"), "strategy": ("outcome", "outcome_id"),
    "action_step": ("strategy", "strategy_id"), "rating": ("outcome", "outcome_id"),
}  # fmt: skip
_BELOW: Final = {"need": "outcome", "outcome": "strategy", "strategy": "action_step"}
_HAS_STATUS: Final = ("need", "outcome", "strategy", "action_step")
_TITLE: Final = {"action_step": "what"}
_OWNER_ID: Final = {"owner": "owner_id", "who": "who_id"}
_DEFAULTS: Final[Mapping[str, Any]] = {"status": "open", "chosen": True, "better": "up"}
_SET_IN_EVENT: Final = {
    "need": ("status_reason",),
    "strategy": ("status_reason",),
    "action_step": ("done_on", "what_happened"),
    "transition_item": ("done_on",),
}
"""Fields that the line about a new status says already."""


def diff(
    before: Document, after: Document, names: Mapping[str, str], gone: frozenset[str] = frozenset()
) -> Changes:
    """Everything that is different in `after`.

    names: person id → the name to say. gone: ids of what the readers must not learn of
    (audience.hidden over the items of both documents).
    """
    return _Comparison(_Side(before, gone), _Side(after, gone), names).changes()


class _Side:
    """One of the two plans: rows by type and id, without what is hidden or hangs on nothing."""

    def __init__(self, document: Document, gone: frozenset[str]) -> None:
        self.rows: dict[str, dict[str, Row]] = {}
        for kind in (*FIELDS, "rating", *PEOPLE_TYPES):
            found = {str(row["id"]): row for row in document.get(kind, ()) if row["id"] not in gone}
            if kind in _PARENT:
                parent, field = _PARENT[kind]
                found = {one: row for one, row in found.items() if row.get(field) in self.rows[parent]}
            self.rows[kind] = found

    def of(self, kind: str) -> dict[str, Row]:
        return self.rows[kind]

    def in_order(self, kind: str, order: str = "order") -> list[str]:
        rows = self.rows[kind]
        return sorted(rows, key=lambda one: (_number(rows[one].get(order)), one))

    def needs(self) -> list[str]:
        """Needs that are worked on or met, in the family's order."""
        rows = self.of("need")
        return [one for one in self.in_order("need", "priority") if rows[one].get("status") != "set_aside"]

    def latest_ratings(self) -> dict[tuple[str, str], Row]:
        """The newest rating of each outcome by each giver."""
        found: dict[tuple[str, str], Row] = {}
        for one in self.in_order("rating", "rated_at_ms"):
            row = self.of("rating")[one]
            found[str(row["outcome_id"]), giver_of(row)] = row
        return found


class _Comparison:
    def __init__(self, before: _Side, after: _Side, names: Mapping[str, str]) -> None:
        self._before = before
        self._after = after
        self._names = names
        self._moved_needs = self._new_order()
        self._rated = self._ratings()

    def changes(self) -> Changes:
        return Changes(
            vision=self._plain("family_vision"),
            people=self._people(),
            strengths=self._plain("strength"),
            needs=self._groups("need", self._ids("need", "priority")),
            crisis=(*self._plain("crisis_plan"), *self._plain("crisis_item")),
            transition=(*self._plain("transition_plan"), *self._plain("transition_item")),
        )

    # -- items --------------------------------------------------------------------------------

    def _ids(self, kind: str, order: str = "order") -> list[str]:
        """Ids in the order of the later plan; what is gone from it comes last."""
        later = self._after.in_order(kind, order)
        return later + [one for one in self._before.in_order(kind, order) if one not in self._after.of(kind)]

    def _plain(self, kind: str) -> tuple[Line, ...]:
        return tuple(line for one in self._ids(kind) for line in self._lines(kind, one))

    def _groups(self, kind: str, ids: Iterable[str]) -> tuple[Group, ...]:
        below = _BELOW[kind]
        found = []
        for one in ids:
            under = [
                child
                for child in self._ids(below)
                if self._row(below, child).get(_PARENT[below][1]) == one
            ]
            lines = list(self._lines(kind, one))
            inside: tuple[Group, ...] = ()
            if kind == "outcome":
                lines += self._rated[one]
            if below == "action_step":
                lines += [line for child in under for line in self._lines(below, child)]
            else:
                inside = self._groups(below, under)
            if lines or inside:
                found.append(Group(kind, one, self._title(kind, one), tuple(lines), inside))
        return tuple(found)

    def _row(self, kind: str, item: str) -> Row:
        return self._after.of(kind).get(item) or self._before.of(kind)[item]

    def _title(self, kind: str, item: str) -> Phrase:
        return self._phrase(self._row(kind, item), _TITLE.get(kind, "text"))

    def _lines(self, kind: str, item: str) -> list[Line]:
        was, now = self._before.of(kind).get(item), self._after.of(kind).get(item)
        if was is None and now is not None and kind in ("family_vision", "crisis_plan", "transition_plan"):
            was = {"id": item}  # there is one of each in every plan; an empty one has no row yet
        if was is not None and now is not None:
            return [*self._events(kind, item, was, now), *self._fields(kind, item, was, now)]
        if now is not None:
            fresh = {**now, "status": "open", "done": False}
            return [self._added(kind, item, now), *self._events(kind, item, fresh, now)]
        if was is not None and kind in ("family_vision", "crisis_plan", "transition_plan"):
            return self._fields(kind, item, was, {"id": item})
        return [self._line(f"{kind}.removed", kind, item, who=self._owner(kind, was or {}))]

    def _added(self, kind: str, item: str, now: Row) -> Line:
        event = "idea" if kind == "strategy" and not now.get("chosen", True) else "added"
        section = str(now.get("section") or "")
        return self._line(
            f"{kind}.{event}", kind, item, who=self._owner(kind, now), on=str(now.get("due_on") or ""),
            new=Phrase(section), value="text" if not section else _section_value(kind),
        )  # fmt: skip

    def _events(self, kind: str, item: str, was: Row, now: Row) -> Iterable[Line]:
        if kind in _PARENT and was.get(_PARENT[kind][1]) != now.get(_PARENT[kind][1]):
            parent, field = _PARENT[kind]
            yield self._line(
                f"{kind}.moved", kind, item,
                old=self._moved_from(parent, str(was.get(field))), value=WORDS,
            )  # fmt: skip
        if item in self._moved_needs and kind == "need":
            first, then = self._moved_needs[item]
            yield self._line(
                "need.moved", kind, item, old=Phrase(str(first)), new=Phrase(str(then)),
                value="place_in_order",
            )  # fmt: skip
        if kind == "strategy" and _get(was, "chosen") != _get(now, "chosen"):
            yield self._line(f"strategy.{'chosen' if _get(now, 'chosen') else 'not_chosen'}", kind, item)
        if kind == "transition_item" and bool(was.get("done")) != bool(now.get("done")):
            yield self._line(
                f"transition_item.{'done' if now.get('done') else 'not_done'}", kind, item,
                who=self._owner(kind, now), on=str(now.get("done_on") or ""),
            )  # fmt: skip
        status = str(_get(now, "status"))
        if kind in _HAS_STATUS and status != _get(was, "status"):
            yield self._line(
                f"{kind}.{'open_again' if status == 'open' else status}", kind, item,
                who=self._owner(kind, now), on=str(now.get("done_on") or "") if status == "done" else "",
                why=self._phrase(now, "what_happened" if kind == "action_step" else "status_reason"),
            )  # fmt: skip

    def _moved_from(self, kind: str, item: str) -> Phrase:
        row = self._before.of(kind).get(item)
        return NOTHING if row is None else self._phrase(row, "text")

    def _fields(self, kind: str, item: str, was: Row, now: Row) -> list[Line]:
        said = set()
        if _get(was, "status") != _get(now, "status") or was.get("done") != now.get("done"):
            said = set(_SET_IN_EVENT.get(kind, ()))
        lines = []
        for name, value in FIELDS[kind].items():
            if name in said:
                continue
            old = self._value(kind, was, name, value, self._before)
            new = self._value(kind, now, name, value, self._after)
            if old.text == new.text or not (old or new):
                continue
            how = "set" if not old else "changed" if new else "cleared"
            lines.append(
                self._line(f"{kind}.{name}.{how}", kind, item, old=old, new=new, value=value)
            )
        return lines

    # -- values -------------------------------------------------------------------------------

    def _value(self, kind: str, row: Row, name: str, value: str, side: _Side) -> Phrase:
        if value == WORDS:
            return self._phrase(row, name)
        if value == NAME:
            return Phrase(self._name(row, name))
        if kind == "strategy" and name == "strengths":
            known = side.of("strength")
            ids = str(row.get(name) or "").split(",")
            return Phrase("; ".join(str(known[one].get("text") or "") for one in ids if one in known))
        return Phrase(str(_get(row, name) or ""))

    def _phrase(self, row: Row, name: str) -> Phrase:
        return Phrase(
            str(row.get(name) or ""), str(row.get("language") or "en"), str(row.get("id") or ""), name
        )

    def _name(self, row: Row, name: str) -> str:
        if name in _OWNER_ID:
            return str(row.get(name) or "") or self._names.get(str(row.get(_OWNER_ID[name]) or ""), "")
        return self._names.get(str(row.get(name) or ""), "")

    def _owner(self, kind: str, row: Row) -> str:
        name = {"action_step": "owner", "crisis_item": "who", "transition_item": "who"}.get(kind)
        return self._name(row, name) if name else ""

    def _line(self, code: str, kind: str, item: str, **more: Any) -> Line:
        return Line(code, item, words=self._title(kind, item), **more)

    # -- order, ratings, people ---------------------------------------------------------------

    def _new_order(self) -> dict[str, tuple[int, int]]:
        """Needs that changed place, the fewest that explain the new order: id → (before, after)."""
        before, after = self._before.needs(), self._after.needs()
        at = {one: place for place, one in enumerate(before)}
        common = [one for one in after if one in at]
        stayed = _longest_rising([at[one] for one in common])
        return {
            one: (at[one] + 1, after.index(one) + 1) for n, one in enumerate(common) if n not in stayed
        }

    def _ratings(self) -> dict[str, list[Line]]:
        before, after = self._before.latest_ratings(), self._after.latest_ratings()
        found: dict[str, list[Line]] = defaultdict(list)
        for key in (*after, *(one for one in before if one not in after)):
            was, now = before.get(key), after.get(key)
            row = now or was or {}
            if was is not None and now is not None and _same_rating(was, now):
                continue
            event = "removed" if now is None else "first" if was is None else "changed"
            if was is not None and now is not None and _number(was.get("value")) == _number(now.get("value")):
                event = "same"
            found[key[0]].append(
                Line(
                    f"rating.{event}", str(row["id"]), who=self._giver(row),
                    old=Phrase(str(_number(was.get("value")))) if was is not None else NOTHING,
                    new=Phrase(str(_number(now.get("value")))) if now is not None else NOTHING,
                    why=self._phrase(row, "words"),
                )
            )  # fmt: skip
        return found

    def _giver(self, row: Row) -> str:
        return self._names.get(str(row.get("by_id") or ""), "") or str(row.get("by_name") or "")

    def _people(self) -> tuple[Line, ...]:
        lines = []
        for kind in PEOPLE_TYPES:
            was, now = self._before.of(kind), self._after.of(kind)
            for one in sorted({*was, *now}, key=lambda one: str((now.get(one) or was[one]).get("name"))):
                row = now.get(one) or was[one]
                event = "joined" if one not in was else "left" if one not in now else ""
                if not event and row.get("status") == "leading" != was[one].get("status"):
                    event = "leading"
                if event:
                    lines.append(
                        Line(f"person.{event}", one, who=str(row.get("name") or ""),
                             new=Phrase(str(row.get("role") or "")))
                    )  # fmt: skip
        return tuple(lines)


def giver_of(row: Row) -> str:
    """Who gave a rating, as far as anybody wrote it down."""
    return str(row.get("by_id") or row.get("by_name") or row.get("by_kind") or "")


def _same_rating(was: Row, now: Row) -> bool:
    return was["id"] == now["id"] and all(was.get(name) == now.get(name) for name in ("value", "words"))


def _section_value(kind: str) -> str:
    return FIELDS[kind]["section"]


def _get(row: Row, name: str) -> Any:
    return row.get(name, _DEFAULTS.get(name, ""))


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _longest_rising(numbers: Sequence[int]) -> frozenset[int]:
    """Positions of one longest rising run (patience sorting with links back)."""
    tails: list[int] = []
    back: list[int] = [-1] * len(numbers)
    for n, number in enumerate(numbers):
        at = bisect_left([numbers[one] for one in tails], number)
        back[n] = tails[at - 1] if at else -1
        tails[at : at + 1] = [n]
    kept = []
    n = tails[-1] if tails else -1
    while n >= 0:
        kept.append(n)
        n = back[n]
    return frozenset(kept)


__all__ = ["PEOPLE_TYPES", "diff", "giver_of"]
