"""Containers in a sandbox: their lights, who holds the right, and counterparties as buttons."""

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import msgspec
from django import forms
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sluis import registry
from sluis.apis.certified_pickup import API
from sluis.apis.certified_pickup.rules import listing, rights
from sluis.apis.certified_pickup.rules import places as ports
from sluis.apis.certified_pickup.rules.release import Early, LightName, Release
from sluis.apis.certified_pickup.tables.models import Release as ReleaseRow
from sluis.core.api import Opening
from sluis.core.directory import Directory, Party
from sluis.core.provider import EnvironmentKind
from sluis.server.actions.actor import NotAllowed, Refused, member
from sluis.server.actions.play import play
from sluis.server.answers.rows import parties
from sluis.server.answers.snapshot import open_store
from sluis.server.models import Environment, Organisation, Person
from sluis.server.models.job import AcceptedRequest, AcceptedStep, StoredNotification
from sluis.server.portal import container_words as words
from sluis.server.portal import history, notifications, places, refreshed
from sluis.server.portal.belonging import for_members, own
from sluis.server.portal.places import Place

CONTAINER = re.compile(r"[A-Z]{4}[0-9]{7}")
PER_PAGE, HISTORY = 25, 50
PATIENCE_SECONDS, LOOK_SECONDS = 2.0, 0.05
release_of = msgspec.json.Decoder(Release).decode
ALL, LEAVES, PENDING, TERMINAL, SHIPPING, ENDED = (
    "",
    "may-leave",
    "pending",
    "terminal",
    "shipping",
    "ended",
)


def sandboxes() -> list[Place]:
    """Return the environments where counterparties can be played."""
    if API not in registry.HOSTED_APIS:
        return []
    return [
        place
        for place in places.everywhere()
        if place.policy.kind is EnvironmentKind.SANDBOX and place.key.startswith(f"{API.provider}/")
    ]


def sandbox(provider: str, environment: str) -> Place:
    """Return where this is played; raises `Http404` where it is not."""
    for place in sandboxes():
        if place.key == f"{provider}/{environment}":
            return place
    raise Http404


# The list


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
        "query": kept.urlencode(),
    }
    return render(request, "containers/index.html", context)


def listed(place: Place, owners: list[str], directory: Directory, form: Filter) -> Any:
    """Return the rows of containers that concern these organisations, newest first."""
    terminals = [code for one in owners if (p := directory.of(one)) for code in p.terminals]
    found = ReleaseRow.objects.filter(
        Q(agent__in=owners)
        | Q(owner__in=owners)
        | Q(offered__in=owners)
        | Q(terminal__in=terminals),
        environment=place.key,
    )
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


# One container


@dataclass(frozen=True, slots=True)
class Lamp:
    name: Any
    colour: str
    word: Any
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Seen:
    """A release as the pages show it."""

    release: Release
    agent: str
    terminal: str
    owner: str
    lamps: list[Lamp]
    may_leave: bool


def seen(release: Release, directory: Directory) -> Seen:
    operator = directory.of(ports.operator(directory, release.terminal))
    return Seen(
        release,
        name(directory, release.agent),
        f"{operator.name} ({release.terminal})" if operator else release.terminal,
        name(directory, release.owner),
        [lamp(light_name, light) for light_name, light in release.lights().items()],
        release.active and listing.may_leave(release),
    )


def lamp(light_name: LightName, light: Any) -> Lamp:
    word = words.VALUES.get(light.value, light.value)
    return Lamp(words.LIGHTS[light_name], light.colour.lower(), word, light.changed_at)


def name(directory: Directory, organisation: str) -> str:
    found = directory.of(organisation)
    return found.name if found else _("a party that is not known any more")


@dataclass(frozen=True, slots=True)
class Hop:
    giver: str
    receiver: str
    colour: str
    word: Any


@dataclass(frozen=True, slots=True)
class Found:
    """A container that concerns an organisation of the reader, or that nobody has released yet."""

    place: Place
    equipment: str
    organisation: Organisation
    directory: Directory
    release: Release | None  # None: not yet, and the organisation is one that takes part
    early: tuple[Early, ...]  # what came before its release


def found(request: HttpRequest, provider: str, environment: str, equipment: str) -> Found:
    """Return the container; raises `Http404` to whom it does not concern."""
    place = sandbox(provider, environment)
    directory = Directory(parties(place.key))
    if CONTAINER.fullmatch(equipment):
        store = open_store(API.package, Opening(place.key, True, b""))
        container = store.states([equipment]).get(equipment)
        releases = sorted(
            container.releases if container else (),
            key=lambda one: (one.active, one.released_at),
            reverse=True,
        )
        early = container.early if container else ()
        for release in releases:
            for id_, organisation in own(request).items():
                if concerns(release, id_, directory):
                    return Found(place, equipment, organisation, directory, release, early)
        for id_, organisation in own(request).items():
            if not releases and takes_part(directory.of(id_)):
                return Found(place, equipment, organisation, directory, None, early)
    raise Http404


def takes_part(party: Party | None) -> bool:
    return party is not None and not party.roles.isdisjoint(ports.ROLES)


def concerns(release: Release, organisation: str, directory: Directory) -> bool:
    operates = ports.operator(directory, release.terminal) == organisation
    return operates or rights.involves(release, organisation)


