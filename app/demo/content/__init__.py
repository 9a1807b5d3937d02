"""The example agency: invented families with two years of believable work, as records.

Pure: `generate(seed, today, size)` gives the same agency for the same arguments. The prose
lives in `assets/example`, one scene on each line.
"""

from __future__ import annotations

from .generate import generate
from .model import ExampleAgency, ExampleFamily, ExampleRecord, ExampleStaff, Size
from .placing import Placing, placed

__all__ = [
    "ExampleAgency",
    "ExampleFamily",
    "ExampleRecord",
    "ExampleStaff",
    "Placing",
    "Size",
    "generate",
    "placed",
]
