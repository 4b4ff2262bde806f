"""nginx and PostgreSQL for the tests: found, or installed: `python -m tools.services`.

Each test that needs one starts its own, on loopback in a folder of its own, and ends it.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

from tools.served import free_port

PACKAGES = {"nginx": "nginx-light", "initdb": "postgresql"}
"""Debian's package of each program."""
HIDDEN = ("/usr/sbin", "/usr/local/sbin")
"""Where Debian puts servers, and an ordinary PATH does not look."""
SECONDS = 30
"""So long a server may take to start."""
NGINX = """
daemon off;
pid nginx.pid;
events { worker_connections 1024; }
http {
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include site.conf;
}
"""
"""The rest of a configuration: what Debian's has, but in the folder from which it is started."""
NO_SERVICES = Path("/usr/sbin/policy-rc.d")
"""Debian asks this script before a package starts a service; 101 forbids it."""


def find(program: str) -> Path | None:
    """The path of a server's program; PostgreSQL's are beside each other, newest version last."""
    if path := shutil.which(program, path=os.pathsep.join((os.environ["PATH"], *HIDDEN))):
        return Path(path).resolve()
    versions = Path("/usr/lib/postgresql").glob(f"*/bin/{program}")
    return max(versions, key=lambda path: float(path.parts[4]), default=None)


def found(program: str) -> Path:
    """The path of a server's program, or a sentence that says how to get it."""
    path = find(program)
    if path is None:
        raise FileNotFoundError(
            f"There is no {program} here; `python -m tools.services` installs it where apt-get may."
        )
    return path


def install(programs: Iterable[str]) -> None:
    """Install Debian's packages of these, if we may, without starting anything they bring."""
    packages = [PACKAGES[program] for program in programs]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(f"Please install {' and '.join(packages)}: the tests start servers of their own.")
    with _no_services():
        subprocess.call(["apt-get", "update", "-qq"])
        subprocess.call(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
            stdout=subprocess.DEVNULL,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
    if shutil.which("systemctl"):  # nor at the next start of the machine
        units = [package.removesuffix("-light") for package in packages]
        subprocess.call(["systemctl", "disable", "--quiet", *units], stderr=subprocess.DEVNULL)


@contextmanager
def _no_services() -> Generator[None, None, None]:
    if NO_SERVICES.exists():  # the machine has a policy of its own
        yield
        return
    NO_SERVICES.write_text("#!/bin/sh\nexit 101\n")
    NO_SERVICES.chmod(0o755)
    try:
        yield
    finally:
        NO_SERVICES.unlink()


@contextmanager
def _own_folder() -> Generator[tuple[Path, str | None], None, None]:
    """A temporary folder, and the user to be in it; none where that is ourselves."""
    with tempfile.TemporaryDirectory(prefix="lab-", ignore_cleanup_errors=True) as folder:
        owner = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses root
        if owner:
            shutil.chown(folder, owner)
        yield Path(folder), owner


@contextmanager
def postgres() -> Generator[str, None, None]:
    """A fresh PostgreSQL that need not outlive a power cut; the URL SQLAlchemy knows it by."""
    programs = found("initdb").parent
    port, password = free_port(), secrets.token_hex(16)
    with _own_folder() as (folder, owner):
        (folder / "password").write_text(password)
        (folder / "postgresql.conf").write_text(
            f"listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = ''\n"
            "fsync = off\nfull_page_writes = off\nsynchronous_commit = off\n"
        )
        data = folder / "data"
        with _started(
            [programs / "initdb", "-D", data, "-U", "lab", "-A", "scram-sha-256", "-E", "UTF8",
             "--no-locale", "--no-sync", f"--pwfile={folder}/password"], folder, owner,
        ) as making:  # fmt: skip
            making.wait()
        with _started(
            [programs / "postgres", "-D", data, "-c", f"config_file={folder}/postgresql.conf"],
            folder, owner, ready=lambda: _says_ready(data / "postmaster.pid"),
            stop=signal.SIGQUIT,
        ):  # fmt: skip
            yield f"postgresql+psycopg://lab:{password}@127.0.0.1:{port}/postgres"


@contextmanager
def nginx(site: str) -> Generator[Path, None, None]:
    """An nginx with this site, as it would lie in `sites-enabled`; the folder of its files.

    Relative paths in the site are below that folder. `error.log` there is nginx's.
    """
    with _own_folder() as (folder, owner):
        (folder / "site.conf").write_text(site)
        (folder / "nginx.conf").write_text(NGINX)
        with _started(
            [found("nginx"), "-p", folder, "-c", "nginx.conf", "-e", "error.log"],
            folder, owner, ready=(folder / "nginx.pid").exists,
        ):  # fmt: skip
            yield folder


@contextmanager
def _started(
    command: list[str | Path],
    folder: Path,
    owner: str | None,
    ready: Callable[[], bool] = lambda: True,
    stop: signal.Signals = signal.SIGTERM,
) -> Generator[subprocess.Popen[bytes], None, None]:
    """A process that writes to `folder/out`, once it is ready; what it wrote if it ends before."""
    with (folder / "out").open("ab") as out:
        process = subprocess.Popen(
            command, cwd=folder, env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            user=owner, extra_groups=None if owner is None else [],
            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        end = time.monotonic() + SECONDS
        while not ready():
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{command[0]} did not start: {(folder / 'out').read_text()}")
            time.sleep(0.01)
        yield process
    finally:
        process.send_signal(stop)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _says_ready(pid_file: Path) -> bool:
    """Whether PostgreSQL answers; it says so where `pg_ctl` looks, in the last line."""
    return pid_file.exists() and pid_file.read_text().rstrip().endswith("\nready")


if __name__ == "__main__":
    if missing := [program for program in PACKAGES if find(program) is None]:
        install(missing)
    try:
        print("Servers:", *(found(program) for program in PACKAGES))
    except FileNotFoundError as missed:
        sys.exit(str(missed))
