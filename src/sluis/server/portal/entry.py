"""The entry of one API: what it does, how access is had, and every operation in full."""

from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sluis.core.access import models_of
from sluis.core.api import Api, Model, Operation
from sluis.core.problem import Reason
from sluis.core.provider import Registration
from sluis.gateway import refusals as refused
from sluis.server.actions.subscribe import decided_by_desk
from sluis.server.answers.deprecations import ending, retired
from sluis.server.portal import places, samples, tags
from sluis.server.portal.places import Place
from sluis.server.portal.reasons import MEANING


@dataclass(frozen=True, slots=True)
class Tab:
    title: Any  # text, or a Text by language
    query: str
    here: bool


@dataclass(frozen=True, slots=True)
class Reference:
    """An operation as the page shows it."""

    operation: Operation
    address: str
    sample: str
    statuses: list[int]

    @property
    def model(self) -> Model | None:
        return self.operation.returns


def page(request: HttpRequest, provider: str, api: str) -> HttpResponse:
    publisher, shown = places.found(provider, api)
    known = places.of_provider(publisher)
    here = chosen(known, request.GET.get("environment"))
    rows = places.rows()
    code = request.GET.get("code", "curl")
    if code not in samples.LANGUAGES:
        code = "curl"
    context = {
        "provider": publisher,
        "api": shown,
        "place": here,
        "places": known,
        "environment": here.policy if here else None,
        "environment_tabs": environment_tabs(known, here, code),
        "code_tabs": code_tabs(here, code),
        "limits": {place.key: places.limits_of(rows.get(place.key), shown) for place in known},
        "addresses": here.calls_from(rows.get(here.key)) if here else (),
        "ending": ending(shown, rows.get(here.key)) if here else None,
        "elsewhere": any(not retired(shown, rows.get(p.key)) for p in known),
        "schemes": sorted({name for item in shown.operations for name in item.schemes}),
        "specific": [
            tags.read(place.policy.title)
            for place in known
            if decided_by_desk(shown, place.policy.kind)
        ],
        "sandbox": any(place.kind == "sandbox" for place in known),
        "references": [reference(shown, item, here, code) for item in shown.operations],
        "shared": shared(shown),
        "refusals": refusals(shown),
        "sharing": [
            item
            for item in places.apis_of(publisher.slug)
            if item.product == shown.product and item is not shown
        ],
        "self_service": publisher.registration is Registration.OPEN,
        "token_call": samples.token_call(here.token_url, by_password=here.by_password)
        if here
        else "",
    }
    return render(request, "catalogue/api.html", context)


def chosen(known: list[Place], name: str | None) -> Place | None:
    """Return the environment that the reader asks for, else the first."""
    for place in known:
        if place.policy.name == name:
            return place
    return known[0] if known else None


def environment_tabs(known: list[Place], here: Place | None, code: str) -> list[Tab]:
    return [
        Tab(
            place.policy.title,
            urlencode({"environment": place.policy.name, "code": code}),
            place is here,
        )
        for place in known
    ]


def code_tabs(here: Place | None, code: str) -> list[Tab]:
    environment = here.policy.name if here else ""
    return [
        Tab(title, urlencode({"environment": environment, "code": name}), name == code)
        for name, title in samples.LANGUAGES.items()
    ]


def reference(api: Api, operation: Operation, here: Place | None, code: str) -> Reference:
    base_url = here.base_url if here else ""
    return Reference(
        operation,
        base_url + operation.path,
        samples.sample(code, operation, base_url),
        sorted({found.status for found in refused.refusals_of(api, operation)}),
    )


def shared(api: Api) -> list[Model]:
    """Return the shapes that several members of what is sent have: each is shown once."""
    forms = {
        model.name: model
        for operation in api.operations
        for body in operation.takes
        for model in models_of(body.model)
    }
    held = Counter(
        field.kind
        for model in forms.values()
        for field in model.fields.values()
        if isinstance(field.kind, Model)
    )
    return [model for model, times in held.items() if times > 1]


def refusals(api: Api) -> list[tuple[int, list[tuple[str, Any]], Any]]:
    """Return per status: the reasons with what they mean, and one body as an example."""
    made = []
    for status, found in refused.refusals(api):
        reasons: list[Reason] = list(dict.fromkeys(item.reason for item in found))
        body = next((item.body for item in found if item.body is not None), None)
        made.append((status, [(reason.value, MEANING[reason]) for reason in reasons], body))
    return made
