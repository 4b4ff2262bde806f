"""What every page gets: navigation, controls, stage, tabs. See `lab_page`."""

from pages.shell.page import lab_page

__all__ = ["lab_page"]
