"""What is kept of the calls that the gateway answered: who, what, when, how long; never bodies."""

from django.db import models


class CallBatch(models.Model):
    """Records of calls that ended within a moment of each other; `answers/calls.py` reads them."""

    first_at = models.FloatField()  # when the first of them began: seconds since 1970, real time
    last_at = models.FloatField()
    calls = models.PositiveIntegerField()
    packed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["last_at"], name="call_batch_by_age")]

    def __str__(self) -> str:
        return f"{self.calls} calls from {self.first_at}"


class CallCount(models.Model):
    """The calls of one hour that are alike, counted; who is unknown is ""."""

    environment = models.CharField(max_length=80)
    organisation = models.CharField(max_length=32, blank=True)
    hour = models.BigIntegerField()  # its beginning, in seconds since 1970
    api = models.CharField(max_length=60, blank=True)
    operation = models.CharField(max_length=60, blank=True)
    application = models.CharField(max_length=64, blank=True)
    status = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=30, blank=True)  # why they were refused
    calls = models.BigIntegerField()
    microseconds = models.BigIntegerField()
    request_bytes = models.BigIntegerField()
    response_bytes = models.BigIntegerField()
    last_at = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "environment",
                    "organisation",
                    "hour",
                    "api",
                    "operation",
                    "application",
                    "status",
                    "reason",
                ],
                name="call_count_once",
            ),
        ]
        indexes = [models.Index(fields=["hour"], name="call_count_by_age")]

    def __str__(self) -> str:
        return f"{self.calls} × {self.api} {self.operation} {self.status}"
