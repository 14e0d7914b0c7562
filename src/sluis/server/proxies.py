"""Who is really asking, when a proxy in front ends the connection.

A header can say anything, so it counts only from the addresses that the operator lists, and
only as far as they go: of `X-Forwarded-For` the last entry that is no listed proxy itself.
"""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

Network = IPv4Network | IPv6Network


class Proxies:
    def __init__(self, listed: Iterable[str]) -> None:
        """Raises `ValueError` for what is neither an address nor a network."""
        self.networks: list[Network] = [ip_network(one) for one in listed]

    def includes(self, address: str) -> bool:
        try:
            parsed = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        mapped = getattr(parsed, "ipv4_mapped", None)
        return any((mapped or parsed) in network for network in self.networks)

    def see_through(self, scope: Any) -> None:
        """Put the caller's own address and scheme in the scope of a request, where known."""
        if not self.networks or not scope["client"] or not self.includes(scope["client"][0]):
            return
        forwarded = [v for n, v in scope["headers"] if n == b"x-forwarded-for"]
        hops = b",".join(forwarded).decode("latin-1").split(",")
        for hop in reversed([hop.strip() for hop in hops]):
            if not is_address(hop):
                break  # what stands before was written by whoever wrote this
            scope["client"] = (hop, 0)
            if not self.includes(hop):
                break
        schemes = [v for n, v in scope["headers"] if n == b"x-forwarded-proto"]
        if schemes in ([b"http"], [b"https"]):
            scope["scheme"] = schemes[0].decode()


def is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
