"""What clients look up, and tokens that are taken back (RFC 7009)."""

import jwt
import pytest

from sluis.core.problem import Problem, Reason
from sluis.gateway.snapshot import SnapshotCredentials
from sluis.server.actions.actor import COMMAND
from sluis.server.actions.make_client import make_client
from sluis.server.models import RevokedToken
from tests.server.identity.served import URL

ISSUER = f"{URL}/port/uat"
CONFIGURATION = "/.well-known/openid-configuration"
KEYS = "/.well-known/jwks.json"
PROOFS = ["client_secret_post", "client_secret_basic", "private_key_jwt"]
ALGORITHMS = ["RS256", "PS256", "ES256", "Ed25519", "EdDSA"]


def test_says_where_everything_is(endpoint):
    answer = endpoint.get(CONFIGURATION)
    assert answer.json == {
        "issuer": ISSUER,
        "token_endpoint": f"{ISSUER}/connect/token",
        "revocation_endpoint": f"{ISSUER}/connect/revocation",
        "jwks_uri": f"{ISSUER}{KEYS}",
        "grant_types_supported": ["password", "client_credentials"],
        "token_endpoint_auth_methods_supported": PROOFS,
        "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "revocation_endpoint_auth_methods_supported": PROOFS,
        "revocation_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "scopes_supported": ["openid"],
        "response_types_supported": [],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }
    assert "max-age" in answer.headers["cache-control"]
    assert answer.headers["access-control-allow-origin"] == "*"


def test_publishes_public_keys_only(endpoint, form):
    endpoint.post(form)
    (key,) = endpoint.get(KEYS).json["keys"]
    assert key.keys() == {"kty", "n", "e", "kid", "use", "alg"}
    assert (key["kty"], key["use"], key["alg"]) == ("RSA", "sig", "RS256")


def test_publishes_keys_at_both_addresses(endpoint, form):
    endpoint.post(form)
    assert endpoint.get(KEYS).body == endpoint.get(CONFIGURATION + "/jwks").body


@pytest.mark.parametrize("path", [CONFIGURATION, KEYS])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_only_shows_them(endpoint, path, method):
    assert endpoint.get(path, method=method).status == 405


def test_environments_have_keys_of_their_own(endpoint, form, world):
    client, secret = make_client(
        actor=COMMAND, application=world.application, environment=world.live
    )
    asked = {
        "grant_type": "client_credentials",
        "client_id": client.client_id,
        "client_secret": secret,
    }
    tokens = [
        endpoint.post(form).json["access_token"],
        endpoint.post(asked, environment="port/live").json["access_token"],
    ]
    kids = {jwt.get_unverified_header(token)["kid"] for token in tokens}
    assert len(kids) == 2
    with pytest.raises(Problem) as refusal:
        credentials(endpoint).claims_of_token(tokens[1])
    assert refusal.value.reason is Reason.WRONG_ENVIRONMENT


def credentials(endpoint):
    environment = endpoint.snapshot.environments["port/uat"]
    return SnapshotCredentials(endpoint.snapshot, environment, endpoint.clock.now())


def revoke(endpoint, form, token, **more):
    client = {name: form[name] for name in ("client_id", "client_secret")}
    return endpoint.post(client | {"token": token} | more, path="/connect/revocation")


def test_a_revoked_token_is_refused_at_the_very_next_call(endpoint, form):
    token = endpoint.post(form).json["access_token"]
    other = endpoint.post(form).json["access_token"]
    assert credentials(endpoint).claims_of_token(token)
    answer = revoke(endpoint, form, token, token_type_hint="access_token")
    assert (answer.status, answer.body) == (200, b"")
    with pytest.raises(Problem, match="revoked") as refusal:
        credentials(endpoint).claims_of_token(token)
    assert refusal.value.reason is Reason.CREDENTIAL_DISABLED
    assert credentials(endpoint).claims_of_token(other)


def test_a_token_is_revoked_twice_as_well(endpoint, form):
    token = endpoint.post(form).json["access_token"]
    assert [revoke(endpoint, form, token).status for _ in range(2)] == [200, 200]
    assert RevokedToken.objects.count() == 1


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "é", "x" * 10_000])
def test_what_is_no_token_is_revoked_already(endpoint, form, token):
    assert revoke(endpoint, form, token).status == 200
    assert not RevokedToken.objects.exists()


def test_an_expired_token_needs_no_row(endpoint, form, clock):
    token = endpoint.post(form).json["access_token"]
    clock.start += 3_600
    assert revoke(endpoint, form, token).status == 200
    assert not RevokedToken.objects.exists()


def test_nobody_revokes_the_tokens_of_others(endpoint, form, world):
    token = endpoint.post(form).json["access_token"]
    client, secret = make_client(
        actor=COMMAND, application=world.application, environment=world.uat
    )
    others = {"client_id": client.client_id, "client_secret": secret}
    answer = revoke(endpoint, others, token)
    assert (answer.status, answer.json["error"]) == (400, "invalid_grant")
    assert credentials(endpoint).claims_of_token(token)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        pytest.param({"client_secret": "wrong"}, "invalid_client", id="another secret"),
        pytest.param({"client_id": ""}, "invalid_client", id="no client"),
        pytest.param({"token": ""}, "invalid_request", id="no token"),
    ],
)
def test_refuses_to_revoke(endpoint, form, change, error):
    asked = {name: form[name] for name in ("client_id", "client_secret")} | {"token": "x"} | change
    assert endpoint.post(asked, path="/connect/revocation").json["error"] == error
