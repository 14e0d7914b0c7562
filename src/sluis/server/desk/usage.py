"""Import what companies used of the old platform: rehearsed line by line, then kept as a whole.

Between the two the file waits in the page itself: nothing of it lies on the server before
somebody has said yes, and what is kept is read and checked as it was the first time.
"""

import base64
import zlib
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sluis.apis.parcels.rules.catalogue import APIS
from sluis.apis.parcels.rules.usage import COLUMNS, Effect, Row
from sluis.core.attachment import FILE_BYTES, plain
from sluis.server.actions.actor import Actor, Refused
from sluis.server.actions.import_usage import Usage, import_usage, rehearse_usage, worded
from sluis.server.answers.versions import PROVIDER
from sluis.server.desk.staff import for_desk_of
from sluis.server.models import Organisation, Provider, VersionInUse

LINES_SHOWN = 100
FIELD_CHARACTERS = 2_500_000  # Django takes forms of 2.5 MiB, the files in them not counted
# What becomes of a row: the colour of its signal and the word beside it.
EFFECTS = {
    Effect.NEW: ("green", gettext_lazy("new")),
    Effect.LATER: ("green", gettext_lazy("used later than we knew")),
    Effect.KNOWN: ("grey", gettext_lazy("known already")),
    Effect.TWICE: ("grey", gettext_lazy("twice in the file")),
}


class Chosen(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy(
            "At most 5 MB. Nothing is imported yet: you see first what it does."
        ),
        error_messages={
            name: gettext_lazy("Choose a CSV file with rows in it.")
            for name in ("required", "invalid", "missing", "empty")
        },
        widget=forms.FileInput(
            attrs={
                "accept": ".csv,text/csv",
                "data-max-bytes": FILE_BYTES,
                "data-max-files": 1,
                "data-too-much": gettext_lazy("The file is larger than 5 MB. Split it."),
            }
        ),
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > FILE_BYTES:
            raise forms.ValidationError(_("The file is too large. Split it."))
        return file


def of_register(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the page to the desk of the provider that has a register of versions."""

    def shown(request: HttpRequest, actor: Actor, provider: Provider) -> HttpResponse:
        if provider.pk != PROVIDER:
            raise Http404
        return view(request, actor, provider)

    return for_desk_of(shown)


@of_register
def page(request: HttpRequest, actor: Actor, provider: Provider) -> HttpResponse:
    if request.POST.get("act") == "import":
        return imported(request, actor, provider)
    form = Chosen(request.POST, request.FILES) if request.method == "POST" else Chosen()
    if form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read()
        try:
            found = rehearse_usage(actor=actor, provider=provider, content=content)
            waiting = packed(content)
        except Refused as error:
            form.add_error("file", str(error))
        else:
            return rehearsed(request, provider, plain(file.name or ""), waiting, found)
    return asked(request, provider, form)


def asked(request: HttpRequest, provider: Provider, form: Chosen) -> HttpResponse:
    kept = VersionInUse.objects.filter(provider=provider, source=VersionInUse.Source.LEGACY)
    context = {
        "provider": provider,
        "form": form,
        "columns": ",".join(COLUMNS),
        "rows": kept.count(),
        "companies": kept.values("organisation").distinct().count(),
    }
    return render(request, "desk/usage.html", context)


def rehearsed(
    request: HttpRequest, provider: Provider, name: str, waiting: str, found: Usage
) -> HttpResponse:
    count = found.counted()
    context = {
        "provider": provider,
        "name": name,
        "changes": count[Effect.NEW] + count[Effect.LATER],
        "counts": [(words[1], count[effect]) for effect, words in EFFECTS.items()],
        "wrong": len({fault.line for fault in found.faults}),
        "faults": [(fault.line, worded(fault)) for fault in found.faults[:LINES_SHOWN]],
        "more_faults": max(0, len(found.faults) - LINES_SHOWN),
        "lines": lines(found.rows[:LINES_SHOWN]),
        "more_lines": max(0, len(found.rows) - LINES_SHOWN),
        "packed": waiting,
        "form": Chosen(),
    }
    return render(request, "desk/usage_rehearsed.html", context)


def lines(rows: list[tuple[Row, Effect]]) -> list[dict[str, Any]]:
    """Return the rows as the page shows them, with the names of the companies."""
    names = Organisation.objects.in_bulk([row.used.company for row, _effect in rows])
    called = {str(key): found.name for key, found in names.items()}
    return [
        {
            "line": row.line,
            "company": called[row.used.company],
            "api": APIS[row.used.api].name,
            "used": row.used,
            "colour": EFFECTS[effect][0],
            "word": EFFECTS[effect][1],
        }
        for row, effect in rows
    ]


def imported(request: HttpRequest, actor: Actor, provider: Provider) -> HttpResponse:
    try:
        content = unpacked(request.POST.get("packed", ""))
        done = import_usage(actor=actor, provider=provider, content=content)
    except Refused as error:  # what it names has changed since it was rehearsed
        messages.error(request, _("Nothing was imported. %(why)s") % {"why": error})
    else:
        told = {effect.value: number_format(done.counted()[effect]) for effect in Effect}
        text = _("Imported: %(new)s new, %(later)s used later than we knew.") % told
        messages.success(request, text)
    return redirect("desk_usage", provider.pk)


def packed(content: bytes) -> str:
    """Return a file as a field of a form can hold it: a list becomes a tenth of its size.

    Raises `Refused` for what stays too large for a form: random text in columns of its own.
    """
    found = base64.b64encode(zlib.compress(content)).decode()
    if len(found) > FIELD_CHARACTERS:
        raise Refused(_("The file is too large. Split it."))
    return found


def unpacked(text: str) -> bytes:
    """Return the file; raises `Refused` for what no rehearsal has packed."""
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(base64.b64decode(text, validate=True), FILE_BYTES + 1)
    except (ValueError, zlib.error) as error:
        raise Refused(_("Choose the file again.")) from error
    if len(content) > FILE_BYTES or not unpacking.eof:
        raise Refused(_("Choose the file again."))
    return content
