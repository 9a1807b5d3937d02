"""What a service of an imported directory is for, in this app's own domains: from its terms and words.

Owns the stems. A directory sorts its services by a taxonomy of its own; the chips on the screen have
fifteen. An attribute whose term has the code `kt:<domain>` says it outright. Pure. A leaf.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from .practice_codes import SERVICE_DOMAINS

PREFIX: Final = "kt:"
_STEMS: Final = {
    "behavioural_health": "mental behavio psych counsel therap trauma substance addict suicid salud_mental"
    " consejer terapia",
    "medical": "medical health_cent clinic doctor dental hospital pharm immuniz primary_care medic dentist",
    "school": "school educat tutor special_education iep escuela educac",
    "early_childhood": "early_child infant toddler preschool head_start birth_to home_visit prenatal bebe",
    "disability": "disab autis developmental wheelchair special_need discapac",
    "respite": "respite caregiver_relief relevo",
    "basic_needs": "basic_need clothing diaper furniture emergency_assist ropa panal",
    "housing": "hous shelter rent evict homeless viviend alojam",
    "food": "food pantry meal nutrition snap wic soup aliment comida",
    "money": "financ cash benefit tax utilit energy_assist medicaid husky insurance_enrol dinero",
    "transport": "transport ride bus_pass transit",
    "legal": "legal law_ court immigra attorney advocacy_legal abogad",
    "employment": "employ job_ job_train workforce vocation career empleo trabajo",
    "peer_support": "peer_ support_group mentor parent_support family_support family_advoc grupo_de_apoyo",
    "recreation": "recreat camp_ sport after_school afterschool youth_program art_ music deport",
}
_WORDS: Final = {
    domain: re.compile("|".join(rf"\b{stem.replace('_', ' ').rstrip()}" for stem in stems.split()))
    for domain, stems in _STEMS.items()
}


def folded(words: str) -> str:
    """Lower case, accents off, runs of anything but letters and digits as one blank."""
    plain = unicodedata.normalize("NFKD", words.casefold())
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub(r"[\W_]+", " ", letters).strip()


def domains_of(codes: Iterable[str], terms: Iterable[str], words: str) -> tuple[str, ...]:
    """The domains of a service in the order of the chips.

    codes: of its taxonomy terms. terms: their names. words: its name and description, which decide only
    where neither does.
    """
    said = {code.removeprefix(PREFIX) for code in codes if code.startswith(PREFIX)}
    if not said & set(SERVICE_DOMAINS):
        for text in (" ".join(terms), words):
            plain = folded(text)
            said = {domain for domain, stems in _WORDS.items() if stems.search(plain)}
            if said:
                break
    return tuple(domain for domain in SERVICE_DOMAINS if domain in said)
