"""The words people ask with, by tool: regular expressions over a question in lower case, with weights.

A name of the workspace stands as its kind in angle brackets. A weight of 5 is a phrase that means one thing, 3 one that
usually does, 2 a word that hints. The heaviest wins; a few more hits of the same tool add a little.
"""

from __future__ import annotations

from collections.abc import Mapping

from nexusplanner.application.assistants.book import ToolName
from nexusplanner.application.assistants.patterns.insights import INSIGHTS
from nexusplanner.application.assistants.patterns.planning import PLANNING
from nexusplanner.application.assistants.patterns.words import Patterns
from nexusplanner.application.assistants.patterns.workspace import WORKSPACE

PATTERNS: Mapping[ToolName, Patterns] = {**WORKSPACE, **PLANNING, **INSIGHTS}
