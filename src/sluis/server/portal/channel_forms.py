"""The form of a notification channel: where it leads and how your system lets us in."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sluis.server.actions.add_channel import Access, fault_of
from sluis.server.actions.change_channel import KEPT, known_of
from sluis.server.models import Channel, Environment, Organisation
from sluis.server.portal import places
from sluis.server.portal.organisation_forms import InAnEnvironment

NONE, HEADERS, CLIENT, PASSWORD = "none", "headers", "client-credentials", "password"
WAYS: list[tuple[str, str | Promise]] = [
    (NONE, _("Nothing: the address is enough")),
    (HEADERS, _("Headers that stay the same, such as an API key")),
    (CLIENT, _("A token that we fetch with client credentials (OAuth 2)")),
    (PASSWORD, _("A token that we fetch with a user name and a password (OAuth 2)")),
]
ORDERS: list[tuple[str, str | Promise]] = [
    ("lane", _("Per container: a later push waits for the earlier one")),
    ("none", _("None: pushes do not wait for each other")),
]
PLAIN = {"autocomplete": "off", "spellcheck": "false"}
SECRET = {"autocomplete": "new-password"}


class Headers(forms.CharField):
    """Lines of `Name: value`."""

    widget = forms.Textarea(attrs={**PLAIN, "rows": 3})

    def to_python(self, value: Any) -> dict[str, str]:  # type: ignore[override]  # these are lines, no text
        lines = [line for line in (value or "").splitlines() if line.strip()]
        pairs = [line.partition(":") for line in lines]
        for line, (name, colon, _value) in zip(lines, pairs, strict=True):
            if not colon or not name.strip():
                text = gettext("“%(line)s” is no header. Write: Name: value")
                raise forms.ValidationError(text % {"line": line[:40]})
        return {name.strip(): value.strip() for name, _colon, value in pairs}


class ChannelForm(forms.Form):
    name = forms.CharField(
        max_length=80,
        label=_("Name"),
        help_text=_("By which you recognise it: the system that is told."),
        error_messages={"required": _("Give the channel a name.")},
    )
    url = forms.CharField(
        max_length=2000,
        label=_("Address"),
        help_text=_("Where we POST each notification as JSON. It starts with https://"),
        error_messages={"required": _("Enter the address of your system.")},
        widget=forms.TextInput(attrs={**PLAIN, "inputmode": "url"}),
    )
    way = forms.ChoiceField(
        choices=WAYS,
        initial=NONE,
        label=_("What your system asks of us"),
        widget=forms.RadioSelect,
    )
    headers = Headers(
        required=False,
        label=_("Headers of each push"),
        help_text=_("One on a line: Name: value"),
    )
    token_url = forms.CharField(
        required=False,
        max_length=2000,
        label=_("Token endpoint"),
        widget=forms.TextInput(attrs={**PLAIN, "inputmode": "url"}),
    )
    client_id = forms.CharField(
        required=False, max_length=200, label=_("Client id"), widget=forms.TextInput(attrs=PLAIN)
    )
    client_secret = forms.CharField(
        required=False,
        max_length=1000,
        label=_("Client secret"),
        widget=forms.PasswordInput(attrs=SECRET),
    )
    scopes = forms.CharField(
        required=False,
        max_length=500,
        label=_("Scopes (optional)"),
        help_text=_("With spaces between them."),
        widget=forms.TextInput(attrs=PLAIN),
    )
    username = forms.CharField(
        required=False, max_length=200, label=_("User name"), widget=forms.TextInput(attrs=PLAIN)
    )
    password = forms.CharField(
        required=False,
        max_length=1000,
        label=_("Password"),
        widget=forms.PasswordInput(attrs=SECRET),
    )
    token_headers = Headers(
        required=False,
        label=_("Headers of the token request (optional)"),
        help_text=_("One on a line: Name: value"),
    )
    order = forms.ChoiceField(
        choices=ORDERS, initial="lane", label=_("Order"), widget=forms.RadioSelect
    )
    signed = forms.BooleanField(
        required=False,
        label=_("Sign each push (Standard Webhooks)"),
        help_text=_("You get a secret, shown once, with which your system checks that we sent it."),
    )

    keeps_secrets = False  # what is left empty stays as it is
    REQUIRED = {
        CLIENT: ("token_url", "client_id", "client_secret"),
        PASSWORD: ("token_url", "client_id", "client_secret", "username", "password"),
        HEADERS: ("headers",),
    }

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self.REQUIRED.get(given.get("way", NONE), ()):
            kept = self.keeps_secrets and name in ("client_secret", "password")
            if name in given and not given[name] and not kept:
                text = gettext("%(name)s: needed for the way that you chose.")
                self.add_error(name, text % {"name": self.fields[name].label})
        for name in ("url", "token_url") if given.get("way") in (CLIENT, PASSWORD) else ("url",):
            fault = fault_of(given[name].strip()) if given.get(name) else None
            if fault is not None:
                self.add_error(name, fault)
        return given

    def settings(self) -> dict[str, Any]:
        """Return what the actions take; what does not belong to the way that is chosen is left."""
        given = self.cleaned_data
        return {
            "name": given["name"],
            "url": given["url"].strip(),
            "access": self.access(given),
            "order": given["order"],
            "signed": given["signed"],
        }

    def access(self, given: Mapping[str, Any]) -> Access:
        headers = given["headers"] if given["way"] != NONE else {}
        if given["way"] not in (CLIENT, PASSWORD):
            return Access(headers)
        by_password = given["way"] == PASSWORD
        return Access(
            headers,
            given["way"],
            given["token_url"].strip(),
            given["client_id"],
            given["client_secret"],
            given["scopes"],
            given["username"] if by_password else "",
            given["password"] if by_password else "",
            given["token_headers"],
        )


class NewChannel(InAnEnvironment, ChannelForm):
    """The same, with whose it is and in which environment."""

    field_order = ("organisation", "environment", "name", "url")

    def __init__(self, owners: Mapping[str, Organisation], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owners = owners
        environment = cast("forms.ModelChoiceField[Environment]", self.fields["environment"])
        known = Environment.objects.filter(key__in=[place.key for place in places.telling()])
        environment.queryset = known.order_by("provider", places.SAFEST_FIRST)
        if len(owners) > 1:
            choices = [(key, one.name) for key, one in owners.items()]
            self.fields["organisation"] = forms.ChoiceField(
                choices=choices, label=gettext("Organisation")
            )
            self.order_fields(self.field_order)

    def owner(self) -> Organisation:
        chosen = self.cleaned_data.get("organisation") or next(iter(self.owners))
        return self.owners[chosen]


class ChangedChannel(ChannelForm):
    """The same, filled in with what is known but secrets."""

    keeps_secrets = True

    def __init__(self, channel: Channel, data: Any = None) -> None:
        known = known_of(channel)
        way = channel.authentication
        initial = {
            "name": channel.name,
            "url": channel.url,
            "way": HEADERS if way == NONE and known.headers else way,
            "headers": masked(known.headers),
            "token_url": channel.token_url,
            "client_id": channel.client_id,
            "scopes": channel.scopes,
            "username": channel.username,
            "token_headers": masked(known.token_headers),
            "order": channel.order,
            "signed": bool(known.signing),
        }
        super().__init__(data, initial=initial)
        for name in ("client_secret", "password"):
            self.fields[name].help_text = gettext("Left empty, it stays as it is.")
        for name in ("headers", "token_headers"):
            text = gettext("One on a line: Name: value. With *** a value stays as it is.")
            self.fields[name].help_text = text


def masked(headers: Mapping[str, str]) -> str:
    return "\n".join(f"{name}: {KEPT}" for name in headers)
