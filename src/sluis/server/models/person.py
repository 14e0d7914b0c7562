"""People who log in, and API users who only fetch tokens."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models

from sluis.server.models.organisation import Organisation


class People(BaseUserManager["Person"]):
    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "Person":
        person = self.model(email=email.lower(), **extra)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str, **extra: Any) -> "Person":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser, PermissionsMixin):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)  # kept in lower case
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=2, default="en")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name_plural = "people"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.lower()  # the address is the name: one spelling, one account
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.name or self.email


class ApiUser(models.Model):
    """A user name of an organisation in one environment, for software: no portal, no factor."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    environment = models.ForeignKey("server.Environment", models.PROTECT)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="api_users")
    username = models.CharField(max_length=254)  # kept in lower case
    password = models.CharField(max_length=128)  # a hash
    disabled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "username"], name="api_user_once_per_environment"
            ),
        ]

    def __str__(self) -> str:
        return self.username
