"""A page of an invented family, small or long, in both languages, for what is drawn on paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from app.wraparound.family_page import (
    CrisisLine,
    FamilyPage,
    GoalShown,
    NeedShown,
    NextMeeting,
    Promise,
    RatingShown,
    Someone,
    StrengthShown,
    TransitionShown,
    WayShown,
)
from app.wraparound.wording import Words

NIA = Someone("p1", "Nia", "daughter", "family", True)
ROSA = Someone("p2", "Rosa", "grandmother", "family")
TEO = Someone("p3", "Uncle Teo", "rides", "natural")
GLORIA = Someone("p4", "Gloria", "neighbour, meals", "natural")
WILL = Someone("p5", "Coach Will", "swim team", "community")
NAIR = Someone("p6", "Ms. Nair", "school", "formal")
MARISOL = Someone("p7", "Marisol Vega", "coordinator", "formal")
CIRCLE = (NIA, ROSA, TEO, GLORIA, WILL, NAIR, MARISOL)

MEETING_MS = int(datetime(2026, 12, 3, 16, 30, tzinfo=UTC).timestamp() * 1000)


def said(language: str, english: str, spanish: str) -> Words:
    """Words in both languages; a gap where the Spanish is empty."""
    if language == "en":
        return Words(english)
    return Words(spanish) if spanish else Words(gap=True)


def promises(language: str) -> tuple[Promise, ...]:
    """One of each state, in the order in which a page gives them."""
    return (
        Promise(
            "s1", said(language, "Hold 8:05 am for Nia", ""), "Ms. Nair", "formal",
            "2026-11-18", "", "still_open", Words(),
        ),
        Promise(
            "s2", said(language, "Make the car playlist", "Hacer la música del carro"),
            "Teo and Nia", "natural",
            "2026-11-26", "", "open", Words(),
        ),
        Promise(
            "s3", said(language, "Tell the bus office", "Avisar a la oficina del autobús"), "", "formal",
            "", "", "no_date", Words(),
        ),
        Promise(
            "s4", said(language, "Ask his boss for a later start", "Pedir entrar más tarde al trabajo"),
            "Uncle Teo", "natural", "2026-11-19", "2026-11-17", "done",
            said(language, "He said yes — two days a week.", "Dijo que sí, dos días por semana."),
        ),
    )  # fmt: skip


def need(language: str, number: int) -> NeedShown:
    """One need with an outcome, numbers, two ways and their promises."""
    steps = promises(language)
    ways = (
        WayShown("w1", said(language, "Uncle Teo drives her", "El tío Teo la lleva"), "natural", steps[1:]),
        WayShown("w2", said(language, "Check in with Ms. Nair", ""), "formal", steps[:1]),
    )
    ratings = (
        RatingShown(
            NIA, 7, 4, said(language, "Mornings are not a fight now.", "Ya no son un pleito."), MEETING_MS
        ),
        RatingShown(ROSA, 6, 6, Words(), MEETING_MS),
        RatingShown(TEO, 5, None, Words(), MEETING_MS),
    )
    goal = GoalShown(
        f"g{number}", said(language, "At school on time", "A la escuela a tiempo"), "rating", "", "", "",
        "open", ratings, ways,
    )  # fmt: skip
    text = said(
        language,
        f"Need {number}: Nia needs to know someone stays when mornings get hard.",
        f"Necesidad {number}: Nia necesita saber que alguien se queda por las mañanas.",
    )
    return NeedShown(f"n{number}", number, text, "open", (goal,))


def crisis(language: str, count: int = 9) -> tuple[CrisisLine, ...]:
    """A crisis card of that many lines."""
    lines = (
        CrisisLine("c1", "early_sign", said(language, "Nia goes quiet", "Nia se calla"), "", ""),
        CrisisLine(
            "c2", "helps", said(language, "Ten minutes with music", "Diez minutos con música"), "", ""
        ),
        CrisisLine("c3", "hurts", said(language, "Raised voices", "Los gritos"), "", ""),
        CrisisLine("c4", "reactive", said(language, "Rosa calls Teo", "Rosa llama a Teo"), "", ""),
        CrisisLine(
            "c5", "call", said(language, "Comes over", "Viene a la casa"), "Uncle Teo", "(860) 555-0148"
        ),
        CrisisLine("c6", "call", Words(), "Gloria", ""),
        CrisisLine("c7", "safe_place", said(language, "Gloria’s porch", "El porche de Gloria"), "", ""),
        CrisisLine("c8", "medical", said(language, "Asthma: blue inhaler", "Asma: inhalador azul"), "", ""),
        CrisisLine("c9", "fine", said(language, "She hums", "Tararea"), "", ""),
    )
    more = tuple(
        CrisisLine(
            f"d{number}", "reactive",
            Words(f"Step {number}: we all stay calm, and we wait with her until it is over."), "", "",
        )
        for number in range(count - len(lines))
    )  # fmt: skip
    return lines + more


def family(language: str = "en", needs: int = 1, **more: object) -> FamilyPage:
    """A page. more: fields of FamilyPage to replace."""
    page = FamilyPage(
        family_id="f1",
        name="Nia and the Delgado family",
        language=language,
        vision=said(
            language,
            "We want a house where mornings are quiet — and Nia laughs at the table again.",
            "Queremos una casa con mañanas tranquilas, donde Nia vuelva a reír en la mesa.",
        ),
        mission=said(language, "To keep Nia in her school.", ""),
        ground_rules=said(
            language, "One person talks at a time.\nNo phones.", "Habla una persona a la vez.\nSin teléfonos."
        ),
        strengths=(
            StrengthShown("t1", "Nia", said(language, "Draws people", "Dibuja a la gente")),
            StrengthShown("t2", "", said(language, "Sunday dinner", "La cena del domingo")),
        ),
        needs=tuple(need(language, number) for number in range(1, needs + 1)),
        promises=promises(language),
        good_news=(said(language, "Three mornings without a fight", "Tres mañanas sin pleitos"),),
        crisis=crisis(language),
        crisis_reviewed_on="2026-11-01",
        circle=CIRCLE,
        transition=TransitionShown(
            said(language, "A cook-out with everyone", "Una parrillada con todos"),
            said(language, "Call Marisol. No forms.", "Llama a Marisol. Sin papeles."),
            (("carries", said(language, "Teo keeps driving", "Teo sigue manejando"), "Uncle Teo", False),),
        ),
        next_meeting=NextMeeting(MEETING_MS, "Rosa’s kitchen"),
        last_meeting_ms=0,
        gaps=(),
    )
    return replace(page, **more)  # type: ignore[arg-type]