@for_members
def one(request: HttpRequest, provider: str, environment: str, equipment: str) -> HttpResponse:
    container = found(request, provider, environment, equipment.upper())
    if equipment != container.equipment:
        return redirect("container", provider, environment, container.equipment)
    offset = Environment.objects.values_list("clock_offset_seconds", flat=True).get(
        pk=container.place.key
    )
    now = datetime.now(UTC) + timedelta(seconds=offset)
    context = stage(container) | {
        "played": played(request.GET.get("played", ""), container),
        "moved_clock": now.replace(microsecond=0) if abs(offset) > 1 else None,
    }
    release = container.release
    if release is None:
        context |= awaited(container)
        return refreshed.answer(request, "containers/one.html", "containers/early.html", context, 2)
    context |= shown(release, container.directory)
    every = 2 if release.active else None
    return refreshed.answer(request, "containers/one.html", "containers/state.html", context, every)


def stage(container: Found) -> dict[str, Any]:
    """Return what the page shows of every container."""
    return {
        "place": container.place,
        "environment": container.place.policy,
        "equipment": container.equipment,
        "history": told(container),
        "terminal_buttons": words.TERMINAL,
        "customs_buttons": words.CUSTOMS,
    }


def awaited(container: Found) -> dict[str, Any]:
    """Return what is shown of one that nobody has released: what waits for that."""
    first = ports.first(container.directory)
    operator = None if first is None else container.directory.of(first[1].organisation)
    return {
        "operator": operator.name if operator else "",
        "terminal": "" if first is None else first[0],
        "early": [words.said(one.submission) for one in container.early],
    }


def shown(release: Release, directory: Directory) -> dict[str, Any]:
    operator = directory.of(ports.operator(directory, release.terminal))
    return {
        "seen": seen(release, directory),
        "release": release,
        "ended": words.STATES.get(release.state),
        "hops": [
            Hop(name(directory, hop.giver), name(directory, hop.receiver), *words.HOPS[hop.status])
            for hop in release.hops
        ],
        "operator": operator.name if operator else release.terminal,
        "offered": name(directory, release.offered) if release.offered else None,
        "receivers": receivers(release, directory),
        "receiver_buttons": words.RECEIVER,
    }


def receivers(release: Release, directory: Directory) -> list[tuple[str, str]]:
    """Return to whom the right can be offered: code and name."""
    holders = {ports.RELEASE_PARTY, ports.TRANSPORT_OPERATOR}

    def fits(party: Party) -> bool:
        return party.organisation != release.owner and not party.roles.isdisjoint(holders)

    return [
        (code, party.name)
        for party in sorted(directory.parties, key=lambda one: one.name.casefold())
        if fits(party) and (code := party.code("NxtEntityId"))
    ]


def told(container: Found) -> list[history.Line]:
    """Return what the organisation was told of this container, newest first."""
    rows = StoredNotification.objects.filter(
        environment=container.place.key,
        organisation=container.organisation.id.hex,
        subject=container.equipment,
    ).order_by("-stored_at", "-seq")[:HISTORY]
    return history.lines(notifications.tellings(list(rows), by_environment=True))


# Playing


@dataclass(frozen=True, slots=True)
class Played:
    """What came of the button that was pressed last."""

    reference: str
    title: Any
    colour: str
    word: Any
    reason: str


def played(reference: str, container: Found) -> Played | None:
    sent = AcceptedRequest.objects.filter(
        reference=reference,
        environment=container.place.key,
        organisation=container.organisation.id.hex,
    ).first()
    step = AcceptedStep.objects.filter(reference=reference).first()
    if sent is None or step is None:
        return None
    scene = str(msgspec.json.decode(step.submission).get("scene", ""))
    title = words.SCENES.get(scene, _("Offer the right"))
    if step.incident is not None:
        return Played(reference, title, "red", _("failed by a fault of ours"), step.incident)
    if step.applied_at is None:
        return Played(reference, title, "grey", _("under way"), "")
    refusals = StoredNotification.objects.filter(
        reference=reference, organisation=sent.organisation, event__in=notifications.REFUSALS
    )
    reasons = [one.reason for one in notifications.tellings(list(refusals))]
    if reasons:
        return Played(reference, title, "red", _("refused"), " ".join(reasons))
    return Played(reference, title, "green", _("done"), "")


@for_members
@require_POST
def act(request: HttpRequest, provider: str, environment: str, equipment: str) -> HttpResponse:
    container = found(request, provider, environment, equipment)
    scene = request.POST.get("scene", "")
    if scene == words.TRANSFER:
        scene = f"transfer to {request.POST.get('to', '')}"
    elif scene not in words.SCENES:
        raise Http404
    person = cast(Person, request.user)
    try:
        reference = play(
            actor=member(person, container.organisation),
            environment=Environment.objects.get(pk=container.place.key),
            organisation=container.organisation,
            equipment=equipment,
            script=scene,
        )
    except (NotAllowed, Refused) as error:
        context = {"reason": str(error), "place": container.place, "equipment": equipment}
        return render(request, "containers/refused.html", context, status=403)
    wait_for(reference)
    address = reverse("container", args=[provider, environment, equipment])
    return redirect(f"{address}?{urlencode({'played': reference})}#played")


def wait_for(reference: str) -> None:
    """Return when it is applied, so that the page shows what came of it; or after a while."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    waiting = AcceptedStep.objects.filter(reference=reference, applied_at=None)
    while waiting.exists() and time.monotonic() < give_up:
        time.sleep(LOOK_SECONDS)
