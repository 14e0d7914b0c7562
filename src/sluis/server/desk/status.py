"""The status pages at the desk: what they tell, and telling it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sluis.core.status import Phase
from sluis.server.actions.actor import NotAllowed, Refused
from sluis.server.actions.tell_status import post_incident, resolve_incident, update_incident
from sluis.server.desk.forms import Post, Update
from sluis.server.desk.staff import acting, for_desk, served
from sluis.server.models import Environment, Incident
from sluis.server.portal import places
from sluis.server.portal.status import worded
from sluis.server.portal.ticket_forms import read

PER_PAGE = 25
PHASES = {
    Phase.PLANNED: ("grey", gettext_lazy("planned")),
    Phase.UNDER_WAY: ("orange", gettext_lazy("going on")),
    Phase.OVER: ("green", gettext_lazy("over")),
}


def ours(request: HttpRequest) -> Any:
    found = Incident.objects.filter(environment__provider__in=served(request))
    return found.select_related("environment__provider").order_by("-starts_at", "-pk")


@for_desk
def page(request: HttpRequest) -> HttpResponse:
    shown = Paginator(ours(request), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "pages": shown,
        "items": [listed(one) for one in shown],
        "desks": list(served(request).values()),
    }
    return render(request, "desk/status.html", context)


def listed(incident: Incident) -> dict[str, Any]:
    colour, word = PHASES[incident.period.phase(timezone.now())]
    return worded(incident) | {
        "place": places.at(incident.environment_id),
        "phase": {"colour": colour, "word": word},
    }


@for_desk
def new(request: HttpRequest) -> HttpResponse:
    keys = Environment.objects.filter(provider__in=served(request)).order_by("provider", "-kind")
    titles = [(place.key, read(place)) for row in keys if (place := places.at(row.key))]
    form = Post(request.POST or None, environments=titles)
    if request.method == "POST" and form.is_valid() and posted(request, form):
        messages.success(request, _("It stands on the status page."))
        return redirect("desk_status")
    return render(request, "desk/post.html", {"form": form})


def posted(request: HttpRequest, form: Post) -> bool:
    given = form.cleaned_data
    environment = Environment.objects.select_related("provider").get(key=given["environment"])
    return did(
        form,
        lambda: post_incident(
            actor=acting(request, environment.provider),
            environment=environment,
            **{name: given[name] for name in given if name != "environment"},
        ),
    )


@for_desk
def one(request: HttpRequest, incident: int) -> HttpResponse:
    """Show what was told; a posted form tells how it goes on, or that it is over."""
    shown = ours(request).filter(pk=incident).first()
    if shown is None:
        raise Http404
    form = Update(request.POST or None, initial={"effect": shown.effect, "ends_at": shown.ends_at})
    if request.method == "POST" and form.is_valid() and told(request, shown, form):
        messages.success(request, _("It stands on the status page."))
        return redirect("desk_incident", incident)
    context = listed(shown) | {
        "form": form,
        "over": shown.period.phase(timezone.now()) == Phase.OVER,
    }
    return render(request, "desk/incident.html", context)


def told(request: HttpRequest, incident: Incident, form: Update) -> bool:
    given = form.cleaned_data
    provider = incident.environment.provider
    if "resolve" in request.POST:
        return did(
            form,
            lambda: resolve_incident(
                actor=acting(request, provider), incident=incident, text=given["text"]
            ),
        )
    return did(
        form,
        lambda: update_incident(actor=acting(request, provider), incident=incident, **given),
    )


def did(form: forms.Form, deed: Any) -> bool:
    """Do it; where it is refused, let the form say why."""
    try:
        deed()
    except (NotAllowed, Refused) as error:
        form.add_error(None, str(error))
        return False
    return True
