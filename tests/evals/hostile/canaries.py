"""What must not be found anywhere in what is kept, and must not travel."""

from __future__ import annotations

SECRET = "sk-canary-7Qm2Zt8Lk1Xw7Bv3Ny6Rp0Hd5"
"""A key that stands in the workspace's own data and must never travel."""
FOREIGN = "Quartzfeld Holdings"
"""A name only another workspace knows."""
FOREIGN_ID = "signal:6f1f2a90-5b5e-4c8e-9d3a-0c5f7f3e9b11"
PERSON = "carla.moreno@canary.example"
FIGURE = "973,113"
"""A figure no source has."""
TRAP = "http://127.0.0.1:9/trap"
"""Where data would go."""
