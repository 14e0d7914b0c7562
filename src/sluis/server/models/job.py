"""What is answered later: requests, their steps in lanes, and what parties are told of them.

Written and read in bulk by `storage/jobs/`, never as objects on the way of a call. Times are
whole microseconds since 1970, exact and alike on both databases: `accepted_at`, `stored_at` and
`at` of a wake-up by the environment's clock, all others real time. What refers to another row
does so without a foreign key: these rows come and go by the thousand.
"""

from django.db import models
from django.db.models import Q

WAITING, DELIVERED, GIVEN_UP, CANCELLED = range(4)  # states of a delivery


class AcceptedRequest(models.Model):
    reference = models.CharField(max_length=36)
    environment = models.CharField(max_length=80)
    package = models.CharField(max_length=80)  # of the API
    operation = models.CharField(max_length=60)
    application = models.CharField(max_length=64, null=True)
    organisation = models.CharField(max_length=64, null=True)
    person = models.CharField(max_length=64, null=True)
    external_reference = models.CharField(max_length=200, null=True)
    trace = models.CharField(max_length=32)
    accepted_at = models.BigIntegerField()
    received_at = models.BigIntegerField()

    class Meta:
        # Not `unique=True`, which makes a second index on PostgreSQL.
        constraints = [models.UniqueConstraint(fields=["reference"], name="request_once")]
        indexes = [
            models.Index(
                fields=["environment", "organisation", "received_at"], name="request_by_owner"
            )
        ]

    def __str__(self) -> str:
        return self.reference


class Lane(models.Model):
    key = models.CharField(max_length=300)  # environment, package and name
    last_seq = models.BigIntegerField()  # of the step accepted last
    applied_seq = models.BigIntegerField(default=0)
    waiting_since = models.BigIntegerField(null=True)  # absent when nothing waits
    tries = models.PositiveSmallIntegerField(default=0)  # of the step that is next
    wait_until = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="lane_once")]
        indexes = [
            models.Index(
                fields=["waiting_since"],
                name="lane_waits",
                condition=Q(waiting_since__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.key


class AcceptedStep(models.Model):
    reference = models.CharField(max_length=36)
    item = models.PositiveIntegerField()
    lane = models.BigIntegerField()
    lane_seq = models.BigIntegerField()
    submission = models.TextField()  # JSON
    applied_at = models.BigIntegerField(null=True)
    incident = models.CharField(max_length=36, null=True)  # it failed by our mistake

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lane", "lane_seq"], name="step_in_lane")]
        indexes = [models.Index(fields=["reference"], name="step_of_request")]

    def __str__(self) -> str:
        return f"{self.reference} {self.item}"


class IdempotencyKey(models.Model):
    environment = models.CharField(max_length=80)
    organisation = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    reference = models.CharField(max_length=36)
    external_reference = models.CharField(max_length=200, null=True)
    accepted_at = models.BigIntegerField()
    received_at = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "organisation", "key"], name="idempotency_key_once"
            )
        ]
        indexes = [models.Index(fields=["received_at"], name="idempotency_key_by_age")]

    def __str__(self) -> str:
        return self.key


class WakeUp(models.Model):
    lane = models.BigIntegerField(primary_key=True)
    environment = models.CharField(max_length=80)
    at = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["environment", "at"], name="wake_up_by_time")]

    def __str__(self) -> str:
        return f"{self.lane} at {self.at}"


class StoredNotification(models.Model):
    seq = models.BigAutoField(primary_key=True)
    id = models.CharField(max_length=36)  # a UUIDv5, the `webhook-id` of every push
    environment = models.CharField(max_length=80)
    organisation = models.CharField(max_length=64)  # who is told
    lane = models.BigIntegerField()
    lane_seq = models.BigIntegerField()
    reference = models.CharField(max_length=36)
    external_reference = models.CharField(max_length=200, null=True)
    type = models.CharField(max_length=60)
    event = models.CharField(max_length=60)
    subject = models.CharField(max_length=120, null=True)
    object = models.CharField(max_length=120, null=True)
    stored_at = models.BigIntegerField()
    message = models.TextField()  # JSON, byte by byte as it is pushed

    class Meta:
        # One for each way to ask; `jobs/query.py` chooses. What is about one container begins
        # with it, so that all that a step tells lies on one page: half the cost of telling.
        indexes = [
            models.Index(fields=["environment", "organisation", "stored_at"], name="told_by_time"),
            models.Index(
                fields=["subject", "environment", "organisation", "stored_at"],
                name="told_by_container",
            ),
            models.Index(
                fields=["environment", "organisation", "event", "stored_at"], name="told_by_event"
            ),
            models.Index(fields=["reference"], name="told_by_reference"),
            models.Index(fields=["object"], name="told_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.event}"


class Delivery(models.Model):
    notification = models.BigIntegerField()  # its seq
    channel = models.BigIntegerField()
    lane = models.BigIntegerField()
    state = models.PositiveSmallIntegerField(default=WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.BigIntegerField()
    next_at = models.BigIntegerField()
    holds = models.BooleanField(default=True)  # later ones of its lane wait for it
    claimed_by = models.CharField(max_length=32, null=True)  # a process, which is at it

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(
                fields=["channel", "next_at"], name="delivery_due", condition=Q(state=WAITING)
            ),
            models.Index(
                fields=["channel", "lane", "id"],
                name="delivery_in_order",
                condition=Q(state=WAITING),
            ),
            models.Index(fields=["notification"], name="delivery_of_notification"),
        ]

    def __str__(self) -> str:
        return f"{self.notification} to {self.channel}"


class Attempt(models.Model):
    delivery = models.BigIntegerField()
    number = models.PositiveSmallIntegerField()
    at = models.BigIntegerField()
    status = models.PositiveSmallIntegerField(null=True)  # absent when nothing was answered
    milliseconds = models.PositiveIntegerField()
    error = models.CharField(max_length=200)
    answer = models.TextField()  # its first kilobyte

    class Meta:
        indexes = [models.Index(fields=["delivery"], name="attempt_of_delivery")]

    def __str__(self) -> str:
        return f"{self.number} of {self.delivery}: {self.status or self.error}"
