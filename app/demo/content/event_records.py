"""What happened in the young people's lives, and where they live since."""

from __future__ import annotations

from random import Random

from .hand import Hand, pair_of

_TOLD = {
    "delgado": (
        ("300", "", "placement", "home_relative", "Nia stays with her aunt for a while.||Nia se queda un "
         "tiempo con su tía."),
        ("205", "", "placement", "home_parents", "Back home with Rosa.||De vuelta en casa con Rosa."),
        ("118", "116", "suspension", "", "Two days, after being late again.||Dos días, por llegar tarde otra "
         "vez."),
        ("64", "", "emergency_visit", "", "Asthma at night. Home by morning.||Asma en la noche. En casa por "
         "la mañana."),
        ("23", "", "achievement", "", "First concert with the school band.||Primer concierto con la banda de "
         "la escuela."),
    ),
}  # fmt: skip
_OFTEN = (
    ("achievement", "", "A whole week at school.||Una semana entera en la escuela."),
    ("suspension", "", "One day.||Un día."),
    ("emergency_visit", "", ""),
    ("move", "", "To a smaller place across town.||A un lugar más pequeño al otro lado de la ciudad."),
    ("loss", "", "A grandparent died.||Murió un abuelo."),
    ("placement", "home_relative", "With a relative for the summer.||Con un familiar durante el verano."),
    ("hospital", "", "Three nights.||Tres noches."),
)
_MOST = 3


def write_events(hand: Hand) -> None:
    """Write a family's life events, each a day or two after it happened."""
    house, calendar = hand.house, hand.calendar
    rng = Random(f"{hand.ledger.seed}/{house.key}/events")
    told = list(_TOLD.get(house.key, ()))
    if not told:
        told.append((str(house.days + 40), "", "move", "home_parents", ""))
        for kind, setting, words in rng.sample(_OFTEN, rng.randint(1, _MOST)):
            told.append((str(rng.randint(3, max(4, house.days))), "", kind, setting, words))
    person = hand.cast.people[hand.cast.youth.called]
    for number, (ago, until, kind, setting, words) in enumerate(told):
        english, spanish = pair_of(words)
        fields = {
            "kind": kind, "on_day": calendar.iso(-int(ago)), "person_id": person, "setting": setting,
            "until_on": calendar.iso(-int(until)) if until else "",
            "words": spanish if hand.tongues.in_spanish else english,
        }  # fmt: skip
        # What happened before the family came is written down in its first days.
        written = calendar.day(-max(1, min(int(ago) - 1, house.days - 2)))
        hand.ledger.add(
            "life_event", hand.ledger.id("event", str(number)), fields, calendar.ms(written, 15, 10 + number)
        )
