"""Call records on their way to the database, and counted for `/metrics` as they pass."""

from collections import Counter
from collections.abc import Sequence

from django.db import connection
from prometheus_client import Counter as Total
from prometheus_client import Histogram

from sluis.gateway.records import Record
from sluis.server.models import CallRecord
from sluis.storage.batch import insert

CALLS = Total("sluis_calls", "Calls answered.", ["environment", "api", "operation", "status"])
SECONDS = Histogram(
    "sluis_call_seconds",
    "Time from the complete request to the answer.",
    ["environment", "api"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 15),
)
TABLE = CallRecord._meta.db_table


def write(records: Sequence[Record]) -> None:
    """Store a batch; counting in batches keeps the counters off the path of a call."""
    insert(connection, TABLE, Record._fields, records)
    groups = Counter((r.environment, r.api, r.operation, r.status) for r in records)
    for (environment, api, operation, status), count in groups.items():
        CALLS.labels(environment, api, operation, status).inc(count)
    for record in records:
        SECONDS.labels(record.environment, record.api).observe(record.microseconds / 1e6)
