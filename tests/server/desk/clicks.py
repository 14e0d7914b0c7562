"""Dirk at work in a browser: what he clicks and posts, and the mails that others get of it."""

import re
from urllib.parse import urlsplit

from django.urls import resolve

from tests.server.desk.test_journey import click

BUTTON = re.compile(r"""\b(?:act=|name="act"\s+)(\w+)""")  # in a form, also one with files


def called(name, of, form):
    """Return what an act is called here: its address, and which of several it is."""
    return f"{name} {of.get('act') or form.get('act') or ''}".strip()


class Desk:
    """Dirk's browser, which notes what it posts; and another with the mailbox, open to all."""

    def __init__(self, site, page, reader):
        self.site, self.page, self.reader = site, page, reader
        self.posted = set()
        page.on("request", self.noted)

    def noted(self, request):
        if request.method == "POST":
            found = resolve(urlsplit(request.url).path)
            act = BUTTON.search(request.post_data or "")
            form = {"act": act.group(1)} if act else {}
            self.posted.add(called(found.url_name, found.kwargs, form))

    def menu(self, path):
        click(self.page, self.page.locator(f'nav a[href="{path}"]').first)

    def follow(self, name):
        link = self.page.locator("main").get_by_role("link", name=name, exact=True)
        click(self.page, link.first)

    def fill(self, **values):
        for name, value in values.items():
            self.page.locator(f"main [name={name}]").fill(value)

    def choose(self, **values):
        for name, value in values.items():
            self.page.locator(f"main select[name={name}]").select_option(value)

    def press(self, name, says):
        """Press a button; the page that follows says what was done."""
        main = self.page.locator("main")
        click(self.page, main.get_by_role("button", name=name, exact=True))
        self.says(says)

    def says(self, text):
        assert text in self.page.locator("body").inner_text()

    def open(self, selector):
        click(self.page, self.page.locator(selector))

    def told(self, who, subject, *parts):
        """Read the newest mail of somebody in the mailbox."""
        self.reader.goto(f"{self.site}/mailbox/")
        address = who if "@" in who else f"{who}@example.org"
        row = self.reader.locator("tbody tr").filter(has_text=address).filter(has_text=subject)
        click(self.reader, row.first.get_by_role("link"))
        text = self.reader.locator(".mail").inner_text()
        assert [part for part in parts if part not in text] == []
