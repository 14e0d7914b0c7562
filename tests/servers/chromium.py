"""A Chromium for the tests: the machine's own or, where there is none, one installed once.

`python -m tests.servers.chromium` installs what is missing and prints which one is used.
"""

import asyncio
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from unittest.mock import patch

from playwright._impl import _sync_base, channel_owner
from playwright.sync_api import sync_playwright

from tests.servers import Refusal, run

# The same engine without the window around it, which takes as much of a machine as the pages do.
LEAN = "chromium-headless-shell"
NAMES = (LEAN, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL = ("apt-get", "install", "--yes", "--no-install-recommends", "fonts-dejavu-core")
WITH_APT = (("apt-get", "update"), (*INSTALL, LEAN))
WINDOWED_WITH_APT = ((*INSTALL, "chromium"),)  # where the other is not packaged
WITH_PLAYWRIGHT = ((sys.executable, "-m", "playwright", "install", "chromium"),)

# Nothing but this machine: no look-up of a name leaves it, nor does the browser call home.
ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost,"
    " EXCLUDE 127.0.0.1, EXCLUDE ::1",
)


@contextmanager
def browser():
    """Start a browser to be driven; it ends with the block."""
    with sync_playwright() as playwright, loop_at_rest():
        started = playwright.chromium.launch(executable_path=find(playwright), args=ARGUMENTS)
        yield started
        started.close()


@contextmanager
def loop_at_rest():
    """Mark Playwright's event loop as running during its calls only.

    It leaves the mark between them as well, and there Django takes another connection to the
    database than the one the test has, and pytest-asyncio refuses to work.
    """
    own = asyncio.get_running_loop()
    wait, fire = _sync_base.wait_for_future, channel_owner.fire_and_forget

    def wait_marked(loop, *arguments):
        before = asyncio._get_running_loop()  # one of Playwright's, inside an event's handler
        asyncio._set_running_loop(loop)
        try:
            return wait(loop, *arguments)
        finally:
            asyncio._set_running_loop(before)

    def fire_marked(awaitable):
        before = asyncio._get_running_loop()
        asyncio._set_running_loop(own)
        try:
            fire(awaitable)
        finally:
            asyncio._set_running_loop(before)

    with (
        patch.object(_sync_base, "wait_for_future", wait_marked),
        patch.object(channel_owner, "fire_and_forget", fire_marked),
    ):
        asyncio._set_running_loop(None)
        try:
            yield
        finally:
            asyncio._set_running_loop(own)


def find(playwright):
    """Return the path of a browser that runs: of CHROME, of the machine or of Playwright."""
    named = [os.environ["CHROME"]] if os.environ.get("CHROME") else NAMES
    for path in (*map(shutil.which, named), playwright.chromium.executable_path):
        if path and runs(path):
            return path
    raise Refusal(
        "No Chromium here: install one (on Debian: apt-get install chromium),"
        " or name one in the variable CHROME."
    )


def runs(path):
    """Tell whether a browser starts: some systems have a command that only points to a shop."""
    try:
        run(path, "--version")
    except (OSError, Refusal):
        return False
    return True


def install(playwright):
    """Return the path of a browser, installing the lean one where that can be, or any."""
    by_root = os.geteuid() == 0 and shutil.which("apt-get") and not os.environ.get("CHROME")
    if by_root and not shutil.which(LEAN):
        attempt(WITH_APT)
    for commands in (WINDOWED_WITH_APT if by_root else (), WITH_PLAYWRIGHT):
        try:
            return find(playwright)
        except Refusal:
            attempt(commands)
    return find(playwright)


def attempt(commands):
    """Run the commands, up to the first that fails, with all they say on stderr."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in commands:
        print("+", *command, file=sys.stderr, flush=True)
        options = {"stdin": subprocess.DEVNULL, "stdout": sys.stderr, "env": quiet}
        if subprocess.run(command, check=False, **options).returncode:
            return


if __name__ == "__main__":
    with sync_playwright() as driver:
        print(install(driver))
