"""Settings for every test: compiled words, fixed seeds, small trial counts (all under KT_SOAK)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from scripts.words import compile_words

# So that pytest by itself, without `make`, shows the words as they are written now.
compile_words()

# `make test` runs a tenth of the trials with fixed seeds; `make soak` runs all of them, freshly drawn.
settings.register_profile(
    "test",
    max_examples=50,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("soak", max_examples=500, deadline=None, print_blob=True)
settings.load_profile("soak" if os.environ.get("KT_SOAK") else "test")

ONE_AT_A_TIME = ("e2e", "faults")
"""Folders whose tests drive processes of their own: one worker runs all of them, the others the rest."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep what starts processes together and last, when the other worker has done the rest.

    See the Makefile: `--dist loadgroup --no-loadscope-reorder`.
    """
    here = Path(__file__).parent

    def alone(item: pytest.Item) -> bool:
        return item.path.relative_to(here).parts[0] in ONE_AT_A_TIME

    for item in items:
        if alone(item):
            item.add_marker(pytest.mark.xdist_group("processes"))
    items.sort(key=alone)
