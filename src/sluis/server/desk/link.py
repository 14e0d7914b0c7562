"""Link a person to a company, for who calls or writes: step 1 and 2 of seed 003."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from sluis.server.actions.actor import Actor, NotAllowed, Refused
from sluis.server.desk.linking import Linking, invited, linked, resent
from sluis.server.desk.staff import acting, for_desk, served
from sluis.server.models import Provider


@for_desk
def page(request: HttpRequest) -> HttpResponse:
    desks = served(request)
    wanted = request.POST.get("provider") or request.GET.get("provider")
    provider = desks.get(wanted or "") or next(iter(desks.values()))
    actor = acting(request, provider)
    if "resend" in request.POST:
        return sent_again(request, actor, provider)
    form = Linking(provider, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            # A new company is not left behind when its person cannot be linked.
            with transaction.atomic():
                text = linked(actor, form)
        except (NotAllowed, Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, text)
            return redirect(f"{request.path}?provider={provider.pk}")
    context = {
        "form": form,
        "provider": provider,
        "served": list(desks.values()),
        "invited": invited(provider),
    }
    return render(request, "desk/link.html", context)


def sent_again(request: HttpRequest, actor: Actor, provider: Provider) -> HttpResponse:
    try:
        messages.success(request, resent(actor, provider, request.POST["resend"]))
    except (NotAllowed, Refused) as error:
        messages.error(request, str(error))
    return redirect(f"{request.path}?provider={provider.pk}")
