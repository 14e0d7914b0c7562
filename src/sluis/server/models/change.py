"""What changed in the policy, in order: how every process learns to reload, and what."""

from django.db import models


class Change(models.Model):
    revision = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.revision} {self.kind} {self.key}"
