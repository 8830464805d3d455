"""The cluster that other tests stand on is one: rows are on two servers, and a server that is away is missed."""

import socket

import pytest
from clickhouse_driver import Client
from clickhouse_driver.errors import Error, ServerException

from tests.support.engines.cluster import HOST, NAME, USER, Cluster

pytestmark = pytest.mark.cluster

LOCAL = "CREATE TABLE IF NOT EXISTS tried.own (n Int64) ENGINE = MergeTree ORDER BY n"
SPREAD = f"CREATE TABLE IF NOT EXISTS tried.every AS tried.own ENGINE = Distributed({NAME}, tried, own, n)"
FILL = "INSERT INTO tried.every SELECT number FROM system.numbers LIMIT 1000"


@pytest.fixture(scope="module")
def filled(servers: Cluster) -> Cluster:
    for shard in range(2):
        for sql in ("CREATE DATABASE IF NOT EXISTS tried", LOCAL, SPREAD):
            servers.ask(shard, sql)
    servers.ask(0, FILL, insert_distributed_sync=1)
    return servers


def test_each_of_two_servers_has_half_of_the_rows(filled: Cluster) -> None:
    assert [filled.ask(shard, "SELECT count() FROM tried.own") for shard in range(2)] == [[(500,)], [(500,)]]
    assert filled.ask(0, "SELECT count() FROM tried.every") == [(1000,)]


def test_a_server_that_is_stopped_is_missed_and_one_that_is_started_again_has_what_it_had(filled: Cluster) -> None:
    with filled.without(1), pytest.raises(Error):
        filled.ask(0, "SELECT count() FROM tried.every")

    assert filled.ask(0, "SELECT count() FROM tried.every") == [(1000,)]


def test_no_other_address_of_the_machine_and_nobody_without_the_password_is_let_in(servers: Cluster) -> None:
    for port in servers.ports:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", port))
        with pytest.raises(ServerException, match="Password required"):
            Client(HOST, port, user=USER).execute("SELECT 1")
