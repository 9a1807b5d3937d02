"""What people are to a family, in both languages: "uncle" is "tío". Pure.

Roles and relations are typed by workers, in whichever language; a family's screen or paper must not mix
languages. Known words are said in the reader's language. Unknown ones are left out where the reader's
language is not English, because nobody has translated them. Source: design 02, Two languages of content.
"""

from __future__ import annotations

import re
from typing import Final

_PAIRS: Final = (
    ("youth", "joven"), ("child", "niña o niño"), ("mother", "mamá"), ("father", "papá"),
    ("mom", "mamá"), ("dad", "papá"), ("parent", "mamá o papá"), ("stepmother", "madrastra"),
    ("stepfather", "padrastro"), ("foster mother", "mamá de acogida"),
    ("foster father", "papá de acogida"), ("former foster mother", "antigua mamá de acogida"),
    ("guardian", "tutor legal"), ("caregiver", "quien cuida en casa"), ("grandmother", "abuela"),
    ("grandfather", "abuelo"), ("great-grandmother", "bisabuela"), ("aunt", "tía"), ("uncle", "tío"),
    ("great-aunt", "tía abuela"), ("great-uncle", "tío abuelo"), ("sister", "hermana"),
    ("brother", "hermano"), ("older sister", "hermana mayor"), ("older brother", "hermano mayor"),
    ("half-sister", "media hermana"), ("half-brother", "medio hermano"), ("cousin", "primo o prima"),
    ("godmother", "madrina"), ("godfather", "padrino"), ("friend", "amiga o amigo"),
    ("best friend", "mejor amiga"), ("family friend", "amistad de la familia"),
    ("old friend", "amistad de años"), ("neighbour", "del vecindario"), ("neighbor", "vive cerca"),
    ("mentor", "mentor"), ("coach", "entrenador"), ("swim coach", "entrenador de natación"),
    ("football coach", "entrenador de fútbol"), ("pastor", "pastor"), ("priest", "sacerdote"),
    ("deacon", "diácono"), ("church friend", "de la iglesia"), ("teacher", "maestra o maestro"),
    ("music teacher", "enseña música"), ("retired teacher", "maestra jubilada"),
    ("school counsellor", "consejera escolar"), ("school counselor", "consejera escolar"),
    ("school social worker", "trabajadora social escolar"), ("librarian", "bibliotecaria"),
    ("therapist", "terapeuta"), ("family therapist", "terapeuta familiar"),
    ("play therapist", "terapeuta de juego"), ("speech therapist", "terapeuta del habla"),
    ("occupational therapist", "terapeuta ocupacional"), ("psychologist", "psicóloga"),
    ("psychiatrist", "psiquiatra"), ("doctor", "doctora"), ("nurse", "enfermera"),
    ("coordinator", "coordinadora"), ("care coordinator", "coordinadora"),
    ("family partner", "compañera de familias"), ("family worker", "apoyo a la familia"),
    ("child welfare worker", "trabajadora de protección infantil"),
    ("juvenile officer", "oficial de menores"), ("school", "escuela"),
)  # fmt: skip
"""(English, Spanish). Where Spanish needs a gender that nobody told us, it is said without one or in
the form that is most usual; a family's own word, typed in Spanish, is kept."""

_TO_ES: Final = dict(_PAIRS)
_TO_EN: Final = {spanish: english for english, spanish in reversed(_PAIRS)}


_AND: Final = re.compile(r"\s+(?:and|&|y|e)\s+", re.IGNORECASE)


def names_in(owner: str, language: str) -> str:
    """Several people named as owner of a step, joined in a language: "Teo and Nia" is "Teo y Nia"."""
    names = _AND.split(" ".join(owner.split()))
    if language == "en":
        return " and ".join(names)
    joined = names[0]
    for name in names[1:]:
        joined += (" e " if re.match(r"(?:[iíy](?![aeouáéóú])|hi)", name, re.IGNORECASE) else " y ") + name
    return joined


def relation_in(role: str, language: str) -> str:
    """What somebody is to the family, in a language; "" when it can only be said in another one."""
    words = " ".join(role.split())
    known = words.casefold()
    if language == "en":
        return _TO_EN.get(known, words)
    if known in _TO_EN:
        return words
    return _TO_ES.get(known, "")
