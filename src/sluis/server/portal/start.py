"""The start page: what this is, how a call walks through it, and where to begin."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sluis.server.portal import places
from sluis.server.portal.samples import token_call


def page(request: HttpRequest) -> HttpResponse:
    shown: dict[str, object] = {"shelves": places.shelves()}
    if settings.CONFIG.mailbox == "on":
        place = places.sandbox()
        shown |= {
            "sandbox": place,
            "call": token_call(place.token_url, by_password=place.by_password) if place else "",
        }
    return render(request, "start.html", shown)
