"""The companies of a carrier for which a person may act, and how their accounts stand."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from sluis.apis.parcels.rules.catalogue import GROUPS
from sluis.apis.parcels.rules.versions import Displayed, PublishedApi, displayed
from sluis.core.subscription import State
from sluis.server.actions import keys
from sluis.server.answers import versions
from sluis.server.answers.versions import PROVIDER, InUse
from sluis.server.models import Credential, Organisation, Party, Subscription
from sluis.server.portal import places
from sluis.server.portal.belonging import own
from sluis.server.portal.once import once
from sluis.server.portal.places import Place


@once
def companies(request: HttpRequest) -> list[Organisation]:
    """Return the companies of who is logged in that the carrier knows, by name."""
    mine = own(request).values()
    parties = Party.objects.filter(organisation__in=mine, environment__provider=PROVIDER)
    known = set(parties.values_list("organisation", flat=True))
    return [one for one in mine if one.pk in known]


def company(request: HttpRequest, id_: UUID) -> Organisation:
    """Return the company; raises `Http404` to who does not belong to it."""
    found = next((one for one in companies(request) if one.pk == id_), None)
    if found is None:
        raise Http404
    return found


def place_named(name: str) -> Place:
    found = places.at(f"{PROVIDER}/{name}")
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True, slots=True)
class Row:
    """An API as the panel shows it."""

    api: PublishedApi
    shown: Displayed
    hosted: bool
    endpoint: str
    used: date | None


@dataclass(frozen=True, slots=True)
class Shelf:
    name: str
    rows: list[Row]
    others: list[PublishedApi]  # of the product, but not linked to the account


@dataclass(frozen=True, slots=True)
class Account:
    """A company's account in one environment."""

    organisation: Organisation
    place: Place
    subscriptions: list[Subscription]
    keys: list[Credential]

    @property
    def active(self) -> list[Subscription]:
        return [item for item in self.subscriptions if item.state == State.ACTIVE]

    @property
    def waiting(self) -> list[Subscription]:
        return [item for item in self.subscriptions if item.state == State.REQUESTED]

    @property
    def rejected(self) -> Subscription | None:
        """Return the newest that was rejected, while nothing came of asking again."""
        if self.active or self.waiting or not self.subscriptions:
            return None
        newest = self.subscriptions[-1]
        return newest if newest.state == State.REJECTED else None

    def shelves(self) -> list[Shelf]:
        """Return the products with the APIs that are linked to the account."""
        used = versions.in_use(self.organisation)
        linked = {item.api for item in self.active} | used.keys()
        return [
            Shelf(
                group.name,
                [self.row(api, used.get(api.slug, [])) for api in group.apis if api.slug in linked],
                [api for api in group.apis if api.slug not in linked],
            )
            for group in GROUPS
        ]

    def row(self, api: PublishedApi, used: list[InUse]) -> Row:
        shown = displayed(api, [one.version for one in used])
        hosted = keys.hosted(api.slug) is not None
        return Row(
            api,
            shown,
            hosted,
            f"{self.place.base_url}{shown.version.path}" if hosted else "",
            max((one.last_used for one in used), default=None),
        )


def account(organisation: Organisation, place: Place) -> Account:
    subscriptions = Subscription.objects.filter(
        environment=place.key, organisation=organisation
    ).select_related("environment", "organisation")
    ordered = list(subscriptions.order_by("requested_at"))
    found = keys.of_account(ordered[0].environment, organisation) if ordered else []
    return Account(organisation, place, ordered, found)


@dataclass(frozen=True, slots=True)
class Tab:
    title: str
    query: str
    here: bool


def tabs(organisation: Organisation, place: Place) -> list[Tab]:
    titles = {"sandbox": _("API Accounts Sandbox"), "production": _("API Accounts Production")}
    return [
        Tab(
            title,
            urlencode({"company": organisation.pk.hex, "environment": name}),
            name == place.policy.name,
        )
        for name, title in titles.items()
    ]
