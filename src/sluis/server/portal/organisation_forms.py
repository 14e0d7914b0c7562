"""The forms of the organisation pages."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from sluis.core.identifier import Wrong, normal, wrong
from sluis.server.actions.change_party import OWN_TYPES
from sluis.server.models import Address, Environment, Organisation, Provider
from sluis.server.portal import places
from sluis.server.portal.account_forms import EMAIL, email_worded, worded
from sluis.server.roles import TITLES

# As people know them, with how each is written.
IDENTIFIERS: dict[str, tuple[str | Promise, str | Promise]] = {
    "TIN": (
        _("VAT number"),
        _(
            "With the country, as in BE0123456749. The check digits of Belgian, Dutch and German "
            "numbers must add up."
        ),
    ),
    "Eori": (_("EORI number"), _("For customs: the country and at most 15 characters.")),
    "Duns": (_("DUNS number"), _("Nine digits.")),
    "APCS": (_("APCS code"), _("The code at C-point: at most 10 letters and digits.")),
    "SCAC": (_("SCAC code"), _("Of a carrier: two to four letters.")),
    "NxtEntityId": (_("NxtEntityId"), _("NXT and 8 to 12 digits; given out by the service desk.")),
    "ExternalId": (_("External id"), _("By which C-point knows the company; kept as written.")),
    "CustomerCode": (
        _("Customer code"),
        _("One to six capital letters; barcodes of the company begin with it."),
    ),
    "CustomerNumber": (_("Customer number"), _("At most eight digits.")),
    "CollectionLocation": (_("Collection location"), _("Where parcels are fetched: six digits.")),
}
WRONG = {
    Wrong.FORM: _("This is not how such a code is written: see above."),
    Wrong.CHECK: _("The check digits do not add up. Is there a typing error in it?"),
}
ROLE_HELPS = {
    "administrator": _("decides who belongs to the organisation, and who acts for it"),
    "developer": _("manages applications, subscriptions and keys"),
    "api-user": _("only calls APIs"),
    "desk": _("answers tickets and decides on requests"),
}


class IdentifiersMixin:
    """Checks the fields that are named after types of identifiers."""

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    def add_identifiers(self, types: Iterable[str], optional: str | Promise = "") -> None:
        for type_ in types:
            label, help_text = IDENTIFIERS[type_]
            self.fields[type_] = forms.CharField(
                label=f"{label} {optional}".strip(),
                help_text=str(help_text),
                max_length=40,
                required=False,
                widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
            )

    def check_identifiers(self: Any) -> None:
        for type_ in self.types():
            code = normal(type_, self.cleaned_data.get(type_) or "")
            fault = wrong(type_, code) if code else None
            if fault is not None:
                self.add_error(type_, WRONG[fault])

    def identifiers(self) -> dict[str, str]:
        return {type_: self.cleaned_data.get(type_, "") for type_ in self.types()}

    def types(self) -> list[str]:
        return [type_ for type_ in IDENTIFIERS if type_ in self.fields]


def country_field(**more: Any) -> forms.CharField:
    return forms.RegexField(
        r"^[A-Za-z]{2}$",
        label=_("Country"),
        help_text=_("Two letters: BE, NL, DE …"),
        error_messages={"invalid": _("A country has two letters, as in BE.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "country", "class": "short", "maxlength": "2"}
        ),
        **more,
    )


class RegisterCompany(IdentifiersMixin, forms.Form):
    name = forms.CharField(
        max_length=120,
        label=_("Name of the company"),
        error_messages={"required": _("Enter the name.")},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    country = country_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].error_messages["required"] = _("Enter the country.")
        self.add_identifiers(("TIN", "Eori", "Duns"), _("(optional)"))

    def clean(self) -> None:
        self.check_identifiers()

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()


class RegisterIndividual(forms.Form):
    name = forms.CharField(
        max_length=120,
        label=_("Your name"),
        help_text=_("Providers see it beside your subscriptions."),
        error_messages={"required": _("Enter your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class Roles(forms.Form):
    """Which roles a member has, or will have."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one role.")},
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        provides = Provider.objects.filter(organisation=organisation).exists()
        self.fields["roles"].choices = [  # type: ignore[attr-defined]  # of a choice field
            (role, f"{capfirst(str(title))}: {ROLE_HELPS[role]}")
            for role, title in TITLES.items()
            if provides or role != "desk"
        ]


class Invite(Roles):
    email = forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    field_order = ("email", "roles")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        help_text = _("We send a link there. It works for seven days.")
        email_worded(self.fields["email"], EMAIL, help_text)


class Identifiers(IdentifiersMixin, forms.Form):
    def __init__(self, *args: Any, types: Iterable[str] = OWN_TYPES, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_identifiers(types)

    def clean(self) -> None:
        self.check_identifiers()


class PostalAddress(forms.ModelForm):  # type: ignore[type-arg]  # django-stubs only
    country = country_field()

    class Meta:
        model = Address
        fields = ("street", "postal_code", "city", "country", "contact_name", "contact_email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label, missing, autocomplete in (
            ("street", _("Street and number"), _("Enter the street."), "street-address"),
            ("postal_code", _("Postal code"), _("Enter the postal code."), "postal-code"),
            ("city", _("Town"), _("Enter the town."), "address-level2"),
            ("country", _("Country"), _("Enter the country."), "country"),
            ("contact_name", _("Name of a contact (optional)"), "", "name"),
        ):
            worded(self.fields[name], label, missing, self.fields[name].help_text)
            self.fields[name].widget.attrs["autocomplete"] = autocomplete
        email_worded(self.fields["contact_email"], _("E-mail address of the contact (optional)"))

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()


class InAnEnvironment(forms.Form):
    """A form whose first question is in which environment."""

    environment = forms.ModelChoiceField(
        Environment.objects.order_by("provider", places.SAFEST_FIRST),
        label=_("Environment"),
        empty_label=None,
        error_messages={"required": _("Choose an environment.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["environment"]
        field.label_from_instance = places.title  # type: ignore[attr-defined]  # of this field


class MakeApiUser(InAnEnvironment):
    username = forms.CharField(
        max_length=254,
        label=_("User name"),
        help_text=_("For software, so no name of a person. An e-mail address is usual."),
        error_messages={"required": _("Enter a user name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class GiveConsent(InAnEnvironment):
    client_id = forms.CharField(
        max_length=64,
        label=_("Client id of the application"),
        help_text=_("Its builder knows it."),
        error_messages={"required": _("Enter the client id.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
