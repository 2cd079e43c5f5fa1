"""How people ask about the plan of a campaign and changes of it."""

from __future__ import annotations

from collections.abc import Mapping

from nexusplanner.application.assistants.book import ToolName
from nexusplanner.application.assistants.patterns.words import CH, CHANGE, IT, OUTCOME, SOURCE, Patterns

_N = ToolName

PLANNING: Mapping[ToolName, Patterns] = {
    _N.BRIEF: (
        (4.8, r"\bbriefs?\b(?!ly)"),
        (
            4.6,
            rf"\b(?:audience|target group|aimed at|who is {IT} for|objectives?|who are we (?:targeting|addressing)|who do we (?:target|address))\b",
        ),
        (4.0, rf"\b(?:total |whole |overall )?budget of {IT}"),
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
            rf"\bhow much\b(?!.*\b(?:spent|cost|did|bring|reach|would|more)\b).*\b(?:on|for|into|in|to|does|do|is|goes|get|gets)\b.*{CH}",
        ),
        (4.4, rf"\b(?:budget|money|amount|share)\b.*\b(?:by|per|each|every|over|across|between|of|for|on|in)\b.*{CH}"),
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
        (5.6, r"\bmarginal\b.*\bplan\b"),
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
        (5.0, r"\b(?:than|against) an? (?:even|equal)\b"),
        (
            5.2,
            r"\b(?:optimal|optimum|certificate|certified|best possible|proven|proof that|guarantee\w*|upper bound|gap)\b",
        ),
        (4.8, rf"\bhow good is {IT}"),
        (4.8, r"\bhow good (?:is|are) (?:the|our|this) (?:plan|split|allocation)"),
        (4.8, rf"\bcould (?:{IT}|the split) be better\b"),
        (4.8, rf"\bcan (?:{IT}|the split) be (?:better|improved)\b"),
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
        (4.2, rf"\bwhy (?:is|does|did|was) {IT}\b(?!.*\b(?:fail|delayed)\b)"),
        (4.2, r"\bwhy this (?:plan|split)\b"),
        (4.2, r"\bhow (?:does|do) (?:the|this|our) plan work\b"),
    ),
    _N.CONSIDERED: (
        (5.0, r"\belse\b.*\bconsider\w*"),
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
        (5.2, rf"\bcost of (?:a|an|one|each) {OUTCOME}"),
        (5.2, rf"\bhow much (?:does|do|is|will) (?:a|an|one|each) {OUTCOME}"),
        (5.0, rf"\bwhat (?:does|will|would) (?:a|an|one|each) (?:\w+ )?{OUTCOME} cost\b"),
        (5.0, rf"\b(?:an?|one|each) {OUTCOME} cost\b"),
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
            rf"\bwhat (?:will|would|should|does|do|can) (?:{IT}|we|<channel>) (?:bring|deliver|get|achieve|yield|generate|produce|earn|make)\b",
        ),
        (4.8, rf"\bhow (?:many|much) {OUTCOME}\b(?!.*\b(?:did|had|were|last|past|cost)\b)"),
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
            rf"\bhow (?:sure|certain|reliable|well|good|trustworthy|confident|solid)\b.*\b(?:{CH}|data|numbers|figures|known|know)\b",
        ),
        (4.8, rf"\btrust\b.*(?:{CH}|\bnumbers\b|\bfigures\b)"),
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
        (5.0, rf"\bif (?:we|i|you) {CHANGE}\w*"),
        (5.0, r"\bwithout <channel>"),
        (5.0, r"\bwith (?:\d+|half|twice)\b.*\b(?:budget|money|less|more)\b"),
        (5.0, r"\bwhat would it (?:take|cost) to (?:get|reach|hit|achieve)\b"),
        (5.0, r"\bhow much (?:money |budget )?(?:do|would|will) (?:we|i) need (?:to|for)\b"),
        (4.6, rf"\b(?:can|could|should) we {CHANGE}\b.*(?:<channel>|\bbudget\b|\d)"),
    ),
    _N.WITHOUT: (
        (6.2, rf"\bwithout\b.*\b{SOURCE}\b"),
        (6.2, r"\bwithout (?:\w+ ){0,3}<(?:segment|campaign)>"),
        (6.2, rf"\b(?:leave out|leaving out|ignor\w+|disregard\w*)\b.*(?:\b{SOURCE}\b|<segment>)"),
        (5.7, r"\bwhat (?:would|will)\b.*\bwithout\b(?!.*(?:<channel>|\bbudget\b|\bmoney\b|\d))"),
        (
            6.6,
            r"\bif (?:the|this|that|our) (?:signals?|news|segment|feedback)\b.*\b(?:not|never|false|wrong|untrue|gone)\b",
        ),
    ),
    _N.CHANGE_PLAN: (
        (
            5.4,
            rf"^(?:please |can you |could you |now |then |ok |okay |let us |let |i (?:want|would like) (?:you )?to |we (?:want|need|have) to )*{CHANGE}\b.*(?:<channel>|\bbudget\b|\bspend\b|\d)",
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
    _N.OTHER_IDEAS: (
        (6.0, r"\b(?:do not like|dislike|hate)\b.*\bideas?\b"),
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
