"""What a command changed is in force in a moment, in every process: five seconds at most."""

import time

IN_FORCE_S = 5


def soon(holds):
    """Ask until it holds, for as long as a change may take; return what was answered then."""
    until = time.monotonic() + IN_FORCE_S
    while not (found := holds()):
        assert time.monotonic() < until, "not in force"
        time.sleep(0.05)
    return found
