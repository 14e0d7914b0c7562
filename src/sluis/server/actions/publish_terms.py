"""The terms of a provider, or of one of its APIs: versions that are never changed."""

from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluis.server import audit
from sluis.server.actions.actor import Actor, Refused, desk_only, only
from sluis.server.actions.letter import tell_subscribers
from sluis.server.models import Provider, Subscription, Terms

LANGUAGES = ("nl", "en", "de")


def terms_in_force(provider: str, api: str) -> Terms | None:
    """Return what a new subscriber accepts: the API's own terms, else those of the provider."""
    newest = Terms.objects.filter(provider=provider).order_by("-version")
    return newest.filter(api=api).first() or newest.filter(api="").first()


@transaction.atomic
def publish_terms(
    *, actor: Actor, provider: Provider, text: dict[str, str], api: str = ""
) -> Terms:
    """Make the next version, in every language; earlier acceptances stand for what they were.

    Whom it binds is told. Raises `NotAllowed`, and `Refused` where nothing would be new.
    """
    only(actor.serves(provider.pk), desk_only())
    if sorted(text) != sorted(LANGUAGES) or not all(part.strip() for part in text.values()):
        raise Refused(_("Terms have a text in Dutch, English and German."))
    # One version at a time. The turn comes last: mails to thousands keep nobody waiting for it.
    Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
    current = terms_in_force(provider.pk, api)
    if current is not None and lines(current.text) == lines(text):
        raise Refused(_("This text is in force already. Change it first."))
    versions = Terms.objects.filter(provider=provider, api=api)
    newest = versions.aggregate(newest=Max("version"))["newest"] or 0
    made = Terms.objects.create(provider=provider, api=api, version=newest + 1, text=text)
    tell_of_terms(made)
    # In every environment of the provider.
    subject, of = f"terms:{made.pk}", provider.pk
    audit.write(actor.name, "terms.publish", subject, of, api=api, version=made.version)
    return made


def lines(text: Mapping[str, str]) -> dict[str, list[str]]:
    """Return terms as they are compared: browsers end lines in their own way."""
    return {
        language: [line.rstrip() for line in part.strip().splitlines()]
        for language, part in text.items()
    }


def tell_of_terms(made: Terms) -> None:
    tell_subscribers(
        bound(made.provider, made.api),
        gettext_noop("New terms of %(provider)s"),
        gettext_noop(
            "%(provider)s has published version %(version)s of its terms. It is for what"
            " %(organisation)s subscribes to: %(apis)s.\n"
            "Calls are answered as before. Read the terms and accept them, with each of these"
            " subscriptions in the portal: %(portal)s\n"
        ),
        provider=made.provider.name,
        version=made.version,
        portal=settings.CONFIG.portal_url + reverse("subscriptions"),
    )


def bound(provider: Provider, api: str) -> QuerySet[Subscription]:
    """Return the subscriptions for which terms of the provider are, or of one of its APIs."""
    found = Subscription.objects.filter(environment__provider=provider)
    if api:
        return found.filter(api=api)
    own = Terms.objects.filter(provider=provider).exclude(api="")
    return found.exclude(api__in=own.values("api"))
