"""Pages, and the files they bring, leave compressed: over the wire they weigh a fifth."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

WORTH_IT = ("text/", "application/json", "image/svg+xml")


class Compressed(GZipMiddleware):
    """Compress whole answers in text, unless they are not to be kept: those show secrets.

    What is compressed tells by its length what is in it, a letter at a time (BREACH). Django
    blurs the length of the others by up to 100 bytes, and no other site can fetch them as
    somebody: the session goes along to pages that are opened only.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Know a file by the ETag that is weak because it left compressed."""
        known = request.META.get("HTTP_IF_NONE_MATCH")
        if known:
            request.META["HTTP_IF_NONE_MATCH"] = known.removeprefix("W/")

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        whole = response.status_code == 200 and request.method != "HEAD"
        text = response.get("Content-Type", "").startswith(WORTH_IT)
        if whole and text and "no-store" not in response.get("Cache-Control", ""):
            return super().process_response(request, response)
        return response
