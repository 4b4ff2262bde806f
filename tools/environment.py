"""Make the virtual environment and put uv in it: `python3 tools/environment.py .venv`.

It needs Python 3.11 or later and nothing else. Debian ships `venv` apart from Python; where
it is missing it is installed, if we may, and named if we may not.
"""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

UV = "uv==0.13.9"


def main(folder: Path) -> None:
    if sys.version_info < (3, 11):
        sys.exit(f"Python 3.11 or later is needed; this is {sys.version.split()[0]}.")
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        install_venv()
        os.execv(sys.executable, [sys.executable, *sys.argv])
    if not (folder / "bin" / "python").exists():
        venv.create(folder, with_pip=True, clear=folder.exists())
    print("Installing what the lab needs; the first time this takes a minute or two.", flush=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", UV]
    sys.exit(subprocess.call([*pip, "--disable-pip-version-check"]))


def install_venv() -> None:
    """Install Debian's python3-venv, or say how."""
    package = f"python3.{sys.version_info.minor}-venv"
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {package}.", flush=True)
        subprocess.call(["apt-get", "update", "-qq"])
        if subprocess.call(["apt-get", "install", "-y", "-qq", package]) == 0:
            return
    sys.exit(f"Python's venv module is incomplete. Install it first: sudo apt install {package}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
