"""Sets up .venv from the lock files, with nothing but Python's own library.

Run by make as a plain script, before anything is installed: `python3 install.py runtime|dev`;
`install.py browser` looks for the chromium of the browser tests, and installs Debian's if it may.
It stays readable to old Pythons, so that they can say that they are too old.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time

OLDEST = (3, 11)
ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
LOCKS = {"runtime": "requirements.lock", "dev": "requirements-dev.lock"}


def stop(sentence):  # type: (str) -> None
    sys.exit("cuakhauso: " + sentence)


def read(name):  # type: (str) -> bytes
    with open(os.path.join(ROOT, name), "rb") as file:
        return file.read()


def wanted(kind):  # type: (str) -> str
    """Changes whenever what is installed may have to change, the folder and Python included."""
    parts = [read(LOCKS[kind]), read("pyproject.toml"), ROOT.encode(), sys.version.encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def stamp(kind):  # type: (str) -> str
    return os.path.join(VENV, "installed-" + kind)


def is_installed(kind):  # type: (str) -> bool
    try:
        with open(stamp(kind)) as file:
            return file.read() == wanted(kind)
    except OSError:
        return False


def make_venv():  # type: () -> None
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", VENV], stdout=subprocess.PIPE)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        stop("Python could not make a virtual environment; on Debian and Ubuntu: apt install python3-venv.")


def pip(*words):  # type: (*str) -> None
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.run(command + list(words), cwd=ROOT).returncode:
        stop("the dependencies could not be installed; pip says why above.")


def venv_is_ours():  # type: () -> bool
    """A folder that was copied or whose Python was upgraded gets a new environment."""
    try:
        with open(os.path.join(VENV, "made-for")) as file:
            return file.read() == ROOT + sys.version and os.path.exists(PYTHON)
    except OSError:
        return False


def install(kind):  # type: (str) -> None
    began = time.time()
    print("Installing what is needed into .venv (once; a minute or two) ...", flush=True)
    if not venv_is_ours():
        make_venv()
        with open(os.path.join(VENV, "made-for"), "w") as file:
            file.write(ROOT + sys.version)
    pip("--require-hashes", "-r", LOCKS[kind])
    pip("--no-deps", "--no-build-isolation", "-e", ".")
    with open(stamp(kind), "w") as file:
        file.write(wanted(kind))
    print("Installed in {:.0f} s.".format(time.time() - began), flush=True)


def find_browser():  # type: () -> None
    """Says in one line why there is none; the tests that need it are skipped then."""
    names = ("chromium", "chromium-browser", "google-chrome")
    if os.environ.get("CHROMIUM") or any(shutil.which(name) for name in names):
        return
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not shutil.which("apt-get") or (root and not shutil.which("sudo")):
        print("Browser tests are skipped: there is no chromium, and no apt and root to install it.")
        return
    print("Installing Debian's chromium for the browser tests ...", flush=True)
    apt = root + ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-y", "-qq"]
    quiet = subprocess.DEVNULL
    install = ["install", "--no-install-recommends", "chromium"]
    subprocess.run(apt + ["update"], stdout=quiet, stderr=quiet)
    if subprocess.run(apt + install, stdout=quiet, stderr=quiet).returncode:
        print("Browser tests are skipped: chromium could not be installed (apt install chromium).")


def main():  # type: () -> None
    if sys.version_info < OLDEST:
        stop("Python 3.11 or newer is needed; this is %d.%d." % sys.version_info[:2])
    kind = sys.argv[1]
    if kind == "browser":
        find_browser()
        return
    if not is_installed(kind) and not (kind == "runtime" and is_installed("dev")):
        install(kind)


if __name__ == "__main__":
    main()
