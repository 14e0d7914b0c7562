"""The documentation of a carrier's APIs: what each is for, how it is called, and its versions."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from sluis.apis.parcels.rules.catalogue import APIS, GROUPS
from sluis.server.actions import keys
from sluis.server.answers import policy
from sluis.server.answers.versions import PROVIDER
from sluis.server.portal import places


def publisher(slug: str) -> object:
    found = policy.provider(slug) if slug == PROVIDER else None
    if found is None:
        raise Http404
    return found


def page(request: HttpRequest, provider: str) -> HttpResponse:
    """Background information and tips, and the way to the page of each API."""
    context = {"provider": publisher(provider), "groups": GROUPS}
    return render(request, "documentation/index.html", context)


def one(request: HttpRequest, provider: str, api: str) -> HttpResponse:
    if api not in APIS:
        raise Http404
    found = APIS[api]
    context = {
        "provider": publisher(provider),
        "api": found,
        "group": next(group for group in GROUPS if found in group.apis),
        "hosted": keys.hosted(api),
        "places": [place for place in places.everywhere() if place.provider == provider],
        "versions": list(reversed(found.versions)),
    }
    return render(request, "documentation/api.html", context)
