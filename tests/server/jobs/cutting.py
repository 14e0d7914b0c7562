"""A way to PostgreSQL that breaks where it is told to: within a commit."""

import asyncio
import threading
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

COMMIT = b"COMMIT\0"  # as it stands in a message of the protocol
DONE_SECONDS = 0.05


class Proxy:
    """Passes connections on; `armed` until a commit was cut off."""

    def __init__(self, url):
        self.target = urlsplit(url)
        self.armed = False
        self.after_it = False
        self.ready = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.serve()), daemon=True)
        self.thread.start()
        self.ready.wait()

    @property
    def url(self):
        user = self.target.netloc.rpartition("@")[0]
        return self.target._replace(netloc=f"{user}@127.0.0.1:{self.port}").geturl()

    def cut_next_commit(self, *, after_it):
        """Break the next connection that commits: before the server has it, or its answer."""
        self.after_it, self.armed = after_it, True

    def close(self):
        self.loop.call_soon_threadsafe(self.closing.set)
        self.thread.join()

    async def serve(self):
        self.loop, self.closing = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self.connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        await self.closing.wait()
        server.close()  # and what is left ends with the loop

    async def connected(self, reader, writer):
        there = await asyncio.open_connection(self.target.hostname, self.target.port)
        ways = (self.ask(reader, writer, there[1]), self.answer(there[0], writer))
        try:
            tasks = [asyncio.ensure_future(way) for way in ways]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            for one in (writer, there[1]):
                one.transport.abort()
                with suppress(OSError):
                    await one.wait_closed()

    async def ask(self, reader, writer, there):
        while data := await reader.read(65536):
            commits = self.armed and COMMIT in data
            if commits:
                self.armed = False
                if not self.after_it:
                    return
                writer.transport.abort()  # so that the answer reaches nobody
            there.write(data)
            await there.drain()
            if commits:
                await asyncio.sleep(DONE_SECONDS)
                return

    async def answer(self, reader, writer):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()


@contextmanager
def cutting(url):
    made = Proxy(url)
    try:
        yield made
    finally:
        made.close()
