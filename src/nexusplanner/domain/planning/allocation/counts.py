"""The best split over channels of which many are nearly alike, by counting how many of them run.

In some best plan one channel at most lies strictly inside the convex part of its curve: of two, one could gain by giving to
the other. Every other channel is out (at its lower limit) or in (on the concave part). Splitting boxes would try every
choice of nearly equal channels; here a node limits how many channels of a cluster are in, and which channel, if any, is the
odd one in the convex part. At a price, the channels that gain most by being in are the best choice, so the dual bounds a
node as easily as a box. Clusters only guide the search: the bound holds for any.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

import numpy as np
from numpy.typing import NDArray

from nexusplanner.domain.planning.allocation.envelope import EPSILON, BoolArray, Envelope
from nexusplanner.domain.planning.allocation.hill import HillRelaxation
from nexusplanner.domain.planning.allocation.node import Node
from nexusplanner.domain.planning.curves import FloatArray

ALIKE = 0.1
"""Greatest difference of the logarithms of the parameters inside a cluster."""
PRICE_STEPS = 60
CLOSE = 1e-11
"""Part of the dual's value by which its minimum may be missed."""
FREE, OUT, IN, ODD = -1, 0, 1, 2


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Plans in which `least` to `most` channels of each cluster (K,) are in.

    states: (C,) FREE, OUT, IN or ODD. odd: the channels of which one lies in the part from `start` to `end` (shares) of its
    convex range; empty when no channel does. price: where to begin the search for the multiplier.
    """

    states: NDArray[np.int8]
    least: NDArray[np.intp]
    most: NDArray[np.intp]
    price: float
    odd: tuple[int, ...] = ()
    start: float = 0.0
    end: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What is best at a price: which channels are in (C,), the odd channel and its spend, total spend and outcome."""

    inside: BoolArray
    odd: int | None
    at: float
    spend: float
    value: float


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The price that bounds a node best, the bound, and the choices on both sides of the budget."""

    price: float
    bound: float
    below: Choice | None
    above: Choice | None


class CountSearch:
    """Branch and bound over counts for curves that are single Hills."""

    def __init__(self, relaxation: HillRelaxation, root: Node) -> None:
        self.relaxation = relaxation
        self.hills = relaxation.hills
        self.budget = relaxation.budget
        self.lower, self.upper = root.lower, root.upper
        with np.errstate(all="ignore"):
            self.envelope = Envelope.over(self.hills, lower=root.lower, upper=root.upper)
            self.concave = self.envelope.concave_part(self.envelope.free)
            self.value_lower = self.hills.outcomes(root.lower)
        self.optional = (self.concave.lower > root.lower) & self.envelope.free
        self.clusters = self._clusters()

    def run(
        self, plan: FloatArray, bound: float, *, tolerance: float, most_nodes: int
    ) -> tuple[FloatArray, float, int]:
        """Best plan, proven upper bound and number of nodes solved; begins from a plan and a bound."""
        value = self.relaxation.value
        best, best_value, nodes = plan, value(plan), 0
        order = count()
        frontier: list[tuple[float, int, Counts, Answer]] = []
        children: Iterator[Counts] = self._roots(self._first_price())
        with np.errstate(all="ignore"):
            while True:
                for child in children:
                    if self._least_spend(child) > self.budget * (1 + 1e-12):
                        continue
                    answer = self._bound(child)
                    nodes += 1
                    if answer.bound > best_value * (1 + tolerance):
                        for candidate in self._plans(answer):
                            if (reached := value(candidate)) > best_value:
                                best, best_value = candidate, reached
                    heapq.heappush(frontier, (-min(answer.bound, bound), next(order), child, answer))
                bound = -frontier[0][0] if frontier else best_value
                if bound - best_value <= tolerance * abs(best_value) or nodes >= most_nodes:
                    return best, bound, nodes
                _, _, node, answer = heapq.heappop(frontier)
                halves = self._split(node, answer)
                if not halves:
                    return best, bound, nodes
                children = iter(halves)

    def _first_price(self) -> float:
        """Outcome per unit when every channel gets the same part of its range: a guess."""
        width = self.upper - self.lower
        part = min((self.budget - float(self.lower.sum())) / float(width.sum()), 1.0)
        rise = float((self.hills.outcomes(self.lower + part * width) - self.value_lower).sum())
        return max(rise / float((part * width).sum()), 1e-200)

    def _clusters(self) -> tuple[NDArray[np.intp], ...]:
        """Optional channels in clusters of similar curves and limits."""
        hills = self.hills
        logs = np.log(np.maximum(np.array([hills.scale, hills.half, hills.slope, self.upper]), 1e-300))
        features = np.concatenate([logs, [self.lower / np.maximum(self.upper, 1e-300)]]).T
        left = np.flatnonzero(self.optional)
        found = []
        while left.size:
            alike = np.abs(features[left] - features[left[0]]).max(axis=1) <= ALIKE
            found.append(left[alike])
            left = left[~alike]
        return tuple(found)

    def _roots(self, price: float) -> Iterator[Counts]:
        """All plans without an odd channel, and for each cluster those in which one of its channels is odd."""
        sizes = np.array([len(cluster) for cluster in self.clusters], dtype=np.intp)
        states = np.where(self.optional, FREE, IN).astype(np.int8)
        root = Counts(states=states, least=np.zeros_like(sizes), most=sizes, price=price)
        yield root
        for number, cluster in enumerate(self.clusters):
            most = sizes.copy()
            most[number] -= 1
            yield _with_odd(replace(root, most=most), tuple(int(channel) for channel in cluster))

    def _least_spend(self, node: Counts) -> float:
        step = self.concave.lower - self.lower
        total = float(self.lower.sum() + step[node.states == IN].sum())
        for number, cluster in enumerate(self.clusters):
            needed = int(node.least[number] - np.count_nonzero(node.states[cluster] == IN))
            free = cluster[node.states[cluster] == FREE]
            if needed > len(free):
                return math.inf
            if needed > 0:
                total += float(np.sort(step[free])[:needed].sum())
        return total + (node.start * float(step[list(node.odd)].min()) if node.odd else 0.0)

    def _pick(self, node: Counts, gain: FloatArray) -> BoolArray:
        """The channels that are in for the greatest sum of gains the counts allow."""
        inside = np.asarray((node.states == IN) | ((node.states == FREE) & (gain > 0)))
        for number, cluster in enumerate(self.clusters):
            chosen = int(np.count_nonzero(inside[cluster]))
            least, most = int(node.least[number]), int(node.most[number])
            if least <= chosen <= most:
                continue
            free = cluster[node.states[cluster] == FREE]
            fixed = int(np.count_nonzero(node.states[cluster] == IN))
            ranked = free[np.argsort(-gain[free], kind="stable")]
            inside[ranked] = False
            inside[ranked[: max((least if chosen < least else most) - fixed, 0)]] = True
        return inside

    def _odd_ends(self, node: Counts) -> FloatArray:
        """(2, M) spend of the odd channels at the ends of their part."""
        odd = list(node.odd)
        step = self.concave.lower[odd] - self.lower[odd]
        return np.array([self.lower[odd] + node.start * step, self.lower[odd] + node.end * step])

    def _odd_values(self, node: Counts, ends: FloatArray) -> FloatArray:
        odd = list(node.odd)
        hills = self.hills
        return np.asarray(hills.scale[odd] / (1.0 + (hills.half[odd] / ends) ** hills.slope[odd]))

    def _choose(self, node: Counts, price: float, spend: FloatArray) -> Choice:
        values = self.hills.outcomes(spend)
        gain = (values - price * spend) - (self.value_lower - price * self.lower)
        inside = self._pick(node, gain)
        total = float(np.where(inside, spend, self.lower).sum())
        value = float(np.where(inside, values, self.value_lower).sum())
        if not node.odd:
            return Choice(inside=inside, odd=None, at=0.0, spend=total, value=value)
        ends = self._odd_ends(node)
        extra = self._odd_values(node, ends) - self.value_lower[list(node.odd)]
        more = ends - self.lower[list(node.odd)]
        end, place = divmod(int(np.argmax(extra - price * more)), len(node.odd))
        return Choice(
            inside=inside,
            odd=node.odd[place],
            at=float(ends[end, place]),
            spend=total + float(more[end, place]),
            value=value + float(extra[end, place]),
        )

    def _bound(self, node: Counts) -> Answer:
        """Minimise the dual by cutting planes: each choice is a line in the price; the two beside the budget meet next."""
        below: Choice | None = None
        above: Choice | None = None
        price, best, best_price, best_spend, start = node.price, math.inf, node.price, self.lower, None
        for _ in range(PRICE_STEPS):
            spend, _, start = self.relaxation.respond(price, self.concave, start)
            choice = self._choose(node, price, spend)
            reached = choice.value + price * (self.budget - choice.spend)
            if reached < best:
                best, best_price, best_spend = reached, price, spend
            if choice.spend <= self.budget:
                below = choice
            else:
                above = choice
            if below is None:
                price *= 4.0
            elif above is None:
                if below.spend == self.budget or price < 1e-250:
                    break
                price *= 0.25
            else:
                price = (above.value - below.value) / (above.spend - below.spend)
                meeting = below.value + price * (self.budget - below.spend)
                if best - meeting <= CLOSE * abs(best) or price <= 0:
                    break
        bound = self._rigorous(node, best_price, best_spend)
        return Answer(price=best_price, bound=bound, below=below, above=above)

    def _rigorous(self, node: Counts, price: float, spend: FloatArray) -> float:
        """What no plan of the node exceeds, rounding included, at any price."""
        most_in = self.concave.most(price=price, spend=spend) - price * (self.concave.lower - self.lower)
        rounding = 64.0 * EPSILON * (8.0 + (1.0 + self.hills.slope) * 40.0)
        most_out = self.value_lower * (1.0 + rounding)
        inside = self._pick(node, most_in - most_out)
        total = np.where(inside, most_in, most_out)
        bound = price * (self.budget - float(self.lower.sum())) + float(total.sum())
        if node.odd:
            odd = list(node.odd)
            ends = self._odd_ends(node)
            values = self._odd_values(node, ends)
            most = values * (1.0 + rounding[odd]) - price * (ends - self.lower[odd]) * (1.0 - rounding[odd])
            bound += float((most - self.value_lower[odd]).max())
        return bound

    def _plans(self, answer: Answer) -> Iterator[FloatArray]:
        """Plans with the channels of either choice in, and with the odd channel getting what its choice leaves."""
        for choice in (answer.below, answer.above):
            if choice is None:
                continue
            plan = self.relaxation.polish(self.envelope, choice.inside, answer.price)
            if plan is not None:
                yield plan
            if choice.odd is not None and not choice.inside[choice.odd]:
                held = self.lower.copy()
                held[choice.odd] = choice.at
                plan = self.relaxation.polish(replace(self.envelope, lower=held), choice.inside, answer.price)
                if plan is not None:
                    yield plan

    def _split(self, node: Counts, answer: Answer) -> tuple[Counts, ...]:
        """Two nodes that hold all plans of `node` between them; none when that would not tighten the bound."""
        node = replace(node, price=answer.price)
        below, above = answer.below, answer.above
        if below is None or above is None:
            return _fewer_odd(node, None)
        if below.odd is not None and below.odd == above.odd and below.at != above.at:
            middle = 0.5 * (node.start + node.end)
            return replace(node, end=middle), replace(node, start=middle)
        part = (self.budget - below.spend) / (above.spend - below.spend)
        for number, cluster in enumerate(self.clusters):
            low, high = (int(np.count_nonzero(choice.inside[cluster])) for choice in (below, above))
            if low != high:
                at = min(max(math.floor(low + part * (high - low)), min(low, high)), max(low, high) - 1)
                least, most = node.least.copy(), node.most.copy()
                least[number], most[number] = at + 1, at
                return replace(node, most=most), replace(node, least=least)
        differ = np.flatnonzero(below.inside != above.inside)
        if differ.size:
            return tuple(_with_state(node, int(differ[0]), state) for state in (OUT, IN))
        return _fewer_odd(node, below.odd)


def _with_state(node: Counts, channel: int, state: int) -> Counts:
    """`node` with the state of a channel fixed; one that is in is not the odd one."""
    states = node.states.copy()
    states[channel] = state
    odd = tuple(other for other in node.odd if other != channel) if state == IN else node.odd
    return _with_odd(replace(node, states=states), odd) if odd != node.odd else replace(node, states=states)


def _with_odd(node: Counts, odd: tuple[int, ...]) -> Counts:
    """`node` with the odd channel among `odd`; a single one is neither in nor out."""
    return replace(_with_state(node, odd[0], ODD) if len(odd) == 1 else node, odd=odd)


def _fewer_odd(node: Counts, channel: int | None) -> tuple[Counts, ...]:
    """The odd channel named, and the odd channel among the others."""
    if len(node.odd) < 2:
        return ()
    channel = node.odd[0] if channel is None else channel
    rest = tuple(other for other in node.odd if other != channel)
    return _with_odd(node, (channel,)), _with_odd(node, rest)
