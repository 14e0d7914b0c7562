"""Mails on their way: written with the deed they tell of, sent by `post.py` once it is kept.

On a development machine they stay here, and are read on a page of the portal.
"""

from django.db import models


class Mail(models.Model):
    at = models.DateTimeField(auto_now_add=True)
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField(blank=True)  # on a development machine
    html = models.TextField(blank=True)
    sealed = models.BinaryField(null=True)  # text and HTML elsewhere; emptied once it is sent
    next_at = models.DateTimeField(null=True)  # of the next attempt; absent when there is none
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)  # of the last attempt

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(
                fields=["next_at"], name="mail_waits", condition=models.Q(next_at__isnull=False)
            ),
            models.Index(
                fields=["at"],
                name="mail_failed",
                condition=models.Q(sent_at__isnull=True, tries__gt=0),
            ),
            models.Index(fields=["to"], name="mail_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"
