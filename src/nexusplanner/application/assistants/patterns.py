"""The words people ask with, by tool: regular expressions over a question in lower case, with weights.

A name of the workspace stands as its kind in angle brackets. A weight of 5 is a phrase that means one thing, 3 one that
usually does, 2 a word that hints. The heaviest wins; a few more hits of the same tool add a little.
"""

from __future__ import annotations

from collections.abc import Mapping

from nexusplanner.application.assistants.book import ToolName

_N = ToolName
_ASK = r"(?:what|which|show|list|tell|give|name|see|how many|are there|do we have|any|all|display|find)"
_IT = r"(?:it|this|that|the (?:campaign|plan)|this (?:campaign|plan)|our (?:campaign|plan)|<campaign>|my (?:campaign|plan))"
_CH = r"(?:<channel>|channels?)"
_WE = r"(?:we|us|our|i|my|me|the brand|<brand>)"
_PAST = r"(?:spent|invested|paid)"
_MEASURED = r"(?:roi|roas|returns?|return on|pays? off|paid off|payback|most efficient|efficiency|effective(?:ness)?)"
_OUTCOME = r"(?:outcomes?|results?|revenue|sales|sign ups?|signups?|leads?|conversions?|orders?)"
_CHANGE = r"(?:cut|reduce|lower|decrease|trim|increase|raise|add|boost|double|halve|drop|remove|skip|exclude|lock|freeze|cap|limit|move|shift|set|put|take)"

