"""The counters of several processes, exact in all of them together: on Redis or Valkey.

One script counts a call in all its windows or in none, by the clock of the Redis server, so
that processes on several machines agree on the time.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import RedisError

from sluis.core.problem import Problem, Reason
from sluis.core.quota import Left, Limit, rounded
from sluis.gateway.limits import Account

CONNECTIONS = 50
PATIENCE_SECONDS = 2.0
IN_PROGRESS_SECONDS = 900  # after which a call of a process that died no longer holds a place

# ARGV: calls and seconds of each limit. Returns for each: remaining, wait and reset in
# microseconds; a wait above 0 says that the call was not counted.
SPEND = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local answer, refused = {}, false
for i, key in ipairs(KEYS) do
  local calls, window = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i]) * 1000000
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
  local count = redis.call('ZCARD', key)
  local oldest = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')[2] or now
  local wait = 0
  if count >= calls then wait = oldest + window - now; refused = true end
  answer[i] = {calls - count, wait, oldest + window - now}
end
if not refused then
  for i, key in ipairs(KEYS) do
    local number = redis.call('INCR', key .. ':n')
    redis.call('ZADD', key, now, number)
    local milliseconds = math.ceil(ARGV[2 * i] * 1000)
    redis.call('PEXPIRE', key, milliseconds); redis.call('PEXPIRE', key .. ':n', milliseconds)
    answer[i][1] = answer[i][1] - 1
  end
end
return answer
"""

ENTER = """
local now = redis.call('TIME')[1]
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], now, redis.call('INCR', KEYS[1] .. ':n'))
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
"""


class SharedCounters:
    def __init__(self, url: str) -> None:
        # A pool that waits: the ordinary one raises at its hundredth connection.
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS,
            timeout=PATIENCE_SECONDS,
            socket_timeout=PATIENCE_SECONDS,
            socket_connect_timeout=PATIENCE_SECONDS,
        )
        self.redis = Redis(connection_pool=pool)
        self.spend_script = self.redis.register_script(SPEND)
        self.enter_script = self.redis.register_script(ENTER)

    async def spend(self, account: Account, limits: Sequence[Limit]) -> Left | None:
        """Count one call. Raises `Problem` when Redis does not answer: unknown means no."""
        keys = [key_of(account, limit.name) for limit in limits]
        arguments = [number for limit in limits for number in (limit.calls, limit.seconds)]
        answers = await self.run(self.spend_script, keys, arguments)
        left = [
            Left(limit, max(remaining, 0), rounded(wait / 1e6), rounded(reset / 1e6))
            for limit, (remaining, wait, reset) in zip(limits, answers, strict=True)
        ]
        return max(left, key=lambda one: (one.wait_seconds, -one.remaining), default=None)

    async def enter(self, account: Account, at_once: int) -> bool:
        key = key_of(account, "in-progress")
        return bool(await self.run(self.enter_script, [key], [at_once, IN_PROGRESS_SECONDS]))

    async def leave(self, account: Account) -> None:
        # The call was answered: it does not fail for this. Its place comes free by itself.
        with contextlib.suppress(RedisError, OSError):
            await self.redis.zpopmin(key_of(account, "in-progress"))

    async def run(self, script: Any, keys: list[str], arguments: list[float]) -> Any:
        await asyncio.sleep(0)  # from here on there is a task, which time-outs need
        try:
            return await script(keys=keys, args=arguments)
        except (RedisError, OSError) as error:
            detail = "Calls cannot be counted at the moment. Try again in a few seconds."
            raise Problem(Reason.UNAVAILABLE, detail, wait_seconds=5) from error


def key_of(account: Account, name: str) -> str:
    """Return the key in Redis; the braces keep an account's keys on one node of a cluster."""
    return f"sluis:{{{':'.join(account)}}}:{name}"
