"""API users of an organisation: user names for software, with a password that is shown once."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sluis.core.credential import new_password
from sluis.server.actions.actor import NotAllowed, Refused
from sluis.server.actions.make_api_user import disable_api_user, make_api_user, set_password
from sluis.server.models import ApiUser, Organisation
from sluis.server.portal import places
from sluis.server.portal.belonging import acting, for_members, own_one
from sluis.server.portal.organisation_forms import MakeApiUser
from sluis.server.portal.organisations import shown


@for_members
def page(request: HttpRequest, organisation: UUID) -> HttpResponse:
    found = own_one(request, organisation)
    users = found.api_users.select_related("environment__provider").order_by(
        "environment", "username"
    )
    listed = [(user, places.title(user.environment)) for user in users]
    context = shown(request, found, "api_users", users=listed)
    return render(request, "organisations/api_users.html", context)


@for_members
@never_cache
def new(request: HttpRequest, organisation: UUID) -> HttpResponse:
    found = own_one(request, organisation)
    form = MakeApiUser(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        password = new_password()
        try:
            made = make_api_user(
                actor=acting(request, found),
                organisation=found,
                password=password,
                **form.cleaned_data,
            )
        except (NotAllowed, Refused) as error:
            form.add_error(None, str(error))
        else:
            return shown_once(request, found, made, password)
    context = shown(request, found, "api_users", form=form)
    return render(request, "organisations/api_user_new.html", context)


def shown_once(
    request: HttpRequest, organisation: Organisation, user: ApiUser, password: str
) -> HttpResponse:
    """Show a password in the answer itself: to redirect, it would have to be kept somewhere."""
    context = shown(
        request,
        organisation,
        "api_users",
        user_made=user,
        password=password,
        name=places.title(user.environment),
        place=places.at(user.environment_id),
    )
    return render(request, "organisations/api_user_made.html", context)


def owned(organisation: Organisation, user: UUID) -> ApiUser:
    found = organisation.api_users.filter(pk=user, disabled_at=None)
    one = found.select_related("environment", "organisation").first()
    if one is None:
        raise Http404
    return one


@for_members
@never_cache
def one(request: HttpRequest, organisation: UUID, user: UUID) -> HttpResponse:
    """Ask before a password is replaced or the user is disabled; and replace it."""
    found = own_one(request, organisation)
    known = owned(found, user)
    if request.method == "POST":
        password = new_password()
        try:
            set_password(actor=acting(request, found), user=known, password=password)
        except (NotAllowed, Refused) as error:
            messages.error(request, str(error))
            return redirect("api_users", found.pk)
        return shown_once(request, found, known, password)
    context = shown(request, found, "api_users", known=known, name=places.title(known.environment))
    return render(request, "organisations/api_user.html", context)


@for_members
@require_POST
def disable(request: HttpRequest, organisation: UUID, user: UUID) -> HttpResponse:
    found = own_one(request, organisation)
    known = owned(found, user)
    try:
        disable_api_user(actor=acting(request, found), user=known)
    except NotAllowed as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(name)s is disabled.") % {"name": known.username})
    return redirect("api_users", found.pk)
