"""Sets up .venv from the lock files, with nothing but Python's own library.

Run by make as a plain script, before anything is installed: `python3 install.py runtime|dev`;
`install.py tools` looks for the programs of others that tests use, and installs Debian's if it may.
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
APT = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-y", "-qq"]

# Debian's package, the programs that do, and the tests that are skipped without.
TOOLS = (
    ("chromium", ("chromium", "chromium-browser", "google-chrome"), "Browser tests"),
    ("mosquitto", ("mosquitto",), "Tests of contacts over MQTT"),
    ("mbpoll", ("mbpoll",), "Tests of Modbus against a second implementation"),
)
SERVICES = ("mosquitto",)


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


def is_there(names):  # type: (tuple[str, ...]) -> bool
    """Brokers are among root's programs, which others do not have on their path."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
    return any(shutil.which(name, path=path) for name in names)


def find_tools():  # type: () -> None
    """Says in one line why there are none; the tests that need them are skipped then."""
    missing = [tool for tool in TOOLS if not is_there(tool[1])]
    if os.environ.get("CHROMIUM"):
        missing = [tool for tool in missing if tool[0] != "chromium"]
    if not missing:
        return
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not shutil.which("apt-get") or (root and not shutil.which("sudo")):
        for package, _, tests in missing:
            print("%s are skipped: there is no %s, and no apt and root to install it." % (tests, package))
        return
    print("Installing Debian's %s for the tests ..." % ", ".join(tool[0] for tool in missing), flush=True)
    run_quietly(root + APT + ["update"])
    for package, _, tests in missing:
        install_tool(root, package, tests)


def install_tool(root, package, tests):  # type: (list[str], str, str) -> None
    """One by one: a mirror that lacks one may have the others."""
    if not run_quietly(root + APT + ["install", "--no-install-recommends", package]):
        print("%s are skipped: %s could not be installed (apt install %s)." % (tests, package, package))
    elif package in SERVICES and shutil.which("systemctl"):
        # Tests start their own; nobody asked for one that runs from now on.
        run_quietly(root + ["systemctl", "disable", "--now", package])


def run_quietly(command):  # type: (list[str]) -> bool
    return not subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode


def main():  # type: () -> None
    if sys.version_info < OLDEST:
        stop("Python 3.11 or newer is needed; this is %d.%d." % sys.version_info[:2])
    kind = sys.argv[1]
    if kind == "tools":
        find_tools()
        return
    if not is_installed(kind) and not (kind == "runtime" and is_installed("dev")):
        install(kind)


if __name__ == "__main__":
    main()
