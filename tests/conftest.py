"""Labs that misbehave, one warm engine for all tests, and examples that are always the same."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis.internal.conjecture import providers
from streamlit.components.v2 import manifest_scanner

# Before torch is loaded: one thread, as in the server's workers.
os.environ["OMP_NUM_THREADS"] = "1"
# Before anything asks the catalog; worker hosts and command lines inherit it.
os.environ["LAB_EXTRA_LABS"] = (
    "tests.labs.trouble,tests.labs.hands,tests.labs.files,benchmarks.probe"
)
# Nothing a test computes is found by the next; what tests the store names its own.
os.environ["LAB_STORE"] = "memory"

from labcore.engine.local import LocalEngine
from labcore.engine.settings import Settings

# The seed of every example is derived from the test itself, and constants of whatever modules
# happen to be loaded are not tried: the same examples on every machine and in every order.
providers._get_local_constants = lambda: providers._local_constants
hypothesis_settings.register_profile("lab", derandomize=True, deadline=None, database=None)
hypothesis_settings.load_profile("lab")


ALONE = (
    "auth", "browser/test_console", "browser/test_hands", "browser/test_lab", "browser/test_save",
    "browser/test_server", "browser/test_studio", "cluster", "deploy", "engine/test_forked",
    "engine/test_http", "engine/test_local", "gpu", "load", "store/test_two_servers",
)  # fmt: skip
"""What times things or fills the machine with processes. `make test` runs the rest two at once."""


@pytest.hookimpl(tryfirst=True)  # before xdist writes groups into names
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say what runs alone, and what goes to one of the two as a whole.

    That is a file; a lab’s contract; all that a browser does on one server.
    """
    for item in items:
        file = str(item.path.relative_to(Path(__file__).parent))
        if file.startswith(ALONE):
            item.add_marker("alone")
        whole = "browser" if file.startswith("browser") else file
        lab = item.callspec.params["slug"] if file.startswith("contract") else ""
        item.add_marker(pytest.mark.xdist_group(f"{whole} {lab}"))


@pytest.fixture(scope="session")
def local_engine() -> Iterator[LocalEngine]:
    """A warm engine with small limits. Tests that kill its host use `mortal_engine`."""
    engine = LocalEngine(
        Settings(
            workers=2,
            queue=6,
            queue_per_learner=3,
            run_seconds=20,
            run_memory=96 * 2**20,
            answer_workers=1,
            answer_seconds=0.6,
            answers_waiting=3,
            stream_seconds=15,
            running_per_learner=2,
            warm=False,
        )
    )
    try:
        assert engine.wait_ready(120)
        yield engine
    finally:
        engine.close()


@pytest.fixture(autouse=True, scope="session")
def quick_pages() -> Iterator[None]:
    """Streamlit's harness looks through all installed packages at every run, for half a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", list)
        yield
