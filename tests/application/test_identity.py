from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.conftest import TestDatabase
from tests.factories.storage import units_of_work
from tests.fakes.clock import StillClock

from nexusplanner.application.access.identity import OPERATOR_EMAIL, SignedIn, SignInDesk, hash_of, me, slug_of
from nexusplanner.domain.identity import Role
from nexusplanner.domain.shared import Conflict, Invalid, NotFound, TooMany, Unauthenticated
from nexusplanner.infrastructure.db.engine import make_engine
from nexusplanner.infrastructure.db.identity import accounts, sessions, users
from nexusplanner.infrastructure.db.limits import SqlLimits
from nexusplanner.infrastructure.db.unit_of_work import SqlSignInTransactions
from nexusplanner.infrastructure.security.passwords import Argon2Passwords
from nexusplanner.infrastructure.security.tokens import HmacRefreshTokens, JwtAccessTokens

EMAIL, PASSWORD = "ada@example.com", "correct horse battery"


@pytest.fixture
async def engine(database: TestDatabase) -> AsyncIterator[AsyncEngine]:
    made = make_engine(database.app_url, pool_size=5)
    yield made
    await made.dispose()


@pytest.fixture
async def admin(database: TestDatabase) -> AsyncIterator[AsyncEngine]:
    """Sees and changes everything, as an operator could."""
    made = make_engine(database.admin_url)
    yield made
    await made.dispose()


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def desk(engine: AsyncEngine, clock: StillClock) -> SignInDesk:
    return SignInDesk(
        transactions=SqlSignInTransactions(engine),
        passwords=Argon2Passwords(memory_kib=1024, passes=1),
        access=JwtAccessTokens({"k": b"k" * 32}),
        refreshing=HmacRefreshTokens(b"k" * 32),
        limits=SqlLimits(engine),
        clock=clock,
    )


async def set_up(desk: SignInDesk) -> SignedIn:
    return await desk.set_up(name="Ada", email=EMAIL, password=PASSWORD, workspace="Nördwind GmbH")


async def refused(desk: SignInDesk, signed_in: SignedIn) -> None:
    with pytest.raises(Unauthenticated):
        await desk.authenticate(access_token=signed_in.access_token)
    with pytest.raises(Unauthenticated):
        await desk.refresh(token=signed_in.refresh_token)


async def test_the_first_to_register_is_administrator_of_a_new_workspace(desk: SignInDesk, engine: AsyncEngine) -> None:
    assert await desk.needs_setup()
    signed_in = await desk.set_up(name=" Ada ", email=" Ada@Example.com ", password=PASSWORD, currency="CHF")
    assert not await desk.needs_setup()
    assert (signed_in.user.name, signed_in.user.email, signed_in.user.role) == ("Ada", EMAIL, Role.ADMIN)
    assert (signed_in.tenant.name, signed_in.tenant.slug, signed_in.tenant.currency) == (
        "Ada's workspace",
        "ada-s-workspace",
        "CHF",
    )
    caller = await desk.authenticate(access_token=signed_in.access_token)
    assert caller.actor == signed_in.user.actor()
    async with units_of_work(engine).for_actor(caller.actor) as uow:
        found = await me(uow)
    assert (found.user.email, found.tenant.id) == (EMAIL, signed_in.tenant.id)


async def test_nobody_registers_second(desk: SignInDesk) -> None:
    await set_up(desk)
    with pytest.raises(Conflict, match="set up already"):
        await desk.set_up(name="Eve", email="eve@example.com", password=PASSWORD)


