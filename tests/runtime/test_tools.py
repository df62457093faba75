"""What `make test` says and does about programs of others that tests use."""

import pytest

from cuakhauso.runtime import install


@pytest.fixture
def machine(monkeypatch):
    """A machine that has only what is put into it; what is run there is kept, and fails where told."""

    class Machine:
        def __init__(self):
            self.has, self.fails, self.ran = set(), set(), []

        def which(self, name, path=None):
            return f"/usr/bin/{name}" if name in self.has else None

        def run(self, command):
            self.ran.append(" ".join(command))
            return not self.fails & set(command)

    here = Machine()
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(install.shutil, "which", here.which)
    monkeypatch.setattr(install, "run_quietly", here.run)
    return here


def test_where_nothing_is_missing_nothing_is_said(machine, capsys):
    machine.has = {"google-chrome", "mosquitto", "mbpoll"}
    install.find_tools()
    assert capsys.readouterr().out == ""
    assert machine.ran == []


def test_where_nothing_can_be_installed_one_line_says_which_tests_are_skipped(machine, capsys):
    machine.has = {"chromium"}
    install.find_tools()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" are skipped: there is no ")[1].split(",")[0] for line in lines] == [
        "mosquitto",
        "mbpoll",
    ]


def test_what_is_missing_is_installed_and_no_broker_is_left_running(machine, capsys):
    machine.has = {"apt-get", "sudo", "systemctl", "chromium"}
    install.find_tools()
    assert [line.split()[-1] for line in machine.ran] == ["update", "mosquitto", "mosquitto", "mbpoll"]
    assert "systemctl disable --now mosquitto" in machine.ran[2]
    assert capsys.readouterr().out.count("\n") == 1


def test_one_that_cannot_be_installed_keeps_no_other_from_it(machine, capsys):
    machine.has, machine.fails = {"apt-get", "sudo"}, {"mosquitto"}
    install.find_tools()
    assert "MQTT are skipped: mosquitto could not be installed" in capsys.readouterr().out
    assert machine.ran[-1].endswith("install --no-install-recommends mbpoll")
