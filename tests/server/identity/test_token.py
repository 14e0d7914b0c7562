"""The token endpoint, asked as seed 000 says and in every other way."""

import base64
import logging
from dataclasses import replace

import jwt
import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

from sluis.registry import PROVIDERS
from sluis.server.actions.actor import COMMAND
from sluis.server.actions.consent import give_consent, withdraw_consent
from sluis.server.actions.disable_credential import disable_credential
from sluis.server.actions.make_api_user import disable_api_user
from sluis.server.actions.make_application import make_application
from sluis.server.actions.make_client import disable_client, make_client, renew_secret
from sluis.server.models import (
    ApiUser,
    AuditEntry,
    Consent,
    Membership,
    Party,
    Person,
    Subscription,
)
from tests.server import people
from tests.server.identity.served import URL, Endpoint, post

ISSUER = f"{URL}/port/uat"


def claims_of(token, endpoint):
    keys = jwt.PyJWKSet.from_dict(endpoint.get("/.well-known/jwks.json").json)
    return jwt.decode(
        token,
        keys[jwt.get_unverified_header(token)["kid"]],
        ["RS256"],
        audience=ISSUER,
        issuer=ISSUER,
        options={"verify_exp": False, "verify_iat": False},
    )


def basic(client_id, secret):
    return {b"authorization": b"Basic " + base64.b64encode(f"{client_id}:{secret}".encode())}


def no_client(form):
    return {name: value for name, value in form.items() if not name.startswith("client_")}


def test_answers_as_seed_000_says(endpoint, form, world):
    answer = endpoint.post(form)
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    token = answer.json.pop("access_token")
    assert {k: v for k, v in answer.json.items() if k != "access_token"} == {
        "expires_in": 3600,
        "token_type": "Bearer",
        "scope": "openid",
    }
    anna, agent = world.membership("anna")
    claims = claims_of(token, endpoint)
    assert claims.pop("exp") - claims.pop("iat") == 3600
    assert len(claims.pop("jti")) == 32
    assert claims == {
        "iss": ISSUER,
        "aud": ISSUER,
        "sub": anna.pk.hex,
        "client_id": world.client.client_id,
        "scope": "openid",
        "org": agent.pk.hex,
        "person": anna.pk.hex,
        "nxt_entity_id": "NXT220000000",
    }
    assert jwt.get_unverified_header(token)["typ"] == "at+jwt"


def test_the_very_next_call_works(endpoint, form, world):
    endpoint.post(form)
    pair = (world.application.pk.hex, world.agent.pk.hex)
    assert pair in endpoint.snapshot.environments["port/uat"].consents
    assert endpoint.snapshot.environments["port/uat"].signing_keys
    waits = len(endpoint.waited_for)
    assert endpoint.post(form).status == 200
    assert len(endpoint.waited_for) == waits  # nothing new to wait for


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"username": "gebruikersnaam", "password": "wachtwoord"}, id="both names"),
        pytest.param({"username": "gebruikersnaam"}, id="one name"),
        pytest.param({}, id="the grant type"),
    ],
)
def test_understands_the_dutch_of_seed_000(endpoint, form, said):
    dutch = {said.get(name, name): value for name, value in form.items()}
    dutch["grant_type"] = "wachtwoord"
    assert endpoint.post(dutch).status == 200


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded; charset=UTF-8"])
def test_a_content_type_has_parameters(endpoint, form, content_type):
    assert endpoint.post(form, content_type=content_type).status == 200


@pytest.mark.parametrize("name", ["ANNA@example.org", " anna@example.org "])
def test_an_address_is_one_in_any_case(endpoint, form, name):
    assert endpoint.post(form | {"username": name}).status == 200


@pytest.mark.parametrize("scope", [None, "", "openid openid"])
def test_openid_is_what_a_scope_means(endpoint, form, scope):
    changed = form | {"scope": scope} if scope is not None else {**form}
    if scope is None:
        del changed["scope"]
    answer = endpoint.post(changed)
    assert (answer.status, answer.json["scope"]) == (200, "openid")


def test_a_client_can_use_http_basic(endpoint, form, world):
    headers = basic(world.client.client_id, world.client.client_secret)
    assert endpoint.post(no_client(form), headers=headers).status == 200
    named = no_client(form) | {"client_id": world.client.client_id}
    assert endpoint.post(named, headers=headers).status == 200


def test_an_application_has_a_token_by_itself(endpoint, form, world):
    asked = {k: v for k, v in form.items() if k not in ("username", "password")}
    answer = endpoint.post(asked | {"grant_type": "client_credentials"})
    claims = claims_of(answer.json["access_token"], endpoint)
    assert claims["sub"] == claims["client_id"] == world.client.client_id
    assert not {"org", "person", "nxt_entity_id"} & claims.keys()
    assert not Consent.objects.exists()


