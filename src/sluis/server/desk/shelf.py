"""Long lists of organisations, read page by page from where the page before ended."""

from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from sluis.server.models import Organisation

PER_PAGE = 20


class Shelf(NamedTuple):
    organisations: list[Organisation]
    next: str  # where the next page begins; "" when this is the last
    first: bool


def shelf(found: QuerySet[Organisation], after: str) -> Shelf:
    """Return those that come after an organisation, by name: as fast on the last page as here."""
    begins = placed(after)
    if begins is not None:
        found = found.filter(Q(name__gt=begins.name) | Q(name=begins.name, pk__gt=begins.pk))
    rows = list(found.order_by("name", "pk")[: PER_PAGE + 1])
    more = str(rows[PER_PAGE - 1].pk) if len(rows) > PER_PAGE else ""
    return Shelf(rows[:PER_PAGE], more, begins is None)


def placed(after: str) -> Organisation | None:
    try:
        return Organisation.objects.filter(pk=UUID(after)).first()
    except ValueError:
        return None
