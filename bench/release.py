"""Releases to send: the body of seed 001 with all it has, for another container each time.

What the platform has to have for them is put there by a process of its own, since Django reads
its settings once: `SLUIS_HOME=… python -m bench.release [URL OF A CHANNEL]`.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.platform import Served
from bench.processes import PYTHON, ROOT, NotStarted, clean
from bench.world import ENVIRONMENT

SCRIPT = Path(__file__).with_name("releases.lua")
BODY = {
    "releaseIdentification": "ReleaseID7654321",
    "releaseOrderReference": "ORDER7654321",
    "emptyReturnReference": "RETURN7654321",
    "equipmentSupplier": "Scheldekaai",
    "equipmentStatus": "Import",
    "fullEmptyIndicator": "Full",
    "equipmentOperator": "Scheldekaai",
    "vesselName": "MV Example",
    "vesselNumber": "9074729",
    "stayNumber": "241234",
    "vesselCallSign": "ONEX",
    "voyageNumber": "V241234",
    "equipmentType": "40HC",
    "isCarrierHaulage": False,
    "meansOfTransport": "Truck",
    "billOfLadingNumbers": ["BL1234567", "BL7654321"],
    "terminalCode": "01700",
    "actionType": "Release",
    "carrier": {"identificationType": "NxtEntityId", "identificationCode": "NXT220000000"},
    "releaseTo": {"identificationType": "NxtEntityId", "identificationCode": "NXT221111111"},
    "releaseDateTimeUtc": "2026-03-01T06:00:00Z",
    "expirationDateTimeUtc": "2099-03-31T22:00:00Z",
    "equipmentNumber": "",
    "portLoCode": "BEANR",
}
AGENT = "NXT220000000"
LIMITS = {"certified-pickup": [["minute", 1_000_000_000, 60.0]]}  # counted, and never met
TOLD = 4  # agent and terminal of the light, giver and receiver of the right


def agent(product: Served) -> dict[str, Any]:
    return next(one for one in product.companies if one["nxt_entity_id"] == AGENT)


def url(product: Served) -> str:
    return f"{product.url}/port/uat/ingestion/v1/ingestion/{agent(product)['ingestion_id']}"


def request(product: Served, prefix: str) -> str:
    """Return a whole request; @ stands for the seven digits of the container's number."""
    body = json.dumps(BODY | {"equipmentNumber": f"{prefix}@"})
    headers = product.headers_of(product.companies.index(agent(product)))
    lines = (
        f"POST {url(product).removeprefix(product.url)} HTTP/1.1",
        f"Host: {product.url.partition('//')[2]}",
        "Content-Type: application/json",
        f"Content-Length: {len(body) + 6}",
        *(f"{name}: {value}" for name, value in headers.items()),
    )
    return "\r\n".join((*lines, "", body))


def script(product: Served, prefix: str, folder: Path) -> tuple[object, ...]:
    """Return what wrk runs to send them."""
    path = folder / f"{prefix}.http"
    path.write_text(request(product, prefix))
    return SCRIPT, path


def unlimited(home: Path) -> None:
    prepared(home)


def add_channel(home: Path, url: str) -> None:
    """Let the agent be told at this address."""
    prepared(home, url)


def prepared(home: Path, *channels: str) -> None:
    command = [PYTHON, "-m", "bench.release", *channels]
    env = clean(SLUIS_HOME=str(home), SLUIS_WEBHOOKS="development")
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotStarted(done.stderr[-2000:])


# Within the process of its own


def prepare(*channels: str) -> None:
    from sluis.server.cli import started

    config = started()
    from sluis.server.actions.actor import PLATFORM
    from sluis.server.actions.add_channel import add_channel
    from sluis.server.models import Environment, Organisation

    environment = Environment.objects.get(key=ENVIRONMENT)
    environment.limits = LIMITS
    environment.save(update_fields=["limits"])
    told = json.loads((config.directory / "demo.json").read_text())
    companies = told["port"]["uat"]["companies"]
    name = next(one["name"] for one in companies if one["nxt_entity_id"] == AGENT)
    for url in channels:
        add_channel(
            actor=PLATFORM,
            environment=environment,
            organisation=Organisation.objects.get(name=name),
            name="bench",
            url=url,
        )


if __name__ == "__main__":
    prepare(*sys.argv[1:])