PATTERNS: Mapping[ToolName, tuple[tuple[float, str], ...]] = {
    _N.CAMPAIGNS: (
        (3.4, r"\b(?:anything|something) (?:live|active|in review|paused|on air)\b"),
        (3.2, rf"\b{_ASK}\b.*\b(?:campaigns|drafts)\b"),
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
        (4.4, rf"\bhow is {_IT}(?: doing| going| getting on)?(?: so far)?$"),
        (4.4, r"\bwhere (?:does|do|is) <campaign>(?: stand| at| now)*"),
        (4.6, rf"\bwhen (?:does|do|will|did|is|was) {_IT} (?:start|begin|end|finish|launch|over|stop|go live|run)\b"),
        (4.2, rf"\bhow (?:long|many days)\b.*{_IT}"),
        (4.2, r"\bdays left\b"),
        (
            4.0,
            rf"\b(?:is|has|did) {_IT}.*\b(?:started|running|active|approved|finished|over|ended|live|begun|start|end)\b",
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
        (4.6, rf"\b{_ASK}\b.*\b(?:services|products|offers|offerings|catalogue|catalog)\b"),
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
    _N.BRIEF: (
        (4.8, r"\bbriefs?\b(?!ly)"),
        (
            4.6,
            rf"\b(?:audience|target group|aimed at|who is {_IT} for|objectives?|who are we (?:targeting|addressing)|who do we (?:target|address))\b",
        ),
        (4.0, rf"\b(?:total |whole |overall )?budget of {_IT}"),
        (4.0, r"\bwhat is (?:the|our|its) (?:total |whole |overall )?budget\b"),
        (4.0, r"\bhow (?:much|big) (?:is|of) (?:the|our|a) budget\b"),
        (4.0, r"<campaign>.*\bbudget$"),
        (4.0, r"\bhow much money (?:do we|does it|is there|have we)\b"),
        (4.2, r"\bwhich (?:limits|pins|constraints)\b.*\b(?:brief|asked|set)\b"),
        (4.2, r"\bwhat (?:did|was) (?:we|i|they) (?:ask|asked)\b"),
        (4.2, r"\bwhat was asked\b"),
        (4.2, r"\bgoal of\b"),
        (4.2, r"\bwhat is the goal\b"),
    ),
    _N.SPLIT: (
        (5.0, r"\bwhat (?:does|do|will) <channel> get\b"),
        (4.6, r"\b(?:split|divided?|allocation|allocated|distribut\w+|broken? down|breakdown|mix)\b"),
        (
            4.6,
            rf"\bhow much\b(?!.*\b(?:spent|cost|did|bring|reach|would|more)\b).*\b(?:on|for|into|in|to|does|do|is|goes|get|gets)\b.*{_CH}",
        ),
        (4.4, rf"\b(?:budget|money|amount|share)\b.*\b(?:by|per|each|every|over|across|between|of|for|on|in)\b.*{_CH}"),
        (4.4, r"\bwhat (?:does|do|will|is) <channel> (?:get|gets|receive|allotted|given)\b"),
        (4.4, r"\b<channel> (?:budget|share|amount)\b"),
        (4.2, r"\bwhere (?:does|do|is|will) (?:the|our|all the|all our) (?:money|budget) (?:go|going|goes|spent)\b"),
        (3.8, r"\bwhich channels (?:do|are|does|will)\b.*\b(?:use|used|plan|in)\b"),
        (3.8, r"\bwhat channels\b"),
        (3.8, r"\bwhich channel (?:gets|has|receives) (?:the )?(?:most|largest|least|biggest) (?:money|budget|share)?"),
    ),
    _N.WHY_CHANNEL: (
        (5.2, r"\b(?:why|how come|what is the reason|reason for|justify)\b.*<channel>"),
        (
            5.0,
            r"\b(?:why|how come)\b.*\b(?:so (?:much|little|low|high)|more|less|most|least)\b.*\b(?:channel|budget|money)\b",
        ),
    ),
    _N.NEXT_THOUSAND: (
        (
            5.2,
            r"\b(?:next|another|additional|extra|more|one more|further) (?:\w+ )?(?:1 ?000|1k|10 ?000|10k|thousand|euros?|dollars?|money|budget|eur|usd)\b(?!.*\bcut)",
        ),
        (5.0, r"\bwhere (?:should|would|could|do)\b.*\b(?:more|extra|additional|next|invest|put)\b"),
        (5.0, r"\bmarginal\b(?!.*\b(?:measured|past|roi|return)\b)"),
        (4.8, r"\bif (?:we|i) had\b.*\b(?:more|extra|another|additional)\b"),
        (4.8, r"\bshadow price\b"),
        (4.8, r"\bworth of (?:more|extra) budget\b"),
    ),
    _N.CERTIFICATE: (
        (
            5.2,
            r"\b(?:optimal|optimum|certificate|certified|best possible|proven|proof that|guarantee\w*|upper bound|gap)\b",
        ),
        (4.8, rf"\bhow good is {_IT}"),
        (4.8, r"\bhow good (?:is|are) (?:the|our|this) (?:plan|split|allocation)"),
        (4.8, rf"\bcould (?:{_IT}|the split) be better\b"),
        (4.8, rf"\bcan (?:{_IT}|the split) be (?:better|improved)\b"),
        (4.8, r"\bany better (?:plan|split)\b"),
        (
            4.8,
            r"\b(?:limits?|constraints?|bounds?|pins?)\b.*\b(?:hold|holds|holding|bind|binds|binding|back|cost|bite|worth|restrict)\b",
        ),
        (4.8, r"\bwhat (?:holds|is holding)\b.*\bback\b"),
        (4.8, r"\b(?:unspent|left ?over|not spent|remains? unspent|money left|spend (?:it )?all)\b"),
        (4.4, r"\bevenly\b"),
        (4.4, r"\beven split\b"),
        (4.4, r"\bequal split\b"),
    ),
    _N.EXPLAIN: (
        (4.8, r"\b(?:explain|summari[sz]e|summary of|walk me through|reasoning|rationale)\b(?!.*<channel>)"),
        (4.2, rf"\bwhy (?:is|does|did|was) {_IT}\b(?!.*\b(?:fail|delayed)\b)"),
        (4.2, r"\bwhy this (?:plan|split)\b"),
        (4.2, r"\bhow (?:does|do) (?:the|this|our) plan work\b"),
    ),
    _N.CONSIDERED: (
        (5.0, r"\balternatives?\b"),
        (
            5.0,
            r"\b(?:else|other (?:options|plans|ways))\b.*\b(?:considered|looked at|thought|rejected|ruled out|possible|chosen)\b",
        ),
        (5.0, r"\b(?:rejected|ruled out|not chosen|turned down)\b"),
    ),
    _N.WARNINGS: (
        (
            5.0,
            r"\b(?:warnings?|risks?|risky|caveats?|concerns?|dangers?|weak(?:ness(?:es)?| points?| spots?)?|careful|worry|worried|problems?|issues?|pitfalls?|go wrong|watch out)\b",
        ),
    ),
    _N.STRATEGIES: (
        (5.0, r"\bstrateg(?:y|ies)\b"),
        (5.0, r"\btactics?\b"),
        (4.4, r"\bwhat (?:should|will|do|is) (?:we )?(?:do|run|running|show|post) (?:on|in|with) <channel>"),
        (4.4, r"\bhow (?:do|should|will) we use <channel>"),
        (4.4, r"\bwhat is <channel> (?:for|doing|supposed)\b"),
    ),
    _N.REACH: (
        (
            5.0,
            r"\b(?:how many people|reach (?:of|by|per|in|do|will|can|should)|people (?:do|will|would|can) we reach|the reach|expected reach|impressions|audience size|see (?:it|our ads|the ads))\b",
        ),
        (5.0, r"\breach$"),
    ),
    _N.COST_PER_OUTCOME: (
        (5.2, r"\b(?:cost|price|pay) (?:per|for (?:a|an|one|each|every))\b"),
        (5.2, r"\bcp[aloc]\b"),
        (5.2, rf"\bcost of (?:a|an|one|each) {_OUTCOME}"),
        (5.2, rf"\bhow much (?:does|do|is|will) (?:a|an|one|each) {_OUTCOME}"),
        (5.0, rf"\bwhat (?:does|will|would) (?:a|an|one|each) (?:\w+ )?{_OUTCOME} cost\b"),
        (5.0, rf"\b(?:an?|one|each) {_OUTCOME} cost\b"),
        (5.0, r"\bcheapest channel\b"),
        (5.0, r"\bmost expensive channel\b"),
        (5.0, r"\bwhich channel is (?:the )?(?:cheapest|most expensive|dearest)\b"),
    ),
    _N.BEST_IDEA: (
        (
            5.4,
            r"\b(?:best|strongest|favou?rite|top|most (?:promising|convincing|supported|evidence)|better|weakest|worst)\b.*\bideas?\b",
        ),
        (5.4, r"\bideas?\b.*\b(?:best|strongest|most (?:evidence|sources|supported)|recommend|choose|pick|take)\b"),
        (5.4, r"\bwhich idea should\b"),
    ),
    _N.EVIDENCE: (
        (
            5.2,
            r"\b(?:evidence|sources?|citations?|cited?|quotes?|references?|claims?|unsupported|backed|based on|supports?)\b(?!.*\bledger)",
        ),
        (4.6, r"\bhow do (?:you|we) know\b"),
        (4.6, r"\bwhat is (?:it|that|this) based on\b"),
        (4.6, r"\bwho says\b"),
    ),
    _N.FORECAST: (
        (
            4.6,
            r"\b(?:forecasts?|predict\w*|projection|projected|outlook|expect(?:ed|ations?)?)\b(?!.*\b(?:accura|good|off|wrong|trust|error|right)\w*)",
        ),
        (
            4.8,
            rf"\bwhat (?:will|would|should|does|do|can) (?:{_IT}|we|<channel>) (?:bring|deliver|get|achieve|yield|generate|produce|earn|make)\b",
        ),
        (4.8, rf"\bhow (?:many|much) {_OUTCOME}\b(?!.*\b(?:did|had|were|last|past|cost)\b)"),
        (
            4.6,
            r"\b(?:will|would|do|can) we (?:reach|hit|meet|make|achieve) (?:the|our|my) (?:target|goal|number|objective)\b",
        ),
        (4.6, r"\b(?:worst|best|bad|good) cases?\b"),
        (4.6, r"\bhow (?:certain|sure|uncertain|confident)\b.*\b(?:outcome|result|plan|forecast)\b"),
        (4.6, r"\binterval\b"),
        (4.6, r"\bhow much will\b.*\bbring\b"),
        (4.4, r"\bwhat (?:do|can|will) we get (?:for|out of|from)\b"),
        (4.4, r"\bwhat comes? (?:out|of it)\b"),
        (4.4, r"\bhow much does <channel> bring\b"),
    ),
    _N.SHARES: (
        (
            4.8,
            r"\bwhich channel (?:will |should |would )?(?:brings?|delivers?|contributes?|yields?|generates?|produces?|earns?)\b",
        ),
        (4.8, r"\bbest channel in\b"),
        (4.8, r"\bmost important channel\b"),
        (4.8, r"\bmain (?:channel|driver)\b"),
        (4.8, r"\bchannel\b.*\bbrings? (?:in )?(?:the )?most\b"),
        (4.8, r"\bwhat (?:drives|carries)\b"),
    ),
    _N.CURVES: (
        (5.0, r"\bcurves?\b"),
        (5.0, r"\bmeasured\b"),
        (5.0, r"\bborrowed\b"),
        (5.0, r"\bassum(?:ed|ptions?)\b"),
        (5.0, r"\bdata quality\b"),
        (5.0, r"\bsaturat\w+"),
        (
            4.8,
            rf"\bhow (?:sure|certain|reliable|well|good|trustworthy|confident|solid)\b.*\b(?:{_CH}|data|numbers|figures|known|know)\b",
        ),
        (4.8, rf"\btrust\b.*(?:{_CH}|\bnumbers\b|\bfigures\b)"),
        (4.8, r"\bguess(?:es|work)?\b"),
    ),
    _N.FLIGHTS: (
        (4.8, r"\bflights?\b"),
        (4.8, r"\bcalendar\b"),
        (4.8, r"\bschedule\b"),
        (4.8, r"\bbusiest\b"),
        (4.8, r"\bquietest\b"),
        (4.8, r"\bweekly (?:spend|budget|plan)\b"),
        (4.8, r"\bpacing plan\b"),
        (4.8, r"\bwhen\b.*\b(?:<channel>|channels?)\b.*\b(?:run|start|end|on air|begin|stop|pause)\w*"),
        (
            4.8,
            r"\bwhat (?:runs|is running|happens|do we (?:spend|run)|is (?:planned|scheduled|on air))\b.*\b(?:week|in|on|during)\b",
        ),
        (4.8, r"\b(?:week|weeks)\b.*\b(?:spend|run|runs|running|most|planned)\b"),
        (4.8, r"\b(?:spend|run|runs)\b(?!.*\b(?:last|past|previous)\b).*\b(?:week|by week|per week|each week)\b"),
        (4.4, r"\bwhen (?:does|do|will|is|are) <channel>\b"),
        (4.4, r"\bhow much (?:do|will) we spend (?:in|during|on)\b(?! <channel>| total)"),
    ),
    _N.SCENARIOS: (
        (4.8, r"\bscenarios?\b(?!.*\b(?:make|create|save|keep|add|new)\b)"),
        (4.8, r"\bcompare\b(?!.*\b(?:model|version|actual)s?\b)"),
        (4.8, r"\bversus the plan\b"),
        (4.8, r"\bvs the plan\b"),
    ),
    _N.WHAT_IF: (
        (5.6, r"\bwhat if\b"),
        (5.6, r"\bwhat (?:would|will|happens?|changes?)\b.*\bif\b"),
        (5.6, r"\bsuppose\b"),
        (5.6, r"\bimagine\b"),
        (5.6, r"\bhow would\b.*\bif\b"),
        (5.6, r"\bwhat does it (?:cost|mean)\b.*\b(?:to|if)\b"),
        (5.0, rf"\bif (?:we|i|you) {_CHANGE}\w*"),
        (5.0, r"\bwithout <channel>"),
        (5.0, r"\bwith (?:\d+|half|twice)\b.*\b(?:budget|money|less|more)\b"),
        (5.0, r"\bwhat would it (?:take|cost) to (?:get|reach|hit|achieve)\b"),
        (5.0, r"\bhow much (?:money |budget )?(?:do|would|will) (?:we|i) need (?:to|for)\b"),
        (4.6, rf"\b(?:can|could|should) we {_CHANGE}\b.*(?:<channel>|\bbudget\b|\d)"),
    ),
    _N.MODELS: (
        (
            4.8,
            r"\b(?:model|models|versions?)\b(?!.*\b(?:calls?|accura\w+|up to date|stale|old|outdated|off|wrong|cost|language|error|good|trust)\b)",
        ),
    ),
    _N.RETURNS: (
        (5.2, rf"\b{_MEASURED}\b(?!.*\bif\b)"),
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
        (4.8, rf"\b{_PAST}\b"),
        (4.8, r"\bactual spend\b"),
        (4.8, r"\bpast spend\b"),
        (4.8, r"\bspend (?:last|in the last|over the last|so far)\b"),
    ),
    _N.OUTCOMES: (
        (
            5.0,
            rf"\b{_OUTCOME}\b.*\b(?:last|past|previous|so far|had|did|were|was|actual|actually|really|history|20\d\d)\b",
        ),
        (5.0, rf"\b(?:how many|how much|what)\b.*\b{_OUTCOME}\b.*\b(?:did|had|have|were)\b"),
        (5.0, rf"\b(?:did|have|had)\b.*\b(?:we|<brand>)\b.*\b(?:{_OUTCOME}|get|got|sell|sold|earn|earned|make|made)\b"),
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
    _N.CHANGE_PLAN: (
        (
            5.4,
            rf"^(?:please |can you |could you |now |then |ok |okay |let us |let |i (?:want|would like) (?:you )?to |we (?:want|need|have) to )*{_CHANGE}\b.*(?:<channel>|\bbudget\b|\bspend\b|\d)",
        ),
        (5.2, r"\b(?:change|adjust|adapt|update) (?:the|our|this|my) (?:plan|budget|split|limits?)\b"),
        (5.2, r"\b(?:do|apply|use|take) (?:that|this|it|so)(?: please| now)?$"),
        (5.2, r"\bmake (?:that|this|it) the plan\b"),
        (
            5.0,
            r"\b(?:no|only|at least|at most|not more than|no more than|minimum|maximum|exactly)\b.*<channel>(?!.*\?)",
        ),
        (5.0, r"<channel>.*\b(?:at least|at most|not more than|no more than|locked)\b"),
    ),
    _N.KEEP_SCENARIO: (
        (6.0, r"\b(?:save|keep|store|make|create|add|build|new|remember|turn)\b.*\bscenarios?\b"),
        (6.0, r"\b(?:save|keep|store|remember) (?:that|this|it)\b"),
    ),
    _N.NEW_CAMPAIGN: (
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
    _N.OTHER_IDEAS: (
        (6.0, r"\b(?:other|new|different|more|fresh|another|better|further) (?:\w+ )?ideas?\b"),
        (6.0, r"\b(?:regenerate|redo|rethink|replace|rework|rewrite|change|refresh|swap)\b.*\bideas?\b"),
        (6.0, r"\bideas?\b.*\b(?:anew|again|bolder|funnier|instead|replaced|different|otherwise)\b"),
        (6.0, r"\bthink of\b.*\bideas?\b"),
        (6.0, r"\bmake (?:the |these )?ideas?\b"),
        (6.0, r"\b(?:do not|dislike|hate) (?:like )?(?:the |these |this )?ideas?\b"),
    ),
    _N.IDEAS: (
        (4.6, r"\bideas?\b"),
        (4.6, r"\bconcepts?\b"),
        (4.6, r"\bcreative\b"),
        (4.6, r"\bcore message\b"),
        (4.6, r"\bthemes?\b"),
    ),
}
