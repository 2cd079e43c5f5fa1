"""Spares providers that keep failing, and everybody the wait for them."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from nexusplanner.domain.shared import TenantId


@dataclass
class _State:
    fingerprint: int
    failures: int = 0
    resting_until: float = 0.0


class Breakers:
    """One breaker for each provider of each workspace, shared by everything in this process.

    It opens after `failures` in a row, lets nobody through for `rest_seconds`, then one try; that one closes it or
    begins the next rest. A provider whose settings or key have changed starts anew.
    """

    def __init__(self, *, failures: int = 5, rest_seconds: float = 30) -> None:
        self._failures = failures
        self._rest = rest_seconds
        self._states: dict[tuple[TenantId, str], _State] = {}
        self._lock = threading.Lock()

    def rest_of(self, tenant_id: TenantId, provider: str, *, fingerprint: int, now: float) -> float:
        """Seconds this provider still rests; 0 lets the caller try once. now: monotonic seconds."""
        with self._lock:
            state = self._states.get((tenant_id, provider))
            if state is None or state.fingerprint != fingerprint or state.failures < self._failures:
                return 0.0
            if now < state.resting_until:
                return state.resting_until - now
            state.resting_until = now + self._rest  # the others wait for what this one finds
            return 0.0

    def note(self, tenant_id: TenantId, provider: str, *, fingerprint: int, well: bool, now: float) -> None:
        """Take down how a try ended. well: whether the provider itself worked, whatever its model said."""
        with self._lock:
            if well:
                self._states.pop((tenant_id, provider), None)
                return
            state = self._states.get((tenant_id, provider))
            if state is None or state.fingerprint != fingerprint:
                state = self._states[tenant_id, provider] = _State(fingerprint)
            state.failures += 1
            state.resting_until = now + self._rest
