"""What a person at the terminal may rely on."""

import os
import signal
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from cuakhauso.runtime import supervisor
from cuakhauso.runtime.folder import embedded_url

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="speaks of the embedded database"),
]


def write_a_row(platform) -> None:
    with psycopg.connect(embedded_url(platform.data)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")


def the_row_is_there(platform) -> bool:
    with psycopg.connect(embedded_url(platform.data)) as connection:
        return connection.execute("SELECT one FROM kept").fetchone() == (1,)


def test_a_second_start_is_quick_and_keeps_the_data(platform):
    """The quickest of three: another program may have the processor for a while."""
    platform.start()
    assert platform.health()["database"]["version"].startswith("18")
    platform.until(lambda: platform.health()["status"] == "ok")
    write_a_row(platform)
    seconds = []
    while len(seconds) < 3 and min(seconds, default=9) >= 5:
        assert platform.stop(signal.SIGINT) == 0
        assert not (platform.data / "postgres" / "postmaster.pid").exists()
        seconds.append(platform.start())
    assert min(seconds) < 5, seconds
    assert the_row_is_there(platform)


def test_being_killed_loses_nothing_and_leaves_nothing_behind(platform):
    platform.start()
    write_a_row(platform)
    postmaster = platform.postmaster()
    platform.stop(signal.SIGKILL)
    platform.start()
    assert the_row_is_there(platform)
    assert platform.postmaster() != postmaster


def test_a_database_that_is_killed_is_started_again(platform):
    platform.start()
    write_a_row(platform)
    os.kill(platform.postmaster(), signal.SIGKILL)
    platform.until(lambda: "The database ended" in platform.log())
    platform.until(lambda: platform.health()["database"]["ok"])
    assert the_row_is_there(platform)


def test_once_the_database_is_back_no_request_meets_a_dead_connection(platform):
    platform.start()
    with ThreadPoolExecutor(16) as at_once:
        asked = [platform.health] * 64
        assert all(answer["database"]["ok"] for answer in at_once.map(lambda ask: ask(), asked))
        os.kill(platform.postmaster(), signal.SIGKILL)
        platform.until(lambda: "The database ended" in platform.log())
        platform.until(platform.database_answers)
        assert all(answer["database"]["ok"] for answer in at_once.map(lambda ask: ask(), asked))


def test_an_answer_does_not_wait_for_the_client_to_acknowledge_its_head(monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("PORT", str(free.getsockname()[1]))
    with supervisor.listening() as web_socket:
        web_socket.listen()
        with socket.create_connection(web_socket.getsockname()):
            accepted, _ = web_socket.accept()
            with accepted:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_two_platforms_run_side_by_side(platform, second_platform):
    platform.start()
    second_platform.start()
    write_a_row(platform)
    with pytest.raises(psycopg.errors.UndefinedTable):
        the_row_is_there(second_platform)


def test_a_second_start_in_the_same_folder_is_refused(platform, second_platform):
    platform.start()
    second_platform.data = platform.data
    said = second_platform.refused()
    assert "already runs" in said
    assert str(platform.process.pid) in said


def test_a_data_folder_with_a_long_path_works(platform, tmp_path):
    platform.data = platform.data.rename(tmp_path / ("long" * 30))
    platform.start()
    assert platform.health()["database"]["ok"]


def test_a_taken_port_is_said_in_one_sentence(platform):
    with socket.socket() as other:
        other.bind(("127.0.0.1", platform.port))
        other.listen()
        assert platform.refused() == (
            f"cuakhauso: Port {platform.port} is taken by another program: stop it, or choose one: PORT=8001."
        )


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"PORT": "eighty"}, "PORT is 'eighty'"),
        ({"CUAKHAUSO_DATA": "/proc/none"}, "cannot be written"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x"}, "cannot be reached"),
    ],
)
def test_what_cannot_work_is_said_in_one_sentence(platform, told, words):
    said = platform.refused(**told)
    assert words in said
    assert len(said.splitlines()) == 1


def test_commands_start_the_database_themselves(platform):
    done = subprocess.run(
        ["cuakhauso", "manage", "check", "--database", "default"],
        env=platform.environment(PATH=os.path.dirname(os.sys.executable) + ":" + os.defpath),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert not (platform.data / "postgres" / "postmaster.pid").exists()
