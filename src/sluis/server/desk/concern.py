"""An organisation as a desk reaches it: what does not concern its provider is not there."""

from uuid import UUID

from django.http import Http404

from sluis.server.answers.concern import organisations_of
from sluis.server.models import Organisation, Provider


def of_provider(provider: Provider, organisation: UUID | str) -> Organisation:
    """Return one of the organisations that concern the provider; raises `Http404`."""
    found = organisations_of(provider).filter(pk=organisation).first()
    if found is None:
        raise Http404
    return found
