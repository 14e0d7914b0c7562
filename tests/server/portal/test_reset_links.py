"""How long a link lives that lets somebody choose a password."""

from datetime import timedelta

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils import timezone

from sluis.server.actions.actor import COMMAND
from sluis.server.actions.make_person import make_person
from sluis.server.portal.reset_links import ResetLinks

pytestmark = pytest.mark.django_db


def token_works_after(hours, monkeypatch, *, password=None):
    person = make_person(actor=COMMAND, email="new@example.org")
    if password:
        person.set_password(password)
        person.save()
    token = ResetLinks().make_token(person)
    later = timezone.localtime().replace(tzinfo=None) + timedelta(hours=hours)
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: later)
    return ResetLinks().check_token(person, token)


@pytest.mark.parametrize(("hours", "works"), [(0, True), (71.9, True), (72.1, False)])
def test_an_invitation_lives_three_days(hours, works, monkeypatch):
    assert token_works_after(hours, monkeypatch) is works


@pytest.mark.parametrize(("hours", "works"), [(0, True), (23.9, True), (24.1, False)])
def test_a_forgotten_password_has_one_day(hours, works, monkeypatch):
    assert token_works_after(hours, monkeypatch, password="een boot vol peren") is works
