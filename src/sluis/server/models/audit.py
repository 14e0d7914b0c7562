"""Who did what: entries that are only ever added, each sealed with the hash of the one before."""

from django.db import models


class AuditEntry(models.Model):
    sequence = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)  # a person's id, "command" or "platform"
    action = models.CharField(max_length=60)  # "subscription.approve"
    environment = models.CharField(max_length=80, blank=True)
    subject = models.CharField(max_length=120)  # kind and id of what was acted upon
    details = models.JSONField(default=dict)  # ids and versions; no secrets, no personal data
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"
