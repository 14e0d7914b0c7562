"""Why a push did not arrive, in the reader's language: attempts keep it in English."""

import re

from django.utils.translation import gettext, gettext_noop

# With a number or a name in them, or with another of them.
FILLED = (
    (r"Token endpoint: (?P<fault>.+)", gettext_noop("Token endpoint: %(fault)s")),
    (
        r"The token endpoint answered (?P<status>\d+)\.",
        gettext_noop("The token endpoint answered %(status)s."),
    ),
    (
        r"What was answered is no HTTP: (?P<kind>\w+)\.",
        gettext_noop("What was answered is no HTTP: %(kind)s."),
    ),
)


def in_words(error: str) -> str:
    """Return it as it is where it is none of our own sentences, as what OpenSSL says."""
    for pattern, text in FILLED:
        found = re.fullmatch(pattern, error)
        if found is not None:
            return gettext(text) % {
                name: in_words(said) for name, said in found.groupdict().items()
            }
    return gettext(error) if error else ""
