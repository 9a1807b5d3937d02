"""Settings for every test: compiled words, fixed seeds, small trial counts (all under KT_SOAK)."""

from __future__ import annotations

import os

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
