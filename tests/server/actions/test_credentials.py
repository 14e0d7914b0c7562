"""Keys, secrets, clients and consent: what is kept of them, and what can be had back."""

from datetime import timedelta

import pytest

from sluis.core.credential import CredentialKind, digest
from sluis.server.actions import subscribe
from sluis.server.actions.actor import COMMAND, NotAllowed, Refused
from sluis.server.actions.announce import Changed
from sluis.server.actions.consent import (
    Withdrawn,
    consent_by_password,
    give_consent,
    withdraw_consent,
)
from sluis.server.actions.disable_credential import disable_credential
from sluis.server.actions.make_application import make_application
from sluis.server.actions.make_client import disable_client, make_client, renew_secret
from sluis.server.actions.reveal_key import reveal_key
from sluis.server.actions.revoke_token import forget_expired, revoke_token
from sluis.server.actions.rotate_key import rotate_key
from sluis.server.models import AuditEntry, Change, Consent, Credential, RevokedToken
from sluis.server.seal import PEPPER, Unsealable


@pytest.fixture
def subscribed(world):
    return subscribe.request(
        actor=world.actor("anna"), organisation=world.agent, environment=world.uat, api="meteo"
    )


@pytest.fixture
def application(world):
    return make_application(actor=world.actor("bram"), organisation=world.transporter, name="Plan")


def announced():
    return list(Change.objects.order_by("revision").values_list("kind", "key"))


def test_a_key_can_be_looked_up_again(world, subscribed):
    key = subscribed.subscription.keys.get(label="secondary")
    found = reveal_key(actor=world.actor("dev"), credential=key)
    assert found == subscribed.keys["secondary"]
    entry = AuditEntry.objects.latest("sequence")
    assert (entry.action, entry.subject) == ("key.reveal", f"credential:{key.pk}")


def test_a_sealed_key_is_of_no_use_in_another_row(world, subscribed):
    one, other = subscribed.subscription.keys.order_by("label")
    other.encrypted = one.encrypted
    other.save()
    with pytest.raises(Unsealable):
        reveal_key(actor=world.actor("anna"), credential=other)


def test_a_key_that_was_shown_once_is_not_shown_again(world, subscribed):
    key = subscribed.subscription.keys.get(label="primary")
    key.encrypted = None
    with pytest.raises(Refused, match="shown once"):
        reveal_key(actor=world.actor("anna"), credential=key)


def test_rotation_leaves_the_other_key_alone(world, subscribed):
    subscription, keys = subscribed
    old = subscription.keys.get(label="primary")
    Change.objects.all().delete()
    new, secret = rotate_key(actor=world.actor("dev"), subscription=subscription, label="primary")
    assert secret not in keys.values()
    live = {c.label: bytes(c.digest) for c in subscription.keys.filter(disabled_at=None)}
    assert live == {
        "primary": digest(secret, PEPPER),
        "secondary": digest(keys["secondary"], PEPPER),
    }
    assert announced() == [
        (Changed.CREDENTIAL.value, str(old.pk)),
        (Changed.CREDENTIAL.value, str(new.pk)),
    ]


def test_a_disabled_key_stays_disabled(world, subscribed):
    key = subscribed.subscription.keys.get(label="primary")
    disable_credential(actor=world.actor("anna"), credential=key)
    first = Credential.objects.get(pk=key.pk).disabled_at
    disable_credential(actor=COMMAND, credential=key)
    assert Credential.objects.get(pk=key.pk).disabled_at == first


def test_a_client_secret_is_kept_as_a_digest_only(world, application):
    client, secret = make_client(
        actor=world.actor("bram"), application=application, environment=world.uat
    )
    kept = client.secrets.get()
    assert (kept.kind, bytes(kept.digest)) == (
        CredentialKind.CLIENT_SECRET,
        digest(secret, PEPPER),
    )
    assert kept.encrypted is None
    assert client.client_id.startswith("plan-")
    with pytest.raises(NotAllowed, match="once"):
        reveal_key(actor=world.actor("bram"), credential=kept)


