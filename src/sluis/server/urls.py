"""The pages of portal and desk. Calls to APIs never come here: see `door.py`."""

from django.urls import URLPattern, URLResolver, include, path

from sluis.server.portal import start

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start.page, name="start"),
    path("accounts/", include("allauth.urls")),
]
