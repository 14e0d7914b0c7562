"""The audit log: who did what to which thing and when, and whether the chain is whole."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sluis.server import audit
from sluis.server.actions.actor import Actor
from sluis.server.answers.concern import environment_keys
from sluis.server.desk.staff import for_desk_of
from sluis.server.models import AuditCheck, AuditEntry, Membership, Person, Provider, Ticket

PER_PAGE = 50
EXPORTED = 20_000
COLUMNS = ("sequence", "at", "actor", "name", "action", "environment", "subject", "details", "hash")
WIDGET = {"spellcheck": "false", "autocomplete": "off"}
MOMENT = {"type": "datetime-local"}
FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"]
WHEN = {"invalid": gettext_lazy("Enter a date and a time.")}


class Filter(forms.Form):
    actor = forms.CharField(
        label=gettext_lazy("Who: name, e-mail address or id"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs=WIDGET),
    )
    action = forms.CharField(
        label=gettext_lazy("Act, as subscription.end"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs=WIDGET),
    )
    subject = forms.CharField(
        label=gettext_lazy("Object, as ticket:17"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs=WIDGET),
    )
    since = forms.DateTimeField(
        label=gettext_lazy("From, UTC"),
        required=False,
        input_formats=FORMATS,
        error_messages=WHEN,
        widget=forms.DateTimeInput(attrs=MOMENT),
    )
    until = forms.DateTimeField(
        label=gettext_lazy("Until, UTC"),
        required=False,
        input_formats=FORMATS,
        error_messages=WHEN,
        widget=forms.DateTimeInput(attrs=MOMENT),
    )


def concerning(provider: Provider) -> QuerySet[AuditEntry]:
    """Return the entries of the provider's environments, and what its desk did elsewhere.

    Entries without an environment are of organisations, people and tickets.
    """
    staff = [
        str(row.person_id)
        for row in Membership.objects.filter(organisation=provider.organisation_id)
        if "desk" in row.roles
    ]
    tickets = Ticket.objects.filter(provider=provider)
    asked = tickets.annotate(name=Concat(Value("ticket:"), Cast("pk", CharField())))
    return AuditEntry.objects.filter(
        Q(environment__in=[provider.pk, *environment_keys(provider)])
        | Q(environment="", actor__in=staff)
        | Q(environment="", subject__in=asked.values("name"))
    )


def filtered(provider: Provider, form: Filter) -> QuerySet[AuditEntry]:
    """Return what is asked for, the newest first; all of it where the form is not right."""
    found = concerning(provider).order_by("-sequence")
    if not form.is_valid():
        return found
    given = form.cleaned_data
    if given["actor"]:
        found = found.filter(actor__in=actors(given["actor"].strip()))
    if given["action"]:
        found = found.filter(action__startswith=given["action"].strip())
    if given["subject"]:
        found = found.filter(subject__startswith=given["subject"].strip())
    if given["since"]:
        found = found.filter(at__gte=given["since"])
    if given["until"]:
        found = found.filter(at__lt=given["until"])
    return found


def actors(asked: str) -> list[str]:
    """Return the text itself, and the ids of the people whose name or address has it."""
    people = Person.objects.filter(Q(name__icontains=asked) | Q(email__icontains=asked))
    return [asked, *(str(key) for key in people.values_list("pk", flat=True)[:500])]


@for_desk_of
def page(request: HttpRequest, actor: Actor, provider: Provider) -> HttpResponse:
    form = Filter(request.GET)
    found = filtered(provider, form)
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        found = found.filter(sequence__lt=int(before))
    rows = list(found[: PER_PAGE + 1])
    query = request.GET.copy()
    query.pop("before", None)
    context = {
        "provider": provider,
        "form": form,
        "rows": with_names(rows[:PER_PAGE]),
        "next": rows[PER_PAGE - 1].sequence if len(rows) > PER_PAGE else None,
        "query": query.urlencode(),
        "later": bool(before),
        "check": AuditCheck.objects.filter(pk=1).first(),
        "newest": audit.head(),
        "exported": EXPORTED,
    }
    return render(request, "desk/audit.html", context)


def with_names(entries: Iterable[AuditEntry]) -> list[tuple[AuditEntry, str]]:
    """Return each entry with the name of who did it; "" for what is no person."""
    rows = list(entries)
    ids = {key for row in rows if (key := person_id(row.actor)) is not None}
    names = {str(person.pk): str(person) for person in Person.objects.filter(pk__in=ids)}
    return [(row, names.get(row.actor, "")) for row in rows]


def person_id(actor: str) -> UUID | None:
    try:
        return UUID(actor)
    except ValueError:
        return None


@for_desk_of
@require_POST
def verify(request: HttpRequest, actor: Actor, provider: Provider) -> HttpResponse:
    """Recompute the chain of hashes now; it is done every hour by itself."""
    if audit.check().broken is None:
        messages.success(request, _("The chain is whole."))
    else:
        messages.error(request, _("The chain is broken. Tell the operator of this Sluis."))
    return redirect("desk_audit", provider.pk)


@for_desk_of
def export(request: HttpRequest, actor: Actor, provider: Provider) -> HttpResponse:
    """Return the newest entries of a filter as CSV (RFC 4180)."""
    found = filtered(provider, Filter(request.GET))[:EXPORTED]
    text = "".join(lines(list(found)))
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="audit-{provider.pk}.csv"'
    return answer


def lines(entries: list[AuditEntry]) -> Iterator[str]:
    yield line(COLUMNS)
    for entry, name in with_names(entries):
        values: list[Any] = [
            entry.sequence,
            entry.at.isoformat(),
            entry.actor,
            name,
            entry.action,
            entry.environment,
            entry.subject,
            json.dumps(entry.details, sort_keys=True, ensure_ascii=False),
            entry.hash,
        ]
        yield line(values)


def line(values: Iterable[Any]) -> str:
    """Return a line in which no cell is a formula to a spreadsheet."""
    text = io.StringIO()
    csv.writer(text).writerow(
        f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value
        for value in values
    )
    return text.getvalue()