def test_a_client_changes_over_from_one_secret_to_the_next(world, application):
    bram = world.actor("bram")
    client, _ = make_client(actor=bram, application=application, environment=world.uat)
    renew_secret(actor=bram, client=client)
    with pytest.raises(Refused, match="two at most"):
        renew_secret(actor=bram, client=client)
    disable_credential(actor=bram, credential=client.secrets.order_by("created_at").first())
    assert renew_secret(actor=bram, client=client)


def test_a_disabled_client_is_announced(world, application):
    bram = world.actor("bram")
    client, _ = make_client(actor=bram, application=application, environment=world.uat)
    disable_client(actor=bram, client=client)
    assert announced()[-1] == (Changed.CLIENT.value, str(client.pk))


@pytest.mark.parametrize("name", ["", "  ", "\n"])
def test_an_application_has_a_name(world, name):
    with pytest.raises(Refused, match="name"):
        make_application(actor=world.actor("bram"), organisation=world.transporter, name=name)


def test_an_organisation_has_so_many_applications(world, monkeypatch):
    monkeypatch.setattr("sluis.server.actions.make_application.APPLICATIONS_AT_MOST", 1)
    bram = world.actor("bram")
    make_application(actor=bram, organisation=world.transporter, name="First")
    with pytest.raises(Refused, match="as many"):
        make_application(actor=bram, organisation=world.transporter, name="Second")


def by_password(world, application):
    return consent_by_password(
        environment="port/uat",
        application=application,
        organisation=world.agent,
        person=world.membership("anna")[0],
    )


def test_a_password_given_to_a_builder_is_consent_once(world, application):
    revision = by_password(world, application)
    consent = Consent.objects.get()
    assert (consent.how, revision) == ("password-grant", Change.objects.latest("revision").pk)
    assert announced()[-1] == (Changed.CONSENT.value, str(consent.pk))
    assert by_password(world, application) is None
    assert AuditEntry.objects.filter(action="consent.give").count() == 1


def test_nobody_consents_to_their_own_software(world):
    own = make_application(actor=world.actor("anna"), organisation=world.agent, name="Own")
    assert by_password(world, own) is None
    assert not Consent.objects.exists()


def test_what_was_withdrawn_no_password_gives_back(world, application):
    by_password(world, application)
    anna = world.actor("anna")
    about = {"organisation": world.agent, "application": application, "environment": world.uat}
    withdraw_consent(actor=anna, **about)
    with pytest.raises(Withdrawn):
        by_password(world, application)
    give_consent(actor=anna, **about)
    assert by_password(world, application) is None
    assert Consent.objects.get().how == "portal"


def test_can_be_withdrawn_before_it_was_given(world, application):
    withdraw_consent(
        actor=world.actor("anna"),
        organisation=world.agent,
        application=application,
        environment=world.uat,
    )
    with pytest.raises(Withdrawn):
        by_password(world, application)


def test_consent_is_of_one_environment(world, application):
    withdraw_consent(
        actor=world.actor("anna"),
        organisation=world.agent,
        application=application,
        environment=world.live,
    )
    assert by_password(world, application)


def test_those_whose_password_it_was_are_told(
    world, application, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        by_password(world, application)
    assert [mail.to for mail in mailoutbox] == [["anna@example.org"]]
    assert "Plan of Transporter" in mailoutbox[0].body


def test_a_token_is_revoked_once(world):
    about = {"environment": world.uat, "jti": "j1", "expires_at": world.agent.created_at}
    assert revoke_token(actor=COMMAND, **about) == Change.objects.latest("revision").pk
    assert revoke_token(actor=COMMAND, **about) is None
    assert RevokedToken.objects.count() == 1


def test_a_revoked_token_is_forgotten_once_it_would_have_expired(world):
    expiry = world.agent.created_at
    revoke_token(actor=COMMAND, environment=world.uat, jti="j1", expires_at=expiry)
    assert forget_expired(expiry + timedelta(hours=1)) == 0
    assert forget_expired(expiry + timedelta(hours=1, seconds=1)) == 1
