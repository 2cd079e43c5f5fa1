"""NexusPlanner plans marketing campaigns: AI proposes, mathematics decides, every number has a receipt."""

import os

# The arrays of planning are small: threads of the linear algebra only wait for each other, which on a busy machine
# cost ten times the CPU time of the work. It is read when numpy is first imported; an operator's own setting wins.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
