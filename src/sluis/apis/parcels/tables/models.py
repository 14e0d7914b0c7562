from django.db import models


class Stem(models.Model):
    """Of one stem and width each number is issued once; its row is held while some are taken."""

    environment = models.CharField(max_length=100)  # as "parcels/sandbox"
    stem = models.CharField(max_length=10)
    digits = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "stem", "digits"], name="parcels_stem_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.environment} {self.stem} {self.digits}"


class Taken(models.Model):
    """Numbers next to each other that a process has taken, first and last included."""

    environment = models.CharField(max_length=100)
    stem = models.ForeignKey(Stem, models.CASCADE, related_name="taken")
    first = models.BigIntegerField()
    last = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stem", "first"], name="parcels_taken_once"),
        ]

    def __str__(self) -> str:
        return f"{self.stem} {self.first}-{self.last}"
