"""The OpenAPI document of an API, for machines: one file, the same for every reader."""

from functools import lru_cache
from hashlib import sha256

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import condition

from sluis.gateway import openapi
from sluis.server.portal import places


def etag(request: HttpRequest, provider: str, api: str) -> str:
    return f'"{sha256(written(provider, api)).hexdigest()[:32]}"'


@condition(etag_func=etag)
def document(request: HttpRequest, provider: str, api: str) -> HttpResponse:
    response = HttpResponse(written(provider, api), content_type="application/json")
    response["Access-Control-Allow-Origin"] = "*"  # public, and editors elsewhere fetch it
    response["Cache-Control"] = "public, max-age=300"
    return response


@lru_cache(maxsize=64)
def written(provider: str, api: str) -> bytes:
    publisher, shown = places.found(provider, api)
    servers = [
        openapi.Server(place.base_url, place.policy.title["en"])
        for place in places.of_provider(publisher)
    ]
    return msgspec.json.format(msgspec.json.encode(openapi.document(shown, servers)))
