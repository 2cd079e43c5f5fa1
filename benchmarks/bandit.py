"""How much of the possible lift the policy that learns from feedback finds, and how soon.

    python -m benchmarks.bandit
    python -m benchmarks.bandit --seeds 20

The world: a choice is a framework, an angle, a format and a channel for one of three audiences, which come at random.
Its chance of being liked is a base rate, plus an effect of each of the four, plus small effects of each pair, plus
what an audience likes more or less than the others; all are drawn anew for every seed, and every answer is one coin.
"Lift" is what a policy gains over choosing at random, summed over the rounds, as a part of what somebody gains who
knows every chance (the oracle). Beside the policy run, on the same worlds: uniform choice, plain Thompson sampling and
UCB1 over the arms, and Thompson sampling on the pooled model at its full spread. Three more worlds, with the same
settings, show what becomes of it when there is less to find, when there are more arms, and when pairs matter more.

The second table is about results: every round brings a like, one in twenty brings a result, and the two agree little
(correlation .2 of their effects). Lift is counted in results. The settings were chosen on seeds from 2,000 on; reported
are seeds from 0 on. The exit code is 1 when the policy reaches less than half of the lift at 200 rounds, or less than
72 % at 1,000, in the first world.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nexusplanner.domain.learning.learned import AGREEMENT, WORTH
from nexusplanner.domain.learning.policy import Belief, agreement_of, together

Floats = NDArray[np.float64]
MARKS = (200, 1000)
LEAST = {200: 0.50, 1000: 0.72}
SEGMENTS = 3
BASE = 0.3
SEEN = 0.05
"""Part of the rounds that bring a result."""
AGREE = 0.2
NOISE = BASE * (1 - BASE)
REFRESH = 5
"""Rounds after which what both tables say together is worked out anew."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A world's sizes: values of each part, and standard deviations of effects."""

    name: str
    sizes: tuple[int, ...] = (4, 5, 3, 4)
    main: float = 0.10
    pair: float = 0.02
    segment: float = 0.03


WORLDS = (
    Setting(name="240 arms"),
    Setting(name="half the signal", main=0.05, pair=0.01, segment=0.015),
    Setting(name="1,440 arms", sizes=(8, 9, 4, 5)),
    Setting(name="pairs matter", pair=0.05, segment=0.05),
)


@dataclass(frozen=True, kw_only=True)
class World:
    """chances: (S, K) of a like or result by audience and arm. rows: (S, K, D) what each is made of. prior: (D,)."""

    chances: Floats
    rows: Floats
    prior: Floats


def parts_of(setting: Setting) -> Floats:
    """(K, M) which of the M values each of the K arms has."""
    places = np.array(np.unravel_index(np.arange(int(np.prod(setting.sizes))), setting.sizes)).T
    return np.concatenate([np.eye(size)[places[:, kind]] for kind, size in enumerate(setting.sizes)], axis=1)


def effects(rng: np.random.Generator, setting: Setting, parts: Floats) -> Floats:
    """(S, K) what each arm does for each audience."""
    values = parts.shape[1]
    kinds = np.repeat(np.arange(len(setting.sizes)), setting.sizes)
    pairs = np.triu(rng.normal(0, setting.pair, (values, values))) * (kinds[:, None] != kinds[None, :])
    alone = rng.normal(0, setting.main, values) + rng.normal(0, setting.segment, (SEGMENTS, values))
    return np.asarray(alone @ parts.T + ((parts @ pairs) * parts).sum(axis=1))


def world_of(rng: np.random.Generator, setting: Setting, *, like: Floats | None = None) -> World:
    """A world. like: effects that its own agree with, a little."""
    parts = parts_of(setting)
    own = effects(rng, setting, parts)
    if like is not None:
        own = AGREE * like + np.sqrt(1 - AGREE**2) * own
    arms, values = parts.shape
    rows = np.zeros((SEGMENTS, arms, 1 + values + SEGMENTS * values))
    rows[:, :, 0], rows[:, :, 1 : 1 + values] = 1, parts
    for segment in range(SEGMENTS):
        rows[segment, :, 1 + (1 + segment) * values : 1 + (2 + segment) * values] = parts
    # What the policy supposes is the same in every world, whatever is true of it.
    spread = np.concatenate([[0.15], np.full(values, 0.10), np.full(SEGMENTS * values, 0.03)])
    return World(chances=np.clip(BASE + own, 0.02, 0.98), rows=rows, prior=spread**2)


class Uniform:
    """Chooses at random."""

    def __init__(self, world: World, rng: np.random.Generator) -> None:
        self.world, self.rng = world, rng

    def choose(self, segment: int) -> int:
        """An arm."""
        return int(self.rng.integers(self.world.chances.shape[1] if segment >= 0 else 1))

    def learn(self, segment: int, arm: int, reward: float) -> None:
        """Take an answer in."""


class Counting(Uniform):
    """Counts answers of each arm for each audience by themselves."""

    def __init__(self, world: World, rng: np.random.Generator) -> None:
        super().__init__(world, rng)
        self.good, self.all = np.zeros_like(world.chances), np.zeros_like(world.chances)

    def learn(self, segment: int, arm: int, reward: float) -> None:
        """Count."""
        self.good[segment, arm] += reward
        self.all[segment, arm] += 1


class Thompson(Counting):
    """Beta posteriors, one draw each."""

    def choose(self, segment: int) -> int:
        """The arm of the greatest draw."""
        good, every = self.good[segment], self.all[segment]
        return int(np.argmax(self.rng.beta(1 + good, 1 + every - good)))


