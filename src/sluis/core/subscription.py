"""An organisation's access to an API in one environment: its states and who may move it."""

from enum import StrEnum


class State(StrEnum):
    REQUESTED = "requested"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REJECTED = "rejected"
    ENDED = "ended"


ALIVE = (State.REQUESTED, State.ACTIVE, State.SUSPENDED)


class Step(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"
    SUSPEND = "suspend"
    RESUME = "resume"
    END = "end"


MOVES: dict[tuple[State, Step], State] = {
    (State.REQUESTED, Step.APPROVE): State.ACTIVE,
    (State.REQUESTED, Step.REJECT): State.REJECTED,
    (State.REQUESTED, Step.END): State.ENDED,
    (State.ACTIVE, Step.SUSPEND): State.SUSPENDED,
    (State.ACTIVE, Step.END): State.ENDED,
    (State.SUSPENDED, Step.RESUME): State.ACTIVE,
    (State.SUSPENDED, Step.END): State.ENDED,
}


class Refused(Exception):
    """A subscription in this state cannot take this step."""


def moved(state: State, step: Step) -> State:
    """Return the state after a step; raises `Refused` where the state does not allow it."""
    after = MOVES.get((state, step))
    if after is None:
        raise Refused(f"A subscription that is {state} cannot take the step '{step}'.")
    return after
