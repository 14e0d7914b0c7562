"""How calls ended, as they are counted."""

from collections.abc import Mapping

# API, operation, status and reason (None of a call that was not refused): how often it came, and
# when last, in seconds since 1970.
Outcomes = Mapping[tuple[str, str, int, str | None], tuple[int, float]]
