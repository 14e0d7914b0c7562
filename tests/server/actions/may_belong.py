"""Who may change organisations, what is known of them, and the people that act for them."""

from datetime import timedelta

from django.utils import timezone

from sluis.server.actions.add_member import add_member, remove_member
from sluis.server.actions.change_party import remove_address, set_address, set_identifiers
from sluis.server.actions.change_person import rename_person
from sluis.server.actions.invite import invite, revoke_invitation
from sluis.server.actions.make_api_user import disable_api_user, make_api_user, set_password
from sluis.server.actions.make_organisation import make_organisation
from sluis.server.actions.make_party import make_party
from sluis.server.actions.make_person import make_person, resend_activation
from sluis.server.actions.register_organisation import register_organisation
from sluis.server.actions.rename_organisation import rename_organisation
from sluis.server.models import Address, ApiUser, Invitation
from tests.server import people
from tests.server.actions.prepared import DESK, OWN_ADMINISTRATORS, on, party, simply


def api_user(world):
    return ApiUser.objects.create(
        environment=world.uat, organisation=world.agent, username="robot", password="!"
    )


def invitation(world):
    return Invitation.objects.create(
        organisation=world.agent,
        email="new@example.org",
        roles=["developer"],
        digest=b"d" * 32,
        expires_at=timezone.now() + timedelta(days=1),
    )


ADDRESS = {"street": "Kaai 1", "postal_code": "2030", "city": "Antwerpen", "country": "BE"}


def with_address(world):
    return Address.objects.create(party=party(world), type="1", **ADDRESS)


def renamed(actor, world):
    return rename_organisation(
        actor=actor, provider=world.port, organisation=world.agent, name="Zonen"
    )


BELONGING = {
    "rename an organisation": (
        on(party, lambda actor, p, w: renamed(actor, w)),
        DESK,
    ),
    "rename an organisation that the provider does not know": (
        simply(lambda actor, w: renamed(actor, w)),
        {"command"},
    ),
    "make an organisation": (
        simply(lambda actor, w: make_organisation(actor=actor, name="New")),
        {"administrator", "developer", "api user", "outsider", "nobody's", "desk", "other desk"}
        | {"command"},
    ),
    "register an organisation": (
        simply(lambda actor, w: register_organisation(actor=actor, name="New")),
        {"administrator", "developer", "api user", "outsider", "nobody's"},
    ),
    "invite": (
        simply(
            lambda actor, w: invite(
                actor=actor, organisation=w.agent, email="new@example.org", roles=["developer"]
            )
        ),
        OWN_ADMINISTRATORS,
    ),
    "take an invitation back": (
        on(invitation, lambda actor, i, w: revoke_invitation(actor=actor, invitation=i)),
        OWN_ADMINISTRATORS,
    ),
    "set identifiers in a sandbox": (
        on(
            party,
            lambda actor, p, w: set_identifiers(
                actor=actor,
                organisation=w.agent,
                environment=w.uat,
                identifiers={"Duns": "123456789"},
            ),
        ),
        OWN_ADMINISTRATORS | DESK,
    ),
    "set identifiers of whom the provider does not know": (
        simply(
            lambda actor, w: set_identifiers(
                actor=actor,
                organisation=w.agent,
                environment=w.uat,
                identifiers={"Duns": "123456789"},
            )
        ),
        OWN_ADMINISTRATORS,
    ),
    "give out an identifier": (
        on(
            party,
            lambda actor, p, w: set_identifiers(
                actor=actor,
                organisation=w.agent,
                environment=w.live,
                identifiers={"NxtEntityId": "NXT230000001"},
            ),
        ),
        DESK,
    ),
    "set identifiers in production": (
        on(
            lambda w: party(w, w.live),
            lambda actor, p, w: set_identifiers(
                actor=actor,
                organisation=w.agent,
                environment=w.live,
                identifiers={"Duns": "123456789"},
            ),
        ),
        DESK,
    ),
    "set an address": (
        on(
            lambda w: party(w, w.live),
            lambda actor, p, w: set_address(
                actor=actor,
                organisation=w.agent,
                environment=w.live,
                type_="1",
                address=ADDRESS,
            ),
        ),
        OWN_ADMINISTRATORS | DESK,
    ),
    "remove an address": (
        on(
            with_address,
            lambda actor, a, w: remove_address(
                actor=actor, organisation=w.agent, environment=w.uat, type_="1"
            ),
        ),
        OWN_ADMINISTRATORS | DESK,
    ),
    "rename oneself": (
        simply(
            lambda actor, w: rename_person(actor=actor, person=w.membership("dev")[0], name="Devi")
        ),
        {"developer"},
    ),
    "make a party": (
        simply(
            lambda actor, w: make_party(
                actor=actor, organisation=w.agent, environment=w.uat, identifiers={"TIN": "1"}
            )
        ),
        DESK,
    ),
    "add a member": (
        on(
            lambda w: people.person("new"),
            lambda actor, p, w: add_member(
                actor=actor, organisation=w.agent, person=p, roles=["developer"]
            ),
        ),
        OWN_ADMINISTRATORS,
    ),
    "remove a member": (
        on(
            lambda w: people.person("old", w.agent, "developer"),
            lambda actor, p, w: remove_member(actor=actor, organisation=w.agent, person=p),
        ),
        OWN_ADMINISTRATORS,
    ),
    "make a person": (
        simply(lambda actor, w: make_person(actor=actor, email="new@example.org")),
        {"desk", "other desk", "command"},
    ),
    "resend an activation": (
        on(
            lambda w: people.person("silent"),
            lambda actor, p, w: resend_activation(actor=actor, person=p),
        ),
        {"desk", "other desk", "command"},
    ),
    "make an API user": (
        simply(
            lambda actor, w: make_api_user(
                actor=actor,
                organisation=w.agent,
                environment=w.uat,
                username="robot",
                password=people.PASSWORD,
            )
        ),
        OWN_ADMINISTRATORS | DESK,
    ),
    "set an API user's password": (
        on(
            api_user,
            lambda actor, u, w: set_password(actor=actor, user=u, password=people.PASSWORD),
        ),
        OWN_ADMINISTRATORS | DESK,
    ),
    "disable an API user": (
        on(api_user, lambda actor, u, w: disable_api_user(actor=actor, user=u)),
        OWN_ADMINISTRATORS | DESK,
    ),
}
