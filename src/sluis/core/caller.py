"""Who is calling: what the credentials of one call add up to."""

from typing import NamedTuple

from sluis.core.problem import Problem, Reason


class Caller(NamedTuple):
    """Who built it, on whose behalf it calls, and the person behind it, as far as is known.

    One credential seldom tells all three: a token names the application and the person, a
    subscription key the organisation, a certificate the application and the organisation.
    Each is the public identifier of a row: a client id, an organisation's and a person's id.
    """

    application: str | None = None
    organisation: str | None = None
    person: str | None = None

    def joined(self, other: "Caller") -> "Caller":
        """Return what both say together.

        Raises `Problem` when they contradict each other.
        """
        return Caller(
            agreed("application", self.application, other.application),
            agreed("organisation", self.organisation, other.organisation),
            agreed("person", self.person, other.person),
        )


NOBODY = Caller()


def agreed(name: str, ours: str | None, theirs: str | None) -> str | None:
    if ours is None or ours == theirs:
        return theirs
    if theirs is None:
        return ours
    raise Problem(
        Reason.CREDENTIALS_DISAGREE,
        f"The credentials of this call name two different {name}s. "
        "Use the subscription key of the organisation that the token was made for.",
    )