class Ucb1(Counting):
    """Auer, Cesa-Bianchi and Fischer 2002: every arm once, then the greatest upper bound."""

    def choose(self, segment: int) -> int:
        """The arm of the greatest bound."""
        good, every = self.good[segment], self.all[segment]
        untried = np.flatnonzero(every == 0)
        if untried.size:
            return int(self.rng.choice(untried))
        return int(np.argmax(good / every + np.sqrt(2 * np.log(every.sum()) / every)))


class Pooled(Uniform):
    """The product's belief about parts. temperature: of its draws; the product's own when none is given."""

    def __init__(self, world: World, rng: np.random.Generator, *, temperature: float | None = None) -> None:
        super().__init__(world, rng)
        self.belief = Belief.before(world.prior)
        self.more = {} if temperature is None else {"temperature": temperature}

    def choose(self, segment: int) -> int:
        """The arm of the greatest sum."""
        return int(np.argmax(self.world.rows[segment] @ self.belief.drawn(self.rng, **self.more)))

    def learn(self, segment: int, arm: int, reward: float) -> None:
        """Believe it."""
        self.belief = self.belief.after(self.world.rows[segment, arm], reward - BASE, noise=NOISE)


POLICIES: Mapping[str, Callable[[World, np.random.Generator], Uniform]] = {
    "uniform": Uniform,
    "UCB1": Ucb1,
    "Thompson": Thompson,
    "Thompson, pooled": lambda world, rng: Pooled(world, rng, temperature=1.0),
    "the policy": Pooled,
}


def lifts(setting: Setting, *, policy: str, seed: int) -> list[float]:
    """Part of the oracle's lift after 200 and after 1,000 rounds."""
    world = world_of(np.random.default_rng([seed, 1]), setting)
    rng, coins = np.random.default_rng([seed, 2]), np.random.default_rng([seed, 3])
    player = POLICIES[policy](world, rng)
    table = np.zeros((3, max(MARKS)))
    for turn in range(max(MARKS)):
        segment = int(coins.integers(SEGMENTS))
        arm = player.choose(segment)
        chances = world.chances[segment]
        player.learn(segment, arm, float(coins.random() < chances[arm]))
        table[:, turn] = chances[arm], chances.mean(), chances.max()
    return [_lift(table[:, :mark]) for mark in MARKS]


def _lift(table: Floats) -> float:
    got, even, best = table.sum(axis=1)
    return float((got - even) / (best - even))


def by_results(*, use: str, seed: int) -> float:
    """Part of the oracle's lift in results after 1,000 rounds, choosing by "likes", by "results", or "both"."""
    setting, drawing = WORLDS[0], np.random.default_rng([seed, 1])
    liked = effects(drawing, setting, parts_of(setting))
    results = world_of(drawing, setting, like=liked)
    chances = {"likes": np.clip(BASE + liked, 0.02, 0.98), "results": results.chances}
    rng, coins = np.random.default_rng([seed, 2]), np.random.default_rng([seed, 3])
    beliefs = dict.fromkeys(chances, Belief.before(results.prior))
    used, table = beliefs["likes"], np.zeros((3, max(MARKS)))
    for turn in range(max(MARKS)):
        segment = int(coins.integers(SEGMENTS))
        arm = int(np.argmax(results.rows[segment] @ used.drawn(rng)))
        for kind in ("likes", "results"):
            said = float(coins.random() < chances[kind][segment, arm]) - BASE
            if kind == "likes" or coins.random() < SEEN:
                beliefs[kind] = beliefs[kind].after(results.rows[segment, arm], said, noise=NOISE)
        used = beliefs[use] if use != "both" else used if turn % REFRESH else _both(beliefs, prior=results.prior)
        row = results.chances[segment]
        table[:, turn] = row[arm], row.mean(), row.max()
    return _lift(table)


def _both(beliefs: Mapping[str, Belief], *, prior: Floats) -> Belief:
    likes, results = beliefs["likes"], beliefs["results"]
    agreement = agreement_of(likes, results, prior=prior, expected=AGREEMENT, worth=WORTH)
    return together(likes, results, prior=prior, agreement=agreement)


def main(arguments: Sequence[str]) -> int:
    """Print both tables; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first", type=int, default=0, help="the first seed; those from 2,000 on chose the settings")
    parser.add_argument("--worlds", type=int, default=len(WORLDS), help="how many of the worlds to run")
    asked = parser.parse_args(arguments)
    seeds = range(asked.first, asked.first + asked.seeds)
    print(f"part of the oracle's lift, mean of {asked.seeds} seeds (standard error)")
    print(f"{'world':<16}{'policy':<18}{'T = 200':>16}{'T = 1,000':>16}")
    reached: Floats = np.zeros(len(MARKS))
    for setting in WORLDS[: asked.worlds]:
        for policy in POLICIES:
            found = np.array([lifts(setting, policy=policy, seed=seed) for seed in seeds])
            mean, error = found.mean(axis=0), found.std(axis=0) / np.sqrt(len(seeds))
            shown = "".join(f"{m:>9.1%} ({e:.1%})" for m, e in zip(mean, error, strict=True))
            print(f"{setting.name:<16}{policy:<18}{shown}", flush=True)
            reached = mean if setting is WORLDS[0] and policy == "the policy" else reached
    print(f"\nlift in results after {max(MARKS):,} rounds, results in {SEEN:.0%} of them, agreement {AGREE}")
    for use in ("likes", "results", "both"):
        lift = [by_results(use=use, seed=seed) for seed in seeds]
        print(f"{use:<16}{np.mean(lift):>9.1%} ({np.std(lift) / np.sqrt(len(lift)):.1%})", flush=True)
    failed = any(value < LEAST[mark] for mark, value in zip(MARKS, reached.tolist(), strict=True))
    print("FAILED" if failed else "The policy reaches at least 50 % at T = 200 and 72 % at T = 1,000.")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
