"""The token that a company's software fetches, as seed 000 says."""

import httpx2


def token(url, company, **changes):
    form = {
        "grant_type": "password",
        "username": company["username"],
        "password": company["password"],
        "client_id": company["client_id"],
        "client_secret": company["client_secret"],
        "scope": "openid",
    }
    answer = httpx2.post(url, data=form | changes)
    assert answer.status_code == 200, answer.text
    return answer.json()["access_token"]
