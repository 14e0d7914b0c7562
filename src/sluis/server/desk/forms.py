"""The forms of the desk: an answer, a request that came by telephone or mail, the status page."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from sluis.core.status import Effect, Happening
from sluis.core.version import Deprecation
from sluis.server.actions.ticket_message import TEXT_CHARACTERS
from sluis.server.answers.concern import organisations_of
from sluis.server.models import Identifier, Organisation, Provider, Ticket
from sluis.server.portal import status, ticket_words
from sluis.server.portal.account_forms import email_worded, worded
from sluis.server.portal.ticket_forms import Question, Reply


class Answer(Reply):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Answer, question or reason")
        self.fields["text"].required = False  # to close, nothing needs to be said


class Record(Question):
    """What somebody said on the telephone, or wrote in a mail."""

    provider = forms.ChoiceField(label=gettext_lazy("Provider"))
    origin = forms.ChoiceField(
        label=gettext_lazy("How did it come?"),
        choices=[("telephone", gettext_lazy("Telephone")), ("mail", gettext_lazy("E-mail"))],
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What is it about?"), choices=list(ticket_words.KINDS.items())
    )
    name = forms.CharField(
        max_length=120,
        label=gettext_lazy("Name of who asks"),
        error_messages={"required": gettext_lazy("Enter the name.")},
    )
    email = forms.EmailField(required=False, max_length=254)
    telephone = forms.CharField(
        max_length=40, required=False, label=gettext_lazy("Telephone number (optional)")
    )
    organisation = forms.CharField(
        max_length=120,
        required=False,
        label=gettext_lazy("Organisation (optional)"),
        help_text=gettext_lazy(
            "Its name here, or one of its identifiers. Its members see the ticket."
        ),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Answer in"),
        choices=[("nl", "Nederlands"), ("en", "English"), ("de", "Deutsch")],
    )
    field_order = [
        "provider",
        "origin",
        "kind",
        "name",
        "email",
        "telephone",
        "organisation",
        "language",
        "subject",
        "text",
        "attachments",
    ]

    def __init__(self, *args: Any, providers: dict[str, Provider], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.providers = providers
        help_text = _("The answer is mailed there, with a link to answer back.")
        email_worded(self.fields["email"], _("E-mail address (optional)"), help_text)
        provider = self.fields["provider"]
        provider.choices = [(slug, one.name) for slug, one in providers.items()]  # type: ignore[attr-defined]  # of a ChoiceField
        if len(providers) == 1:
            provider.widget, provider.initial = forms.HiddenInput(), next(iter(providers))
        self.fields["origin"].initial = Ticket.Origin.TELEPHONE
        self.fields["language"].initial = (get_language() or "en")[:2]

    def clean_organisation(self) -> Organisation | None:
        """Return who is named, of those that have anything with the provider."""
        named = self.cleaned_data["organisation"].strip()
        provider = self.providers.get(self.cleaned_data.get("provider", ""))
        if not named or provider is None:
            return None
        known = Identifier.objects.filter(
            environment__provider=provider, code__iexact=named
        ).values("party__organisation")
        ours = organisations_of(provider).filter(Q(name__iexact=named) | Q(pk__in=known))
        found = list(ours[:2])
        if len(found) != 1:
            raise forms.ValidationError(
                _("No organisation goes by this name or identifier.")
                if not found
                else _("Several organisations go by this. Enter an identifier.")
            )
        return found[0]


class Moment(forms.DateTimeField):
    """A time in UTC, as the browser's own control gives it."""

    def __init__(self, **more: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        invalid = {"invalid": gettext_lazy("Enter a date and a time, as 2026-03-01 14:30.")}
        super().__init__(required=False, widget=widget, error_messages=invalid, **more)

    def clean(self, value: Any) -> datetime | None:
        found: datetime | None = super().clean(value)
        return found.astimezone(UTC) if found else None


class VersionState(forms.Form):
    """From when on a version is deprecated, and from when on refused."""

    version = forms.CharField(widget=forms.HiddenInput)  # which one was looked at
    since = Moment(label=gettext_lazy("Deprecated from, in UTC"))
    sunset = Moment(
        label=gettext_lazy("Refused from, in UTC (optional)"),
        help_text=gettext_lazy("From then on every call is answered 410, by the clock here."),
    )
    notes = forms.URLField(
        label=gettext_lazy("Address of the release notes (optional)"),
        required=False,
        assume_scheme="https",
        error_messages={"invalid": gettext_lazy("Write an address that starts with https://")},
    )

    def clean_since(self) -> datetime:
        found: datetime | None = self.cleaned_data["since"]
        if found is None:
            raise forms.ValidationError(_("Enter a date and a time."))
        return found

    def chosen(self) -> Deprecation:
        return Deprecation(**self.cleaned_data)


class Update(forms.Form):
    """How something on the status page goes on."""

    effect = forms.ChoiceField(
        label=gettext_lazy("What do callers notice?"),
        choices=[(effect.value, status.STATES[effect][1]) for effect in reversed(Effect)],
    )
    text = forms.CharField(max_length=TEXT_CHARACTERS, widget=forms.Textarea(attrs={"rows": 5}))
    ends_at = Moment(
        label=gettext_lazy("Ends at, in UTC (optional)"),
        help_text=gettext_lazy("Leave it empty as long as nobody knows."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        worded(
            self.fields["text"],
            _("Message"),
            _("Write in a few sentences what callers should know."),
            _("It is public: name no customers."),
        )


class Post(Update):
    environment = forms.ChoiceField(label=gettext_lazy("Environment"))
    kind = forms.ChoiceField(
        label=gettext_lazy("What is it?"), choices=[(k.value, status.KINDS[k]) for k in Happening]
    )
    title = forms.CharField(max_length=200)
    language = forms.ChoiceField(
        label=gettext_lazy("You write in"),
        choices=[("nl", "Nederlands"), ("en", "English"), ("de", "Deutsch")],
    )
    starts_at = Moment(
        label=gettext_lazy("Begins at, in UTC (optional)"), help_text=gettext_lazy("Empty is now.")
    )
    field_order = [
        "environment",
        "kind",
        "effect",
        "title",
        "text",
        "language",
        "starts_at",
        "ends_at",
    ]

    def __init__(self, *args: Any, environments: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["environment"].choices = environments  # type: ignore[attr-defined]  # of a ChoiceField
        worded(self.fields["title"], _("Title"), _("Say in a few words what it is about."))
        self.fields["effect"].initial = Effect.DISTURBED
        self.fields["language"].initial = (get_language() or "en")[:2]
