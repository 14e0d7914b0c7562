"""An organisation's access to an API in an environment, and the terms it accepted."""

import uuid

from django.db import models
from django.db.models import Q

from sluis.core.subscription import State
from sluis.server.models.organisation import Organisation
from sluis.server.models.person import Person
from sluis.server.models.provider import Environment, Provider


class Terms(models.Model):
    """A version of a provider's terms; accepted versions are never changed or removed."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="terms")
    api = models.CharField(max_length=60, blank=True)  # of one API; "" is for all
    version = models.PositiveIntegerField()
    text = models.JSONField()  # by language: nl, en, de
    published_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "terms"
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "api", "version"], name="terms_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider_id} {self.api} {self.version}"


class Subscription(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    environment = models.ForeignKey(Environment, models.PROTECT, related_name="subscriptions")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="subscriptions")
    api = models.CharField(max_length=60)  # the slug in the registry
    role = models.CharField(max_length=40, blank=True)
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in State], default=State.REQUESTED
    )
    # {"operations": [...], "fields": {model: [...]}}; null: all that the API publishes
    grant = models.JSONField(null=True, blank=True)
    terms = models.ForeignKey(Terms, models.PROTECT, null=True, blank=True, related_name="+")
    terms_accepted_at = models.DateTimeField(null=True, blank=True)
    requested_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    requested_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    reason = models.TextField(blank=True)  # why it was rejected, suspended or ended
    although = models.TextField(blank=True)  # why approved, when the sandbox had not shown it work

    class Meta:
        indexes = [
            # Counted by the desk: 100,000 rows are read off this index in 15 ms. With the
            # organisation in it, it also tells who subscribes to an API.
            models.Index(
                fields=["environment", "api", "state", "organisation"], name="subscription_by_state"
            ),
            models.Index(fields=["environment", "organisation"], name="subscription_by_owner"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "organisation", "api"],
                condition=~Q(state__in=[State.ENDED.value, State.REJECTED.value]),
                name="subscription_once_while_it_lives",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} × {self.api} × {self.environment_id}"
