"""Makes up further families from lists of names, for caseloads larger than the roster."""

from __future__ import annotations

from random import Random

from .household import Household, MemberSketch, PersonSketch, SupportSketch
from .library import Library

_RELATIVES = (
    ("mother", "she"), ("mother", "she"), ("father", "he"), ("grandmother", "she"), ("aunt", "she"),
    ("grandfather", "he"), ("foster mother", "she"), ("older sister", "she"),
)  # fmt: skip
_FRIENDS = (
    ("aunt", "she", "respite,meals"), ("uncle", "he", "transport,company"), ("neighbour", "she", "meals"),
    ("coach", "he", "company"), ("godmother", "she", "faith,company"), ("cousin", "he", "transport"),
    ("family friend", "she", "crisis,respite"), ("grandfather", "he", "company"),
)  # fmt: skip
_FROM_AGE = {"first_job": 15, "leaving": 12, "friends": 9}
"""Stories that are not told of younger children."""


def invent(library: Library, rng: Random, number: int, coordinator: str) -> Household:
    """A family that no roster holds. The same `rng` state gives the same family."""
    names = library.names
    surname = rng.choice(names["surnames"])
    pronoun = rng.choice(("she", "he"))
    called = rng.choice(names["girls" if pronoun == "she" else "boys"])
    age = rng.randrange(7, 18)
    role, adult_pronoun = rng.choice(_RELATIVES)
    adult = _other(names["women" if adult_pronoun == "she" else "men"], called, rng)
    taken = {called, adult}
    arcs = [
        key
        for key in sorted(library.arcs)
        if age >= _FROM_AGE.get(key, 0) and (key != "together" or role == "mother")
    ]
    chosen = rng.sample(arcs, 3)
    values = {"y": called}
    vision = rng.choice(library.pools["vision"]).render(rng, values, library.banks)
    school = rng.choice(names["schools"])
    return Household(
        key=f"family-{number:04d}",
        coordinator=coordinator,
        name=f"{called} and the {surname} family",
        list_name=f"{called} {surname}",
        home=f"with {'her' if pronoun == 'she' else 'his'} {role}, {adult}",
        youth=(PersonSketch(called, f"{called} {surname}", age, pronoun, "youth", school, True),),
        adults=(
            PersonSketch(adult, f"{adult} {surname}", rng.randrange(29, 66), adult_pronoun, role, "", False),
        ),
        others=(),
        language="en",
        culture="",
        address=f"{rng.randrange(2, 240)} {rng.choice(names['streets'])}",
        town=rng.choice(names["towns"]),
        directions="",
        visit_safety="",
        phase=rng.choice((2, 3, 3, 3, 4)),
        days=rng.randrange(300, 730),
        notes=rng.randrange(30, 56),
        tier=rng.choice(("1", "2", "2", "3")),
        tier_reason="",
        source=rng.choice(names["sources"]),
        arcs=tuple(chosen),
        supports=_supports(names["women"], names["men"], surname, taken, rng),
        team=_team(library, rng, school, taken),
        vision=vision,
        vision_es="",
        mission="",
        mission_es="",
        next_meeting=f"{rng.randrange(1, 25)}@{rng.choice(('15:30', '16:30', '17:00'))}@home",
        last_meeting=rng.randrange(4, 33),
        loves=rng.choice(names["loves"]),
        strength=rng.choice(names["strengths"]),
        details=(),
        needs=(),
        draft="",
        closed=0,
        crisis=False,
        quiet=0,
    )


def _other(names: tuple[str, ...], taken: str, rng: Random) -> str:
    return rng.choice([name for name in names if name != taken])


def _supports(
    women: tuple[str, ...], men: tuple[str, ...], surname: str, taken: set[str], rng: Random
) -> tuple[SupportSketch, ...]:
    found = []
    for relation, pronoun, helps in rng.sample(_FRIENDS, rng.choice((3, 4, 4, 5))):
        called = rng.choice([name for name in (women if pronoun == "she" else men) if name not in taken])
        taken.add(called)
        status = rng.choice(("asked", "willing", "on_team", "on_team", "leading"))
        name = f"{called} {surname}" if relation in ("aunt", "uncle", "cousin") else called
        found.append(SupportSketch(called, name, relation, pronoun, rng.choice((1, 2, 3)), helps, status, ""))
    return tuple(found)


def _team(library: Library, rng: Random, school: str, taken: set[str]) -> tuple[MemberSketch, ...]:
    names = library.names
    pronoun, title = rng.choice((("she", "Ms."), ("he", "Mr.")))
    teacher = f"{title} {rng.choice(names['surnames'])}"
    therapist = rng.choice([name for name in names["women"] if name not in taken])
    return (
        MemberSketch(teacher, teacher, "school counsellor", "formal", school, pronoun),
        MemberSketch(
            therapist, f"{therapist} {rng.choice(names['surnames'])}", "therapist", "formal",
            rng.choice(names["agencies"]), "she",
        ),
    )  # fmt: skip
