"""How many examples the borders are fed: some hundreds, or ten thousand (HYPOTHESIS_PROFILE=many).

Examples are derived from the tests themselves, so that a run can be had again.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

for name, examples in (("default", 200), ("many", 10_000)):
    settings.register_profile(
        name,
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
