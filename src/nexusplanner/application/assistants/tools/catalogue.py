"""Read tools on what the workspace knows: brands, services, segments, signals, and anything by words."""

from __future__ import annotations

from nexusplanner.application.assistants.findings import Fact, Findings, NotKnown
from nexusplanner.application.assistants.names import STOP
from nexusplanner.application.assistants.scene import Scene
from nexusplanner.application.assistants.words import counted, day, listed, money, percent, sentence, short
from nexusplanner.application.ports.reads import PAGE_SIZE_MAX
from nexusplanner.application.ports.rows import BrandRow, HitKind, SegmentRow, ServiceRow
from nexusplanner.application.ports.signal_rows import SignalFilter, SignalRow
from nexusplanner.domain.sessions import Topic
from nexusplanner.domain.signals import STANDING

SHOWN = 8
ASKING = frozenset({
        "about", "doing", "going", "going on", "any", "anything", "competitor", "competitors", "concerning", "find", "give", "happened",
        "happening", "headline", "headlines", "know", "known", "lately", "latest", "list", "look", "market",
        "match", "matching", "mention", "mentioning", "mentions", "month", "new", "news", "please", "read",
        "recent", "regarding", "said", "say", "says", "search", "show", "signal", "signals", "talk", "talks",
        "tell", "there", "today", "trend", "trends", "week",
})  # fmt: skip
PLACES = {
    HitKind.CAMPAIGN: "/campaigns/{id}",
    HitKind.SERVICE: "/services",
    HitKind.SIGNAL: "/market",
}


def service_fact(row: ServiceRow, *, whole: bool = False) -> Fact:
    """A service in a sentence, or with all that is known."""
    price = f" from {money(row.price)}" if row.price else ""
    text = f"{row.name} ({row.brand_name}, {row.category or 'no category'}){price}: {sentence(row.description)}"
    if whole:
        text += f" It is for {sentence(row.target_audience)}" if row.target_audience else ""
        text += f" Benefits: {sentence(listed(row.benefits))}" if row.benefits else ""
        text += f" Proofs: {sentence(listed(row.proofs))}" if row.proofs else " No proof is on record."
    return Fact(id=f"service:{row.id}", title=row.name, text=text, url="/services")


async def list_services(scene: Scene) -> Findings:
    """Which services there are."""
    brand = scene.named_brand
    rows = [row for row in scene.names.services if brand is None or row.brand_id == brand.id]
    if not rows:
        return Findings(lead="There is no service in the catalogue yet. Add or import one on the page Services.")
    whose = f" of {brand.name}" if brand else ""
    count = Fact(
        id="catalogue:services",
        title="Services",
        text=f"The catalogue has {counted(len(rows), 'service')}{whose}.",
        url="/services",
    )
    points = tuple(service_fact(row) for row in rows[:SHOWN])
    more = "The page Services lists the rest." if len(rows) > SHOWN else ""
    return Findings(lead=count.text, points=points, behind=(count,), close=more)


async def one_service(scene: Scene) -> Findings:
    """What is known of one service."""
    row = scene.service
    if row is None:
        return await list_services(scene)
    own = [each for each in scene.names.campaigns if each.service_id == row.id]
    named = listed([f"“{each.name}”" for each in own[:4]])
    used = Fact(
        id=f"use:{row.id}",
        title=f"Campaigns for {row.name}",
        text=f"{counted(len(own), 'campaign').capitalize()} {'was' if len(own) == 1 else 'were'} planned for {row.name}"
        f"{': ' + named if named else ''}.",
        url="/campaigns",
    )
    points = (service_fact(row, whole=True), used)
    return Findings(lead=f"This is on record of {row.name}.", points=points, topic=Topic(service=str(row.id)))


def brand_fact(row: BrandRow) -> Fact:
    """A brand in a few sentences."""
    text = (
        f"{row.name} ({row.industry or 'no industry'}, {row.region}) plans in {row.currency} and counts"
        f" {row.outcome_name}; it has {counted(row.services, 'service')} and {counted(row.campaigns, 'campaign')}."
    )
    if row.voice:
        text += f" Its voice is {listed(row.voice)}."
    if row.banned_claims:
        text += f" It never claims: {listed(row.banned_claims)}."
    return Fact(id=f"brand:{row.id}", title=row.name, text=text, url="/services")


async def list_brands(scene: Scene) -> Findings:
    """Which brands there are and how they speak."""
    rows = [scene.named_brand] if scene.named_brand else list(scene.names.brands)
    if not rows:
        return Findings(lead="There is no brand in this workspace yet.")
    points = tuple(brand_fact(row) for row in rows[:SHOWN] if row)
    lead = f"This is on record of {rows[0].name}." if len(rows) == 1 and rows[0] else "These brands are planned here."
    return Findings(
        lead=lead, points=points, topic=Topic(brand=str(rows[0].id)) if len(rows) == 1 and rows[0] else Topic()
    )


def segment_fact(row: SegmentRow, *, of: str) -> Fact:
    """A segment in a sentence."""
    value = f", worth {money(row.lifetime_value)} so far" if row.lifetime_value else ""
    about = f" {sentence(row.description)}" if row.description else ""
    text = f"{row.name} ({of}) has {counted(row.customers, 'customer')}{value}.{about}"
    return Fact(id=f"segment:{row.id}", title=row.name, text=text, url="/market")


