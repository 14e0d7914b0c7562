"""Calls to paste, in the four languages that readers asked for.

Secrets are never in them: they are read from variables, so that a sample can be kept as it is.
"""

import textwrap
from collections.abc import Sequence
from pprint import pformat
from typing import Any
from urllib.parse import quote, urlencode

from sluis.core.api import Api, Operation, Parameter
from sluis.server.portal.tags import pretty

LANGUAGES = {"curl": "curl", "python": "Python", "php": "PHP", "javascript": "JavaScript"}

Header = tuple[str, str, str]  # name, text before the secret, variable that holds the secret
HEADERS: dict[str, Header] = {
    "bearer-token": ("Authorization", "Bearer ", "TOKEN"),
    "subscription-key": ("Ocp-Apim-Subscription-Key", "", "SUBSCRIPTION_KEY"),
    "api-key": ("apikey", "", "API_KEY"),
}


def sample(language: str, operation: Operation, base_url: str) -> str:
    """Return a call of the operation, with its example parameters and its first example body."""
    headers = [HEADERS[name] for name in operation.schemes if name in HEADERS]
    write = {"curl": curl, "python": python, "php": php, "javascript": javascript}[language]
    return write(operation.method, base_url + address(operation), headers, body(operation))


def body(operation: Operation) -> Any:
    """Return the first example of what is sent; None where nothing is."""
    return next((example for one in operation.takes for example in one.examples.values()), None)


def address(operation: Operation) -> str:
    """Return path and query with examples; a required parameter without one is left to fill in."""
    path, query = operation.path, []
    for parameter in operation.parameters:
        value = parameter.example or f"{{{parameter.name}}}"
        if parameter.place == "path":
            path = path.replace(f"{{{parameter.name}}}", quote(value, safe="{}"))
        elif parameter.place == "query" and stands(parameter):
            query.append((parameter.name, value))
    return f"{path}?{urlencode(query, safe=':{}')}" if query else path


def stands(parameter: Parameter) -> bool:
    return parameter.required


def curl(method: str, url: str, headers: Sequence[Header], sent: Any) -> str:
    verb = [] if method == "GET" else [f"-X {method}"]
    lines = [f"curl {' '.join([*verb, quoted(url)])}"]
    lines += [f'  -H "{name}: {before}${variable}"' for name, before, variable in headers]
    if sent is not None:
        text = pretty(sent).replace("'", r"'\''")
        lines += ['  -H "Content-Type: application/json"', f"  -d '{text}'"]
    return " \\\n".join(lines)


def quoted(url: str) -> str:
    return f'"{url}"'


def python(method: str, url: str, headers: Sequence[Header], sent: Any) -> str:
    entries = "".join(
        f'        "{name}": {text_and(before, f"os.environ[{variable!r}]")},\n'
        for name, before, variable in headers
    )
    given = "" if sent is None else f"    json={indented(pformat(sent, sort_dicts=False), 4)},\n"
    return (
        "import os\n\nimport requests\n\n"
        f'answer = requests.request(\n    "{method}",\n    "{url}",\n'
        f"    headers={{\n{entries}    }},\n{given}    timeout=10,\n)\n"
        "answer.raise_for_status()\nprint(answer.json())"
    )


def indented(text: str, by: int) -> str:
    """Return a value of several lines as it stands after a name; its first line is not moved."""
    return textwrap.indent(text, " " * by).lstrip()


def text_and(before: str, value: str) -> str:
    return f'f"{before}{{{value}}}"' if before else value


def php(method: str, url: str, headers: Sequence[Header], sent: Any) -> str:
    entries = "".join(
        f"        '{name}: {before}' . getenv('{variable}'),\n"
        for name, before, variable in headers
    )
    given = ""
    if sent is not None:
        entries += "        'Content-Type: application/json',\n"
        given = f"    CURLOPT_POSTFIELDS => <<<'JSON'\n{pretty(sent)}\nJSON,\n"
    return (
        f"<?php\n$call = curl_init('{url}');\n"
        f"curl_setopt_array($call, [\n    CURLOPT_CUSTOMREQUEST => '{method}',\n"
        f"    CURLOPT_RETURNTRANSFER => true,\n    CURLOPT_HTTPHEADER => [\n{entries}    ],\n"
        f"{given}]);\n"
        "print_r(json_decode(curl_exec($call), true));"
    )


