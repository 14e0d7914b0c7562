"""Keys and secrets: what is kept is a digest, and an encrypted copy where it may be read again.

Of a key pair the public half is kept, as it is: its digest is the thumbprint of RFC 7638.
"""

import uuid
from base64 import urlsafe_b64encode

from django.db import models

from sluis.core.credential import CredentialKind
from sluis.server.models.application import Client
from sluis.server.models.person import Person
from sluis.server.models.provider import Environment
from sluis.server.models.subscription import Subscription


class Credential(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    environment = models.ForeignKey(Environment, models.PROTECT, related_name="credentials")
    kind = models.CharField(max_length=20, choices=[(k.value, k.value) for k in CredentialKind])
    digest = models.BinaryField(max_length=32)
    encrypted = models.BinaryField(null=True, blank=True)  # AES-256-GCM: see seal.py
    tail = models.CharField(max_length=4)  # the last four characters, to tell keys apart
    label = models.CharField(max_length=20, blank=True)  # "primary", or the kind of key: "RSA 3072"
    public = models.TextField(blank=True)  # PEM
    subscription = models.ForeignKey(
        Subscription, models.CASCADE, null=True, blank=True, related_name="keys"
    )
    client = models.ForeignKey(
        Client, models.CASCADE, null=True, blank=True, related_name="credentials"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    used_at = models.DateTimeField(null=True, blank=True)  # to the hour; of a public key
    expires_at = models.DateTimeField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "kind", "digest"], name="credential_names_one_owner"
            ),
            models.CheckConstraint(
                condition=models.Q(subscription__isnull=False, client__isnull=True)
                | models.Q(subscription__isnull=True, client__isnull=False),
                name="credential_has_one_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} …{self.tail}"

    @property
    def key_id(self) -> str:
        """Return the name of a public key, as JOSE libraries spell its thumbprint."""
        return urlsafe_b64encode(bytes(self.digest)).rstrip(b"=").decode()
