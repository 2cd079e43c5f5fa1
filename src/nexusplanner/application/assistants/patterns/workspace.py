"""How people ask about the workspace, its catalogue and new campaigns."""

from __future__ import annotations

from collections.abc import Mapping

from nexusplanner.application.assistants.book import ToolName
from nexusplanner.application.assistants.patterns.words import ASK, IT, Patterns

_N = ToolName

WORKSPACE: Mapping[ToolName, Patterns] = {
    _N.CAMPAIGNS: (
        (3.4, r"\b(?:anything|something) (?:live|active|in review|paused|on air)\b"),
        (3.2, rf"\b{ASK}\b.*\b(?:campaigns|drafts)\b"),
        (
            3.4,
            r"\bcampaigns\b.*\b(?:running|active|live|paused|review|approved|completed|finished|drafts?|cancell?ed|exist)\b",
        ),
        (3.4, r"\b(?:running|active|live|paused|approved|completed|finished|draft|past|cancell?ed|ended) campaigns\b"),
        (3.0, r"\bwhat (?:is|are) (?:\w+ )?(?:live|active|in review|paused|drafts?)(?: now| right now)?$"),
        (2.0, r"\b(?:our|my|the) campaigns$"),
        (3.4, r"\bcampaigns (?:for|of|by) <(?:service|brand)>"),
    ),
    _N.CAMPAIGN: (
        (4.6, r"\bstatus of\b"),
        (4.6, r"\b(?:stage|state) of <campaign>"),
        (4.2, r"\bstatus\b.*(?:<campaign>|campaign\b)"),
        (4.2, r"<campaign>.*\bstatus\b"),
        (4.2, r"\bwhat is (?:its|the) status\b"),
        (4.4, rf"\bhow is {IT}(?: doing| going| getting on)?(?: so far)?$"),
        (4.4, r"\bwhere (?:does|do|is) <campaign>(?: stand| at| now)*"),
        (4.6, rf"\bwhen (?:does|do|will|did|is|was) {IT} (?:start|begin|end|finish|launch|over|stop|go live|run)\b"),
        (4.2, rf"\bhow (?:long|many days)\b.*{IT}"),
        (4.2, r"\bdays left\b"),
        (
            4.0,
            rf"\b(?:is|has|did) {IT}.*\b(?:started|running|active|approved|finished|over|ended|live|begun|start|end)\b",
        ),
        (2.6, r"\b(?:tell me|what do you know|what is|anything) about <campaign>"),
    ),
    _N.BUDGETS: (
        (
            5.0,
            r"\bbudgets?\b.*\b(?:all|every|each|across|together|in total|of our campaigns|by campaign|per campaign)\b",
        ),
        (4.8, r"\b(?:all|total|combined|overall|sum of)\b.*\b(?:campaigns?|budgets)\b"),
        (4.8, r"\bhow much\b.*\b(?:campaigns|planned in total|in total across)\b"),
        (4.6, r"\bbudgets of\b"),
        (4.6, r"\bcampaign budgets\b"),
        (4.6, r"\b(?:largest|biggest|smallest) (?:campaign|budget)s?\b"),
    ),
    _N.NEEDS_ME: (
        (
            5.0,
            r"\b(?:need|needs|require|requires|wait|waits|waiting|awaits?)\b.*\b(?:me|my|attention|approval|decision|for us)\b",
        ),
        (4.8, r"\bwhat (?:should|must|can|do) (?:i|we) (?:do|have to do|look at|work on|tackle)\b(?! if)"),
        (
            4.6,
            r"\b(?:to ?dos?|to do list|my tasks|open (?:tasks|points|items)|pending|overdue|on my (?:desk|plate|list))\b",
        ),
        (4.6, r"\b(?:anything|something|everything)\b.*\b(?:urgent|wrong|stuck|broken|for me to|attention)\b"),
    ),
    _N.RUNS: (
        (4.8, r"\bruns?\b.*\bfail\w*"),
        (4.2, r"\bfailures?\b"),
        (4.8, r"\bruns?\b.*\b(?:failed|going on|queued|now|last|latest|active)\b"),
        (4.8, r"\b(?:failed|active|latest|last|recent) runs?\b"),
        (4.4, r"\b(?:is|are) (?:anything|something|a run|any runs?) (?:running|being generated|in progress)\b"),
        (4.2, r"\bwhat is (?:being )?(?:generated|running in the background|in progress)\b"),
        (4.2, r"\bstill generating\b"),
    ),
    _N.OVERVIEW: (
        (4.8, r"\b(?:overview|at a glance|big picture)\b"),
        (4.4, r"\bhow (?:are|do) (?:we|things) (?:doing|stand|going|look)\b"),
        (4.4, r"\bwhere do we stand\b"),
        (4.4, r"\bsum(?:marise|marize| up) the workspace\b"),
        (4.2, r"\bwhat is (?:in|known in) (?:the|this|our) workspace\b"),
        (4.2, r"\bsummary of the workspace\b"),
    ),
    _N.SERVICES: (
        (4.6, rf"\b{ASK}\b.*\b(?:services|products|offers|offerings|catalogue|catalog)\b"),
        (4.4, r"\bwhat do we (?:offer|sell)\b"),
        (4.4, r"\bwhat does <brand> (?:offer|sell)\b"),
        (4.4, r"\bour (?:services|products)\b"),
    ),
    _N.SERVICE: (
        (4.8, r"\b(?:proofs?|benefits?|advantages?|price|prices|pricing)\b.*<service>"),
        (4.8, r"<service>.*\b(?:proofs?|benefits?|advantages?|price|for whom|cost)\b"),
        (4.6, r"\b(?:tell me|what do we know|know|read) (?:more )?about <service>"),
        (4.6, r"\bwhat is <service>"),
        (4.6, r"\bdescribe <service>"),
        (4.6, r"\bwhat does <service> (?:cost|do|offer|include)\b"),
        (4.6, r"\bhow much (?:is|does) <service>"),
        (4.6, r"\bwho is <service> for\b"),
    ),
    _N.BRANDS: (
        (4.8, r"\b(?:which|what|list|show|how many|our) (?:are our |are the |are )?brands\b"),
        (4.8, r"\bbrands do we\b"),
        (4.8, r"\bbrands are\b"),
        (4.8, r"\b(?:voice|tone|banned|forbidden|never claim|not claim|not say|must not|may not)\b"),
        (4.2, r"\b(?:tell me|what do we know|know) (?:more )?about <brand>$"),
        (4.2, r"\bwho is <brand>$"),
        (4.2, r"\bwhat is <brand>$"),
    ),
    _N.SEGMENTS: (
        (4.8, r"\bsegments?\b(?!.*\bidea)"),
        (4.8, r"\bhow many (?:customers|people|contacts|clients)\b(?!.*\breach)"),
        (4.8, r"<segment>.*\b(?:customers|worth|many|large|big)\b"),
        (4.4, r"\b(?:our|the) customers\b"),
        (4.4, r"\bcustomer (?:groups|base)\b"),
        (4.4, r"\bwho are our\b"),
        (4.4, r"\bwho (?:is|are) <segment>"),
        (4.4, r"\b(?:about|is|are) <segment>"),
    ),
    _N.SIGNALS: (
        (4.2, r"\b(?:anything|something) (?:about|on|regarding)\b"),
        (4.8, r"\bsignals?\b"),
        (4.8, r"\bnews\b"),
        (4.8, r"\bheadlines?\b"),
        (4.6, r"\bmarket\b(?!.*\bmodel)"),
        (4.6, r"\bcompetit\w*"),
        (4.6, r"\btrends?\b"),
        (4.6, r"\brivals?\b"),
        (3.2, r"\bwhat is new\b"),
        (3.2, r"\banything new\b"),
        (3.2, r"\bhappening\b"),
        (3.2, r"\bwhat (?:is|was) (?:said|written|reported)\b"),
    ),
    _N.FIND: (
        (4.8, r"^(?:please )?(?:find|look up|look for|search for|search)\b(?! out)"),
        (3.6, r"\bwhere (?:can i find|is) the\b"),
        (3.6, r"\bdo we have anything (?:on|about|called|named)\b"),
    ),
    _N.USAGE: (
        (5.4, r"\bmodel (?:limits?|budgets?|costs?)\b"),
        (
            5.4,
            r"\b(?:usage|tokens?|model calls?|llm|language models?|ai|openai|bedrock)\b.*\b(?:cost|costs|left|budget|limit|limits|spent|spend|used|used up|remaining|bill|much|many)\b",
        ),
        (
            5.4,
            r"\b(?:cost|costs|left|budget|limit|limits|spent|spend|much|many|remaining|bill)\b.*\b(?:usage|tokens?|model calls?|llm|language models?|ai|openai|bedrock)\b",
        ),
        (4.6, r"\busage\b"),
        (4.6, r"\bquota\b"),
        (4.6, r"\bhow much can i still (?:spend|use)\b"),
    ),
    _N.NEW_CAMPAIGN: (
        (6.0, r"^let (?:us )?(?:plan|launch|promote|advertise|start)\b"),
        (
            6.0,
            r"\b(?:new|another|create|start|make|set up|draft|prepare|write|begin) (?:me )?(?:a |an |the |another )?(?:new )?(?:campaign|brief)\b",
        ),
        (
            6.0,
            r"^(?:please |can you |could you |i (?:want|would like|need) (?:you )?to |we (?:want|need) to |let us )*(?:plan|launch|draft|prepare|promote|advertise|create|start)\b.*(?:<service>|\bcampaign\b)",
        ),
        (5.6, r"\bneed a (?:new )?(?:campaign|brief)\b"),
        (5.6, r"\bcampaign (?:for|about) <service>.*\b(?:in|from|with|budget|next)\b(?!.*\?)"),
        (5.6, r"\bfill (?:in|out) a brief\b"),
    ),
}
