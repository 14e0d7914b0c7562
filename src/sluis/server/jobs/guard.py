"""Where pushes may go: never into a network that is not the public one.

Addresses are looked at when they are dialled: a name may lead elsewhere a second after it was
looked up, and a number can be written in a hundred ways. The list is our own; `is_global` of
Python's standard library lets 6to4, NAT64, multicast and more through.
"""

import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_noop

PORTS = (443, 8443)

CLOSED_4 = tuple(
    map(
        ipaddress.IPv4Network,
        """
        0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12
        192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24
        192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24
        224.0.0.0/4 240.0.0.0/4
        """.split(),
    )
)
# Only global unicast is open, and of that not what is set aside or wraps an IPv4 address.
OPEN_6 = ipaddress.IPv6Network("2000::/3")
CLOSED_6 = tuple(
    map(
        ipaddress.IPv6Network,
        """
        2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20 3ffe::/16 5f00::/16
        """.split(),
    )
)
LOOPBACK_4 = ipaddress.IPv4Network("127.0.0.0/8")


class NotAllowed(OSError):
    """This address is not dialled: an OSError, as connecting may raise."""


class Guard:
    """Says where pushes may go; in development also to this machine, and without TLS."""

    def __init__(self, *, development: bool) -> None:
        self.development = development

    def faults_of(self, url: str) -> str | None:
        """Return what is wrong with the address of a channel; None when it can be tried."""
        if not url.isprintable() or " " in url or "\\" in url:
            return gettext_noop("An address has no spaces, control characters or backslashes.")
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            return gettext_noop("This is not a URL.")
        host = parts.hostname
        if parts.scheme not in ("https", "http") or not host:
            return gettext_noop("The address must start with https://.")
        if parts.username is not None or parts.password is not None:
            return gettext_noop("The address may hold no user name: put credentials in a header.")
        if parts.fragment:
            return gettext_noop("The address may hold no fragment.")
        if self.development and may_be_loopback(host):
            return None
        if parts.scheme != "https":
            return gettext_noop("The address must start with https://.")
        if (port or 443) not in PORTS:
            return gettext_noop("The port must be 443 or 8443.")
        try:
            literal = ipaddress.ip_address(host.split("%")[0])
        except ValueError:
            # A name: where it leads is seen when it is dialled.
            return gettext_noop("This is not a URL.") if is_number(host) else None
        return None if self.allows(literal) else gettext_noop("This address is not a public one.")

    def allows(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        if isinstance(address, ipaddress.IPv6Address):
            if self.development and address == ipaddress.IPv6Address("::1"):
                return True
            return address in OPEN_6 and not any(address in network for network in CLOSED_6)
        if self.development and address in LOOPBACK_4:
            return True
        return not any(address in network for network in CLOSED_4)

    def socket(self, address_info: Any) -> socket.socket:
        """Make the socket for an address that is about to be dialled; raises `NotAllowed`."""
        family, kind, protocol, _, address = address_info
        if family not in (socket.AF_INET, socket.AF_INET6):
            raise NotAllowed(gettext_noop("This is no internet address."))
        if not self.allows(ipaddress.ip_address(address[0].split("%")[0])):
            raise NotAllowed(gettext_noop("The address is not a public one."))
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)
        return made


def is_number(host: str) -> bool:
    """Return whether this is an IPv4 address in one of the old ways to write it: 127.1, 0x7f.1."""
    try:
        socket.inet_aton(host.rstrip("."))
    except OSError:
        return False
    return True


def may_be_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
