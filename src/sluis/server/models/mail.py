"""Mails of a development machine, which are read on a page of the portal in place of sent."""

from django.db import models


class Mail(models.Model):
    at = models.DateTimeField(auto_now_add=True)
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"