async def test_of_many_who_register_first_at_once_one_succeeds(desk: SignInDesk, admin: AsyncEngine) -> None:
    tries = [desk.set_up(name=f"P{n}", email=f"p{n}@example.com", password=PASSWORD) for n in range(5)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(result, SignedIn) for result in results) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 4
    async with admin.connect() as connection:
        addresses = set((await connection.execute(select(accounts.c.email))).scalars())
    assert len(addresses - {OPERATOR_EMAIL}) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"password": "short"}, "password"),
        ({"password": "passwordpassword"}, "password"),
        ({"email": "nobody"}, "email"),
        ({"name": "  "}, "name"),
        ({"workspace": "w" * 121}, "workspace"),
        ({"currency": "euro"}, "currency"),
    ],
)
async def test_a_registration_with_a_mistake_names_the_field(
    desk: SignInDesk, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        await desk.set_up(**{"name": "Ada", "email": EMAIL, "password": PASSWORD} | changes)
    assert list(refusal.value.fields) == [field]
    assert await desk.needs_setup()


async def test_an_address_registers_once(desk: SignInDesk) -> None:
    await set_up(desk)
    with pytest.raises(Conflict) as refusal:
        await desk.register(name="Ada", email=EMAIL, password=PASSWORD)
    assert refusal.value.code == "EMAIL_TAKEN"
    user, tenant = await desk.register(name="Bob", email="bob@example.com", password=PASSWORD, is_demo=True)
    assert tenant.is_demo
    assert (await desk.sign_in(email="bob@example.com", password=PASSWORD)).user.id == user.id


async def test_unknown_address_wrong_password_and_disabled_user_read_the_same(
    desk: SignInDesk, admin: AsyncEngine, clock: StillClock
) -> None:
    await set_up(desk)
    messages = set()
    for email, password in ((EMAIL, "wrong" * 4), ("eve@example.com", PASSWORD), ("no address", PASSWORD)):
        with pytest.raises(Unauthenticated) as refusal:
            await desk.sign_in(email=email, password=password)
        messages.add((refusal.value.message, refusal.value.code))
    async with admin.begin() as connection:
        await connection.execute(users.update().values(disabled_at=clock.now()))
    with pytest.raises(Unauthenticated) as refusal:
        await desk.sign_in(email=EMAIL, password=PASSWORD)
    messages.add((refusal.value.message, refusal.value.code))
    assert messages == {("The e-mail address or the password is wrong.", "SIGN_IN_FAILED")}


async def test_the_address_is_taken_letter_case_and_space_aside(desk: SignInDesk) -> None:
    await set_up(desk)
    signed_in = await desk.sign_in(email=" ADA@example.COM", password=PASSWORD)
    assert signed_in.access_seconds == 600
    assert signed_in.refresh_for == timedelta(days=14)


async def test_guessing_is_slowed_down_and_ends_by_itself(desk: SignInDesk, clock: StillClock) -> None:
    await set_up(desk)
    for _ in range(10):
        with pytest.raises(Unauthenticated):
            await desk.sign_in(email=EMAIL, password="wrong" * 4)
    with pytest.raises(TooMany) as refusal:
        await desk.sign_in(email=EMAIL.upper(), password=PASSWORD)
    assert refusal.value.details["retry_after"] > 0
    clock.move(minutes=1)
    await desk.sign_in(email=EMAIL, password=PASSWORD)


async def test_an_unknown_address_is_slowed_down_alike(desk: SignInDesk) -> None:
    for _ in range(10):
        with pytest.raises(Unauthenticated):
            await desk.sign_in(email="eve@example.com", password=PASSWORD)
    with pytest.raises(TooMany):
        await desk.sign_in(email="eve@example.com", password=PASSWORD)


async def test_who_signs_in_often_is_not_slowed_down(desk: SignInDesk) -> None:
    await set_up(desk)
    for _ in range(12):
        await desk.sign_in(email=EMAIL, password=PASSWORD)


async def test_a_refresh_gives_new_tokens_for_another_two_weeks(desk: SignInDesk, clock: StillClock) -> None:
    signed_in = await set_up(desk)
    for _ in range(4):
        clock.move(days=13)
        renewed = await desk.refresh(token=signed_in.refresh_token)
        assert renewed.refresh_token != signed_in.refresh_token
        assert renewed.refresh_for == timedelta(days=14)
        assert (await desk.authenticate(access_token=renewed.access_token)).actor == signed_in.user.actor()
        signed_in = renewed
    clock.move(days=14)
    await refused(desk, signed_in)


async def test_two_tabs_that_refresh_at_once_both_stay_signed_in(desk: SignInDesk, clock: StillClock) -> None:
    signed_in = await set_up(desk)
    first, second = await asyncio.gather(*(desk.refresh(token=signed_in.refresh_token) for _ in range(2)))
    assert first.refresh_token == second.refresh_token
    clock.move(seconds=10)
    third = await desk.refresh(token=signed_in.refresh_token)
    assert (await desk.refresh(token=third.refresh_token)).user.id == signed_in.user.id


async def test_a_token_used_again_after_the_grace_ends_the_session_for_all(desk: SignInDesk, clock: StillClock) -> None:
    signed_in = await set_up(desk)
    renewed = await desk.refresh(token=signed_in.refresh_token)
    clock.move(seconds=10.001)
    with pytest.raises(Unauthenticated):
        await desk.refresh(token=signed_in.refresh_token)
    await refused(desk, renewed)


async def test_a_token_rotated_long_ago_ends_the_session_too(desk: SignInDesk) -> None:
    stolen = await set_up(desk)
    thief = await desk.refresh(token=stolen.refresh_token)
    thief = await desk.refresh(token=thief.refresh_token)
    with pytest.raises(Unauthenticated):
        await desk.refresh(token=stolen.refresh_token)
    await refused(desk, thief)


@pytest.mark.parametrize("token", ["", ".", "nonsense", "a.b", "\0.\0", "ü.ü", "x" * 5000])
async def test_a_token_that_is_none_is_refused(desk: SignInDesk, token: str) -> None:
    signed_in = await set_up(desk)
    with pytest.raises(Unauthenticated):
        await desk.refresh(token=token)
    with pytest.raises(Unauthenticated):
        await desk.authenticate(access_token=token)
    await desk.sign_out(token=token)
    assert (await desk.refresh(token=signed_in.refresh_token)).user.id == signed_in.user.id


async def test_signing_out_ends_this_session_at_once_and_no_other(desk: SignInDesk) -> None:
    mine, other = await set_up(desk), await desk.sign_in(email=EMAIL, password=PASSWORD, agent="phone")
    await desk.sign_out(token=mine.refresh_token)
    await desk.sign_out(token=mine.refresh_token)
    await refused(desk, mine)
    assert (await desk.authenticate(access_token=other.access_token)).actor == other.user.actor()


async def test_a_disabled_user_and_a_changed_role_count_from_the_next_request(
    desk: SignInDesk, admin: AsyncEngine, clock: StillClock
) -> None:
    signed_in = await set_up(desk)
    async with admin.begin() as connection:
        await connection.execute(users.update().values(role=Role.VIEWER))
    assert (await desk.authenticate(access_token=signed_in.access_token)).actor.role is Role.VIEWER
    async with admin.begin() as connection:
        await connection.execute(users.update().values(disabled_at=clock.now()))
    await refused(desk, signed_in)


async def test_an_outdated_access_token_is_refused(desk: SignInDesk, clock: StillClock) -> None:
    signed_in = await set_up(desk)
    clock.move(minutes=11)
    with pytest.raises(Unauthenticated):
        await desk.authenticate(access_token=signed_in.access_token)


async def test_a_token_of_one_person_with_anothers_session_is_refused(desk: SignInDesk) -> None:
    ada = await set_up(desk)
    await desk.register(name="Bob", email="bob@example.com", password=PASSWORD)
    bob = await desk.sign_in(email="bob@example.com", password=PASSWORD)
    claims = desk.access.read(ada.access_token, now=desk.clock.now())
    of_bob = desk.access.read(bob.access_token, now=desk.clock.now())
    for mixed in (
        replace(claims, session_id=of_bob.session_id),
        replace(claims, tenant_id=of_bob.tenant_id),
        replace(of_bob, user_id=claims.user_id),
    ):
        with pytest.raises(Unauthenticated):
            await desk.authenticate(access_token=desk.access.issue(mixed, now=desk.clock.now()))


async def test_neither_passwords_nor_tokens_are_kept(desk: SignInDesk, admin: AsyncEngine) -> None:
    signed_in = await set_up(desk)
    renewed = await desk.refresh(token=signed_in.refresh_token)
    async with admin.connect() as connection:
        (account,) = (await connection.execute(select(accounts).where(accounts.c.email == EMAIL))).all()
        (session,) = (await connection.execute(select(sessions))).all()
    assert account.password_hash.startswith("$argon2id$")
    assert (session.previous_hash, session.token_hash) == (
        hash_of(signed_in.refresh_token),
        hash_of(renewed.refresh_token),
    )
    kept = repr((account, session))
    for secret in (PASSWORD, signed_in.refresh_token, renewed.refresh_token, renewed.refresh_token.split(".")[0]):
        assert secret not in kept


async def test_the_command_line_acts_in_one_workspace_until_there_is_another(desk: SignInDesk) -> None:
    operator, tenant = await desk.operator(workspace="Home")
    again, same = await desk.operator(workspace="Elsewhere")
    assert (again.id, same.id, same.name) == (operator.id, tenant.id, "Home")
    assert operator.role is Role.ADMIN
    assert (await desk.operator(slug="home"))[1].id == tenant.id
    with pytest.raises(NotFound, match="elsewhere"):
        await desk.operator(slug="elsewhere")
    assert await desk.needs_setup(), "the command line is nobody who could sign in"


async def test_of_many_commands_at_once_one_makes_the_workspace(desk: SignInDesk) -> None:
    found = await asyncio.gather(*(desk.operator() for _ in range(5)))
    assert len({(user.id, tenant.id) for user, tenant in found}) == 1


async def test_the_first_administrator_joins_what_the_command_line_made(desk: SignInDesk) -> None:
    operator, planned_in = await desk.operator()
    signed_in = await set_up(desk)
    assert signed_in.tenant.id == planned_in.id
    assert signed_in.tenant.name == "Nördwind GmbH"
    assert signed_in.user.id != operator.id
    assert (await desk.sign_in(email=EMAIL, password=PASSWORD)).tenant.name == "Nördwind GmbH"
    assert (await desk.operator())[1].id == planned_in.id


async def test_without_a_name_the_workspace_of_the_command_line_keeps_its_own(desk: SignInDesk) -> None:
    await desk.operator(workspace="Home")
    signed_in = await desk.set_up(name="Ada", email=EMAIL, password=PASSWORD)
    assert signed_in.tenant.name == "Home"


async def test_the_command_line_acts_where_the_first_administrator_is(desk: SignInDesk) -> None:
    signed_in = await set_up(desk)
    assert (await desk.operator())[1].id == signed_in.tenant.id


@pytest.mark.parametrize("password", ["", " ", "operator"])
async def test_nobody_signs_in_as_the_command_line(desk: SignInDesk, password: str) -> None:
    await desk.operator()
    with pytest.raises(Unauthenticated):
        await desk.sign_in(email=OPERATOR_EMAIL, password=password)


async def test_nobody_registers_as_the_command_line(desk: SignInDesk) -> None:
    for _ in range(2):
        with pytest.raises((Conflict, Invalid)):
            await desk.register(name="Eve", email=OPERATOR_EMAIL, password=PASSWORD)
        await desk.operator()


@pytest.mark.parametrize(
    ("name", "slug"), [("Nördwind GmbH", "n-rdwind-gmbh"), ("  ", "workspace"), ("日本", "workspace"), ("A--B", "a-b")]
)
def test_slugs(name: str, slug: str) -> None:
    assert slug_of(name) == slug
