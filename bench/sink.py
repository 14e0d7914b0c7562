"""A receiver of pushes on the generator's core: writes down when each came, and for which call.

`python -m bench.sink PORT FILE`: a line for each push, its time since 1970 and its reference.
"""

import asyncio
import re
import sys
import time
from pathlib import Path
from typing import TextIO

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
REFERENCE = re.compile(rb'"publicReferenceId":"([^"]+)"')
ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"


class Receiver(asyncio.Protocol):
    def __init__(self, file: TextIO) -> None:
        self.file = file
        self.held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        at = time.time()
        self.held += data
        while (end := self.end_of_first()) is not None:
            found = REFERENCE.search(self.held, 0, end)
            self.held = self.held[end:]
            self.transport.write(ANSWER)
            if found is not None:
                print(f"{at:.6f} {found[1].decode()}", file=self.file)

    def end_of_first(self) -> int | None:
        """Return where the first request that is held whole ends."""
        head = self.held.find(b"\r\n\r\n")
        if head < 0:
            return None
        found = LENGTH.search(self.held, 0, head)
        end = head + 4 + (int(found[1]) if found else 0)
        return end if len(self.held) >= end else None


async def receive(port: int, path: Path) -> None:
    with path.open("w", buffering=1) as file:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Receiver(file), "127.0.0.1", port)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(receive(int(sys.argv[1]), Path(sys.argv[2])))
