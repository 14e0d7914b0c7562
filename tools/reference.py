"""Writes the reference from the registry: `python -m tools.reference`. A test keeps it current."""

import json
from collections.abc import Iterator
from pathlib import Path

from sluis.core.access import models_of
from sluis.core.api import Api, Body, Dialect, Field, Model, Operation
from sluis.core.problem import Problem, Reason
from sluis.gateway.json_schema import models
from sluis.gateway.problem_details import ProblemDetails
from sluis.registry import HOSTED_APIS

DOCS = Path(__file__).parents[1] / "docs"

MEANING = {
    Reason.MALFORMED: "The call cannot be read, or a parameter is wrong, unknown or given twice.",
    Reason.TOO_LARGE: "The body or the headers are larger than is taken.",
    Reason.NO_SUCH_OPERATION: "Nothing is published at this address.",
    Reason.METHOD_NOT_ALLOWED: "The address answers other methods; `Allow` names them.",
    Reason.CREDENTIAL_MISSING: "A key or token that the operation asks for is not there.",
    Reason.CREDENTIAL_UNKNOWN: "The key or token is none of ours.",
    Reason.CREDENTIAL_EXPIRED: "The key or token has expired.",
    Reason.CREDENTIAL_DISABLED: "The key, token, client or user was disabled or revoked.",
    Reason.CREDENTIALS_DISAGREE: "Key and token are of different organisations.",
    Reason.WRONG_ENVIRONMENT: "The key or token is of another environment.",
    Reason.SIGNATURE_WRONG: "The signature does not match.",
    Reason.NO_CONSENT: "The organisation has not agreed that this application acts for it.",
    Reason.NOT_SUBSCRIBED: "The organisation has no active subscription to the API here.",
    Reason.NOT_GRANTED: "The subscription does not cover the operation.",
    Reason.NOT_YOURS: "The object is another organisation's.",
    Reason.NOT_FOUND: "There is no such object, or a link to it has expired.",
    Reason.NOT_ALLOWED_NOW: "The state of the object does not allow this now.",
    Reason.KEY_REUSED: "The `Idempotency-Key` came before with another body.",
    Reason.IN_PROGRESS: "A call with this `Idempotency-Key` is in progress.",
    Reason.GONE: "A link that was made here no longer works.",
    Reason.RETIRED: "The sunset of this version of the API has come; it is no longer served.",
    Reason.QUOTA_SPENT: "The limit is reached; `Retry-After` says how many seconds to wait.",
    Reason.TOO_MANY_AT_ONCE: "Too many calls of the organisation are in progress.",
    Reason.UNAVAILABLE: "Something that the call needs does not answer; try again.",
    Reason.FAULT: "A mistake of ours; the trace finds it in the log.",
}


def pages() -> dict[Path, str]:
    """Return every generated page by its path."""
    found = {DOCS / "apis" / f"{api.slug}.md": "\n".join(page(api)) for api in HOSTED_APIS}
    found[DOCS / "reasons.md"] = "\n".join(reasons())
    return found


def page(api: Api) -> Iterator[str]:
    yield f"# {api.title['en']}\n"
    yield "<!-- Made by `python -m tools.reference`: change the registry, not this file. -->\n"
    yield f"{api.summary['en']}\n"
    yield f"Provider `{api.provider}`, version {api.version}. {limits(api)}\n"
    for operation in api.operations:
        yield from section(operation)
    taken = {
        model.name
        for operation in api.operations
        for body in operation.takes
        for model in models_of(body.model)
    }
    for model in models(api):
        yield from table(model, taken=model.name in taken)


def limits(api: Api) -> str:
    told = [f"{limit.calls:,} calls per {limit.name}" for limit in api.limits]
    if not told:
        return "No limits."
    return f"Limits, per organisation for all of `{api.product}`: {', '.join(told)}."


