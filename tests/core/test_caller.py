import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluis.core.caller import NOBODY, Caller
from sluis.core.problem import Problem, Reason

parts = st.none() | st.sampled_from(["a", "b"])
callers = st.builds(Caller, parts, parts, parts)


def test_a_key_and_a_token_add_up():
    token, key = Caller(application="app", person="anna"), Caller(organisation="agent")
    assert token.joined(key) == Caller("app", "agent", "anna")


@pytest.mark.parametrize("name", ["application", "organisation", "person"])
def test_refuses_a_contradiction(name):
    with pytest.raises(Problem, match=f"two different {name}s") as refusal:
        Caller(**{name: "a"}).joined(Caller(**{name: "b"}))
    assert refusal.value.reason is Reason.CREDENTIALS_DISAGREE


@given(callers, callers)
def test_the_order_of_credentials_does_not_matter(one, other):
    assert outcome(one, other) == outcome(other, one)


@given(callers)
def test_saying_it_twice_or_saying_nothing_adds_nothing(caller):
    assert caller.joined(caller) == caller == caller.joined(NOBODY) == NOBODY.joined(caller)


@given(callers, callers)
def test_nothing_is_made_up_and_nothing_is_lost(one, other):
    joined = outcome(one, other)
    if joined is not None:
        for mine, theirs, ours in zip(one, other, joined, strict=True):
            assert ours == (mine if mine is not None else theirs)


def outcome(one, other):
    try:
        return one.joined(other)
    except Problem:
        return None
