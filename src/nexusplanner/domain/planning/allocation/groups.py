"""Limits on several channels together: what a group of them must and may get in total."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

from nexusplanner.domain.shared import Invalid


class InvalidGroup(Invalid):
    """A group of channels cannot be read; the message names the group and what to change."""

    code = "INVALID_GROUP"


@dataclass(frozen=True, kw_only=True)
class Group:
    """The least and most that some channels get together, in currency units. Groups may overlap and nest.

    members: names of channels. Raises: InvalidGroup for an empty name, no members, a member named twice, or limits that
    are not 0 <= lower <= upper (upper may be infinite).
    """

    name: str
    members: tuple[str, ...]
    lower: float = 0.0
    upper: float = math.inf

    def __post_init__(self) -> None:
        if not self.name:
            raise InvalidGroup("Every group needs a name.")
        if not self.members:
            raise InvalidGroup(f"The group {self.name!r} has no channels; name at least one.")
        twice = sorted({name for name in self.members if self.members.count(name) > 1})
        if twice:
            raise InvalidGroup(f"The group {self.name!r} names a channel more than once: {', '.join(twice)}.")
        if not math.isfinite(self.lower) or self.lower < 0:
            raise InvalidGroup(
                f"The group {self.name!r}: the minimum must be a finite number of 0 or more, not {self.lower!r}."
            )
        if math.isnan(self.upper) or self.upper < 0:
            raise InvalidGroup(f"The group {self.name!r}: the maximum must be 0 or more, not {self.upper!r}.")
        if self.lower > self.upper:
            raise InvalidGroup(
                f"The group {self.name!r}: the minimum {self.lower:,.2f} is above the maximum {self.upper:,.2f};"
                " change one of them."
            )

    @classmethod
    def of_shares(
        cls,
        name: str,
        members: tuple[str, ...],
        *,
        minimum_share: float | None = None,
        maximum_share: float | None = None,
        budget: float,
    ) -> Self:
        """A group limited to shares of `budget` (currency units).

        Shares are parts of 1; None sets no limit. Raises: InvalidGroup for shares outside [0, 1] or as for the class.
        """
        for word, share in (("minimum", minimum_share), ("maximum", maximum_share)):
            if share is not None and not 0 <= share <= 1:
                raise InvalidGroup(f"The group {name!r}: the {word} share must be between 0 and 1, not {share!r}.")
        return cls(
            name=name,
            members=members,
            lower=budget * minimum_share if minimum_share is not None else 0.0,
            upper=budget * maximum_share if maximum_share is not None else math.inf,
        )


def check_groups(groups: tuple[Group, ...], *, channels: tuple[str, ...]) -> None:
    """Raises: InvalidGroup for a group of unknown channels, or a name that another group or a channel has."""
    taken = set(channels)
    for group in groups:
        unknown = [name for name in group.members if name not in channels]
        if unknown:
            raise InvalidGroup(
                f"The group {group.name!r} names channels that are not in the plan: {', '.join(unknown)}."
                f" The plan has: {', '.join(channels)}."
            )
        if group.name in taken:
            raise InvalidGroup(
                f"The name {group.name!r} is used more than once; give every group a name of its own, different from"
                " the channels'."
            )
        taken.add(group.name)