def javascript(method: str, url: str, headers: Sequence[Header], sent: Any) -> str:
    entries = "".join(
        f'    "{name}": '
        + (f"`{before}${{process.env.{variable}}}`" if before else f"process.env.{variable}")
        + ",\n"
        for name, before, variable in headers
    )
    given = ""
    if sent is not None:
        entries += '    "Content-Type": "application/json",\n'
        given = f"  body: JSON.stringify({indented(pretty(sent), 2)}),\n"
    return (
        f'const answer = await fetch("{url}", {{\n  method: "{method}",\n'
        f"  headers: {{\n{entries}  }},\n{given}}});\n"
        "if (!answer.ok) throw new Error(await answer.text());\nconsole.log(await answer.json());"
    )


def token_call(token_url: str, *, by_password: bool) -> str:
    """Return how a token is fetched where the old door stands open, or is closed."""
    return password_call(token_url) if by_password else client_call(token_url)


def password_call(token_url: str) -> str:
    """Return how a token is fetched with the password of an API user, as seed 000 has it."""
    return " \\\n".join(
        [
            f"curl {token_url}",
            "  -d grant_type=password -d scope=openid",
            '  --data-urlencode "username=$USERNAME" --data-urlencode "password=$PASSWORD"',
            '  --data-urlencode "client_id=$CLIENT_ID"'
            ' --data-urlencode "client_secret=$CLIENT_SECRET"',
        ]
    )


def client_call(token_url: str) -> str:
    """Return how software fetches a token by itself."""
    return " \\\n".join(
        [
            f"curl {token_url}",
            "  -d grant_type=client_credentials -d scope=openid",
            '  --data-urlencode "client_id=$CLIENT_ID"'
            ' --data-urlencode "client_secret=$CLIENT_SECRET"',
        ]
    )


NEW_PAIR = """\
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out private-key.pem
openssl pkey -in private-key.pem -pubout -out public-key.pem
cat public-key.pem"""

OTHER_KINDS = """\
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out private-key.pem
openssl genpkey -algorithm ED25519 -out private-key.pem"""

SIGNED_CALL = """\
CLIENT_ID={client_id}
encoded() {{ openssl base64 -A | tr '+/' '-_' | tr -d '='; }}
NOW=$(date +%s)
HEADER=$(printf '{{"alg":"RS256","typ":"JWT"}}' | encoded)
CLAIMS=$(printf '{{"iss":"%s","sub":"%s","aud":"%s","jti":"%s","iat":%d,"exp":%d}}' \\
  "$CLIENT_ID" "$CLIENT_ID" "{issuer}" \\
  "$(openssl rand -hex 16)" "$NOW" "$((NOW + 60))" | encoded)
SIGNATURE=$(printf %s "$HEADER.$CLAIMS" | openssl dgst -sha256 -sign private-key.pem | encoded)
curl {token_url} \\
  -d grant_type=client_credentials -d scope=openid \\
  -d client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer \\
  -d "client_assertion=$HEADER.$CLAIMS.$SIGNATURE\""""


def signed_call(client_id: str, issuer: str, token_url: str) -> str:
    """Return how software signs for itself and fetches a token, in a shell with openssl."""
    return SIGNED_CALL.format(client_id=client_id, issuer=issuer, token_url=token_url)


def token_line(token_url: str, *, by_password: bool) -> str:
    """Return how the token gets into the variable that the samples read it from."""
    fetch = token_call(token_url, by_password=by_password).replace("curl ", "curl -s ", 1)
    member = r"""sed -E 's/.*"access_token": ?"([^"]+)".*/\1/'"""
    return f"TOKEN=$({fetch} \\\n  | {member})"


def first_call(api: Api) -> Operation:
    """Return the operation with which to try out an API: one that only reads, if there is one."""
    reading = [one for one in api.operations if one.method == "GET" and one.schemes]
    return (reading or api.operations)[0]
