"""What the channels contribute under given parameters, with the derivatives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.fit.priors import EFFECT, HALF, SLOPE
from nexusplanner.domain.planning.fit.stock import FLOOR, Spends, Stock


@dataclass(frozen=True, kw_only=True, eq=False)
class Saturation:
    """Share of the possible effect by row, (B, R, T), with what its derivatives need."""

    stock: Stock
    slope: FloatArray
    log_ratio: FloatArray
    share: FloatArray

    def bends(self, spends: Spends) -> dict[int, FloatArray]:
        """Derivatives of the share by parameter column, (B, R, T) each."""
        bend = self.slope[..., None] * self.share * (1.0 - self.share)
        turned = {column: bend * turn for column, turn in spends.turns(self.stock).items()}
        return {**turned, HALF: -bend, SLOPE: bend * self.log_ratio}


def saturate(parameters: FloatArray, *, spends: Spends) -> Saturation:
    """Saturation of spends (R, T), over their channel's mean, under parameters (B, R, P)."""
    stock = spends.stock(parameters)
    slope = np.exp(parameters[..., SLOPE])
    log_ratio = np.log(stock.level) - parameters[..., HALF, None]
    share = 1.0 / (1.0 + np.exp(np.minimum(-slope[..., None] * log_ratio, 500.0)))
    return Saturation(stock=stock, slope=slope, log_ratio=log_ratio, share=share)


@dataclass(frozen=True, kw_only=True, eq=False)
class Forward:
    """One pass of the model.

    total: (B, C), summed share. weight: (B, C), scaled outcome per share. anchored: (C,), true where the weight is set
    by the return of the first spend instead of by the contribution over the rows. width: parameters per channel.
    """

    spends: Spends
    saturation: Saturation
    total: FloatArray
    weight: FloatArray
    anchored: NDArray[np.bool_]
    width: int

    @property
    def share(self) -> FloatArray:
        """Saturation by channel and row, (B, C, T)."""
        return self.saturation.share

    @property
    def contributions(self) -> FloatArray:
        """Scaled outcome by channel and row, (B, C, T)."""
        return self.weight[..., None] * self.share

    @property
    def outcome(self) -> FloatArray:
        """Scaled outcome of all channels by row, (B, T)."""
        return np.asarray(np.matmul(self.weight[:, None, :], self.share)[:, 0], dtype=np.float64)

    def bends(self) -> dict[int, FloatArray]:
        """Derivatives of the share by parameter column, (B, C, T) each."""
        return self.saturation.bends(self.spends)

    def weight_slopes(self, bends: dict[int, FloatArray]) -> FloatArray:
        """Derivatives of the log of the weight by parameter, (B, C, P).

        Where the effect is the sum over the rows, a change of shape only moves it between weeks.
        """
        out = np.zeros((*self.weight.shape, self.width))
        for column, bend in bends.items():
            fixed = 1.0 if column == HALF else 0.0
            out[..., column] = np.where(self.anchored, fixed, -bend.sum(axis=-1) / self.total)
        out[..., EFFECT] = 1.0
        return out


def forward(parameters: FloatArray, *, spends: Spends, unit: FloatArray, anchored: NDArray[np.bool_]) -> Forward:
    """Contributions under parameters (B, C, P); unit and anchored as in `Model`."""
    saturation = saturate(parameters, spends=spends)
    total = np.maximum(saturation.share.sum(axis=-1), FLOOR)
    shape = np.where(anchored, np.exp(parameters[..., HALF]), 1.0 / total)
    return Forward(
        spends=spends,
        saturation=saturation,
        total=total,
        weight=np.exp(parameters[..., EFFECT]) * unit * shape,
        anchored=anchored,
        width=parameters.shape[-1],
    )
