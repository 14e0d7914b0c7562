"""What a call shows, and what each scheme makes of it."""

import pytest

from sluis.core.caller import Caller
from sluis.core.message import Request
from sluis.core.problem import Problem, Reason
from sluis.gateway.schemes import Claims
from sluis.gateway.schemes.api_key import ApiKey
from sluis.gateway.schemes.bearer_token import BearerToken
from sluis.gateway.schemes.subscription_key import SubscriptionKey
from sluis.registry import SCHEMES
from tests.gateway.world import given


class Known:
    """Credentials that know one key of each kind, and one token."""

    def __init__(self, keys_in_query=True):
        self.takes_keys_in_query = lambda: keys_in_query

    def organisation_of_key(self, kind, secret):
        if secret != f"the {kind}":
            raise Problem(Reason.CREDENTIAL_UNKNOWN, secret)
        return "org-1"

    def claims_of_token(self, token):
        if token != "the-token":
            raise Problem(Reason.CREDENTIAL_UNKNOWN, token)
        return Claims("client-1", "org-1", "anna", "jti", 0.0)

    def application_of_client(self, client_id):
        return f"application of {client_id}"


def identify(scheme, query="", **headers):
    return scheme.identify(Request("GET", "/", query_text=query, headers=given(headers)), Known())


GOOD = "the subscription-key"
ENCODED = GOOD.replace(" ", "%20")
OWNER = Caller(organisation="org-1")


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param({"ocp_apim_subscription_key": GOOD}, id="header"),
        pytest.param({"query": f"subscription-key={ENCODED}"}, id="query"),
        pytest.param({"query": f"Subscription-Key={ENCODED}"}, id="query in another case"),
        pytest.param({"ocp_apim_abonnementscode": GOOD}, id="header in Dutch"),
        pytest.param({"query": f"abonnementscode={ENCODED}"}, id="query in Dutch"),
        pytest.param(
            {"ocp_apim_subscription_key": "", "query": f"subscription-key={ENCODED}"},
            id="query, and an empty header",
        ),
    ],
)
def test_knows_the_owner_of_a_subscription_key(shown):
    assert identify(SubscriptionKey(), **shown) == OWNER


@pytest.mark.parametrize(
    ("scheme", "query"),
    [
        pytest.param(SubscriptionKey(), f"subscription-key={ENCODED}", id="subscription key"),
        pytest.param(SubscriptionKey(), "abonnementscode=x", id="in Dutch, and wrong"),
        pytest.param(ApiKey(), "apikey=the%20api-key", id="api key"),
    ],
)
def test_refuses_a_key_in_the_address_where_the_provider_has_closed_that_door(scheme, query):
    closed = Known(keys_in_query=False)
    with pytest.raises(Problem) as refused:
        scheme.identify(Request("GET", "/", query_text=query), closed)
    assert refused.value.reason is Reason.MALFORMED


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param({"ocp_apim_subscription_key": [GOOD, GOOD]}, id="doubled header"),
        pytest.param({"query": f"subscription-key={ENCODED}&subscription-key=x"}, id="in query"),
        pytest.param({"ocp_apim_subscription_key": GOOD, "query": "subscription-key=x"}, id="both"),
        pytest.param(
            {"ocp_apim_subscription_key": GOOD, "ocp_apim_abonnementscode": "x"}, id="two languages"
        ),
    ],
)
def test_refuses_to_choose_between_subscription_keys(shown):
    with pytest.raises(Problem) as refused:
        identify(SubscriptionKey(), **shown)
    assert refused.value.reason is Reason.MALFORMED


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param({"apikey": "the api-key"}, id="header"),
        pytest.param({"query": "apikey=the%20api-key"}, id="query"),
        pytest.param({"query": "ApiKey=the+api-key"}, id="query in another case"),
        pytest.param({"apikey": "", "query": "apikey=the+api-key"}, id="an empty header"),
        pytest.param({"apikey": "the api-key", "query": "apikey=the+api-key"}, id="the same twice"),
    ],
)
def test_knows_the_owner_of_an_api_key(shown):
    assert identify(ApiKey(), **shown) == OWNER


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param({"apikey": ["the api-key"] * 2}, id="doubled header"),
        pytest.param({"query": "apikey=a&apikey=a"}, id="doubled in the query"),
        pytest.param({"apikey": "the api-key", "query": "apikey=x"}, id="two keys"),
    ],
)
def test_refuses_to_choose_between_api_keys(shown):
    with pytest.raises(Problem) as refused:
        identify(ApiKey(), **shown)
    assert refused.value.reason is Reason.MALFORMED


@pytest.mark.parametrize(
    "shown", ["Bearer the-token", "bearer the-token", "BEARER the-token", "Bearer  the-token "]
)
def test_knows_all_three_of_a_token(shown):
    caller = Caller("application of client-1", "org-1", "anna")
    assert identify(BearerToken(), authorization=shown) == caller


@pytest.mark.parametrize("shown", ["Basic YTpi", "Digest x", "the-token", "Bearers the-token"])
def test_leaves_other_authorization_alone(shown):
    assert identify(BearerToken(), authorization=shown) is None


def test_refuses_to_choose_between_tokens():
    with pytest.raises(Problem) as refused:
        identify(BearerToken(), authorization=["Bearer the-token", "Bearer other"])
    assert refused.value.reason is Reason.MALFORMED


def test_reads_no_token_from_the_query():
    assert identify(BearerToken(), query="access_token=the-token") is None


WRONG = [
    pytest.param(SubscriptionKey(), {"ocp_apim_subscription_key": "x"}, id="subscription key"),
    pytest.param(SubscriptionKey(), {"ocp_apim_subscription_key": "clé"}, id="no ASCII"),
    pytest.param(SubscriptionKey(), {"query": "subscription-key=%C3%A9"}, id="none in the query"),
    pytest.param(ApiKey(), {"apikey": "x"}, id="api key"),
    pytest.param(ApiKey(), {"apikey": "\xe9"}, id="api key, no ASCII"),
    pytest.param(BearerToken(), {"authorization": "Bearer x"}, id="token"),
    pytest.param(BearerToken(), {"authorization": "Bearer"}, id="an empty token"),
    pytest.param(BearerToken(), {"authorization": "Bearer \xe9"}, id="token, no ASCII"),
]


@pytest.mark.parametrize(("scheme", "shown"), WRONG)
def test_says_why_a_credential_is_not_good(scheme, shown):
    with pytest.raises(Problem) as refused:
        identify(scheme, **shown)
    assert refused.value.reason is Reason.CREDENTIAL_UNKNOWN


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=list(SCHEMES))
class TestEveryScheme:
    def test_leaves_a_call_that_shows_nothing(self, scheme):
        assert identify(scheme) is None
        assert identify(scheme, query="a=1", cookie="apikey=x") is None

    def test_leaves_a_call_that_shows_something_empty(self, scheme):
        empty = {name.decode().replace("-", "_"): "" for name in scheme.headers[:1]}
        assert identify(scheme, **empty) is None

    def test_says_what_is_missing_and_what_to_do(self, scheme):
        assert scheme.missing.endswith(".")
        assert "Send it" in scheme.missing or "send it" in scheme.missing

    def test_names_what_it_reads_in_lower_case(self, scheme):
        assert all(name == name.lower() for name in (*scheme.headers, *scheme.query_parameters))
