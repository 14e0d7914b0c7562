"""How often somebody may do what anybody can do: so many times in a while, over all processes."""

from hashlib import sha256

from django.core.cache import cache

HOUR = 3600


def spend(what: str, whose: str, times: int, seconds: int = HOUR) -> bool:
    """Count an attempt; return whether there were fewer than `times` before it."""
    key = "throttle-" + sha256(f"{what} {whose}".encode()).hexdigest()  # nobody's address as it is
    cache.add(key, 0, seconds)
    try:
        return bool(cache.incr(key) <= times)
    except ValueError:  # it expired just now
        return True
