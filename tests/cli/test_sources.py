"""Sources on the command line. Nothing outside is reached: what is public is not there, the rest is refused."""

from __future__ import annotations

from tests.cli.conftest import Shell


def test_a_webhook_shows_its_secret_once(shell: Shell) -> None:
    told = shell.nexus("sources", "add", "--webhook", "--name", "Press desk", "--trust", "own")
    assert told.code == 0, told.errors
    assert "path: /api/v1/hooks/signals/" in told.out
    secret = told.out.split("secret: ")[1].strip()
    assert len(secret) >= 40
    listed = shell.nexus("sources", "list", "press")
    assert "Press desk" in listed.out
    assert "waiting" in listed.out
    assert secret not in listed.out


def test_an_address_of_ones_own_network_is_refused_in_words(shell: Shell) -> None:
    told = shell.nexus("sources", "add", "http://169.254.169.254/feed.xml")
    assert told.code == 1
    assert "169.254.169.254" in told.words
    assert "169.254" not in shell.nexus("sources", "list").out


def test_a_feed_or_a_webhook_and_not_both(shell: Shell) -> None:
    assert "--webhook" in shell.nexus("sources", "add").words
    assert shell.nexus("sources", "add", "https://a.example/feed", "--webhook").code == 1


def test_nothing_to_list_and_nothing_to_fetch_are_said(shell: Shell) -> None:
    assert "no sources" in shell.nexus("sources", "list", "xylophone").words
    told = shell.nexus("sources", "fetch", "xylophone")
    assert told.code == 1
    assert "no such feeds" in told.words
