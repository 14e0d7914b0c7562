"""One row for each call that the gateway answered: who, what, when, how long; never bodies."""

from django.db import models


class CallRecord(models.Model):
    trace = models.CharField(max_length=32)
    at = models.FloatField()  # seconds since 1970, real time
    environment = models.CharField(max_length=80)
    api = models.CharField(max_length=60)
    operation = models.CharField(max_length=60)
    application = models.CharField(max_length=64, null=True)
    organisation = models.CharField(max_length=32, null=True)
    person = models.CharField(max_length=32, null=True)
    status = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=30, null=True)  # why it was refused
    microseconds = models.PositiveIntegerField()
    request_bytes = models.PositiveIntegerField()
    response_bytes = models.PositiveIntegerField()

    class Meta:
        # Traces begin with the time, so that new entries go to the end of this index.
        indexes = [models.Index(fields=["trace"], name="call_by_trace")]

    def __str__(self) -> str:
        return f"{self.trace} {self.api} {self.operation} {self.status}"
