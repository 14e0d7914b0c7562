"""A small port with all that a policy is made of, and every deed that changes it."""

import random

from django.db import transaction
from django.utils import timezone
from joserfc.jwk import RSAKey

from sluis.core.credential import CredentialKind
from sluis.core.subscription import State
from sluis.server.actions.announce import Changed, announce
from sluis.server.answers.snapshot import Loader
from sluis.server.models import (
    ApiUser,
    Application,
    Client,
    Consent,
    Credential,
    Environment,
    Membership,
    Organisation,
    Person,
    Provider,
    RevokedToken,
    SigningKey,
    Subscription,
)

LOADER = Loader("http://localhost:8000", b"s" * 32)
PUBLIC_KEY = RSAKey.generate_key(2048).as_pem(private=False).decode()
DEPRECATED = {"version": "v1", "since": "2026-03-01T08:00:00Z", "sunset": None, "notes": ""}
KEYS = (CredentialKind.SUBSCRIPTION_KEY, CredentialKind.API_KEY)


def announced(changed, key):
    with transaction.atomic():
        return announce(changed, key)


class Port:
    """A small port with all that a policy is made of, and every deed that changes it."""

    def __init__(self, seed=0):
        self.random = random.Random(seed)
        self.count = 0
        own = Organisation.objects.create(name="Port")
        provider = Provider.objects.create(slug="port", name="Port", organisation=own)
        self.environments = [
            Environment.objects.create(key=f"port/{name}", provider=provider, name=name, kind=kind)
            for name, kind in (("uat", "sandbox"), ("live", "live"))
        ]
        self.organisations = [Organisation.objects.create(name=name) for name in "ABC"]
        self.applications = [
            Application.objects.create(organisation=one, name="Software")
            for one in self.organisations
        ]
        self.people = [Person.objects.create_user(f"{name}@example.org") for name in "ab"]
        self.users = [
            ApiUser.objects.create(
                environment=self.environments[0],
                organisation=organisation,
                username=organisation.name,
                password="",
            )
            for organisation in self.organisations[:2]
        ]

    def any(self, rows):
        rows = list(rows)
        return self.random.choice(rows) if rows else None

    def number(self):
        self.count += 1
        return self.count

    def subscribe(self):
        environment, organisation = self.any(self.environments), self.any(self.organisations)
        same = {"environment": environment, "organisation": organisation, "api": "meteo"}
        dead = [State.ENDED, State.REJECTED]
        if Subscription.objects.filter(**same).exclude(state__in=dead).exists():
            return None
        state = self.random.choice([State.REQUESTED, State.ACTIVE])
        made = Subscription.objects.create(**same, state=state)
        for kind in KEYS:
            self.keep(made, kind)
        return Changed.SUBSCRIPTION, made.pk

    def keep(self, subscription, kind):
        digest = self.number().to_bytes(32)
        return Credential.objects.create(
            environment=subscription.environment,
            kind=kind,
            digest=digest,
            tail="",
            subscription=subscription,
        )

    def move(self):
        found = self.any(Subscription.objects.all())  # one that ended long ago, too
        if found is None:
            return None
        if found.state not in (State.ENDED, State.REJECTED):
            found.state = self.random.choice([State.ACTIVE, State.SUSPENDED, State.ENDED])
        found.grant = self.random.choice(
            [None, {"operations": ["list-readings"], "fields": {"reading": ["speed"]}}]
        )
        found.save()
        return Changed.SUBSCRIPTION, found.pk

    def add_key(self):
        found = self.any(Subscription.objects.all())
        return found and (Changed.CREDENTIAL, self.keep(found, self.random.choice(KEYS)).pk)

    def disable_key(self):
        found = self.any(Credential.objects.exclude(subscription=None))
        if found is None:
            return None
        moment = self.random.choice(["disabled_at", "expires_at"])
        setattr(found, moment, self.random.choice([None, timezone.now()]))
        found.save()
        return Changed.CREDENTIAL, found.pk

    def change_client(self):
        application, environment = self.any(self.applications), self.any(self.environments)
        found = self.any(Client.objects.filter(application=application))
        if found is None or self.random.random() < 0.5:
            found = Client(application=application, environment=environment)
            found.client_id = f"client-{self.number()}"
        else:
            found.disabled_at = self.random.choice([None, timezone.now()])
        found.save()
        return Changed.CLIENT, found.pk

    def consent(self):
        found, _ = Consent.objects.update_or_create(
            environment=self.any(self.environments),
            application=self.any(self.applications),
            organisation=self.any(self.organisations),
            defaults={
                "how": "portal",
                "given_at": timezone.now(),
                "withdrawn_at": self.random.choice([None, timezone.now()]),
            },
        )
        return Changed.CONSENT, found.pk

    def change_person(self):
        person, organisation = self.any(self.people), self.any(self.organisations)
        person.is_active = self.random.random() < 0.8
        person.save()
        found, created = Membership.objects.get_or_create(person=person, organisation=organisation)
        if not created and self.random.random() < 0.5:
            found.delete()
        return Changed.PERSON, person.pk

    def change_api_user(self):
        user = self.any(self.users)
        user.disabled_at = self.random.choice([None, timezone.now()])
        user.save()
        return Changed.PERSON, user.pk

    def change_signing_keys(self):
        environment = self.any(self.environments)
        found = self.any(environment.signing_keys.all())
        if found is not None and self.random.random() < 0.5:
            found.delete()
        else:
            now = timezone.now()
            kid = f"kid-{self.number()}"
            SigningKey.objects.create(
                kid=kid,
                environment=environment,
                private=b"",
                public=PUBLIC_KEY,
                created_at=now,
                signs_from=now,
            )
        return Changed.SIGNING_KEYS, environment.pk

    def revoke(self):
        environment = self.any(self.environments)
        found = RevokedToken.objects.create(
            environment=environment, jti=f"jti-{self.number()}", expires_at=timezone.now()
        )
        return Changed.REVOKED_TOKEN, found.pk

    def change_environment(self):
        environment = self.any(self.environments)
        environment.hosts = self.random.choice([[], [f"{environment.name}.port.example"]])
        environment.clock_offset_seconds = self.random.choice([0, 3600.5])
        environment.limits = self.random.choice([{}, {"open-data": [["minute", 5, 60]]}])
        environment.deprecations = self.random.choice([{}, {"meteo": DEPRECATED}])
        environment.save()
        return Changed.ENVIRONMENT, environment.pk

    def change_provider(self):
        doors = self.random.choice([{}, {"doors": []}, {"doors": ["key-in-query"]}])
        Provider.objects.update(own=doors | self.random.choice([{}, {"name": "Haven"}]))
        one, other = self.environments
        announce(Changed.ENVIRONMENT, one.pk)
        return Changed.ENVIRONMENT, other.pk

    def deeds(self):
        return (
            self.subscribe,
            self.subscribe,
            self.move,
            self.move,
            self.add_key,
            self.disable_key,
            self.change_client,
            self.consent,
            self.change_person,
            self.change_api_user,
            self.change_signing_keys,
            self.revoke,
            self.change_environment,
            self.change_provider,
        )

    def act(self):
        with transaction.atomic():
            done = self.any(self.deeds())()
            if done is not None:
                announce(*done)