def test_an_api_user_goes_before_a_person(endpoint, form, robot):
    ApiUser.objects.filter(pk=robot.pk).update(username="anna@example.org")
    answer = endpoint.post(form)
    assert (claims_of(answer.json["access_token"], endpoint))["person"] == robot.pk.hex


def test_an_api_user_is_of_one_environment(endpoint, form, robot, world):
    asked = form | {"username": "robot"}
    assert endpoint.post(asked).status == 200
    ApiUser.objects.filter(pk=robot.pk).update(environment=world.live)
    assert endpoint.post(asked).json["error"] == "invalid_grant"


def wrong(**changes):
    return lambda form, world: form | changes


def with_second_factor(form, world):
    people.with_second_factor(Person.objects.get(email="anna@example.org"))
    return form


def disabled_person(form, world):
    Person.objects.filter(email="anna@example.org").update(is_active=False)
    return form


def unconfirmed(form, world):
    Person.objects.get(email="anna@example.org").emailaddress_set.update(verified=False)
    return form


def without_organisation(form, world):
    Membership.objects.filter(person__email="anna@example.org").delete()
    return form


def without_password(form, world):
    Person.objects.filter(email="anna@example.org").update(password="!unusable")
    return form | {"password": "!unusable"}


def disabled_api_user(form, world):
    user = ApiUser.objects.create(
        environment=world.uat,
        organisation=world.agent,
        username="robot",
        password=Person.objects.get(email="anna@example.org").password,
    )
    disable_api_user(actor=COMMAND, user=user)
    return form | {"username": "robot"}


WRONG_PASSWORDS = {
    "wrong password": (wrong(password="wrong"), "wrong password"),
    "unknown user": (wrong(username="nobody@example.org"), "unknown user"),
    "a name with letters of all kinds": (wrong(username="é\u202e💥"), "unknown user"),
    "the hash as a password": (wrong(password="argon2$argon2id$v=19"), "wrong password"),
    "a password with a blank more": (wrong(password=people.PASSWORD + " "), "wrong password"),
    "a password in other letters": (wrong(password=people.PASSWORD.upper()), "wrong password"),
    "a long password": (wrong(password="x" * 10_000), "wrong password"),
    "a second factor": (with_second_factor, "second factor"),
    "a disabled person": (disabled_person, "account disabled"),
    "an unconfirmed address": (unconfirmed, "not confirmed"),
    "no organisation": (without_organisation, "belongs to no organisation"),
    "no password chosen": (without_password, "wrong password"),
    "a disabled API user": (disabled_api_user, "API user disabled"),
}


@pytest.mark.parametrize(("change", "why"), WRONG_PASSWORDS.values(), ids=WRONG_PASSWORDS)
def test_says_the_same_whatever_is_wrong(change, why, endpoint, world, form, caplog):
    caplog.set_level(logging.INFO)
    answer = endpoint.post(change(form, world))
    assert answer.status == 400
    assert answer.json == {
        "error": "invalid_grant",
        "error_description": "invalid_username_or_password",
    }
    refused = next(r for r in caplog.records if r.message == "token refused")
    assert why in refused.why


def without(*names):
    return lambda form, world: {k: v for k, v in form.items() if k not in names}


def again(name):
    return lambda form, world: [*form.items(), (name, form.get(name, "x"))]


