"""What the token endpoint keeps: signing keys, tokens that were taken back, assertions used."""

from django.db import models

from sluis.server.models.application import Client
from sluis.server.models.provider import Environment


class SigningKey(models.Model):
    kid = models.CharField(max_length=64, primary_key=True)
    environment = models.ForeignKey(Environment, models.PROTECT, related_name="signing_keys")
    private = models.BinaryField()  # PKCS #8, encrypted: see seal.py
    public = models.TextField()  # PEM
    created_at = models.DateTimeField()
    signs_from = models.DateTimeField()  # published before it signs
    retired_at = models.DateTimeField(null=True, blank=True)  # signs no more, verifies a while

    def __str__(self) -> str:
        return self.kid


class RevokedToken(models.Model):
    environment = models.ForeignKey(Environment, models.PROTECT)
    jti = models.CharField(max_length=64)
    expires_at = models.DateTimeField()  # the row may go when the token would have expired

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["environment", "jti"], name="token_revoked_once"),
        ]

    def __str__(self) -> str:
        return self.jti


class UsedAssertion(models.Model):
    """What a client signed to prove itself is good once; its name is kept until it expires."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32)  # of its jti, which may be long
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "digest"], name="assertion_used_once"),
        ]
        indexes = [models.Index(fields=["expires_at"], name="used_assertion_by_age")]

    def __str__(self) -> str:
        return f"{self.client} until {self.expires_at:%H:%M:%S}"
