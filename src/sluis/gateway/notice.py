"""What every answer of a deprecated version says: RFC 9745, and RFC 8594 of its sunset."""

from datetime import UTC
from email.utils import format_datetime

from sluis.core.version import Deprecation

Headers = tuple[tuple[bytes, bytes], ...]


def notice(deprecation: Deprecation | None) -> Headers:
    """Return the headers; none for a version that stays."""
    if deprecation is None:
        return ()
    since, sunset, notes = deprecation.since, deprecation.sunset, deprecation.notes
    headers = [("deprecation", f"@{since.timestamp():.0f}")]
    relations = ["deprecation"]
    if sunset is not None:
        headers.append(("sunset", format_datetime(sunset.astimezone(UTC), usegmt=True)))
        relations.append("sunset")
    if notes:
        headers.append(("link", ", ".join(f'<{notes}>; rel="{name}"' for name in relations)))
    return tuple((name.encode(), value.encode("ascii")) for name, value in headers)
