"""How people ask about measurement, actuals and decisions."""

from __future__ import annotations

from collections.abc import Mapping

from nexusplanner.application.assistants.book import ToolName
from nexusplanner.application.assistants.patterns.words import MEASURED, OUTCOME, PAST, Patterns

_N = ToolName

INSIGHTS: Mapping[ToolName, Patterns] = {
    _N.MODELS: (
        (
            4.8,
            r"\b(?:model|models|versions?)\b(?!.*\b(?:calls?|accura\w+|up to date|stale|old|outdated|off|wrong|cost|language|error|good|trust)\b)",
        ),
    ),
    _N.RETURNS: (
        (5.2, rf"\b{MEASURED}\b(?!.*\bif\b)"),
        (4.8, r"\b(?:best|worst|strongest|weakest|top) (?:performing )?channels?\b"),
        (
            4.8,
            r"\bwhich channels? (?:works?|performs?|performed|worked|is working|did|does|paid|is)\b.*\b(?:best|worst|better|well|off)\b",
        ),
        (4.8, r"\blast (?:euro|dollar|unit)\b"),
        (4.8, r"\bmarginal (?:roi|return|roas)\b"),
    ),
    _N.CONTRIBUTIONS: (
        (5.0, r"\bcontribut\w+\b"),
        (5.0, r"\bcarry ?over\b"),
        (5.0, r"\badstock\b"),
        (5.0, r"\blinger\w*"),
        (5.0, r"\bshare of the (?:outcome|revenue|sales|sign)\b"),
        (5.0, r"\bhow long (?:does|do|will) <channel>.*\b(?:last|work|effect|carry|linger)\w*"),
        (5.0, r"\beffect of <channel>"),
        (5.0, r"\bhow much of (?:our|the)\b.*\b(?:came|comes|come) from\b"),
    ),
    _N.ACCURACY: (
        (5.2, r"\baccura\w+\b"),
        (5.2, r"\bhold ?out\b"),
        (5.2, r"\bwmape\b"),
        (5.2, r"\bcoverage\b"),
        (5.2, r"\bhow (?:far )?(?:off|wrong|right)\b"),
        (5.2, r"\b(?:forecast|prediction)s? (?:error|bias)\b"),
        (5.2, r"\bbias(?:ed)?\b"),
        (5.2, r"\b(?:forecasts?|predictions?|model)\b.*\b(?:good|trust|right|wrong|off|reliable|error|errors)\b"),
        (5.2, r"\btrust\b.*\b(?:forecasts?|model|predictions?)\b"),
        (5.2, r"\bhow (?:good|reliable|well)\b.*\b(?:forecasts?|model|predict\w*)\b"),
    ),
    _N.FRESHNESS: (
        (5.4, r"\bup to date\b"),
        (5.4, r"\bstale\b"),
        (5.4, r"\bout ?of ?date\b"),
        (5.4, r"\boutdated\b"),
        (5.4, r"\bold is the model\b"),
        (5.4, r"\brefit\b"),
        (5.4, r"\b(?:fit|fitted) (?:again|anew)\b"),
        (5.4, r"\bmodel (?:current|fresh|too old|old)\b"),
    ),
    _N.CANNOT_TELL: (
        (5.4, r"\b(?:still|remains?) (?:unknown|uncertain|unclear)\b"),
        (5.4, r"\b(?:cannot|can not|not)\b.*\b(?:tell|known?|say|measure)\b"),
        (5.4, r"\b(?:cannot|can not|not able to|unable to|does not) (?:tell|know|say|measure)\b"),
        (5.4, r"\b(?:data|model)\b.*\b(?:limits|limitations?|gaps?|missing)\b"),
        (5.4, r"\bwhat (?:is|remains) (?:unknown|uncertain|unclear)\b"),
        (5.4, r"\bblind spots?\b"),
    ),
    _N.EXPERIMENTS: (
        (5.2, r"\bexperiments?\b"),
        (5.2, r"\blift (?:tests?|studies|study)\b"),
        (5.2, r"\bgeo tests?\b"),
        (5.2, r"\ba/?b tests?\b"),
        (5.2, r"\bincremental\w*\b"),
    ),
    _N.SPEND: (
        (
            4.8,
            r"\b(?:did|have|has|had)\b.*\b(?:we|<brand>|i|the brand)\b.*\b(?:spend|spent|invest|invested|pay|paid)\b",
        ),
        (4.8, rf"\b{PAST}\b"),
        (4.8, r"\bactual spend\b"),
        (4.8, r"\bpast spend\b"),
        (4.8, r"\bspend (?:last|in the last|over the last|so far)\b"),
    ),
    _N.OUTCOMES: (
        (
            5.0,
            rf"\b{OUTCOME}\b.*\b(?:last|past|previous|so far|had|did|were|was|actual|actually|really|history|20\d\d)\b",
        ),
        (5.0, rf"\b(?:how many|how much|what)\b.*\b{OUTCOME}\b.*\b(?:did|had|have|were)\b"),
        (5.0, rf"\b(?:did|have|had)\b.*\b(?:we|<brand>)\b.*\b(?:{OUTCOME}|get|got|sell|sold|earn|earned|make|made)\b"),
    ),
    _N.AGAINST_PLAN: (
        (5.4, r"\bas planned\b|\baccording to plan\b|\bto plan\b$"),
        (5.4, r"\b(?:actuals?|actually|really|spent)\b.*\b(?:plan|planned|plans|compared?|versus|vs|against)\b"),
        (5.4, r"\b(?:plan|planned)\b.*\b(?:actuals?|actually|really|reality)\b"),
        (5.4, r"\b(?:over|under) ?(?:spent|spending|spend|budget)\b"),
        (5.4, r"\bon (?:track|budget|pace)\b"),
        (5.4, r"\bpacing\b"),
        (5.4, r"\bactuals\b"),
    ),
    _N.DECISIONS: (
        (
            5.4,
            r"\bwhy (?:was|were|has|had|did)\b.*\b(?:divided|split|chosen|decided|picked|changed|approved|written)\b",
        ),
        (5.2, r"\bdecisions?\b(?!.*\b(?:cost|costs|intact|changed)\b)"),
        (5.2, r"\bdecid\w+\b"),
        (5.2, r"\bwho (?:made|wrote|approved|chose|changed|set|did)\b"),
        (5.2, r"\bhistory of changes\b"),
        (5.2, r"\bwhat (?:was|has been|is) changed\b"),
        (5.2, r"\blast changes?\b"),
        (5.2, r"\baudit\b"),
        (4.4, r"\bledger\b"),
    ),
    _N.DECISION_COSTS: (
        (5.6, r"\bwhat did (?:generating|making|writing)\b.*\bcost\b"),
        (5.6, r"\bdecisions?\b.*\bcosts?\b"),
        (5.6, r"\bcosts?\b.*\b(?:decisions?|this plan to make|generating|generation|to generate)\b"),
        (5.6, r"\bwhat did (?:the )?(?:plan|generation|it) cost (?:to make|to generate)\b"),
    ),
    _N.LEDGER: (
        (
            5.6,
            r"\b(?:ledger|chain|log|audit trail|records?)\b.*\b(?:intact|valid|verif\w+|tamper\w*|changed|altered|correct|consistent|ok|okay|fine)\b",
        ),
        (5.6, r"\b(?:verify|check)\b.*\b(?:ledger|chain|decisions?)\b"),
        (5.6, r"\btamper\w*"),
    ),
}
