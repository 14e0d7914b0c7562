"""What templates can say beside Django's own words; every template has these."""

import json
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django_htmx
from django import template
from django.templatetags.static import static
from django.utils import dateformat
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext
from markdown_it import MarkdownIt

from sluis.core.api import Kind, Model, Text
from sluis.core.provider import Provider
from sluis.core.quota import Limit
from sluis.server.actions.actor import has_second_factor as factor_of
from sluis.server.models import Person
from sluis.server.portal.registration import otherwise

if TYPE_CHECKING:
    from sluis.server.portal.places import Place

register = template.Library()
STATIC = Path(__file__).parents[1] / "static"
HTMX = "django_htmx/htmx-2.min.js"
# Texts of APIs are in Markdown; HTML in them is shown, never obeyed.
MARKDOWN = MarkdownIt("commonmark", {"html": False})


def fingerprints() -> dict[str, str]:
    """Return the first digits of what each of our files holds, by its name."""
    files = {
        path.relative_to(STATIC).as_posix(): path for path in STATIC.rglob("*") if path.is_file()
    }
    files[HTMX] = Path(django_htmx.__file__).parent / "static" / HTMX
    return {name: sha256(path.read_bytes()).hexdigest()[:8] for name, path in files.items()}


FINGERPRINTS = fingerprints()


@register.simple_tag
def asset(name: str) -> str:
    """Return the address of one of our files; it changes with the file, so caches can be long."""
    return f"{static(name)}?{FINGERPRINTS[name]}"


@register.simple_tag
def has_second_factor(person: Person) -> bool:
    return factor_of(person.pk)


@register.simple_tag
def otherwise_registered() -> list[Provider]:
    """Return the providers with whom nobody registers by themselves."""
    return otherwise()


@register.filter
def browser(user_agent: str) -> str:
    """Return the browser and the system that a user agent names, as people know them."""
    names = [next((name for sign, name in signs if sign in user_agent), "") for signs in SIGNS]
    return ", ".join(filter(None, names)) or user_agent[:60]


# The first that is found counts: Chrome calls itself Safari, and Edge both.
SIGNS = (
    (
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ),
    (
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ),
)


@register.filter
def read(text: Text) -> str:
    """Return a text in the reader's language; English where that is missing."""
    return text.get(get_language() or "en") or text.get("en", "")


@register.simple_tag
def badge(place: "Place | None") -> str:
    """Return an environment as lists show it; an include for each would be a third of a page."""
    if place is None:
        return ""
    kind, title = place.kind, read(place.policy.title)
    return format_html('<span class="badge {}">{}</span>', kind, title)


@register.filter(expects_localtime=True)
def minute(at: datetime) -> str:
    """Return a time to the minute, as the reader's language writes it."""
    return written(at.replace(second=0, microsecond=0), get_language())


@lru_cache(maxsize=5000)
def written(at: datetime, _language: str | None) -> str:
    return dateformat.format(at, gettext("j M Y, H:i"))


@register.filter
@lru_cache(maxsize=200)
def prose(text: str) -> SafeString:
    return SafeString(MARKDOWN.render(text))  # the renderer escapes, HTML is off


@register.filter
@lru_cache(maxsize=2000)  # an API's page has a hundred, and they change with a release only
def phrase(text: str) -> SafeString:
    """Return Markdown of one line, without a paragraph around it."""
    return SafeString(MARKDOWN.renderInline(text))


@register.filter
def shape(kind: Kind | Model) -> Model | None:
    """Return the model that a field holds; None where it holds a plain value.

    To ask a kind for fields that it has not costs a template 0.1 ms, as it lists all it has.
    """
    return kind if isinstance(kind, Model) else None


@register.filter
def breakable(name: str) -> SafeString:
    """Return a name of the wire that may be broken after its underscores, and nowhere else."""
    return SafeString(conditional_escape(name).replace("_", "_<wbr>"))


@register.filter
def pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


@register.filter
def in_words(limit: Limit) -> str:
    calls, seconds = limit.calls, int(limit.seconds)
    match seconds:
        case 1:
            text = ngettext("%(calls)s call per second", "%(calls)s calls per second", calls)
        case 60:
            text = ngettext("%(calls)s call per minute", "%(calls)s calls per minute", calls)
        case 3600:
            text = ngettext("%(calls)s call per hour", "%(calls)s calls per hour", calls)
        case 86400:
            text = ngettext("%(calls)s call per day", "%(calls)s calls per day", calls)
        case _:
            text = ngettext(
                "%(calls)s call per %(seconds)s seconds",
                "%(calls)s calls per %(seconds)s seconds",
                calls,
            )
    return text % {"calls": number(calls), "seconds": number(seconds)}


@register.filter
def number(value: int) -> str:
    return number_format(value, use_l10n=True, force_grouping=True)


@register.filter(expects_localtime=True)
def exactly(at: datetime) -> SafeString:
    """Return the attributes of a <time>; a list has many, and Django's `date` is slow at each."""
    return SafeString(f'datetime="{at.isoformat()}" title="{at:%Y-%m-%d %H:%M:%S} UTC"')


@register.filter
def since_1970(seconds: float) -> datetime:
    """Return the time of a call, which records keep in seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


@register.filter
def lookup(values: Any, key: Any) -> Any:
    return values.get(key)
