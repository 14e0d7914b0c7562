"""Walking through pages in a browser as a person does, and what a phone asks of them."""

# Each language once, and each scheme: colours move nothing, and are looked at elsewhere.
LOOKS = (("nl", "light"), ("en", "dark"), ("de", "light"))
# Buttons and fields that are smaller than a finger, by their text.
SMALL = """() => [
        ...document.querySelectorAll("button, .button, input:not([type=hidden]), .tabs a")
    ]
    .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 43.5)
    .map((e) => e.textContent || e.name)"""


def click(page, link):
    """Click what leads to another page, and wait until that is there."""
    loaded = []
    page.once("load", lambda _: loaded.append(True))
    link.click()
    while not loaded:
        page.wait_for_timeout(10)


def press(page, name):
    click(page, page.locator("main").get_by_role("button", name=name, exact=True))


def fill(page, **values):
    for name, value in values.items():
        page.locator(f"main [name={name}]").fill(value)


def newest_link(page, site):
    """Open the newest mail on the mailbox page, and follow its first link."""
    page.goto(f"{site}/mailbox/")
    for link in ("main tbody a", ".mail a"):
        click(page, page.locator(link).first)
