from __future__ import annotations

import asyncio
import threading

import pytest

from nexusplanner.infrastructure.security.passwords import Argon2Passwords

PASSWORD = "correct horse battery ü"


@pytest.fixture
def passwords() -> Argon2Passwords:
    return Argon2Passwords(memory_kib=1024, passes=1)


async def test_only_the_password_itself_fits(passwords: Argon2Passwords) -> None:
    hashed = await passwords.hash(PASSWORD)
    assert PASSWORD not in hashed
    assert await passwords.verify(PASSWORD, hashed)
    assert not await passwords.verify(PASSWORD + " ", hashed)
    assert not await passwords.verify("", hashed)


async def test_the_same_password_never_hashes_alike(passwords: Argon2Passwords) -> None:
    assert await passwords.hash(PASSWORD) != await passwords.hash(PASSWORD)


@pytest.mark.parametrize("hashed", [None, "", "-", "plain", "$2b$12$abcdefghijklmnopqrstuu"])
async def test_nothing_fits_the_hash_of_nobody(passwords: Argon2Passwords, hashed: str | None) -> None:
    assert not await passwords.verify(PASSWORD, hashed)


async def test_hashes_take_argon2id_with_64_mib() -> None:
    assert (await Argon2Passwords().hash(PASSWORD)).startswith("$argon2id$v=19$m=65536,t=3,p=1$")


async def test_nobodys_password_takes_the_same_work(
    passwords: Argon2Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = await passwords.hash(PASSWORD)
    await passwords.verify(PASSWORD, None)
    worked_on: list[str] = []
    verify = passwords._hashes.verify

    def counted(password: str, against: str) -> bool:
        worked_on.append(against.rpartition("$")[0].rpartition("$")[0])
        return verify(password, against)

    monkeypatch.setattr(passwords._hashes, "verify", counted)
    await passwords.verify("wrong", hashed)
    await passwords.verify("wrong", None)
    assert len(worked_on) == 2
    assert worked_on[0] == worked_on[1]


async def test_a_rush_waits_its_turn_off_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = Argon2Passwords(at_once=2, memory_kib=1024, passes=1)
    lock, now, most, threads = threading.Lock(), 0, 0, set()
    both_in = threading.Event()
    hash_one = passwords._hashes.hash

    def counted(password: str) -> str:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
            threads.add(threading.get_ident())
            if now == 2:
                both_in.set()
        both_in.wait(5)
        made = hash_one(password)
        with lock:
            now -= 1
        return made

    monkeypatch.setattr(passwords._hashes, "hash", counted)
    await asyncio.gather(*(passwords.hash(PASSWORD) for _ in range(6)))
    assert most == 2
    assert threading.get_ident() not in threads
