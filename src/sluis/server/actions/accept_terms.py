"""Accept new terms for a subscription that runs already; the audit log keeps those before."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sluis.core.subscription import State
from sluis.server.actions.actor import Actor, Refused, developers_only, only
from sluis.server.actions.publish_terms import terms_in_force
from sluis.server.actions.subscribe import audited
from sluis.server.models import Subscription, Terms

OVER = (State.ENDED, State.REJECTED)


def terms_to_accept(subscription: Subscription) -> Terms | None:
    """Return the terms that are in force and not those that were accepted; None if they are."""
    if subscription.state in OVER:
        return None
    newest = terms_in_force(subscription.environment.provider_id, subscription.api)
    return newest if newest is not None and newest.pk != subscription.terms_id else None


def terms_due(subscriptions: Sequence[Subscription]) -> set[Subscription]:
    """Return those of the subscriptions that have terms to accept, with one question for all."""
    living = [one for one in subscriptions if one.state not in OVER]
    providers = {one.environment.provider_id for one in living}
    versions = Terms.objects.filter(provider__in=providers).order_by("version").defer("text")
    newest = {(one.provider_id, one.api): one.pk for one in versions}
    due = set()
    for one in living:
        provider = one.environment.provider_id
        current = newest.get((provider, one.api)) or newest.get((provider, ""))
        if current not in (None, one.terms_id):
            due.add(one)
    return due


@transaction.atomic
def accept_terms(*, actor: Actor, subscription: Subscription, terms: int) -> Subscription:
    """Accept the terms with this number, the ones that were read. Raises as others do."""
    found = Subscription.objects.select_for_update(no_key=True).get(pk=subscription.pk)
    only(actor.develops(found.organisation), developers_only())
    newest = terms_to_accept(found)
    if newest is None:
        return found
    if newest.pk != terms:
        raise Refused(_("Read and accept the terms that are in force now."))
    before, found.terms, found.terms_accepted_at = found.terms_id, newest, timezone.now()
    found.save()
    audited(actor, "accept-terms", found, terms=newest.pk, before=before)
    return found