BAD_REQUESTS = {
    "no grant type": (without("grant_type"), {}, "invalid_request", 400),
    "an empty grant type": (wrong(grant_type=""), {}, "invalid_request", 400),
    "no username": (without("username"), {}, "invalid_request", 400),
    "no password": (without("password"), {}, "invalid_request", 400),
    "an empty password": (wrong(password=""), {}, "invalid_request", 400),
    "a NUL in the username": (wrong(username="anna\0"), {}, "invalid_request", 400),
    "a NUL in the client id": (wrong(client_id="a\0"), {}, "invalid_request", 400),
    "nothing": (lambda f, w: {}, {}, "invalid_client", 400),
    "client_id twice": (again("client_id"), {}, "invalid_request", 400),
    "username twice": (again("username"), {}, "invalid_request", 400),
    "scope twice": (again("scope"), {}, "invalid_request", 400),
    "grant_type twice": (again("grant_type"), {}, "invalid_request", 400),
    "both languages": (
        lambda f, w: {**f, "gebruikersnaam": f["username"]},
        {},
        "invalid_request",
        400,
    ),
    "not UTF-8": (lambda f, w: b"username=%ff%fe", {}, "invalid_request", 400),
    "raw bytes": (lambda f, w: b"\xff\xfe\xfd", {}, "invalid_request", 400),
    "101 parameters": (lambda f, w: b"&".join([b"a=1"] * 101), {}, "invalid_request", 400),
    "a huge body": (wrong(password="x" * 20_000), {}, "invalid_request", 400),
    "JSON": (lambda f, w: f, {"content_type": "application/json"}, "invalid_request", 400),
    "multipart": (lambda f, w: f, {"content_type": "multipart/form-data"}, "invalid_request", 400),
    "no content type": (lambda f, w: f, {"content_type": ""}, "invalid_request", 400),
    "another grant": (wrong(grant_type="refresh_token"), {}, "unsupported_grant_type", 400),
    "the grant in capitals": (wrong(grant_type="PASSWORD"), {}, "unsupported_grant_type", 400),
    "a code": (wrong(grant_type="authorization_code"), {}, "unsupported_grant_type", 400),
    "another scope": (wrong(scope="offline_access"), {}, "invalid_scope", 400),
    "a scope more": (wrong(scope="openid profile"), {}, "invalid_scope", 400),
    "unknown client": (wrong(client_id="nobody"), {}, "invalid_client", 400),
    "wrong secret": (wrong(client_secret="wrong"), {}, "invalid_client", 400),
    "a secret outside ASCII": (wrong(client_secret="é" * 43), {}, "invalid_client", 400),
    "no secret": (without("client_secret"), {}, "invalid_client", 400),
    "no client": (without("client_id"), {}, "invalid_client", 400),
    "Basic, wrong": (
        lambda f, w: no_client(f),
        {"headers": basic("a", "b")},
        "invalid_client",
        401,
    ),
    "Basic, unreadable": (
        lambda f, w: no_client(f),
        {"headers": {b"authorization": b"Basic !!!"}},
        "invalid_client",
        401,
    ),
    "Basic, not UTF-8": (
        lambda f, w: no_client(f),
        {"headers": {b"authorization": b"Basic " + base64.b64encode(b"\xff:\xff")}},
        "invalid_client",
        401,
    ),
    "Basic without a colon": (
        lambda f, w: no_client(f),
        {"headers": {b"authorization": b"Basic " + base64.b64encode(b"nobody")}},
        "invalid_client",
        401,
    ),
    "Bearer": (
        lambda f, w: no_client(f),
        {"headers": {b"authorization": b"Bearer x"}},
        "invalid_client",
        401,
    ),
    "Basic and a secret in the form": (
        lambda f, w: f,
        {"headers": basic("a", "b")},
        "invalid_request",
        400,
    ),
    "Basic and another client id": (
        lambda f, w: no_client(f) | {"client_id": "other"},
        {"headers": basic("a", "b")},
        "invalid_request",
        400,
    ),
}


@pytest.mark.parametrize(
    ("change", "more", "error", "status"), BAD_REQUESTS.values(), ids=BAD_REQUESTS
)
def test_refuses_in_the_words_of_the_rfc(endpoint, form, world, change, more, error, status):
    answer = endpoint.post(change(form, world), **more)
    assert (answer.json["error"], answer.status) == (error, status)
    assert answer.headers["cache-control"] == "no-store"
    assert ("www-authenticate" in answer.headers) == (status == 401)
    # RFC 6749, 5.2: what a description may hold.
    assert all(" " <= c <= "~" and c not in '"\\' for c in answer.json["error_description"])


def test_refuses_two_authorization_headers(endpoint, form):
    request = post(form)
    request.headers[b"authorization"] = (b"Basic YTpi", b"Basic YTpi")
    assert endpoint.send(request).json["error"] == "invalid_request"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/connect/token", "/connect/revocation"])
def test_answers_post_only(endpoint, method, path):
    answer = endpoint.get(path, method=method)
    assert (answer.status, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    "path", ["/", "/connect", "/connect/", "/connect/token/", "/connect/tokens", "/.well-known/x"]
)
def test_leaves_other_paths_to_others(endpoint, path):
    assert endpoint.get(path) is None


def test_a_closed_door_is_not_there(world, clock, form):
    closed = tuple(replace(p, doors=frozenset()) for p in PROVIDERS)
    endpoint = Endpoint(clock, providers=closed)
    try:
        answer = endpoint.post(form)
        document = endpoint.get("/.well-known/openid-configuration").json
    finally:
        endpoint.stop()
    assert answer.json["error"] == "unsupported_grant_type"
    assert document["grant_types_supported"] == ["client_credentials"]


def disabled_client(world):
    disable_client(actor=COMMAND, client=world.client.row)


def disabled_secret(world):
    disable_credential(actor=COMMAND, credential=world.client.row.secrets.get())


