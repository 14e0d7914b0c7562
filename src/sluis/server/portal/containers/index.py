"""The containers of a sandbox that concern the reader's organisations, to be narrowed down."""

from typing import Any

import msgspec
from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from sluis.apis.certified_pickup.rules.release import Release
from sluis.apis.certified_pickup.tables.models import Release as ReleaseRow
from sluis.apis.certified_pickup.wire.reading import CONTAINER
from sluis.core.directory import Directory
from sluis.server.answers.rows import parties
from sluis.server.portal.belonging import for_members, own
from sluis.server.portal.containers.concern import concerning, sandboxes
from sluis.server.portal.containers.seen import seen
from sluis.server.portal.places import Place

PER_PAGE = 25
release_of = msgspec.json.Decoder(Release).decode

# Which of them a list shows.
ALL = ""
LEAVES = "may-leave"
PENDING = "pending"
TERMINAL = "terminal"
SHIPPING = "shipping"
ENDED = "ended"


class Filter(forms.Form):
    container = forms.CharField(label=gettext_lazy("Container number"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            (ALL, gettext_lazy("All that are under way")),
            (LEAVES, gettext_lazy("May leave")),
            (PENDING, gettext_lazy("Right waits for an answer")),
            (SHIPPING, gettext_lazy("Light of the shipping agent is not green")),
            (TERMINAL, gettext_lazy("Light of the terminal is not green")),
            (ENDED, gettext_lazy("Left or deleted")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["container"].widget.attrs |= {"spellcheck": "false", "autocomplete": "off"}


@for_members
def page(request: HttpRequest) -> HttpResponse:
    known = sandboxes()
    if not known:
        raise Http404
    place = next((one for one in known if one.key == request.GET.get("in")), known[0])
    owners = own(request)
    directory = Directory(parties(place.key))
    form = Filter(request.GET)
    rows = listed(place, list(owners), directory, form)
    number = request.GET.get("container", "").strip().upper()
    pages = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "form": form,
        "filtered": any(request.GET.get(name) for name in form.fields),
        "owners": owners,
        "place": place,
        "environment": place.policy,
        "pages": pages,
        "number": number if CONTAINER.fullmatch(number) else None,
        "containers": [seen(release_of(row.document), directory) for row in pages],
        "several": several(place, [row.equipment for row in pages]),
        "query": kept.urlencode(),
    }
    return render(request, "containers/index.html", context)


def listed(place: Place, owners: list[str], directory: Directory, form: Filter) -> Any:
    """Return the rows of containers that concern these organisations, newest first."""
    found = ReleaseRow.objects.filter(concerning(owners, directory), environment=place.key)
    asked = form.cleaned_data if form.is_valid() else {}
    number, state = asked.get("container", ""), asked.get("state", ALL)
    if number:
        found = found.filter(equipment__contains=number.strip().upper())
    found = found.filter(listed_until__isnull=state != ENDED)
    conditions = {
        LEAVES: Q(may_leave=True),
        PENDING: Q(pending=True),
        TERMINAL: Q(terminal_green=False),
        SHIPPING: Q(commercial_green=False),
    }
    return found.filter(conditions.get(state, Q())).order_by("-released_at", "id")


def several(place: Place, numbers: list[str]) -> set[str]:
    """Return which of these containers have more than one release: their links name it."""
    rows = ReleaseRow.objects.filter(environment=place.key, equipment__in=numbers, put_away=False)
    counted = rows.values("equipment").annotate(releases=Count("id")).filter(releases__gt=1)
    return set(counted.values_list("equipment", flat=True))
