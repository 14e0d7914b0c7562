"""Organisations, and who belongs to them: platform-wide, one portal account for all providers."""

import uuid

from django.db import models

ROLES = ("administrator", "developer", "api-user", "desk")


class Organisation(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    individual = models.BooleanField(default=False)  # one person, without company identifiers
    country = models.CharField(max_length=2, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["name", "id"], name="organisation_by_name")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    person = models.ForeignKey("server.Person", models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    roles = models.JSONField(default=list)  # some of ROLES; "desk" only where a provider is
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "organisation"], name="membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.organisation}"