def section(operation: Operation) -> Iterator[str]:
    yield f"## `{operation.method} {operation.path}`\n"
    yield f"`{operation.name}`: {operation.summary['en']}. {operation.description.get('en', '')}\n"
    needed = [f"`{name}`" for name in operation.schemes if name not in operation.optional]
    yield f"Asks for {', '.join(needed) or 'nothing'}."
    if operation.optional:
        yield f"May be left out: {', '.join(f'`{name}`' for name in operation.optional)}."
    if operation.aliases:
        yield f"Also at {', '.join(f'`{path}`' for path in operation.aliases)}."
    yield ""
    if operation.parameters:
        yield "| Parameter | In | Required | Meaning |\n| --- | --- | --- | --- |"
        for item in operation.parameters:
            required = "yes" if item.required else "no"
            yield f"| `{item.name}` | {item.place} | {required} | {item.description} |"
        yield ""
    for body in operation.takes:
        yield from sent(body)
    if operation.takes:
        yield "Answered with:\n"
    if operation.example is not None:
        yield as_json(operation.example)


def sent(body: Body) -> Iterator[str]:
    """Say what is sent in one form, with the first of its examples."""
    yield f"For {', '.join(body.examples)} it takes a `{body.model.name}`:\n"
    yield as_json(next(iter(body.examples.values())))


def as_json(value: object) -> str:
    return "```json\n" + json.dumps(value, indent=2, ensure_ascii=False) + "\n```\n"


def table(model: Model, *, taken: bool) -> Iterator[str]:
    yield f"### {model.name}\n"
    if model.description:
        yield f"{model.description}\n"
    yield "| Field | Type | Required | Meaning |" if taken else "| Field | Type | Meaning |"
    yield "| --- | --- | --- | --- |" if taken else "| --- | --- | --- |"
    for name, item in model.fields.items():
        required = f" {'yes' if name in model.always else 'no'} |" if taken else ""
        yield f"| `{name}` | {kind(item)} |{required} {item.description} |"
    yield ""


def kind(item: Field) -> str:
    name = item.kind.name if isinstance(item.kind, Model) else item.kind.value
    told = name + limited(item)
    if item.many:
        count = "{} to {} ".format(*item.items) if item.items else ""
        told = f"list of {count}{told}"
    told += " or null" if item.nullable else ""
    return f"{told}: {', '.join(item.values)}" if item.values else told


def limited(item: Field) -> str:
    if item.length is not None:
        return f" of at most {item.length[1]} characters"
    pattern = item.pattern.replace("|", "\\|")
    return f" as `{pattern}`" if pattern else ""


def reasons() -> Iterator[str]:
    yield "# Why a call is refused\n"
    yield "<!-- Made by `python -m tools.reference`: change the code, not this file. -->\n"
    yield "The reasons are a closed list. Each API words them in its own dialect; the sentence in"
    yield "the answer says what to do, the header `Trace-Id` finds the call.\n"
    columns = dialects()
    yield f"| Reason | Meaning | {' | '.join(columns)} |"
    yield f"| --- | --- |{' --- |' * len(columns)}"
    for reason in Reason:
        problem = Problem(reason, "", wait_seconds=1)
        told = [str(dialect.refuse(problem, "").status) for dialect in columns.values()]
        yield f"| `{reason}` | {MEANING[reason]} | {' | '.join(told)} |"
    yield ""


def dialects() -> dict[str, Dialect]:
    """Return the dialects by who speaks them; equal ones once."""
    found: dict[int, tuple[list[str], Dialect]] = {}
    for api in HOSTED_APIS:
        found.setdefault(id(api.dialect), ([], api.dialect))[0].append(f"`{api.slug}`")
        for operation in api.operations:
            if operation.dialect is not None:
                names = found.setdefault(id(operation.dialect), ([], operation.dialect))[0]
                names.append(f"`{operation.name}`")
    told = {", ".join(names): dialect for names, dialect in found.values()}
    return {"platform": ProblemDetails(), **told}


def main() -> None:
    for path, text in pages().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.rstrip() + "\n")


if __name__ == "__main__":
    main()
