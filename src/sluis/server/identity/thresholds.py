"""How much guessing is borne, and what is remembered of it: in memory, per process.

After five failures an account waits 1, 2, 4, … seconds, at most 15 minutes; in that time the
right password is refused like a wrong one. Nobody is ever locked out for good: that would be
a way to lock out others.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from typing import TypeVar

from sluis.core.quota import Limit, Window, rounded

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Thresholds:
    failures_per_account: int = 5  # before the first delay
    longest_delay_seconds: float = 900.0
    account_forgotten_after_seconds: float = 12 * 3_600.0
    failures_per_address: int = 30
    address_seconds: float = 900.0
    requests_per_client: int = 100
    client_seconds: float = 60.0
    passwords_waiting: int = 50  # for their turn to be hashed
    remembered: int = 100_000  # accounts, and as many addresses


@dataclass(slots=True)
class Failures:
    count: int = 0
    last: float = 0.0
    until: float = 0.0  # the end of the delay


@dataclass(slots=True)
class Guard:
    """Counts; `now` is a clock in seconds that never goes back."""

    thresholds: Thresholds
    now: Callable[[], float]
    accounts: OrderedDict[str, Failures] = field(default_factory=OrderedDict)
    addresses: OrderedDict[str, Window] = field(default_factory=OrderedDict)
    clients: OrderedDict[str, Window] = field(default_factory=OrderedDict)

    def wait_of_address(self, address: str) -> int:
        """Return the seconds before this address may try again; 0 when it may now."""
        window = self.addresses.get(network(address))
        return 0 if window is None else rounded(window.wait(self.now()))

    def wait_of_client(self, client: str) -> int:
        """Count a request of an authenticated client, or return the seconds it has to wait."""
        limit = Limit("client", self.thresholds.requests_per_client, self.thresholds.client_seconds)
        window = self.kept(self.clients, client, lambda: Window(limit))
        wait = rounded(window.wait(self.now()))
        if not wait:
            window.times.append(self.now())
        return wait

    def delays(self, account: str) -> bool:
        """Return whether every password of this account is refused now."""
        failures = self.accounts.get(account)
        return failures is not None and self.now() < failures.until

    def address_failed(self, address: str) -> None:
        limit = Limit(
            "address", self.thresholds.failures_per_address, self.thresholds.address_seconds
        )
        window = self.kept(self.addresses, network(address), lambda: Window(limit))
        if not window.wait(self.now()):
            window.times.append(self.now())

    def account_failed(self, account: str) -> None:
        """Count a wrong password, and from the fifth one on delay the next."""
        failures, now = self.kept(self.accounts, account, Failures), self.now()
        if now - failures.last > self.thresholds.account_forgotten_after_seconds:
            failures.count = 0
        failures.count += 1
        failures.last = now
        beyond = failures.count - self.thresholds.failures_per_account
        if beyond >= 0:
            delay = 2.0 ** min(beyond, 30)
            failures.until = now + min(delay, self.thresholds.longest_delay_seconds)

    def account_succeeded(self, account: str) -> None:
        self.accounts.pop(account, None)

    def kept(self, known: OrderedDict[str, T], name: str, new: Callable[[], T]) -> T:
        """Return what is remembered under a name; what was not needed for longest gives way."""
        if name not in known:
            known[name] = new()
            if len(known) > self.thresholds.remembered:
                known.popitem(last=False)
        known.move_to_end(name)
        return known[name]


def network(address: str) -> str:
    """Return what one subscriber has: an address of IPv4, the first 64 bits of one of IPv6."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(int(parsed) >> 64)
