"""The language switch: Django's own, which also remembers what a person chose for mails."""

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import check_for_language
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language


# Without a token, so that public pages need no cookie. A form on another site can at most
# choose a language for somebody who has no session with us: that cookie stays home (SameSite).
@csrf_exempt
def choose(request: HttpRequest) -> HttpResponseBase:
    response = set_language(request)
    language = request.POST.get("language", "")
    if request.user.is_authenticated and check_for_language(language):
        request.user.language = language
        request.user.save(update_fields=["language"])
    return response
