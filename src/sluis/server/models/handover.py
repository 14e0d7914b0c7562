"""A secret on its way to who asked for it: sealed until it is read, once, and then gone."""

import uuid

from django.db import models

from sluis.server.models.credential import Credential
from sluis.server.models.person import Person


class Handover(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    credential = models.OneToOneField(Credential, models.CASCADE, related_name="handover")
    # Who asked. Beside them, developers of the organisation that owns the client can read it.
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    sealed = models.BinaryField(null=True)  # absent once it was read, or came too late
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.credential} for {self.person}"
