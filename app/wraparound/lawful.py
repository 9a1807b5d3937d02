"""Sharing without a release: on what grounds the law allows it, and what must be written down first.

Pure. A ground covers some labels and not others; what it does not cover stays here. The sources are
United States federal rules; a state may allow less. docs/releases.md says what each rests on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

BasisCode = Literal["medical_emergency", "serious_threat", "mandated_report", "court_order", "audit"]


@dataclass(frozen=True)
class Basis:
    """One ground. papers: labels of records that may leave as a copy. told: labels of what may be said.

    needs: fields of Ground that must hold words, besides those that all need.
    """

    code: BasisCode
    papers: frozenset[str]
    told: frozenset[str]
    needs: tuple[str, ...] = ()


_COMMON: Final = frozenset({"general"})

BASES: Final[dict[str, Basis]] = {
    one.code: one
    for one in (
        # 42 CFR 2.51; 45 CFR 164.506(c), 164.510(b)(3); 34 CFR 99.36. Notes kept apart are not for this.
        Basis(
            "medical_emergency",
            _COMMON | {"school", "sud", "minor_confidential", "safety"},
            _COMMON | {"school", "sud", "minor_confidential", "safety"},
            ("organisation",),
        ),
        # 45 CFR 164.512(j), 164.508(a)(2)(ii); 34 CFR 99.36. 42 CFR Part 2 has no such exception.
        Basis(
            "serious_threat",
            _COMMON | {"school", "minor_confidential", "safety", "psychotherapy"},
            _COMMON | {"school", "minor_confidential", "safety", "psychotherapy"},
        ),
        # 45 CFR 164.512(b)(1)(ii); 42 CFR 2.12(c)(6): the report itself, never the treatment record.
        Basis(
            "mandated_report",
            _COMMON | {"minor_confidential", "safety"},
            _COMMON | {"minor_confidential", "safety", "sud", "school"},
        ),
        # 45 CFR 164.512(e), (a); 42 CFR 2.61 to 2.67; 34 CFR 99.31(a)(9).
        Basis(
            "court_order",
            _COMMON | {"school", "sud", "minor_confidential", "safety", "psychotherapy"},
            _COMMON | {"school", "sud", "minor_confidential", "safety", "psychotherapy"},
            ("reference",),
        ),
        # 45 CFR 164.512(d); 42 CFR 2.53 (a written agreement comes first); 34 CFR 99.31(a)(3), 99.35.
        Basis("audit", _COMMON | {"school", "sud"}, _COMMON | {"school", "sud"}, ("reference",)),
    )
}
"""In the order in which a person in a hurry needs them."""


@dataclass(frozen=True)
class Ground:
    """Why something leaves without a release. reason: what happened. least: what is the least needed.

    labels: what is inside, as the person says. reference: number of the order or the agreement.
    compelled: for a court order over alcohol or drug records: a subpoena or the like came with it.
    told: the words that are said, when nothing is printed.
    """

    basis: str = ""
    recipient: str = ""
    organisation: str = ""
    reason: str = ""
    least: str = ""
    reference: str = ""
    compelled: bool = False
    parts: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    told: str = ""


def lacks(ground: Ground) -> tuple[str, ...]:
    """The fields that are not filled in yet, in the order of the form; empty when it may go on."""
    basis = BASES.get(ground.basis)
    if basis is None:
        return ("basis",)
    asked = ("recipient", *(name for name in basis.needs if name == "organisation"), "reason", "least",
             *(name for name in basis.needs if name != "organisation"))  # fmt: skip
    found = [name for name in asked if not str(getattr(ground, name)).strip()]
    if not ground.parts and not ground.told.strip():
        found.append("content")
    return tuple(found)


def barred(ground: Ground) -> tuple[str, ...]:
    """Labels that were ticked and that this ground does not let out; empty when all may go."""
    basis = BASES.get(ground.basis)
    if basis is None:
        return ground.labels
    open_to = basis.told if not ground.parts else basis.papers
    left = [one for one in ground.labels if one not in open_to]
    if ground.basis == "court_order" and "sud" in ground.labels and not ground.compelled:
        left.append("sud")  # An order allows; only with a subpoena does it oblige (42 CFR 2.61).
    return tuple(dict.fromkeys(left))


def covered(ground: Ground) -> frozenset[str]:
    """The labels that may leave on this ground: what it allows and what the person says is needed."""
    if lacks(ground):
        return frozenset()
    basis = BASES[ground.basis]
    open_to = basis.told if not ground.parts else basis.papers
    asked = frozenset(ground.labels) - set(barred(ground))
    return (open_to & asked) | _COMMON
