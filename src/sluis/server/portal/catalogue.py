"""The catalogue: who publishes which APIs, on what terms."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sluis.server.portal import places


def page(request: HttpRequest) -> HttpResponse:
    shelves = [
        (provider, apis, places.of_provider(provider)) for provider, apis in places.shelves()
    ]
    return render(request, "catalogue/index.html", {"shelves": shelves})
