"""Find a Chromium for the tests and pictures, or install one: `python -m tools.chromium`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def find() -> str | None:
    """The path of a Chromium: named by LAB_CHROMIUM, on the PATH, or Playwright's own."""
    named = os.environ.get("LAB_CHROMIUM")
    if named:
        return named
    for name in NAMES:
        if path := shutil.which(name):
            return path
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None


def install() -> str:
    """Install Debian's Chromium where we may, else Playwright's."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.call(["apt-get", "update", "-qq"])
        subprocess.call(
            ["apt-get", "install", "-y", "-qq", "chromium", "fonts-liberation"],
            stdout=subprocess.DEVNULL,
        )
    else:
        subprocess.call([sys.executable, "-m", "playwright", "install", "chromium"])
    path = find()
    if path is None:
        sys.exit("No Chromium could be installed. Install one, or name it in LAB_CHROMIUM.")
    return path


@contextmanager
def launched() -> Generator[Browser, None, None]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=QUIET)
        try:
            yield browser
        finally:
            browser.close()


if __name__ == "__main__":
    print(f"Chromium: {find() or install()}")
