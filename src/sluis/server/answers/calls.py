"""How an organisation called, counted from the records of its calls."""

from sluis.core.evidence import Counts
from sluis.server.answers.rows import rows

# Records are found by their traces, which begin with the time of the call in milliseconds.
SQL = """
SELECT api, operation, status, reason, count(*), max(at) FROM server_callrecord
WHERE trace >= %s AND environment = %s AND organisation = %s
GROUP BY api, operation, status, reason
"""


def counts(environment: str, organisation: str, since: float) -> Counts:
    """Return how often each outcome came, and when last; `since` is in seconds since 1970.

    `organisation` is written as callers carry it: 32 hexadecimal digits. Calls come in a quarter
    of a second after they were answered.
    """
    first = (int(since * 1000) << 80).to_bytes(16).hex()
    return {
        (api, operation, status, reason): (count, last_at)
        for api, operation, status, reason, count, last_at in rows(
            SQL, [first, environment, organisation]
        )
    }
