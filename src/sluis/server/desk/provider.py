"""What a provider says of itself, how accounts come about, and its old doors."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sluis.core.provider import OldDoor, Registration
from sluis.core.provider import Provider as Publisher
from sluis.server.actions.actor import Actor, NotAllowed, Refused
from sluis.server.actions.set_provider import (
    CHECKED,
    DOORS,
    LANGUAGES,
    administers,
    set_provider,
)
from sluis.server.answers import policy
from sluis.server.desk.staff import for_desk_of
from sluis.server.models import Provider
from sluis.server.portal.account_forms import email_worded

WAYS = {
    Registration.OPEN: gettext_lazy("People register themselves"),
    Registration.ADMINISTRATOR: gettext_lazy("An administrator makes them"),
    Registration.DESK: gettext_lazy("The service desk makes them"),
}
TYPED_AT_MOST = 2_000  # of anything; the action says what is too long for what it is


def text(label: Any, missing: Any = "", **more: Any) -> forms.CharField:
    """Return a field for text; it may be left empty where nothing is said of its missing."""
    told = {"required": missing, "max_length": gettext_lazy("This text is too long.")}
    return forms.CharField(
        label=label,
        max_length=TYPED_AT_MOST,
        required=bool(missing),
        error_messages=told,
        **more,
    )


def summary(label: Any) -> forms.CharField:
    missing = gettext_lazy("Enter the summary in Dutch, English and German.")
    return text(label, missing, widget=forms.Textarea(attrs={"rows": 2}))


class Particulars(forms.Form):
    name = text(gettext_lazy("Name"), gettext_lazy("Enter the name."))
    nl = summary(gettext_lazy("Summary in Dutch"))
    en = summary(gettext_lazy("Summary in English"))
    de = summary(gettext_lazy("Summary in German"))
    support_email = forms.EmailField(max_length=254)
    support_telephone = text(gettext_lazy("Telephone number (optional)"))
    support_address = text(
        gettext_lazy("Address (optional)"),
        help_text=gettext_lazy("As it stands on an envelope, without the name."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    registration = forms.ChoiceField(
        label=gettext_lazy("How accounts come about"),
        help_text=gettext_lazy("Who has an account keeps it."),
        choices=list(WAYS.items()),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose how accounts come about."),
            "invalid_choice": gettext_lazy("Choose how accounts come about."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        help_text = _("Everybody sees it. Mails about tickets go there.")
        email_worded(self.fields["support_email"], help_text=help_text)

    def clean(self) -> dict[str, Any]:
        """Say beside each field what the action would refuse."""
        for name in self.fields:
            if name in self.cleaned_data:
                try:
                    self.checked(name, self.cleaned_data[name])
                except Refused as error:
                    self.add_error(name, ValidationError(str(error)))
        return self.cleaned_data

    def checked(self, name: str, value: str) -> None:
        if name in LANGUAGES:
            CHECKED["summary"](dict.fromkeys(LANGUAGES, value))
        else:
            CHECKED[name](value.splitlines() if name == "support_address" else value)

    def changes(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given["summary"] = {language: given.pop(language) for language in LANGUAGES}
        given["support_address"] = given["support_address"].splitlines()
        return given


class Doors(forms.Form):
    doors = forms.MultipleChoiceField(
        label=gettext_lazy("What stands open"),
        required=False,
        choices=[(door.value, DOORS[door][0]) for door in OldDoor],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("There is no such door.")},
    )


def filled(published: Publisher) -> Particulars:
    summaries = {language: published.summary.get(language, "") for language in LANGUAGES}
    return Particulars(
        initial={
            **summaries,
            "name": published.name,
            "support_email": published.support_email,
            "support_telephone": published.support_telephone,
            "support_address": "\n".join(published.support_address),
            "registration": published.registration.value,
        }
    )


@for_desk_of
def page(request: HttpRequest, actor: Actor, provider: Provider) -> HttpResponse:
    """Show how the provider is; a posted form changes what it says of itself."""
    if request.method != "POST":
        return shown(request, actor, provider)
    form = Particulars(request.POST)
    if not form.is_valid():
        return shown(request, actor, provider, particulars=form)
    return saved(request, actor, provider, form.changes())


@for_desk_of
@require_POST
def doors(request: HttpRequest, actor: Actor, provider: Provider) -> HttpResponse:
    """Open these doors and close the others."""
    form = Doors(request.POST)
    if not form.is_valid():
        return shown(request, actor, provider, doors=form)
    return saved(request, actor, provider, {"doors": form.cleaned_data["doors"]})


def saved(
    request: HttpRequest, actor: Actor, provider: Provider, changes: dict[str, Any]
) -> HttpResponse:
    try:
        set_provider(actor=actor, provider=provider, changes=changes)
    except (NotAllowed, Refused) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved. Other servers follow within five seconds."))
    return redirect("desk_provider", provider.pk)


def shown(
    request: HttpRequest,
    actor: Actor,
    provider: Provider,
    particulars: Particulars | None = None,
    doors: Doors | None = None,
) -> HttpResponse:
    published = policy.provider(provider.pk)
    if published is None:  # not in the registry any more
        raise Http404
    context = {
        "provider": published,
        "may": administers(actor, provider),
        "way": WAYS[published.registration],
        "particulars": particulars or filled(published),
        "doors": doors or Doors(initial={"doors": [door.value for door in published.doors]}),
        "standing": [(DOORS[door], door in published.doors) for door in OldDoor],
        "form": particulars or doors,  # whose errors the title tells of
    }
    return render(request, "desk/provider.html", context)
