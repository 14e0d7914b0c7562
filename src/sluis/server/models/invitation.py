"""Who was asked by mail to join an organisation; of the link only a digest is kept."""

import uuid

from django.db import models

from sluis.server.models.organisation import Organisation
from sluis.server.models.person import Person


class Invitation(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    email = models.EmailField()  # kept in lower case
    roles = models.JSONField(default=list)
    digest = models.BinaryField(max_length=32, unique=True)
    invited_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["email", "sent_at"], name="invitations_of_address")]

    def __str__(self) -> str:
        return f"{self.email} → {self.organisation}"