async def list_segments(scene: Scene) -> Findings:
    """Which segments there are and how many customers they have; one alone when it is named."""
    brands = {row.id: row.name for row in scene.names.brands}
    brand = scene.named_brand
    rows = [row for row in scene.names.segments if brand is None or row.brand_id == brand.id]
    named = [mention for mention in scene.mentions if mention.name.kind.value == "segment"]
    one = scene.segment if named else None
    if one is not None:
        fact = segment_fact(one, of=brands.get(one.brand_id, ""))
        return Findings(lead=f"This is known of {one.name}.", points=(fact,), topic=Topic(segment=str(one.id)))
    if not rows:
        return Findings(lead="There is no segment yet. Import customers with a segment, or add one.")
    rows.sort(key=lambda row: -row.customers)
    everyone = (await scene.uow.read.customers.page(brand_id=brand.id if brand else None, limit=1)).total
    count = Fact(
        id="customers:segments",
        title="Segments",
        text=f"{counted(len(rows), 'segment').capitalize()}{f' of {brand.name}' if brand else ''} are made"
        f" of {counted(everyone, 'customer')}; the largest is {rows[0].name} with"
        f" {percent(rows[0].customers / everyone) if everyone else '0 %'} of them.",
        url="/market",
    )
    points = tuple(segment_fact(row, of=brands.get(row.brand_id, "")) for row in rows[:SHOWN])
    return Findings(lead=count.text, points=points, behind=(count,))


def signal_fact(row: SignalRow) -> Fact:
    """A signal as it was said, with who said it when."""
    way = "good" if row.impact > 0 else "bad" if row.impact < 0 else "neither good nor bad"
    for_whom = f" for {row.brand_name}" if row.brand_name else ""
    text = f"{row.source}, {day(row.timestamp.date())}: {sentence(row.title)} {short(sentence(row.content), most=400)}"
    return Fact(id=f"signal:{row.id}", title=row.title, text=f"{text} It is {way} news{for_whom}.", url="/market")


async def signals(scene: Scene) -> Findings:
    """What the market says, on a topic when one is named."""
    taken = {
        at
        for each in scene.mentions
        if each.name.kind.value in {"brand", "campaign"}
        for at in range(each.start, each.end)
    }
    topic = [word for at, word in enumerate(scene.words) if at not in taken and word not in STOP | ASKING]
    brand = scene.named_brand
    only = SignalFilter(brand_id=brand.id if brand else None, states=STANDING)
    rows = (await scene.uow.read.signals.page(only=only, limit=PAGE_SIZE_MAX)).items
    scored = [(_hits(row, topic), row) for row in rows]
    best = max((score for score, _ in scored), default=0)
    found = [row for score, row in scored if score == best] if topic and best else list(rows) if not topic else []
    whose = f" for {brand.name}" if brand else ""
    about = f" about “{_phrase(scene, topic)}”" if topic else ""
    if not found:
        if not rows:
            return Findings(lead=f"No signal{whose} is on record yet. Import signals, or add one by hand.")
        return Findings(
            lead=f"No signal{about}{whose} is on record. These are the newest.",
            points=tuple(signal_fact(row) for row in rows[:3]),
        )
    count = Fact(
        id="market:signals",
        title="Signals found",
        text=f"{counted(len(found), 'signal').capitalize()}{about}{whose} {'is' if len(found) == 1 else 'are'} on record.",
        url="/market",
    )
    lead = f"{count.text} The newest {'says' if len(found) == 1 else 'come first'}:"
    topic_of = Topic(brand=str(brand.id)) if brand else Topic()
    return Findings(lead=lead, points=tuple(signal_fact(row) for row in found[:5]), behind=(count,), topic=topic_of)


def _phrase(scene: Scene, topic: list[str]) -> str:
    """The topic as it was said, from its first word to its last."""
    places = [at for at, word in enumerate(scene.words) if word in topic]
    return " ".join(scene.words[places[0] : places[-1] + 1])


def _hits(row: SignalRow, topic: list[str]) -> int:
    said = f"{row.title} {row.content} {' '.join(row.topics)} {row.source}".casefold()
    return sum(word in said or word.removesuffix("s") in said for word in topic)


async def find(scene: Scene) -> Findings:
    """Campaigns, services and signals by words; people are not searched for in conversations."""
    wanted = " ".join(word for word in scene.words if word not in STOP | ASKING)
    found = await scene.uow.read.search.find(wanted, limit=4) if wanted else ()
    hits = [hit for hit in found if hit.kind in PLACES]
    if not hits:
        raise NotKnown(f"Nothing in this workspace is called “{short(wanted, most=60)}”.")
    points = tuple(
        Fact(
            id=f"{hit.kind.value}:{hit.id}",
            title=hit.title,
            text=f"{hit.kind.value.capitalize()}: {hit.title}{f' ({hit.detail})' if hit.detail else ''}.",
            url=PLACES[hit.kind].format(id=hit.id),
        )
        for hit in hits[:SHOWN]
    )
    return Findings(lead=f"This matches “{short(wanted, most=60)}”.", points=points)
