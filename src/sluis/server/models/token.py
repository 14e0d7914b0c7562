"""What the token endpoint keeps: signing keys, and the tokens that were taken back."""

from django.db import models

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
