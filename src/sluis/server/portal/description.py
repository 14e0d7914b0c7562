"""The OpenAPI document of an API, for machines: one file, the same for every reader."""

from functools import lru_cache
from hashlib import sha256

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import condition

from sluis.core.api import Api
from sluis.gateway import openapi
from sluis.server.answers.deprecations import deprecation_in
from sluis.server.portal import places


def etag(request: HttpRequest, provider: str, api: str) -> str:
    return f'"{sha256(described(provider, api)).hexdigest()[:32]}"'


@condition(etag_func=etag)
def document(request: HttpRequest, provider: str, api: str) -> HttpResponse:
    response = HttpResponse(described(provider, api), content_type="application/json")
    response["Access-Control-Allow-Origin"] = "*"  # public, and editors elsewhere fetch it
    response["Cache-Control"] = "public, max-age=300"
    return response


def described(provider: str, api: str) -> bytes:
    publisher, shown = places.found(provider, api)
    rows = places.rows()
    return written(
        shown,
        tuple(
            openapi.Server(
                place.base_url,
                place.policy.title["en"],
                deprecation_in(shown, rows.get(place.key)),
            )
            for place in places.of_provider(publisher)
        ),
    )


@lru_cache(maxsize=64)
def written(shown: Api, servers: tuple[openapi.Server, ...]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(openapi.document(shown, servers)))
