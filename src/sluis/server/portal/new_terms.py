"""New terms for a subscription that runs: put before the reader, and accepted."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sluis.server.actions.accept_terms import accept_terms, terms_to_accept
from sluis.server.actions.actor import NotAllowed, Refused
from sluis.server.portal import subscriptions
from sluis.server.portal.belonging import acting, for_members


class Accepting(forms.Form):
    terms = forms.IntegerField(widget=forms.HiddenInput)
    accepted = forms.BooleanField(
        label=gettext_lazy("I accept these terms for my organisation."),
        error_messages={"required": gettext_lazy("Tick the box to accept the terms.")},
    )


@for_members
def page(request: HttpRequest, subscription: UUID) -> HttpResponse:
    """Put new terms before the reader; the version accepted before stays in the audit log."""
    found = subscriptions.owned(request, subscription)
    newest = terms_to_accept(found)
    if newest is None:
        return redirect("subscription", subscription)
    form = Accepting(request.POST or None, initial={"terms": newest.pk})
    if form.is_valid():
        actor = acting(request, found.organisation)
        try:
            accept_terms(actor=actor, subscription=found, terms=form.cleaned_data["terms"])
        except (NotAllowed, Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The terms are accepted. Thank you."))
            return redirect("subscription", subscription)
    context = subscriptions.about(found) | {"form": form, "terms": newest}
    return render(request, "subscriptions/terms.html", context)
