"""Send the mail that confirms an address once more."""

from allauth.account.internal.flows.email_verification import send_verification_email_to_address
from allauth.account.models import EmailAddress
from allauth.core.internal import ratelimit
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sluis.server.portal.account_forms import EMAIL, email_worded


class Again(forms.Form):
    email = forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "email"}))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as given
        email_worded(self.fields["email"], EMAIL)


@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Answer the same for every address: who has an account is nobody's business."""
    too_many: HttpResponse | None = ratelimit.consume_or_429(
        request, app="allauth.account", action="signup"
    )
    if too_many is not None:
        return too_many
    form = Again(request.POST)
    if not form.is_valid():
        return render(request, "account/verification_sent.html", {"form": form})
    email = form.cleaned_data["email"].lower()
    waiting = EmailAddress.objects.filter(email=email, verified=False).first()
    if waiting is not None:  # limited by allauth to one mail in three minutes
        send_verification_email_to_address(request, waiting, signup=True)
        list(messages.get_messages(request))  # allauth's own would tell that the account exists
    text = _("If this address waits for confirmation, a mail is on its way to it.")
    messages.success(request, text)
    return redirect("account_email_verification_sent")
