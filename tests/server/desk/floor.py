"""What the tests of the desk's pages have in common: who and what is there, and pages by name."""

from django.urls import reverse

from sluis.server.actions import subscribe
from sluis.server.models import Identifier, Party, Person


def someone(name):
    return Person.objects.get(email=f"{name}@example.org")


def subscribed(port, organisation=None, api="meteo", who="anna"):
    return subscribe.request(
        actor=port.actor(who),
        organisation=organisation or port.agent,
        environment=port.uat,
        api=api,
    ).subscription


def known(port, organisation, code="NXT230000001"):
    party = Party.objects.create(environment=port.uat, organisation=organisation, name="A")
    Identifier.objects.create(environment=port.uat, party=party, type="NxtEntityId", code=code)


def page(name, *of):
    return reverse(f"desk_{name}", args=["port", *of])


def act(desk, port, what, key, **form):
    path = page("act", port.agent.pk, what, key)
    return desk.post(path, form, follow=True)