def of_production(world):
    world.client.row.environment = world.live
    world.client.row.save()


@pytest.mark.parametrize("change", [disabled_client, disabled_secret, of_production])
def test_a_client_that_is_no_more_gets_nothing(change, endpoint, world, form):
    change(world)
    assert endpoint.post(form).json["error"] == "invalid_client"


def test_both_secrets_of_a_client_work(endpoint, world, form):
    second = renew_secret(actor=COMMAND, client=world.client.row)
    for secret in (form["client_secret"], second):
        assert endpoint.post(form | {"client_secret": secret}).status == 200


def about(world):
    return {
        "actor": COMMAND,
        "organisation": world.agent,
        "application": world.application,
        "environment": world.uat,
    }


def test_what_was_withdrawn_stays_so(endpoint, world, form):
    withdraw_consent(**about(world))
    answer = endpoint.post(form)
    assert answer.json["error"] == "unauthorized_client"
    assert "withdrawn" in answer.json["error_description"]
    give_consent(**about(world))
    assert endpoint.post(form).status == 200


def test_a_wrong_password_is_no_consent(endpoint, world, form):
    endpoint.post(form | {"password": "wrong"})
    assert not Consent.objects.exists()
    endpoint.post(form)
    assert Consent.objects.get().how == "password-grant"
    assert AuditEntry.objects.filter(action="consent.give").count() == 1


def test_nobody_consents_to_their_own_software(endpoint, world, form):
    own = make_application(actor=COMMAND, organisation=world.agent, name="Own")
    client, secret = make_client(actor=COMMAND, application=own, environment=world.uat)
    asked = form | {"client_id": client.client_id, "client_secret": secret}
    assert endpoint.post(asked).status == 200
    assert not Consent.objects.exists()


def joined(world):
    Membership.objects.create(
        person=Person.objects.get(email="anna@example.org"),
        organisation=world.transporter,
        roles=["developer"],
    )


def neither_known(world):
    Party.objects.all().delete()
    return world.agent


def one_by_party(world):
    Party.objects.update(organisation=world.transporter)
    return world.transporter


def one_by_subscription(world):
    Party.objects.all().delete()
    Subscription.objects.create(
        environment=world.uat, organisation=world.transporter, api="meteo", state="active"
    )
    return world.transporter


def one_elsewhere(world):
    Party.objects.all().delete()
    Subscription.objects.create(
        environment=world.live, organisation=world.transporter, api="meteo", state="active"
    )
    return world.agent


def both(world):
    one_by_subscription(world)
    return_to = Subscription.objects.create(
        environment=world.uat, organisation=world.agent, api="meteo", state="active"
    )
    return return_to.organisation


@pytest.mark.parametrize(
    "known", [neither_known, one_by_party, one_by_subscription, one_elsewhere, both]
)
def test_acts_for_the_organisation_that_is_known_there(known, endpoint, world, form):
    joined(world)
    expected = known(world)
    token = endpoint.post(form).json["access_token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["org"] == expected.pk.hex


def test_an_old_hash_is_renewed(endpoint, world, form):
    class Old(Argon2PasswordHasher):
        time_cost, memory_cost, parallelism = 1, 8_192, 1

    old = Old().encode(people.PASSWORD, "saltsaltsalt")
    Person.objects.filter(email="anna@example.org").update(password=old)
    assert endpoint.post(form).status == 200
    renewed = Person.objects.get(email="anna@example.org").password
    assert renewed != old
    assert "m=19456,t=2,p=1" in renewed
    assert endpoint.post(form).status == 200


def test_no_secret_gets_into_the_logs(endpoint, form, world, caplog):
    caplog.set_level(logging.DEBUG, logger="sluis")
    token = endpoint.post(form).json["access_token"]
    endpoint.post(form | {"password": "a wrong secret"})
    endpoint.post(form | {"username": "my password by mistake"})
    endpoint.post(form | {"client_secret": "a wrong client secret"})
    ours = [r for r in caplog.records if r.name.startswith("sluis")]
    said = " ".join(str(vars(record)) for record in ours)
    assert "token granted" in said
    assert "token refused" in said
    for secret in (
        people.PASSWORD,
        world.client.client_secret,
        token,
        "a wrong secret",
        "my password by mistake",
        "a wrong client secret",
    ):
        assert secret not in said


def test_a_good_grant_is_logged_with_its_token(endpoint, form, world, caplog):
    caplog.set_level(logging.INFO)
    token = endpoint.post(form).json["access_token"]
    record = next(r for r in caplog.records if r.message == "token granted")
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (record.jti, record.client, record.account, record.environment) == (
        claims["jti"],
        world.client.client_id,
        claims["person"],
        "port/uat",
    )
