"""Call records on their way to the database, and counted for `/metrics` as they pass."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

import msgspec
from django.db import connection
from prometheus_client import REGISTRY
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from sluis.gateway.records import Record
from sluis.server.models import CallRecord
from sluis.storage.batch import insert

TABLE = CallRecord._meta.db_table
COLUMNS = Record.__struct_fields__
BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 15.0)  # seconds
MICROSECONDS = tuple(int(bound * 1e6) for bound in BOUNDS)


class Totals(Collector):
    """The numbers of this process. Counted a batch at a time, away from the path of a call."""

    def __init__(self) -> None:
        self.calls: Counter[tuple[str, str, str, int]] = Counter()
        self.buckets: defaultdict[tuple[str, str], list[int]] = defaultdict(
            lambda: [0] * (len(BOUNDS) + 1)
        )
        self.microseconds: Counter[tuple[str, str]] = Counter()

    def count(self, records: Sequence[Record]) -> None:
        self.calls.update([(r.environment, r.api, r.operation, r.status) for r in records])
        took: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for record in records:
            took[record.environment, record.api].append(record.microseconds)
        for place, times in took.items():
            times.sort()
            ends = [bisect_right(times, bound) for bound in MICROSECONDS]
            for number, (start, end) in enumerate(pairwise((0, *ends, len(times)))):
                self.buckets[place][number] += end - start
            self.microseconds[place] += sum(times)

    def collect(self) -> Iterator[Metric]:
        calls = CounterMetricFamily(
            "sluis_calls", "Calls answered.", labels=["environment", "api", "operation", "status"]
        )
        for (*labels, status), count in list(self.calls.items()):
            calls.add_metric([*labels, str(status)], count)
        yield calls
        seconds = HistogramMetricFamily(
            "sluis_call_seconds",
            "Time from the complete request to the answer.",
            labels=["environment", "api"],
        )
        names = [*map(str, BOUNDS), "+Inf"]
        for place, counts in list(self.buckets.items()):
            buckets = list(zip(names, accumulate(counts), strict=True))
            seconds.add_metric(list(place), buckets, self.microseconds[place] / 1e6)
        yield seconds


TOTALS = Totals()
REGISTRY.register(TOTALS)


def write(records: Sequence[Record]) -> None:
    """Store a batch, then count it: one that is tried again row by row is counted once."""
    insert(connection, TABLE, COLUMNS, [msgspec.structs.astuple(record) for record in records])
    TOTALS.count(records)
