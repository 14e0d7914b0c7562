"""Times as the rules count them, whole seconds since 1970 in UTC, and as the wire writes them."""

from datetime import UTC, datetime, timedelta

MINUTE = 60
HOUR = 3600
DAY = 86_400


def seconds(moment: datetime) -> int:
    """Return the whole seconds that have passed, rounded down."""
    return int(moment.timestamp() // 1)


def utc(moment: int) -> str:
    return written(datetime.fromtimestamp(moment, UTC))


def written(moment: datetime) -> str:
    """Return a time as `yyyy-MM-ddTHH:mm:ssZ`; such texts sort as the times do."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def local(moment: int) -> str:
    """Return the time on the clocks of Antwerp, without a zone, as the ETA API writes it.

    By rule and not by a zone file: not every machine that this runs on has those.
    """
    there = datetime.fromtimestamp(moment, UTC)
    summer = last_sunday(there.year, 3) <= there < last_sunday(there.year, 10)
    return (there + timedelta(hours=2 if summer else 1)).strftime("%Y-%m-%dT%H:%M:%S")


def last_sunday(year: int, month: int) -> datetime:
    """Return when the clocks of the European Union change: 01:00 UTC on that Sunday."""
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=last.isoweekday() % 7)
