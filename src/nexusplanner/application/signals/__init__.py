"""Market news: how it arrives, what people make of it, and what is worked out from it."""

from nexusplanner.application.signals.arriving import (
    create_signal,
    delete_signal,
    edit_signal,
    keep_scores,
    settle,
    take_in,
)
from nexusplanner.application.signals.judging import dismiss_signal, restore_signal, watch_signal
from nexusplanner.application.signals.listing import list_signals, read_signal
from nexusplanner.application.signals.similar import CitingCampaign, SimilarSignal, find_similar
from nexusplanner.application.signals.spikes import CountedDay, Spike, find_spikes

__all__ = [
    "CitingCampaign",
    "CountedDay",
    "SimilarSignal",
    "Spike",
    "create_signal",
    "delete_signal",
    "dismiss_signal",
    "edit_signal",
    "find_similar",
    "find_spikes",
    "keep_scores",
    "list_signals",
    "read_signal",
    "restore_signal",
    "settle",
    "take_in",
    "watch_signal",
]
