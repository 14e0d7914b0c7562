"""The form that ties a person to a company, and who was invited and has not come yet."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sluis.server.actions.actor import Actor, Refused
from sluis.server.actions.link_person import Linked, link_person, makes_accounts
from sluis.server.actions.make_person import resend_activation
from sluis.server.actions.open_account import make_customer
from sluis.server.models import Membership, Organisation, Provider
from sluis.server.portal.account_forms import email_worded
from sluis.server.roles import titles
from sluis.server.settings import LANGUAGES

NEW = "new"
ROLES = {
    "administrator": (["administrator", "developer"], gettext_lazy("Administrator and developer")),
    "developer": (["developer"], gettext_lazy("Developer")),
}


def companies(provider: Provider) -> list[Organisation]:
    """Return the companies that the provider knows, by name."""
    known = Q(parties__environment__provider=provider)
    known |= Q(subscriptions__environment__provider=provider)
    return list(Organisation.objects.filter(known).distinct().order_by("name", "pk"))


class Linking(forms.Form):
    name = forms.CharField(
        max_length=120,
        label=gettext_lazy("Name of the person"),
        error_messages={"required": gettext_lazy("Fill in the name of the person.")},
    )
    email = forms.EmailField()
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the mail"), choices=LANGUAGES, initial="nl"
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role in the company"),
        choices=[(name, title) for name, (_roles, title) in ROLES.items()],
    )
    company = forms.ChoiceField(
        label=gettext_lazy("Company"),
        error_messages={"required": gettext_lazy("Choose the company.")},
    )
    company_name = forms.CharField(
        max_length=120, required=False, label=gettext_lazy("Name of the new company")
    )
    customer_code = forms.RegexField(
        r"^[A-Z]{1,6}$",
        required=False,
        label=gettext_lazy("Customer code"),
        help_text=gettext_lazy(
            "One to six capital letters; barcodes of the company begin with it."
        ),
        error_messages={"invalid": gettext_lazy("Write one to six capital letters.")},
    )
    customer_number = forms.RegexField(
        r"^[0-9]{1,8}$",
        required=False,
        label=gettext_lazy("Customer number"),
        error_messages={"invalid": gettext_lazy("Write at most eight digits.")},
    )

    def __init__(self, provider: Provider, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.provider = provider
        email_worded(self.fields["email"])
        known = [(one.pk.hex, one.name) for one in companies(provider)]
        if makes_accounts(provider):
            known.append((NEW, _("A new company: fill in the fields below")))
        else:
            for name in ("company_name", "customer_code", "customer_number"):
                del self.fields[name]
        chosen = self.fields["company"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [("", _("Choose a company")), *known]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("company") == NEW:
            for name in ("company_name", "customer_code", "customer_number"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, _("Fill this in for a new company."))
        return given


def linked(actor: Actor, form: Linking) -> str:
    """Tie whom a valid form names; return what to say. Raises `NotAllowed` and `Refused`."""
    given = form.cleaned_data
    if given["company"] == NEW:
        identifiers = {
            "CustomerCode": given["customer_code"],
            "CustomerNumber": given["customer_number"],
        }
        organisation = make_customer(
            actor=actor,
            provider=form.provider,
            name=given["company_name"],
            identifiers=identifiers,
        )
    else:
        organisation = Organisation.objects.get(pk=given["company"])
    found = link_person(
        actor=actor,
        provider=form.provider,
        organisation=organisation,
        name=given["name"],
        email=given["email"],
        language=given["language"],
        roles=ROLES[given["role"]][0],
    )
    return said(found, organisation)


def said(found: Linked, organisation: Organisation) -> str:
    words = {"email": found.person.email, "company": organisation.name}
    if found.invited:
        return (
            _("%(email)s is linked to %(company)s. The mail with the link is on its way.") % words
        )
    return _("%(email)s is linked to %(company)s, with the account that was there.") % words


def invited(provider: Provider) -> list[dict[str, Any]]:
    """Return who was linked to a company of the provider and has not chosen a password yet."""
    rows = Membership.objects.filter(organisation__in=companies(provider))
    return [
        {
            "person": row.person,
            "organisation": row.organisation,
            "roles": titles(row.roles),
            "since": row.since,
        }
        for row in rows.select_related("person", "organisation").order_by("-since", "-pk")
        if not row.person.has_usable_password()
    ]


def resent(actor: Actor, provider: Provider, person: str) -> str:
    """Send the link once more, to one of those invited. Raises `NotAllowed` and `Refused`."""
    found = next((one for one in invited(provider) if str(one["person"].pk) == person), None)
    if found is None:
        raise Refused(_("This account is in use: its owner can ask for a new password."))
    resend_activation(actor=actor, person=found["person"], organisation=found["organisation"])
    return _("The mail with the link was sent to %(email)s again.") % {
        "email": found["person"].email
    }
