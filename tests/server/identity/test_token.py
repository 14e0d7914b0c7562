"""The token endpoint, asked as seed 000 says and in every other way."""

import logging

import jwt
import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

from sluis.server.actions.actor import COMMAND
from sluis.server.actions.consent import give_consent, withdraw_consent
from sluis.server.actions.make_application import make_application
from sluis.server.actions.make_client import make_client, renew_secret
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
from tests.server.identity.served import URL, basic, no_client

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


@pytest.mark.usefixtures("dear_passwords")
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
