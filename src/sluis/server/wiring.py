"""Puts the parts together: the platform as the gateway knows it, on the database and the clock."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from sluis.gateway.answer import Platform
from sluis.gateway.limits import Counters, Limiter, Unlimited
from sluis.gateway.records import Record, traces
from sluis.gateway.snapshot import Snapshot
from sluis.registry import HOSTED_APIS
from sluis.server import chores
from sluis.server.answers import records
from sluis.server.answers.policy import Policy
from sluis.server.answers.snapshot import Loader
from sluis.server.config import Config
from sluis.server.jobs.accept import Acceptance
from sluis.server.jobs.apply import Applier, parts_of
from sluis.server.jobs.deliver import Dispatcher
from sluis.server.jobs.guard import Guard
from sluis.server.jobs.pressure import watched
from sluis.server.jobs.worker import Worker
from sluis.server.post import Post
from sluis.storage.sqlite.checkpoint import Checkpoints
from sluis.storage.writer import Writer

RECORDS_EVERY_SECONDS = 0.2  # so that a record is in the database within 250 ms
POOL_THREADS = 4


@dataclass(slots=True)
class Workers:
    """What applies and pushes what is answered later; `accept` is the gateway's end of it."""

    policy: Policy
    worker: Worker
    dispatcher: Dispatcher
    checkpoints: Checkpoints
    accept: Acceptance

    def start(self) -> None:
        self.policy.start()
        self.checkpoints.start()
        self.worker.start()
        self.dispatcher.start()

    def stop(self) -> None:
        self.dispatcher.stop()
        self.worker.stop()
        self.checkpoints.stop()
        self.policy.stop()


@dataclass(slots=True)
class Parts:
    """What a serving process consists of, beside its listeners."""

    platform: Platform
    workers: Workers
    writer: Writer[Record]
    pool: ThreadPoolExecutor
    chores: chores.Chores
    post: Post

    def start(self) -> None:
        self.writer.start()
        self.workers.start()
        self.chores.start()
        self.post.start()

    def stop(self) -> None:
        """Stop everything; when this returns no record of a call is lost."""
        self.post.stop()
        self.chores.stop()
        self.workers.stop()
        self.pool.shutdown()
        self.writer.stop()


def parts(config: Config) -> Parts:
    pool = ThreadPoolExecutor(POOL_THREADS, thread_name_prefix="operations")
    writer = Writer[Record](records.write, every_seconds=RECORDS_EVERY_SECONDS)

    def put_in_force(snapshot: Snapshot) -> None:
        platform.snapshot = snapshot

    made = workers(config, put_in_force)
    platform = Platform(
        snapshot=Snapshot(),
        limiter=limiter(config),
        record=writer.put,
        in_pool=in_pool(pool),
        new_trace=traces(),
        now=time.time,
        jobs=made.accept,
    )
    return Parts(platform, made, writer, pool, chores.Chores(), Post())


def workers(config: Config, put_in_force: Callable[[Snapshot], None] = lambda _: None) -> Workers:
    policy = Policy(Loader(config.portal_url, config.secret), put_in_force)
    pressure = watched(config)
    applier = Applier(lambda: policy.snapshot, parts_of(HOSTED_APIS))
    worker = Worker(applier, look=pressure.look)
    guard = Guard(development=config.webhooks == "development")
    dispatcher = Dispatcher(worker, guard, per_second=config.pushes_per_second)
    worker.on_push = dispatcher.wake
    accept = Acceptance(worker.store, pressure.refusal)
    return Workers(policy, worker, dispatcher, Checkpoints(), accept)


def limiter(config: Config) -> Limiter:
    if config.limits == "off":
        return Unlimited()
    if config.redis_url:
        from sluis.server.answers.shared_limits import SharedCounters  # the extra "cluster"

        return SharedCounters(config.redis_url)
    return Counters(time.monotonic)


def in_pool(pool: ThreadPoolExecutor) -> Callable[..., Any]:
    async def run(function: Callable[..., Any], *arguments: Any) -> Any:
        await asyncio.sleep(0)  # from here on there is a task, as the event loop expects
        return await asyncio.get_running_loop().run_in_executor(pool, function, *arguments)

    return run
