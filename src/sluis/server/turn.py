"""One transaction at a time past a certain point, so that numbers follow the order of commits.

A sequence of PostgreSQL hands out 7 before 8, and 8 may be committed first; whoever has read
up to 8 then never sees 7. On SQLite a writing transaction is alone from its beginning.
"""

from django.db import connection

TURN = 0x51015  # any number that nothing else in this database locks


class NoTransaction(Exception):
    """Called outside a transaction, where what it promises would not hold."""


def take_turn() -> None:
    """Wait until no other transaction is past this point; ours is until it ends.

    Change what is to be changed before: who waits here with rows in hand that another needs
    past this point waits for ever.
    """
    if not connection.in_atomic_block:
        raise NoTransaction("This is written down in the transaction that makes the change.")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])
