from django.db import models


class Ingestion(models.Model):
    """The channel by which a company's messages come in; the id is in the address."""

    id = models.UUIDField(primary_key=True, editable=False)
    environment = models.CharField(max_length=100)  # as "port/uat"
    organisation = models.CharField(max_length=36)  # as a caller carries it
    message_type = models.CharField(max_length=20, default="json")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "organisation", "message_type"],
                name="certified_pickup_one_channel_a_company",
            )
        ]

    def __str__(self) -> str:
        return f"{self.environment} {self.id}"


class Release(models.Model):
    """A release: whole in `document`, and beside it what lists are filtered by."""

    id = models.CharField(max_length=36, primary_key=True)
    environment = models.CharField(max_length=100)
    equipment = models.CharField(max_length=11)
    agent = models.CharField(max_length=36)
    owner = models.CharField(max_length=36)
    offered = models.CharField(max_length=36, null=True)  # null: to nobody
    port = models.CharField(max_length=5)
    terminal = models.CharField(max_length=20)
    bills = models.TextField()  # one a line, case folded
    right = models.CharField(max_length=10)
    pending = models.BooleanField()
    last_action = models.CharField(max_length=10, null=True)
    commercial_green = models.BooleanField()
    terminal_green = models.BooleanField()
    may_leave = models.BooleanField()
    put_away = models.BooleanField()  # deleted or long gone: no step on the container reads it
    released_at = models.BigIntegerField()  # microseconds since 1970, as all times here
    ended_at = models.BigIntegerField(null=True)
    listed_until = models.BigIntegerField(null=True)  # null: as long as it is active
    document = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["environment", "equipment"], name="cpu_release_container"),
            models.Index(fields=["environment", "owner"], name="cpu_release_owner"),
            models.Index(fields=["environment", "offered"], name="cpu_release_offered"),
            models.Index(
                fields=["environment", "ended_at"],
                name="cpu_release_ended",
                condition=models.Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.environment} {self.equipment} {self.id}"


class Waiting(models.Model):
    """What terminals and customs said of a container before it was released."""

    environment = models.CharField(max_length=100)
    equipment = models.CharField(max_length=11)
    document = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "equipment"], name="certified_pickup_waiting_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.environment} {self.equipment}"
