"""Which versions of a provider's APIs an organisation uses: as imported, and as seen in calls."""

from django.db import models

from sluis.server.models.organisation import Organisation
from sluis.server.models.provider import Provider


class VersionInUse(models.Model):
    class Source(models.TextChoices):
        LEGACY = "legacy"  # use of the platform before this one, imported
        TRAFFIC = "traffic"  # calls that were answered here

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="versions_in_use")
    api = models.CharField(max_length=60)  # the slug in the provider's register
    version = models.CharField(max_length=20)
    source = models.CharField(max_length=10, choices=Source.choices)
    last_used = models.DateField()

    class Meta:
        verbose_name_plural = "versions in use"
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "organisation", "api", "version", "source"],
                name="version_in_use_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.api} {self.version}"
