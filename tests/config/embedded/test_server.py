"""The embedded server lives as long as its users, survives every kill, and loses nothing that was committed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg2
import pytest

from config.embedded import account, client, postgres
from config.embedded.errors import EmbeddedServerError
from config.embedded.paths import State, write
from tests.config.embedded.conftest import is_running, server_of, type_of_client, url_of, wait_until

StartClient = Callable[[], type_of_client]


@contextmanager
def cursor(url: str) -> Iterator[Any]:
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as opened:
        yield opened


def ask(url: str, question: str) -> Any:
    with cursor(url) as opened:
        opened.execute(question)
        return opened.fetchone()[0]


def commit_a_row(url: str) -> None:
    with cursor(url) as opened:
        opened.execute(
            "CREATE TABLE IF NOT EXISTS kept (at timestamptz DEFAULT now()); INSERT INTO kept DEFAULT VALUES"
        )


def test_it_is_postgresql_18_as_the_platform_needs_it(state: State) -> None:
    url = client.ensure(state).url()

    assert ask(url, "SHOW server_version_num").startswith("18")
    assert ask(url, "SHOW max_locks_per_transaction") == "1024"
    assert ask(url, "SHOW fsync") == "on"
    assert ask(url, "SHOW server_encoding") == "UTF8"
    assert ask(url, "SELECT datlocale FROM pg_database WHERE datname = 'platform'") == "C.UTF-8"
    assert ask(url, "SELECT lower('Ä')") == "ä"
    assert ask(url, "SELECT pg_has_role('platform', 'pg_monitor', 'usage')") is True


def test_it_listens_on_the_loopback_only_and_wants_the_password(state: State) -> None:
    server = client.ensure(state)

    assert ask(server.url(), "SHOW listen_addresses") == "127.0.0.1"
    assert ask(server.url(), "SHOW unix_socket_directories") == ""
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(host="127.0.0.1", port=server.port, user="platform", password="", dbname="platform")
    for file in (server.password_file, state.server):
        assert file.stat().st_mode & 0o077 == 0


def test_it_never_runs_as_root(state: State) -> None:
    server = client.ensure(state)

    assert os.stat(f"/proc/{server.pid}").st_uid != 0
    assert server.data.stat().st_mode & 0o077 == 0


def test_two_clients_at_once_share_one_server(state: State, start_client: StartClient) -> None:
    first, second, third = start_client(), start_client(), start_client()

    assert url_of(first) == url_of(second) == url_of(third) != ""


def test_it_outlives_one_client_and_stops_after_the_last(state: State, start_client: StartClient) -> None:
    first, second = start_client(), start_client()
    url = url_of(first)
    url_of(second)
    server = server_of(state)

    first.communicate("")
    time.sleep(3)
    assert ask(url, "SELECT 1") == 1

    second.communicate("")
    wait_until(lambda: not is_running(server.pid) and not is_running(server.keeper))
    assert not client.keeper_is_alive(state)


def test_a_killed_client_leaves_no_server(state: State, start_client: StartClient) -> None:
    process = start_client()
    url_of(process)
    server = server_of(state)

    process.kill()

    wait_until(lambda: not is_running(server.pid) and not is_running(server.keeper))
    assert postgres.residents(server.data) == []


def test_a_killed_server_comes_back_on_the_same_address(state: State, start_client: StartClient) -> None:
    url = url_of(start_client())
    commit_a_row(url)
    before = server_of(state)

    os.kill(before.pid, signal.SIGKILL)

    wait_until(lambda: (now := client.current(state)) is not None and now.pid != before.pid)
    assert server_of(state).keeper == before.keeper
    assert ask(url, "SELECT count(*) FROM kept") == 1


def test_a_killed_keeper_takes_the_server_with_it_and_the_next_client_starts_both(
    state: State, start_client: StartClient
) -> None:
    first = start_client()
    url = url_of(first)
    commit_a_row(url)
    before = server_of(state)

    os.kill(before.keeper, signal.SIGKILL)

    wait_until(lambda: not is_running(before.pid))
    assert url_of(start_client()) == url
    assert server_of(state).keeper != before.keeper
    assert ask(url, "SELECT count(*) FROM kept") == 1


def test_everything_killed_at_once_loses_no_committed_row(state: State, start_client: StartClient) -> None:
    for turn in range(3):
        process = start_client()
        url = url_of(process)
        commit_a_row(url)
        server = server_of(state)
        victims = [server.pid, server.keeper, process.pid]
        for number in victims[turn:] + victims[:turn]:
            os.kill(number, signal.SIGKILL)

    assert ask(url_of(start_client()), "SELECT count(*) FROM kept") == 3


def test_a_stale_pid_file_that_names_another_process_is_removed(state: State, start_client: StartClient) -> None:
    process = start_client()
    commit_a_row(url_of(process))
    server = server_of(state)
    process.communicate("")
    wait_until(lambda: not client.keeper_is_alive(state))

    stale = server.data / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{server.data}\n1700000000\n{server.port}\n\n127.0.0.1\n\nready\n")
    owner = server.data.stat()
    os.chown(stale, owner.st_uid, owner.st_gid)

    assert ask(url_of(start_client()), "SELECT count(*) FROM kept") == 1


def test_an_interrupted_first_start_is_begun_again(state: State) -> None:
    home = account.quarters(state).home
    (home / "pg18.new" / "base").mkdir(parents=True)

    assert ask(client.ensure(state).url(), "SELECT 1") == 1
    assert not (home / "pg18.new").exists()


def test_a_taken_port_is_given_up(state: State) -> None:
    taken = postgres.free_port()
    write(state.port, str(taken))
    import socket

    with socket.create_server(("127.0.0.1", taken)):
        server = client.ensure(state)

    assert server.port != taken


def test_a_start_that_cannot_work_says_why(state: State) -> None:
    data = account.quarters(state).data
    data.mkdir(mode=0o700)
    (data / "PG_VERSION").write_text("12\n")

    with pytest.raises(EmbeddedServerError, match=r"数据库启动失败"):
        client.ensure(state)
