from django.db import models


class ImportedRow(models.Model):
    """One row of one dataset of one environment, as it is served."""

    environment = models.CharField(max_length=100)  # as "port/live"
    dataset = models.CharField(max_length=20)
    key = models.CharField(max_length=1000)  # what a later import of the same thing replaces
    changed_at = models.DateTimeField()  # by the clock of the environment
    body = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "dataset", "key"], name="open_data_one_row_a_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.environment} {self.dataset} {self.key}"
