"""The forms of tickets: what is asked, per kind, and files."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from sluis.core.attachment import FILE_BYTES, FILES, Upload
from sluis.core.provider import Provider
from sluis.server.actions.actor import Refused
from sluis.server.actions.make_ingestion import MESSAGE_TYPES
from sluis.server.actions.ticket_message import TEXT_CHARACTERS, accepted
from sluis.server.models import Organisation
from sluis.server.portal import places
from sluis.server.portal.account_forms import EMAIL, email_worded, worded
from sluis.server.portal.places import Place
from sluis.server.portal.ticket_words import KINDS, ingests


class FileInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name)


class FilesField(forms.FileField):
    """Takes several files; cleaned, they are a list of `Upload`."""

    def __init__(self) -> None:
        # The bounds are for the script, which says so before anything is sent.
        limits = {
            "data-max-bytes": FILE_BYTES,
            "data-max-files": FILES,
            "data-too-much": gettext_lazy("Choose five files at most, none larger than 5 MB."),
        }
        super().__init__(
            required=False,
            label=gettext_lazy("Files (optional)"),
            help_text=gettext_lazy(
                "Five at most, of 5 MB each: PDF, PNG, JPG, TXT, CSV, JSON, XML, CSR or PEM."
                " Never send passwords, secrets or private keys."
            ),
            widget=FileInput(attrs=limits),
        )

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        given: Iterable[UploadedFile[bytes]] = data or ()
        uploads = [Upload(file.name or "", file.read()) for file in given]
        try:
            accepted(uploads)
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from refused
        return uploads


class Reply(forms.Form):
    """A text and files. The base of all that is written to or by the desk."""

    text = forms.CharField(max_length=TEXT_CHARACTERS, widget=forms.Textarea(attrs={"rows": 8}))
    attachments = FilesField()

    def __init__(self, *args: Any, needs_text: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        worded(self.fields["text"], _("Message"), _("Write what you want to say."))
        self.fields["text"].required = needs_text

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and self.errors and "attachments" not in self.errors:
            self.ask_for_files_again()

    def ask_for_files_again(self) -> None:
        """Say it where files came with a form that is not right: browsers do not keep them."""
        if self.files:
            self.add_error(
                "attachments", _("Choose your files again: the browser does not keep them.")
            )

    def refused(self, error: Exception) -> None:
        """Show why an action did not do it, on top of the form."""
        self.add_error(None, str(error))
        self.ask_for_files_again()


class Question(Reply):
    subject = forms.CharField(max_length=200)
    field_order = ["subject", "text", "attachments"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        worded(
            self.fields["subject"],
            _("Subject"),
            _("Say in a few words what it is about."),
        )


class NewTicket(Question):
    """What is asked in the portal; the fields of a kind stand before the text."""

    field_order = [
        "organisation",
        "subject",
        "application",
        "environments",
        "ingestion_id",
        "message_type",
        "environment",
        "text",
        "attachments",
    ]

    def __init__(
        self,
        *args: Any,
        kind: str,
        organisations: list[Organisation],
        provider: Provider,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        titles = [(place.key, read(place)) for place in places.of_provider(provider)]
        if len(organisations) > 1:
            self.fields["organisation"] = organisation_field(organisations)
        if kind == "client":  # whose other fields say it all
            self.fields["text"].label = _("Message (optional)")
            self.fields["text"].required = False
            self.fields.update(client_fields(titles, ingests=ingests(provider.slug)))
        elif kind == "question":
            self.fields["environment"] = forms.ChoiceField(
                choices=[("", _("Not about one environment")), *titles],
                required=False,
                label=_("Environment"),
            )
        if kind != "question":
            self.fields["subject"].initial = KINDS[kind]
        self.order_fields(self.field_order)

    def details(self) -> dict[str, Any]:
        asked = ("application", "environments", "ingestion_id", "message_type")
        return {name: self.cleaned_data[name] for name in asked if self.cleaned_data.get(name)}


def read(place: Place) -> str:
    title = place.policy.title
    return title.get(get_language() or "en") or title["en"]


def organisation_field(organisations: list[Organisation]) -> forms.Field:
    return forms.ChoiceField(
        choices=[(str(one.pk), one.name) for one in organisations],
        label=_("For which organisation?"),
    )


def client_fields(titles: list[tuple[str, str]], *, ingests: bool) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {
        "application": forms.CharField(
            max_length=120,
            label=_("Name of your software"),
            error_messages={"required": _("Name the software that will call.")},
        ),
        "environments": forms.MultipleChoiceField(
            choices=titles,
            widget=forms.CheckboxSelectMultiple,
            label=_("In which environments?"),
            error_messages={"required": _("Choose one environment at least.")},
        ),
    }
    if ingests:
        fields["ingestion_id"] = forms.BooleanField(
            required=False,
            label=_("We also need an ingestion id"),
            help_text=_(
                "For shipping agents: it stands in the address to which releases are sent."
            ),
        )
        types = [(name, name.upper()) for name in MESSAGE_TYPES]
        fields["message_type"] = forms.ChoiceField(
            choices=[("", _("We send no releases")), *types],
            required=False,
            label=_("Message type"),
        )
    return fields


class Contact(Question):
    """What a visitor without an account fills in."""

    name = forms.CharField(
        max_length=120,
        label=gettext_lazy("Your name"),
        error_messages={"required": gettext_lazy("Enter your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    # People do not see this field, and programs that fill in everything do.
    website = forms.CharField(
        required=False,
        label=gettext_lazy("Leave this field empty"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    field_order = ["name", "email", "subject", "text", "attachments", "website"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        email_worded(self.fields["email"], EMAIL, _("We answer to this address."))
