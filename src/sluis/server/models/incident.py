"""What a status page tells: incidents and maintenance of an environment, and how they went on."""

from django.db import models

from sluis.core.status import Effect, Happening, Period
from sluis.server.models.provider import Environment


class Incident(models.Model):
    """Something that callers may notice; told in one language, which pages name."""

    environment = models.ForeignKey(Environment, models.PROTECT, related_name="incidents")
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in Happening])
    effect = models.CharField(max_length=10, choices=[(e.value, e.value) for e in Effect])
    title = models.CharField(max_length=200)
    language = models.CharField(max_length=2, default="en")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)  # null: nobody knows yet

    class Meta:
        indexes = [models.Index(fields=["environment", "starts_at"])]

    def __str__(self) -> str:
        return self.title

    @property
    def period(self) -> Period:
        return Period(Effect(self.effect), self.starts_at, self.ends_at)


class IncidentUpdate(models.Model):
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="updates")
    text = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.text[:60]
