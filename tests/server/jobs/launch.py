"""`sluis` with the toy API in its registry: `python -m tests.server.jobs.launch serve`.

`prepare` makes the tables. `SLUIS_TOY_BUG` names a mistake to plant; see `bugs.py`.
"""

import os
import sys

from sluis import registry
from tests.server.jobs import toy

registry.HOSTED_APIS = (*registry.HOSTED_APIS, toy.API)


def main():
    from sluis.server import cli

    if sys.argv[1:] == ["prepare"]:
        config = cli.started()
        from sluis.server import install
        from tests.server.jobs.toy.tables.store import make_table

        install.migrate(config)
        make_table()
        return
    if os.environ.get("TOY_BUG"):
        cli.started()
        from tests.server.jobs import bugs

        bugs.plant(os.environ["TOY_BUG"])
    cli.main()


if __name__ == "__main__":
    main()
