"""The queue of the desk: all that waits, who waits longest first, with filters."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sluis.server.desk.staff import for_desk, served
from sluis.server.desk.waiting import SUBSCRIPTION, Wanted, loaded, rows
from sluis.server.models import Provider, Subscription, Ticket
from sluis.server.portal import places, ticket_words
from sluis.server.portal.tags import read

PER_PAGE = 20
KINDS: dict[str, str | Promise] = {
    **ticket_words.KINDS,
    SUBSCRIPTION: gettext_lazy("Subscription"),
}
STATES = [
    ("open", gettext_lazy("Waits for us")),
    ("waiting", gettext_lazy("Waits for the one who asked")),
    ("closed", gettext_lazy("Closed")),
    ("all", gettext_lazy("All")),
]


class Filter(forms.Form):
    kind = forms.ChoiceField(
        choices=[("", gettext_lazy("All")), *KINDS.items()],
        required=False,
        label=gettext_lazy("About"),
    )
    state = forms.ChoiceField(choices=STATES, required=False, label=gettext_lazy("State"))
    q = forms.CharField(
        required=False,
        max_length=100,
        label=gettext_lazy("Number, subject, name or address"),
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    def __init__(self, *args: Any, providers: dict[str, Provider], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(providers) > 1:
            choices = [("", _("All")), *((slug, one.name) for slug, one in providers.items())]
            self.fields["provider"] = forms.ChoiceField(
                choices=choices, required=False, label=_("Provider")
            )


@for_desk
def page(request: HttpRequest) -> HttpResponse:
    providers = served(request)
    form = Filter(request.GET, providers=providers)
    wanted = understood(form, list(providers))
    found = rows(wanted)
    # To count what was searched for is to search twice: it is read whole, once.
    fitting = list(found) if wanted.text else found
    shown = Paginator(fitting, PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "filter": form,
        "pages": shown,
        "items": [item(one, providers) for one in loaded(list(shown))],
        "query": query.urlencode(),
        "oldest_first": wanted.oldest_first,
        "filtered": wanted != Wanted(list(providers)),
        "several": len(providers) > 1,
    }
    return render(request, "desk/queue.html", context)


def understood(form: Filter, providers: list[str]) -> Wanted:
    """Return what is looked for; what cannot be read is not looked for."""
    form.is_valid()
    given = form.cleaned_data
    chosen = given.get("provider")
    return Wanted(
        [chosen] if chosen else providers,
        given.get("kind") or "",
        given.get("state") or "open",
        given.get("q") or "",
    )


def item(one: Ticket | Subscription, providers: dict[str, Provider]) -> dict[str, Any]:
    if isinstance(one, Subscription):
        return of_subscription(one, providers)
    return {
        "ticket": one,
        "title": one.subject,
        "asked_by": one.organisation or one.person or one.contact_name or one.contact_email,
        "provider": providers[one.provider_id],
        "kind": KINDS[one.kind],
        "place": places.at(one.environment_id) if one.environment_id else None,
        "state": ticket_words.state(one),
        "since": one.since,
    }


def of_subscription(one: Subscription, providers: dict[str, Provider]) -> dict[str, Any]:
    return {
        "subscription": one,
        "title": title_of(one.environment.provider_id, one.api),
        "asked_by": one.organisation,
        "provider": providers[one.environment.provider_id],
        "kind": KINDS[SUBSCRIPTION],
        "place": places.at(one.environment_id),
        "state": {"colour": "orange", "word": ticket_words.STATES["open"][1]},
        "since": one.requested_at,
    }


def title_of(provider: str, slug: str) -> str:
    api = next((api for api in places.apis_of(provider) if api.slug == slug), None)
    return read(api.title) if api else slug
