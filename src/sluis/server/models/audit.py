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
        indexes = [
            models.Index(fields=["actor", "sequence"], name="audit_by_actor"),
            models.Index(fields=["environment", "sequence"], name="audit_by_environment"),
            models.Index(fields=["subject", "sequence"], name="audit_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"


class AuditCheck(models.Model):
    """What the newest verification of the chain found: one row, written anew each time."""

    at = models.DateTimeField()
    sequence = models.PositiveBigIntegerField()  # of the last entry that fits
    hash = models.CharField(max_length=64)
    broken = models.PositiveBigIntegerField(null=True)  # the first entry that does not

    def __str__(self) -> str:
        return f"{self.sequence} at {self.at}"
