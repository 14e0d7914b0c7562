"""The port's sandbox: companies that call its APIs, and containers between them."""

import shlex
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sluis.apis import certified_pickup
from sluis.apis.certified_pickup.tables import demo as pickups
from sluis.core.directory import Directory
from sluis.server.actions.announce import Changed, announce
from sluis.server.answers.rows import parties
from sluis.server.demo.companies import COMPANIES, loaded_company
from sluis.server.demo.world import World
from sluis.server.models import Environment

SANDBOX = "port/uat"


def load(world: World, hashes: Mapping[str, str]) -> dict[str, Any]:
    """Fill the sandbox with what is missing; return what `demo --json` says of it."""
    environment = Environment.objects.get(key=SANDBOX)
    companies = [loaded_company(world, environment, company, hashes) for company in COMPANIES]
    ingestion_ids = load_pickups(world, environment)
    for company, made in zip(COMPANIES, companies, strict=True):
        made["ingestion_id"] = ingestion_ids[company.slug]
    base_url = f"{world.config.portal_url}/{SANDBOX}"
    return {
        "base_url": base_url,
        "token_url": f"{base_url}/connect/token",
        "companies": companies,
        "terminals": [
            {"code": code, "nxt_entity_id": company.nxt_entity_id}
            for company in COMPANIES
            for code in company.terminals
        ],
    }


def load_pickups(world: World, environment: Environment) -> dict[str, str]:
    """Fill Certified Pick up's own tables; return the ingestion ids by company."""
    companies = {company.slug: world.id(company.slug).hex for company in COMPANIES}
    now = datetime.now(UTC) + timedelta(seconds=environment.clock_offset_seconds)
    directory = Directory(parties(environment.key))
    loaded = pickups.load(environment.key, companies, directory, world.id, now)
    announce(Changed.DATA, f"{environment.key} {certified_pickup.API.package}")
    ingestion_ids: dict[str, str] = loaded["ingestion_ids"]
    return ingestion_ids


def first_call(sandbox: dict[str, Any]) -> str:
    """Return a call to paste: the token is fetched, then a bridge answers."""
    company = sandbox["companies"][0]
    form = {
        "grant_type": "password",
        "username": company["username"],
        "password": company["password"],
        "client_id": company["client_id"],
        "client_secret": company["client_secret"],
        "scope": "openid",
    }
    fields = " \\\n".join(f"  -d {name}={shlex.quote(value)}" for name, value in form.items())
    return f"""TOKEN=$(curl -s {sandbox["token_url"]} \\
{fields} \\
  | python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])')

curl -s {sandbox["base_url"]}/opendata/bridgesandlocks/v1/bridges/state \\
  -H "Authorization: Bearer $TOKEN" \\
  -H "Ocp-Apim-Subscription-Key: {company["subscription_key"]}"
"""
