"""How an organisation called, counted from the records of its calls."""

from datetime import UTC, datetime

from sluis.core.evidence import Counts
from sluis.server.answers.rows import rows

# Records are found by their traces, which begin with the time of the call in milliseconds.
SQL = """
SELECT api, operation, status, reason, count(*), max(at) FROM server_callrecord
WHERE trace >= %s AND environment = %s AND organisation = %s
GROUP BY api, operation, status, reason
"""


def counts(environment: str, organisation: str, since: datetime) -> Counts:
    """Return, by API, operation, status and reason, how many calls there were and the last one.

    `environment` is as "port/uat", `organisation` 32 hexadecimal digits. Calls come in a
    quarter of a second after they were answered.
    """
    first = (int(since.timestamp() * 1000) << 80).to_bytes(16).hex()
    return {
        (api, operation, status, reason): (count, datetime.fromtimestamp(last, UTC))
        for api, operation, status, reason, count, last in rows(
            SQL, [first, environment, organisation]
        )
    }
