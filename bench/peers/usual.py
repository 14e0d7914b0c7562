"""The usual way in Python: FastAPI, with slowapi, PyJWT and pydantic for the checks."""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, Header, HTTPException, Request
from pydantic import BaseModel
from slowapi import Limiter, _rate_limit_exceeded_handler
from slowapi.errors import RateLimitExceeded

GIVEN = json.loads(Path(os.environ["BENCH_PEER"]).read_text())
KEYS = GIVEN["keys"]
READINGS = {reading["location"]["name"].lower(): reading for reading in GIVEN["readings"]}
answered: Counter[str] = Counter()


class Location(BaseModel):
    name: str
    description: str
    latitude_wgs84: float
    longitude_wgs84: float


class Reading(BaseModel):
    location: Location
    poa_ingest_time_utc: str
    ws_600: float
    ws_ship_600: float
    ws_max_600: float
    ws_min_600: float
    ws_600_beaufort: int
    ws_ship_600_beaufort: int
    ws_max_600_beaufort: int
    ws_min_600_beaufort: int
    wr_600: int
    wr_10: int
    tt_600: float
    tt_max_600: float
    tt_min_600: float
    tt_10: float


def key_of(request: Request) -> str:
    return request.headers.get("ocp-apim-subscription-key", "")


app = FastAPI()
limiter = app.state.limiter = Limiter(key_func=key_of)
app.add_exception_handler(RateLimitExceeded, _rate_limit_exceeded_handler)


async def organisation(
    authorization: Annotated[str, Header()], ocp_apim_subscription_key: Annotated[str, Header()]
) -> str:
    try:
        claims = jwt.decode(
            authorization.removeprefix("Bearer "),
            GIVEN["public_key"],
            algorithms=["RS256"],
            audience=GIVEN["issuer"],
            issuer=GIVEN["issuer"],
        )
    except jwt.PyJWTError as error:
        raise HTTPException(401) from error
    owner = KEYS.get(ocp_apim_subscription_key)
    if owner is None or owner != claims["org"]:
        raise HTTPException(401)
    return owner


@app.get(
    GIVEN["path"],
    response_model=list[Reading],
    response_model_exclude={"__all__": set(GIVEN["hidden"])},
)
@limiter.limit("1000000000/day")
async def readings(
    request: Request, owner: Annotated[str, Depends(organisation)], location: str | None = None
):
    answered[owner] += 1
    if location is None:
        return list(READINGS.values())
    return [READINGS[location.lower()]]
