"""Who gets no token, and in which words: the same whatever is wrong with a password."""

import base64
import logging

import pytest

from sluis.server.actions.actor import COMMAND
from sluis.server.actions.disable_credential import disable_credential
from sluis.server.actions.make_api_user import disable_api_user
from sluis.server.actions.make_client import disable_client
from sluis.server.actions.set_provider import set_provider
from sluis.server.models import ApiUser, Membership, Person
from tests.server import people
from tests.server.identity.served import basic, no_client, post


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


def test_a_closed_door_is_not_there(world, endpoint, form):
    assert endpoint.post(form).status == 200
    set_provider(actor=COMMAND, provider=world.port, changes={"doors": []})
    endpoint.reload()
    answer = endpoint.post(form)
    document = endpoint.get("/.well-known/openid-configuration").json
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
