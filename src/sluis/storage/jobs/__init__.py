"""Work that is answered later, as the database keeps it: named operations over whole batches.

Plain SQL: as objects of the ORM a step costs 50 times as much. Everything that writes here
expects a transaction of the caller's. What the two databases say differently lies in
`sqlite/dialect.py` and `postgresql/dialect.py`; all else is written once.
"""

from sluis.storage.jobs.accepting import accept, fate, transaction_number
from sluis.storage.jobs.delivering import (
    CANCELLED,
    DELIVERED,
    GIVEN_UP,
    WAITING,
    Claimed,
    Report,
    cancel,
    claim_deliveries,
    deliver,
    failed_of,
    free_claims,
    is_delivery_due,
    report,
    to_replay,
    waiting_channels,
)
from sluis.storage.jobs.dialect import open_cursor, prepare
from sluis.storage.jobs.forgetting import forget, forget_environment, forget_keys
from sluis.storage.jobs.lanes import (
    Fenced,
    advance,
    backlog,
    claim_lane,
    claim_lanes,
    is_due,
    mark_applied,
    put_off,
    something_waits,
    steps_of,
    wake_later,
    woken,
)
from sluis.storage.jobs.rows import (
    Advance,
    Backlog,
    ChannelRow,
    Item,
    Kept,
    Key,
    LaneRow,
    NotificationRow,
    StepRow,
)
from sluis.storage.jobs.telling import channels_of, notification_numbers, tell, told

__all__ = [
    "CANCELLED",
    "DELIVERED",
    "GIVEN_UP",
    "WAITING",
    "Advance",
    "Backlog",
    "ChannelRow",
    "Claimed",
    "Fenced",
    "Item",
    "Kept",
    "Key",
    "LaneRow",
    "NotificationRow",
    "Report",
    "StepRow",
    "accept",
    "advance",
    "backlog",
    "cancel",
    "channels_of",
    "claim_deliveries",
    "claim_lane",
    "claim_lanes",
    "deliver",
    "failed_of",
    "fate",
    "forget",
    "forget_environment",
    "forget_keys",
    "free_claims",
    "is_delivery_due",
    "is_due",
    "mark_applied",
    "notification_numbers",
    "open_cursor",
    "prepare",
    "put_off",
    "report",
    "something_waits",
    "steps_of",
    "tell",
    "to_replay",
    "told",
    "transaction_number",
    "waiting_channels",
    "wake_later",
    "woken",
]
