"""The states of a subscription, walked at random beside a model that keeps the whole past."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sluis.core.subscription import Refused, State, Step, moved


def allowed(past, step):
    """The rules in other words: what has happened decides, not a table of states."""
    if Step.END in past or Step.REJECT in past:
        return False
    approved, times = Step.APPROVE in past, past.count
    suspended = times(Step.SUSPEND) > times(Step.RESUME)
    return {
        Step.APPROVE: not approved,
        Step.REJECT: not approved,
        Step.SUSPEND: approved and not suspended,
        Step.RESUME: suspended,
        Step.END: True,
    }[step]


class Walk(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.state = State.REQUESTED
        self.past = []

    @rule(step=st.sampled_from(Step))
    def take(self, step):
        if allowed(self.past, step):
            self.state = moved(self.state, step)
            self.past.append(step)
        else:
            with pytest.raises(Refused, match="cannot take the step"):
                moved(self.state, step)

    @invariant()
    def is_active_only_once_approved(self):
        if self.state in (State.ACTIVE, State.SUSPENDED):
            assert Step.APPROVE in self.past

    @invariant()
    def what_is_over_stays_over(self):
        over = self.state in (State.ENDED, State.REJECTED)
        assert over == bool({Step.END, Step.REJECT} & set(self.past))


TestWalk = Walk.TestCase


@pytest.mark.parametrize("state", State)
def test_every_state_can_be_left_or_is_an_end(state):
    ways = []
    for step in Step:
        try:
            ways.append(moved(state, step))
        except Refused:
            continue
    assert bool(ways) == (state not in (State.ENDED, State.REJECTED))
