"""A person before a browser, as the journeys have them: reads, clicks, and pastes into a shell."""

import base64
import hmac
import re
import subprocess
import time

PATIENCE_S = 20


class Walk:
    def __init__(self, page, sluis):
        self.page, self.sluis = page, sluis

    def goto(self, path):
        self.page.goto(path if path.startswith("http") else self.sluis.url + path)

    # What leads to another page

    def follow(self, name, where="main"):
        self.click(self.page.locator(where).get_by_role("link", name=name, exact=True))

    def press(self, name, where="main"):
        self.click(self.page.locator(where).get_by_role("button", name=name, exact=True))

    def click(self, found):
        self.wait(found.first.click)

    def wait(self, act):
        loaded, until = [], time.monotonic() + PATIENCE_S
        self.page.once("load", lambda _: loaded.append(True))
        act()
        while not loaded:
            assert time.monotonic() < until, self.page.url
            self.page.wait_for_timeout(10)

    # Forms

    def fill(self, **values):
        for name, value in values.items():
            self.page.locator(f"main [name={name}]").fill(value)

    def log_in(self, person, button="Inloggen"):
        """Fill in what `demo.json` says of a person, with the code of the second factor."""
        self.fill(login=person["email"], password=person["password"])
        self.press(button)
        if person.get("totp"):
            self.fill(code=code(person["totp"]))
            self.press(button)

    # What is read

    def text(self, selector="main"):
        return self.page.locator(selector).first.inner_text()

    def codes(self):
        """Return what stands in the blocks of code, in the order of the page."""
        return [one.inner_text() for one in self.page.locator("figure.code code").all()]

    def until(self, text):
        """Look at the page again until it says this: records are written a moment after a call."""
        until = time.monotonic() + PATIENCE_S
        while text not in self.text():
            assert time.monotonic() < until, self.text()
            self.page.wait_for_timeout(200)
            self.page.reload()

    def open_mail(self, to):
        """Open the newest mail to an address, and follow the first link in it."""
        self.goto("/mailbox/")
        self.click(self.page.locator(f"main tbody tr:has-text('{to}') a"))
        self.click(self.page.locator(".mail a"))

    def mailed(self, to):
        """Return the subjects of the mails to an address, the newest first."""
        self.goto("/mailbox/")
        rows = self.page.locator(f"main tbody tr:has-text('{to}') a")
        return [one.inner_text() for one in rows.all()]


def code(secret):
    """Return the six digits that an app on a telephone shows now (RFC 6238)."""
    counter = (int(time.time()) // 30).to_bytes(8, "big")
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    at = digest[-1] & 15
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def person(sluis, name):
    return next(one for one in sluis.world["people"] if one["email"].startswith(f"{name}@"))


def pasted(*lines, **variables):
    """Return what a shell prints, with the secrets of who calls in variables."""
    done = subprocess.run(
        ["bash", "-e"],
        input="\n".join(lines),
        env={"PATH": "/usr/bin:/bin", **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def status(first_call):
    """Return a call to paste that prints the status of its answer only."""
    return re.sub(r"\bcurl ", "curl -s -o /dev/null -w '%{http_code}' ", first_call)
