"""`python -m sluis.server.cli`, as the supervisor starts its children."""

from sluis.server.cli import main

main()
