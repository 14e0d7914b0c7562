"""How one registers with a provider: by oneself, or through whom."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from sluis.core.provider import Provider, Registration
from sluis.server.answers import policy


def page(request: HttpRequest, provider: str) -> HttpResponse:
    """Say who makes accounts with the provider, and what to do to get one."""
    found = policy.provider(provider)
    if found is None:
        raise Http404
    return render(request, "account/register.html", {"registers_with": found})


def openly() -> bool:
    """Return whether anybody can register by themselves with one of the providers."""
    return any(one.registration is Registration.OPEN for one in policy.providers())


def otherwise() -> list[Provider]:
    """Return the providers with whom nobody registers by themselves."""
    return [one for one in policy.providers() if one.registration is not Registration.OPEN]
