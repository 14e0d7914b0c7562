"""Who calls, and what they were granted: absent means no."""

from collections.abc import Mapping
from hashlib import sha256

from sluis.core.access import Grant
from sluis.core.caller import Caller
from sluis.core.message import Request
from sluis.core.problem import Problem, Reason
from sluis.core.subscription import State
from sluis.gateway.route import Endpoint
from sluis.gateway.schemes import Credentials
from sluis.gateway.snapshot import Admission, Environment, Snapshot, SnapshotCredentials
from sluis.gateway.visit import Visit

ADMISSIONS_AT_MOST = 100_000


def admit(
    request: Request,
    endpoint: Endpoint,
    parameters: Mapping[str, str],
    snapshot: Snapshot,
    environment: Environment,
    visit: Visit,
) -> Grant:
    """Find out who calls and what they were granted.

    Under one snapshot the same credentials at the same operation have one outcome until one of
    them expires; it is remembered by their digest, which saves a third of the time of a call.
    """
    if not endpoint.repeatable:
        return admitted(request, endpoint, parameters, snapshot, environment, visit).grant
    digest = digest_of(request, endpoint)
    if endpoint.operation.organisation is not None:
        digest += request.path.encode()  # which may decide for whom it is
    shown = (environment.key, endpoint.operation, digest)
    admission = snapshot.admissions.get(shown)
    if admission is None or admission.good_until <= visit.now:
        admission = admitted(request, endpoint, parameters, snapshot, environment, visit)
        if len(snapshot.admissions) >= ADMISSIONS_AT_MOST:
            snapshot.admissions.clear()
        snapshot.admissions[shown] = admission
    visit.caller = admission.caller
    return admission.grant


def digest_of(request: Request, endpoint: Endpoint) -> bytes:
    """Return the digest of all in a call that its schemes look at."""
    shown = request.shown
    if shown is not None and shown[0] is endpoint:
        return shown[1]
    found = digest_of_headers(request, endpoint.headers)
    for parameter, value in request.query:
        if parameter in endpoint.query_parameters:
            found = sha256(found + f"{parameter}={value}".encode()).digest()
    request.shown = (endpoint, found)
    return found


def digest_of_headers(request: Request, names: tuple[bytes, ...]) -> bytes:
    """Return the digest; made anew where they are not those of the call before."""
    values = [request.headers.get(name, ()) for name in names]
    known = request.digests.get(names)
    if known is not None and known[0] == values:
        return known[1]
    digest = sha256(b"\n".join([b"\0".join(value) for value in values])).digest()
    request.digests[names] = (values, digest)
    return digest


def admitted(
    request: Request,
    endpoint: Endpoint,
    parameters: Mapping[str, str],
    snapshot: Snapshot,
    environment: Environment,
    visit: Visit,
) -> Admission:
    credentials = SnapshotCredentials(snapshot, environment, visit.now)
    identify(request, endpoint, credentials, visit)
    named = endpoint.operation.organisation
    if named is not None and visit.caller.organisation is None:
        organisation = named(environment.stores.get(endpoint.api.package), parameters)
        visit.caller = visit.caller._replace(organisation=organisation)
    grant = permit(visit.caller, endpoint, environment)
    return Admission(visit.caller, grant, credentials.good_until)


def identify(request: Request, endpoint: Endpoint, credentials: Credentials, visit: Visit) -> None:
    """Note the caller whom all schemes of the operation together describe.

    Of a call that is refused half way, as far as it was known: its owner wants to see it.
    """
    for scheme in endpoint.schemes:
        found = scheme.identify(request, credentials)
        if found is None:
            if scheme.name in endpoint.operation.optional:
                continue
            raise Problem(Reason.CREDENTIAL_MISSING, scheme.missing, scheme=scheme.name)
        visit.caller = visit.caller.joined(found)


def permit(caller: Caller, endpoint: Endpoint, environment: Environment) -> Grant:
    """Return what the caller was granted; absent means no."""
    if not endpoint.schemes:
        return endpoint.whole
    access = environment.access.get((caller.organisation or "", endpoint.api.slug))
    if access is None or access.state is not State.ACTIVE:
        detail = f"There is no active subscription to {endpoint.api.slug} in {environment.key}."
        raise Problem(Reason.NOT_SUBSCRIBED, f"{detail} Subscribe in the portal.")
    if caller.application is not None and not acts_for(caller, environment):
        detail = "The organisation has not agreed that this application acts for it."
        raise Problem(Reason.NO_CONSENT, f"{detail} It can do so in the portal.")
    grant = endpoint.whole if access.grant is None else access.grant
    if not grant.allows(endpoint.operation):
        detail = f"The subscription does not cover {endpoint.operation.name}."
        raise Problem(Reason.NOT_GRANTED, f"{detail} Ask for it in the portal.")
    return grant


def acts_for(caller: Caller, environment: Environment) -> bool:
    pair = (caller.application, caller.organisation)
    return pair in environment.consents or pair in environment.own_applications
