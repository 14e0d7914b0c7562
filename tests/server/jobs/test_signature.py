"""Signatures, checked by the reference library of Standard Webhooks."""

from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from sluis.server.jobs import signature

BODY = '{"lane":"CAIU7654321","é":"ë"}'.encode()


def signed(*secrets, body=BODY):
    now = int(datetime.now(UTC).timestamp())
    return signature.headers("0199f3c2-7a41-7000-8000-000000000000", now, body, secrets)


def test_is_what_the_reference_library_accepts():
    secret = signature.new_secret()
    assert Webhook(secret).verify(BODY, signed(secret))


def test_is_good_for_both_secrets_while_one_replaces_the_other():
    old, new = signature.new_secret(), signature.new_secret()
    headers = signed(new, old)
    assert Webhook(old).verify(BODY, headers)
    assert Webhook(new).verify(BODY, headers)


@pytest.mark.parametrize("changed", [{"webhook-id": "another"}, {"webhook-timestamp": "1"}, {}])
def test_is_not_good_for_anything_else(changed):
    secret = signature.new_secret()
    body = BODY if changed else BODY + b" "
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body, signed(secret) | changed)


def test_agrees_with_the_reference_library_on_what_is_good():
    secret, now = signature.new_secret(), datetime.now(UTC)
    theirs = Webhook(secret).sign("id", now, BODY.decode())
    timestamp = str(int(now.timestamp()))
    assert signature.good("id", timestamp, BODY, theirs, secret)
    assert not signature.good("id", timestamp, BODY, theirs, signature.new_secret())


def test_is_absent_without_a_secret():
    assert set(signed()) == {"webhook-id", "webhook-timestamp"}


@pytest.mark.parametrize("secret", ["whsec_é", "whsec_a", "not base64 at all"])
def test_refuses_what_is_no_secret(secret):
    with pytest.raises(ValueError, match="no signing secret"):
        signature.key_of(secret)
