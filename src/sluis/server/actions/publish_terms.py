"""The terms of a provider, or of one of its APIs: versions that are never changed."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, desk_only, only
from sluis.server.models import Provider, Terms
from sluis.server.turn import take_turn

LANGUAGES = ("nl", "en", "de")


def terms_in_force(provider: str, api: str) -> Terms | None:
    """Return what a new subscriber accepts: the API's own terms, else those of the provider."""
    newest = Terms.objects.filter(provider=provider).order_by("-version")
    return newest.filter(api=api).first() or newest.filter(api="").first()


@transaction.atomic
def publish_terms(
    *, actor: Actor, provider: Provider, text: dict[str, str], api: str = ""
) -> Terms:
    """Make the next version, in every language; earlier acceptances stand for what they were."""
    only(actor.serves(provider.pk), desk_only())
    if sorted(text) != sorted(LANGUAGES) or not all(part.strip() for part in text.values()):
        raise Refused(_("Terms have a text in Dutch, English and German."))
    take_turn()
    versions = Terms.objects.filter(provider=provider, api=api)
    newest = versions.aggregate(newest=Max("version"))["newest"] or 0
    made = Terms.objects.create(provider=provider, api=api, version=newest + 1, text=text)
    # In every environment of the provider.
    subject, of = f"terms:{made.pk}", provider.pk
    audit.write(actor.name, "terms.publish", subject, of, api=api, version=made.version)
    return made
