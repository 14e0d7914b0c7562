"""What concerns a provider: whom its desk sees, and acts for; who works with others too."""

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from sluis.server.models import (
    ApiUser,
    Channel,
    Client,
    Consent,
    Environment,
    Organisation,
    Party,
    Provider,
    Subscription,
    Ticket,
)


def environment_keys(*providers: Provider | str) -> list[str]:
    found = Environment.objects.filter(provider__in=providers).order_by("kind", "key")
    return list(found.values_list("key", flat=True))


def organisations_of(*providers: Provider | str) -> QuerySet[Organisation]:
    """Return those that have anything in the providers' environments, or asked their desks."""
    keys = environment_keys(*providers)

    def has(model: type[Model]) -> Exists:
        mine = model._default_manager.filter(environment__in=keys, organisation=OuterRef("pk"))
        return Exists(mine)

    concerned = has(Subscription) | has(Party) | has(Channel) | has(ApiUser) | has(Consent)
    asked = Exists(Ticket.objects.filter(provider__in=providers, organisation=OuterRef("pk")))
    # Read once: SQLite would go through all clients of the environments for each organisation.
    builders = Client.objects.filter(environment__in=keys).values("application__organisation")
    return Organisation.objects.filter(concerned | Q(pk__in=builders) | asked)


def concerns(organisation: Organisation, provider: str) -> bool:
    return organisations_of(provider).filter(pk=organisation.pk).exists()


def works_elsewhere(organisation: Organisation, provider: str) -> bool:
    """Return whether an organisation has anything with another provider than this one."""
    others = Provider.objects.exclude(pk=provider).values_list("pk", flat=True)
    return organisations_of(*others).filter(pk=organisation.pk).exists()
