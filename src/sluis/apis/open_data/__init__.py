"""Open data of the port."""

from sluis.core.api import Api

APIS: tuple[Api, ...] = ()
