"""Libraries that others wrote fetch tokens over HTTP, and verify them without asking us."""

import time

import jwt
import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import ECKey, RSAKey
from oauthlib.oauth2 import BackendApplicationClient, LegacyApplicationClient
from oauthlib.oauth2.rfc6749.errors import InvalidGrantError
from requests_oauthlib import OAuth2Session

from tests.server.identity.pairs import Pair
from tests.server.identity.served import Endpoint, over_http


@pytest.fixture
def url(world, clock, monkeypatch):
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    clock.start = time.time()  # clients look at their own clocks
    with over_http(lambda address: Endpoint(clock, url=address)) as found:
        yield found


@pytest.fixture
def credentials(form):
    return {name: form[name] for name in ("username", "password", "client_id", "client_secret")}


def verified(token, url):
    """Return the claims, as a resource server elsewhere would find them."""
    found = requests.get(f"{url}/.well-known/openid-configuration", timeout=10).json()
    key = jwt.PyJWKClient(found["jwks_uri"]).get_signing_key_from_jwt(token)
    return jwt.decode(token, key, ["RS256"], audience=url, issuer=found["issuer"])


def test_curl_as_seed_000_would_have_it(url, form):
    answer = requests.post(f"{url}/connect/token", data=form, timeout=10)
    assert answer.headers["content-type"] == "application/json"
    assert verified(answer.json()["access_token"], url)["nxt_entity_id"] == "NXT220000000"


def test_requests_oauthlib_with_the_password_grant(url, credentials):
    client = LegacyApplicationClient(credentials["client_id"], scope=["openid"])
    with OAuth2Session(client=client) as session:
        token = session.fetch_token(f"{url}/connect/token", include_client_id=True, **credentials)
    assert token["token_type"] == "Bearer"
    assert verified(token["access_token"], url)["client_id"] == credentials["client_id"]


def test_requests_oauthlib_with_http_basic(url, credentials):
    auth = (credentials["client_id"], credentials["client_secret"])
    with OAuth2Session(client=BackendApplicationClient(auth[0])) as session:
        token = session.fetch_token(f"{url}/connect/token", auth=auth)
    assert verified(token["access_token"], url)["sub"] == auth[0]


def test_requests_oauthlib_understands_a_refusal(url, credentials):
    client = LegacyApplicationClient(credentials["client_id"])
    wrong = credentials | {"password": "wrong"}
    with (
        OAuth2Session(client=client) as session,
        pytest.raises(InvalidGrantError, match="invalid_username_or_password"),
    ):
        session.fetch_token(f"{url}/connect/token", include_client_id=True, **wrong)


@pytest.mark.parametrize("how", ["client_secret_post", "client_secret_basic"])
def test_authlib_with_the_password_grant_and_revocation(url, credentials, how):
    with AuthlibSession(
        credentials["client_id"],
        credentials["client_secret"],
        token_endpoint_auth_method=how,
        revocation_endpoint_auth_method=how,
        scope="openid",
    ) as session:
        token = session.fetch_token(
            f"{url}/connect/token",
            username=credentials["username"],
            password=credentials["password"],
        )
        assert verified(token["access_token"], url)["scope"] == "openid"
        gone = session.revoke_token(f"{url}/connect/revocation", token["access_token"])
        assert gone.status_code == 200


def test_authlib_with_client_credentials(url, credentials):
    with AuthlibSession(credentials["client_id"], credentials["client_secret"]) as session:
        token = session.fetch_token(f"{url}/connect/token", grant_type="client_credentials")
    assert "org" not in verified(token["access_token"], url)


@pytest.mark.parametrize(("kind", "how"), [("RSA", RSAKey), ("EC", ECKey)])
def test_authlib_signs_for_itself_and_revokes(url, world, kind, how):
    pair, endpoint = Pair(kind), f"{url}/connect/token"
    pair.register(world.client.row)
    key = how.import_key(pair.private)
    with AuthlibSession(
        world.client.client_id,
        key,
        token_endpoint_auth_method="private_key_jwt",
        revocation_endpoint_auth_method="private_key_jwt",
    ) as session:
        session.register_client_auth_method(Signing(endpoint, alg=pair.algorithm))
        token = session.fetch_token(endpoint, grant_type="client_credentials")
        assert verified(token["access_token"], url)["client_id"] == world.client.client_id
        gone = session.revoke_token(f"{url}/connect/revocation", token["access_token"])
        assert gone.status_code == 200


class Signing(PrivateKeyJWT):
    """Says that it is good for a minute, where Authlib says an hour: we take five minutes."""

    def sign(self, auth, token_endpoint):
        self.claims = {"exp": int(time.time()) + 60}  # anew: Authlib writes the jti into it
        return super().sign(auth, token_endpoint)
