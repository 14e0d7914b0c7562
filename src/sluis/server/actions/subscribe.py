"""A subscription's way: asked for, decided on, suspended and resumed, ended."""

from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluis.core import subscription as rules
from sluis.core.api import Api
from sluis.core.provider import EnvironmentKind
from sluis.core.subscription import State, Step
from sluis.server import audit
from sluis.server.actions import keys
from sluis.server.actions.actor import (
    PLATFORM,
    Actor,
    Refused,
    desk_only,
    developers_only,
    developers_or_desk_only,
    only,
)
from sluis.server.actions.announce import Changed, announce
from sluis.server.actions.letter import administrators, tell
from sluis.server.actions.publish_terms import terms_in_force
from sluis.server.answers.deprecations import ending, retired
from sluis.server.answers.evidence import evidence_of
from sluis.server.models import (
    Credential,
    Environment,
    Organisation,
    Party,
    Subscription,
    Terms,
)

SUBJECTS = {
    Step.APPROVE: gettext_noop("Subscription to %(api)s: active"),
    Step.REJECT: gettext_noop("Subscription to %(api)s: rejected"),
    Step.SUSPEND: gettext_noop("Subscription to %(api)s: suspended"),
    Step.RESUME: gettext_noop("Subscription to %(api)s: active again"),
    Step.END: gettext_noop("Subscription to %(api)s: ended"),
}
TEXTS = {
    Step.APPROVE: gettext_noop(
        "The subscription of %(organisation)s to %(api)s in %(environment)s is active.\n"
        "You find its keys in the portal: %(portal)s\n"
    ),
    Step.REJECT: gettext_noop(
        "The subscription of %(organisation)s to %(api)s in %(environment)s was rejected.\n"
        "The reason: %(reason)s\n"
    ),
    Step.SUSPEND: gettext_noop(
        "The subscription of %(organisation)s to %(api)s in %(environment)s is suspended: "
        "its calls are refused until it is resumed.\n%(reason)s\n"
    ),
    Step.RESUME: gettext_noop(
        "The subscription of %(organisation)s to %(api)s in %(environment)s is active again, "
        "with the same keys.\n"
    ),
    Step.END: gettext_noop(
        "The subscription of %(organisation)s to %(api)s in %(environment)s has ended. "
        "Its keys are disabled.\n%(reason)s\n"
    ),
}


class Subscribed(NamedTuple):
    subscription: Subscription
    keys: dict[str, str]  # by label; none while the desk has not decided


def decided_by_desk(api: Api, kind: EnvironmentKind) -> bool:
    """Return whether somebody looks at a request before it is active.

    Open data are there at once, as seed 000 has it. A role is a claim about who one is, a price
    a promise, and some want to see first that the sandbox works: outside a sandbox those are
    checked.
    """
    return kind != EnvironmentKind.SANDBOX and (bool(api.roles) or not api.free or api.evidence)


@transaction.atomic
def request(
    *,
    actor: Actor,
    organisation: Organisation,
    environment: Environment,
    api: str,
    role: str = "",
    terms: Terms | None = None,
) -> Subscribed:
    """Ask for access to an API; it is given at once where nobody needs to decide.

    `terms` are those that the organisation accepts with this: the newest there are. Raises
    `NotAllowed` and `Refused`.
    """
    only(actor.develops(organisation), developers_only())
    wanted = keys.hosted(api)
    if wanted is None or wanted.provider != environment.provider_id:
        raise Refused(_("This API is not published there."))
    refuse_retired(wanted, environment)
    if role not in (wanted.roles or ("",)):
        raise Refused(_("Choose one of the roles that this API knows."))
    if terms != terms_in_force(environment.provider_id, api):
        raise Refused(_("Read and accept the terms that are in force now."))
    try:
        with transaction.atomic():
            made = Subscription.objects.create(
                environment=environment,
                organisation=organisation,
                api=api,
                role=role,
                terms=terms,
                terms_accepted_at=timezone.now() if terms else None,
                requested_by=actor.person,
            )
    except IntegrityError as error:
        raise Refused(_("The organisation has a subscription to this API already.")) from error
    audited(actor, "request", made, terms=terms.pk if terms else None, role=role)
    announce(Changed.SUBSCRIPTION, made.pk)
    if decided_by_desk(wanted, EnvironmentKind(environment.kind)):
        return Subscribed(made, {})
    return approve(actor=PLATFORM, subscription=made)


def refuse_retired(api: Api, environment: Environment) -> None:
    """Raise `Refused` where calls of the version are refused: a key would be of no use."""
    said = ending(api, environment)
    if said is None or not said.retired:
        return
    told = _(
        "Version %(version)s is no longer answered in this environment. Choose another"
        " environment, or ask the service desk what comes instead."
    )
    if said.deprecation.notes:
        told = _(
            "Version %(version)s is no longer answered in this environment. Choose another"
            " environment, or read what comes instead: %(notes)s"
        )
    raise Refused(told % {"version": api.version, "notes": said.deprecation.notes})


