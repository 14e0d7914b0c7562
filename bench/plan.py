"""How long and how often to measure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    seconds: float = 10
    runs: int = 3
    organisations: int = 10_000  # in the world whose pages are measured
