"""Start PostgreSQL and Redis, print where they are as JSON, and stop them when stdin ends.

Who starts this need not clean up: a pipe ends also when the process at its other end is killed.
"""

import json
import signal
import sys

from tests.servers.postgresql import postgresql
from tests.servers.redis import redis


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with postgresql() as database, redis() as shared:
        print(json.dumps({"SLUIS_DATABASE_URL": database, "SLUIS_REDIS_URL": shared}), flush=True)
        sys.stdin.read()


main()
