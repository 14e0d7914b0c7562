"""Terms: the versions there were, and the next one in three languages."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sluis.server.actions.actor import Actor, Refused
from sluis.server.actions.keys import hosted
from sluis.server.actions.publish_terms import publish_terms, terms_in_force
from sluis.server.desk.staff import for_desk_of
from sluis.server.models import Provider, Terms
from sluis.server.portal import places
from sluis.server.portal.tags import read

TEXT_CHARACTERS = 100_000


def text_in(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=TEXT_CHARACTERS,
        error_messages={
            "required": gettext_lazy("Terms have a text in Dutch, English and German."),
            "max_length": gettext_lazy("This text is too long."),
        },
        widget=forms.Textarea(attrs={"rows": 10}),
    )


class NextTerms(forms.Form):
    api = forms.ChoiceField(label=gettext_lazy("What they are for"), required=False)
    nl = text_in(gettext_lazy("Text in Dutch"))
    en = text_in(gettext_lazy("Text in English"))
    de = text_in(gettext_lazy("Text in German"))

    def __init__(self, provider: Provider, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as given
        own = [(api.slug, read(api.title)) for api in places.apis_of(provider.pk)]
        field = cast(forms.ChoiceField, self.fields["api"])
        field.choices = [("", _("All APIs without terms of their own")), *own]


@for_desk_of
def page(request: HttpRequest, actor: Actor, provider: Provider) -> HttpResponse:
    rows = Terms.objects.filter(provider=provider).order_by("api", "-version").defer("text")
    newest: dict[str, int] = {}
    for row in rows:
        newest.setdefault(row.api, row.version)
    shown = [(row, hosted(row.api), row.version == newest[row.api]) for row in rows]
    return render(request, "desk/terms.html", {"provider": provider, "rows": shown})


@for_desk_of
def one(request: HttpRequest, actor: Actor, provider: Provider, terms: int) -> HttpResponse:
    found = get_object_or_404(Terms, provider=provider, pk=terms)
    context = {"provider": provider, "terms": found, "api": hosted(found.api)}
    return render(request, "desk/terms_version.html", context)


@for_desk_of
def publish(request: HttpRequest, actor: Actor, provider: Provider) -> HttpResponse:
    if request.method != "POST":
        form = NextTerms(provider, initial=beginning(provider, request.GET.get("api", "")))
        return render(request, "desk/publish_terms.html", {"provider": provider, "form": form})
    form = NextTerms(provider, request.POST)
    if form.is_valid():
        text = dict(form.cleaned_data)
        api = text.pop("api")
        try:
            made = publish_terms(actor=actor, provider=provider, text=text, api=api)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, _("Version %(version)s is in force.") % {"version": made.version}
            )
            return redirect("desk_terms_version", provider.pk, made.pk)
    return render(request, "desk/publish_terms.html", {"provider": provider, "form": form})


def beginning(provider: Provider, api: str) -> dict[str, str]:
    """Return the newest version, to be changed where it changes."""
    found = terms_in_force(provider.pk, api)
    return {"api": api, **(found.text if found else {})}
