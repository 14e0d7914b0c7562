"""Who publishes APIs, and the environments in which: rows that follow the registry.

What an operator can change lies here (hosts, the clock, limits, outgoing addresses, deprecated
versions); what the provider is, in `registry.PROVIDERS`. `answers/policy.py` has it with what
its desk changed.
"""

from django.db import models

from sluis.core.provider import EnvironmentKind
from sluis.server.models.organisation import Organisation


class Provider(models.Model):
    slug = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=120)  # as its desk last set it, in mails and menus
    # Its members with the role "desk" are the service desk.
    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="provider")
    # In place of what the registry says, by the names of `core/provider.py`: {"doors": […], …}
    own = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return self.name


class Environment(models.Model):
    key = models.CharField(primary_key=True, max_length=80)  # "port/uat"
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="environments")
    name = models.SlugField(max_length=40)
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in EnvironmentKind])
    hosts = models.JSONField(default=list, blank=True)
    clock_offset_seconds = models.FloatField(default=0)  # of a sandbox; the clock keeps running
    # {"product": [["name", calls, seconds], …]} in place of what the API publishes
    limits = models.JSONField(default=dict, blank=True)
    # From where it calls others; null: from where the provider's policy says
    outgoing_addresses = models.JSONField(null=True, blank=True)
    # {"api": what `core/version.py` calls a deprecation, of one of its versions}
    deprecations = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "name"], name="environment_once"),
        ]

    def __str__(self) -> str:
        return self.key
