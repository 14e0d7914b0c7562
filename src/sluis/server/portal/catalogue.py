"""The catalogue: who publishes which APIs, on what terms."""

from collections.abc import Mapping, Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sluis.core.api import Api
from sluis.server.answers.deprecations import Ending, ending
from sluis.server.models import Environment
from sluis.server.portal import places
from sluis.server.portal.places import Place


def page(request: HttpRequest) -> HttpResponse:
    rows = places.rows()
    shelves = []
    for provider, apis in places.shelves():
        known = places.of_provider(provider)
        shelves.append((provider, [(api, endings(api, known, rows)) for api in apis], known))
    return render(request, "catalogue/index.html", {"shelves": shelves})


def endings(
    api: Api, known: Sequence[Place], rows: Mapping[str, Environment]
) -> list[tuple[Place, Ending]]:
    """Return where the version that is published will go, and how far that has come."""
    found = [(place, ending(api, rows.get(place.key))) for place in known]
    return [(place, one) for place, one in found if one is not None]
