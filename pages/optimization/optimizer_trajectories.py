"""The prose of the lab on optimizer trajectories."""

from pages.shell import lab_page

lab_page("optimizer_trajectories", look_for="Prose.")
