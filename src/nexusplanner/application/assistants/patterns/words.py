"""Groups of words that mean the same in many questions."""

from __future__ import annotations

Patterns = tuple[tuple[float, str], ...]
"""Regular expressions with their weights."""

ASK = r"(?:what|which|show|list|tell|give|name|see|how many|are there|do we have|any|all|display|find)"
IT = r"(?:it|this|that|the (?:campaign|plan)|this (?:campaign|plan)|our (?:campaign|plan)|<campaign>|my (?:campaign|plan))"
CH = r"(?:<channel>|channels?)"
WE = r"(?:we|us|our|i|my|me|the brand|<brand>)"
PAST = r"(?:spent|invested|paid)"
MEASURED = r"(?:roi|roas|returns?|return on|pays? off|paid off|payback|most efficient|efficiency|effective(?:ness)?)"
OUTCOME = r"(?:outcomes?|results?|revenue|sales|sign ups?|signups?|leads?|conversions?|orders?)"
SOURCE = r"(?:signals?|news|segments?|audiences?|feedback|opinions?|past campaigns?)"
CHANGE = r"(?:cut|reduce|lower|decrease|trim|increase|raise|add|boost|double|halve|drop|remove|skip|exclude|lock|freeze|cap|limit|move|shift|set|put|take)"