@transaction.atomic
def approve(*, actor: Actor, subscription: Subscription, although: str = "") -> Subscribed:
    """Make a requested subscription active, with its keys; its role is the organisation's.

    `although` says why, where the calls in the sandbox do not show that all of it works, and the
    API wants that. Raises `NotAllowed`, and `Refused` too where the version was retired while it
    waited.
    """
    only(actor.serves(subscription.environment.provider_id), desk_only())
    wanted = keys.hosted(subscription.api)
    if wanted is not None and retired(wanted, subscription.environment):
        raise Refused(
            _(
                "This version is no longer answered there. Reject the request, and say what comes"
                " instead."
            )
        )
    lacking = (
        wanted is not None
        and asks_for_evidence(wanted, subscription)
        and not evidence_of(subscription.organisation, [wanted]).complete
    )
    if lacking and not although.strip():
        raise Refused(_("The checklist is not complete. Say why you authorise it all the same."))
    found = stepped(subscription, Step.APPROVE)
    if lacking:
        found.although = although.strip()
        found.save(update_fields=["although"])
    minted = [(label, keys.mint(found, label)) for label in keys.LABELS]
    if found.role:
        take_role(actor, found)
    finish(actor, Step.APPROVE, found)
    return Subscribed(found, {label: made[1] for label, made in minted if made is not None})


def asks_for_evidence(api: Api, subscription: Subscription) -> bool:
    """Return whether this is for production, and of an API whose sandbox has to show first."""
    return api.evidence and subscription.environment.kind == EnvironmentKind.LIVE


def take_role(actor: Actor, subscription: Subscription) -> None:
    """Let the organisation be in the environment what it subscribed as: APIs go by that."""
    organisation, environment = subscription.organisation, subscription.environment
    party, _made = Party.objects.select_for_update(no_key=True).get_or_create(
        environment=environment, organisation=organisation, defaults={"name": organisation.name}
    )
    if subscription.role in party.roles:
        return
    party.roles = sorted({*party.roles, subscription.role})
    party.save(update_fields=["roles"])
    audit.write(
        actor.name,
        "party.role",
        f"party:{party.pk}",
        environment.pk,
        organisation=organisation.pk.hex,
        role=subscription.role,
    )
    announce(Changed.PARTY, f"{environment.pk} {organisation.pk.hex}")


@transaction.atomic
def reject(*, actor: Actor, subscription: Subscription, reason: str) -> Subscription:
    only(actor.serves(subscription.environment.provider_id), desk_only())
    found = stepped(subscription, Step.REJECT, required(reason))
    finish(actor, Step.REJECT, found)
    return found


@transaction.atomic
def suspend(*, actor: Actor, subscription: Subscription, reason: str = "") -> Subscription:
    """Have its calls refused for a while. The desk gives a reason; the organisation need not."""
    own = actor.develops(subscription.organisation) and not actor.trusted
    only(own or actor.serves(subscription.environment.provider_id), developers_or_desk_only())
    found = stepped(subscription, Step.SUSPEND, "" if own else required(reason))
    finish(actor, Step.SUSPEND, found)
    return found


@transaction.atomic
def resume(*, actor: Actor, subscription: Subscription) -> Subscription:
    """End a suspension: the organisation its own, the desk any."""
    locked = Subscription.objects.select_for_update(no_key=True).get(pk=subscription.pk)
    desk = actor.serves(locked.environment.provider_id)
    only(desk or actor.develops(locked.organisation), developers_or_desk_only())
    # A suspension with a reason is the desk's, for which it is not the organisation to judge.
    only(desk or not locked.reason, desk_only())
    found = stepped(locked, Step.RESUME)
    finish(actor, Step.RESUME, found)
    return found


@transaction.atomic
def end(*, actor: Actor, subscription: Subscription, reason: str = "") -> Subscription:
    """End it for good; its keys are disabled. The desk gives a reason."""
    own = actor.develops(subscription.organisation) and not actor.trusted
    only(own or actor.serves(subscription.environment.provider_id), developers_or_desk_only())
    found = stepped(subscription, Step.END, reason if own else required(reason))
    Credential.objects.filter(subscription=found, disabled_at=None).update(
        disabled_at=timezone.now()
    )
    finish(actor, Step.END, found)
    return found


def stepped(subscription: Subscription, step: Step, reason: str = "") -> Subscription:
    """Take the step on the row as it is now, held until the transaction ends."""
    found = Subscription.objects.select_for_update(no_key=True).get(pk=subscription.pk)
    try:
        found.state = rules.moved(State(found.state), step)
    except rules.Refused as error:
        raise Refused(_("The subscription is no longer in a state that allows this.")) from error
    found.reason = reason
    found.save()
    return found


def required(reason: str) -> str:
    if not reason.strip():
        raise Refused(_("Give a reason: it is told to the organisation."))
    return reason.strip()


def finish(actor: Actor, step: Step, subscription: Subscription) -> None:
    """Write the step down, announce it (its keys follow it) and tell the organisation."""
    audited(actor, step, subscription)
    announce(Changed.SUBSCRIPTION, subscription.pk)
    tell(
        administrators(subscription.organisation),
        SUBJECTS[step],
        TEXTS[step],
        organisation=subscription.organisation.name,
        api=subscription.api,
        environment=subscription.environment_id,
        reason=subscription.reason,
    )


def audited(actor: Actor, step: str, subscription: Subscription, **details: audit.Detail) -> None:
    audit.write(
        actor.name,
        f"subscription.{step}",
        f"subscription:{subscription.pk}",
        subscription.environment_id,
        organisation=subscription.organisation_id.hex,
        api=subscription.api,
        **details,
    )
