"""Gets what a peer needs from Debian or npm; says so where that cannot be."""

import os
import shutil
import subprocess
from pathlib import Path

from bench.processes import clean, say

PEERS = Path(__file__).parent / ".peers"


class NotInstalled(Exception):
    """The sentence for the row of the table."""


def from_debian(*packages: str) -> None:
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise NotInstalled(f"not installed: needs {' '.join(packages)} of Debian, and root")
    say(f"apt-get install {' '.join(packages)}")
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    # In run level 1 Debian starts no service that it has just installed.
    env = clean(DEBIAN_FRONTEND="noninteractive", RUNLEVEL="1")
    for words in (["apt-get", "update"], command):
        done = subprocess.run(words, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotInstalled(f"not installed: {last_line(done.stderr)}")


def from_npm(manifest: Path) -> Path:
    """Return a folder with the packages that a `package.json` names."""
    if shutil.which("npm") is None:
        raise NotInstalled("not installed: there is no npm")
    folder = PEERS / manifest.parent.name
    folder.mkdir(parents=True, exist_ok=True)
    wanted = manifest.read_bytes()
    if not (folder / "node_modules").exists() or (folder / "package.json").read_bytes() != wanted:
        say(f"npm install for {folder.name}")
        (folder / "package.json").write_bytes(wanted)
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotInstalled(f"not installed: {last_line(done.stderr)}")
    return folder


def last_line(text: str) -> str:
    return (text.strip() or "no reason was given").splitlines()[-1][:120]
