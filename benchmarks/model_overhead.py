"""CPU time that a model call takes beyond the bare request, in process.

    python -m benchmarks.model_overhead --calls 200

Each call asks a local server for three ideas, through the whole adapter: schema, request, answer, validation and check.
The yardstick is the same HTTP request (same bytes, same headers) sent by a bare client in the same run, and its answer
read as JSON. The server runs in a process of its own, so its time does not count. CPU milliseconds of this process, per
call; the overhead is their difference, by the medians of ten rounds, and the goal is for calls answered in one piece.
Streamed answers cost more with every event, so their overhead is also given per event (24 characters here).
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median

import httpx
from tests.factories.questions import Ideas, question
from tests.fakes.wire import WireRequest, WireServer

from nexusplanner.application.ports.models import Question
from nexusplanner.domain.ai import Effort, ProviderKind
from nexusplanner.infrastructure.llm.models import ProviderModel, ProviderModels

ROOT = Path(__file__).resolve().parents[1]
GOAL_MS = 15.0
ROUNDS = 10
EVENTS = 45
"""Of the streamed answer: about a thousand characters."""
KEY = "AKIABENCHMARK:secret"


async def ignore(_: Ideas) -> None:
    """Follow a stream."""


async def cpu(call: Callable[[], Awaitable[object]], *, calls: int) -> float:
    """CPU milliseconds of this process per call."""
    began = time.process_time()
    for _ in range(calls):
        await call()
    return 1000 * (time.process_time() - began) / calls


async def recorded(model_of: Callable[[WireServer], ProviderModel], *, streamed: bool) -> WireRequest:
    """The request that the adapter makes, as a server of this process sees it."""
    async with WireServer() as server:
        await model_of(server).answer(asked(streamed=streamed), seconds=30)
    return server.requests[0]


def asked(*, streamed: bool) -> Question[Ideas]:
    """The question of every call."""
    return question(partial=ignore if streamed else None)


async def compare(kind: ProviderKind, port: int, *, streamed: bool, calls: int) -> tuple[float, float]:
    """CPU milliseconds of a bare request and of a whole call."""
    models = ProviderModels()

    def model_of(server: WireServer) -> ProviderModel:
        return models(server.provider(kind=kind), key=KEY, effort=Effort.STRONG)

    request, model = await recorded(model_of, streamed=streamed), model_of(WireServer(port=port))
    headers = {name: value for name, value in request.headers.items() if name not in {"host", "content-length"}}
    bare, whole = list[float](), list[float]()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:

        async def send() -> object:
            answer = await client.post(request.path, content=request.body, headers=headers)
            return answer.content if streamed else answer.json()

        async def ask() -> object:
            return await model.answer(asked(streamed=streamed), seconds=30)

        for _ in range(ROUNDS + 1):
            bare.append(await cpu(send, calls=calls // ROUNDS))
            whole.append(await cpu(ask, calls=calls // ROUNDS))
    return median(bare[1:]), median(whole[1:])


async def measure(port: int, *, calls: int) -> int:
    """Time every protocol and print the table; 1 when the goal is missed."""
    await ProviderModels().warm_up()
    missed = False
    print(f"{'CPU ms per call':<24} {'bare':>7} {'whole':>7} {'overhead':>9} {'per event':>10}")
    for kind in ProviderKind:
        for streamed in (False, True):
            bare, whole = await compare(kind, port, streamed=streamed, calls=calls)
            each = f"{(whole - bare) / EVENTS:>10.2f}" if streamed else ""
            missed = missed or (not streamed and whole - bare > GOAL_MS)
            name = f"{kind.value}{', streamed' if streamed else ''}"
            print(f"{name:<24} {bare:>7.2f} {whole:>7.2f} {whole - bare:>9.2f} {each}")
    print(f"Goal: at most {GOAL_MS:.0f} ms each, {'missed' if missed else 'met'}.")
    return int(missed)


def main() -> int:
    """Start a server of its own process, measure, and stop it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=200)
    options = parser.parse_args()
    command = [sys.executable, "-m", "tests.fakes.wire"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            said = server.stdout.readline() if server.stdout else ""
            return asyncio.run(measure(int(said.split("/v1")[0].rsplit(":", 1)[1]), calls=options.calls))
        finally:
            server.kill()


if __name__ == "__main__":
    sys.exit(main())
