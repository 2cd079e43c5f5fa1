"""Read tools on the measurement of a brand: model versions, returns, accuracy, experiments."""

from __future__ import annotations

from nexusplanner.application.assistants.findings import Fact, Findings, NotKnown
from nexusplanner.application.assistants.scene import Scene
from nexusplanner.application.assistants.tools.plans import QUALITY_WORDS
from nexusplanner.application.assistants.words import (
    between,
    counted,
    day,
    figure,
    first_reason,
    listed,
    percent,
    sentence,
)
from nexusplanner.application.measurement.summary import Measurement, measurement_of
from nexusplanner.application.ports.reads import PAGE_SIZE_MAX
from nexusplanner.application.ports.rows import BrandRow, ModelRow
from nexusplanner.domain.measurement import MeasuredChannel, ModelVersion
from nexusplanner.domain.sessions import Topic
from nexusplanner.domain.shared import Estimate


def _topic(brand: BrandRow, *, channel: str = "") -> Topic:
    return Topic(brand=str(brand.id), channel=channel)


def version_fact(row: ModelRow, *, brand: BrandRow) -> Fact:
    """A version of the model in a sentence."""
    error = f", off by {percent(row.holdout_wmape)} on weeks it had not seen" if row.holdout_wmape is not None else ""
    reason = f" {sentence(row.reason)}" if row.reason else ""
    return Fact(
        id=f"model:{row.id}",
        title=f"Version {row.number} of {brand.name}'s model",
        text=f"Version {row.number} of {brand.name}'s model is {row.state}; it was made on {day(row.created_at.date())}"
        f" from {counted(row.weeks, 'week')} and {counted(len(row.channels), 'channel')}{error}.{reason}",
        url=f"/measurement/models/{row.id}",
    )


async def models(scene: Scene) -> Findings:
    """Which versions of the model there are and which is in use."""
    brand = scene.brand()
    rows = (await scene.uow.read.measurement.models(brand_id=brand.id, limit=PAGE_SIZE_MAX)).items
    if not rows:
        return _no_model(brand)
    adopted = next((row for row in rows if row.state == "adopted"), None)
    lead = (
        f"Plans of {brand.name} stand on version {adopted.number} of the response model."
        if adopted
        else f"{brand.name} has versions of a response model, and none is adopted."
    )
    return Findings(lead=lead, points=tuple(version_fact(row, brand=brand) for row in rows[:5]), topic=_topic(brand))


def _no_model(brand: BrandRow) -> Findings:
    fact = Fact(
        id=f"models:{brand.id}",
        title=f"Models of {brand.name}",
        text=f"{brand.name} has no response model yet. Fit one on the page Measurement; it needs weekly spend and"
        f" {brand.outcome_name}.",
        url="/measurement",
    )
    return Findings(lead=fact.text, behind=(fact,), topic=_topic(brand))


async def _measured(scene: Scene, brand: BrandRow) -> ModelVersion | None:
    adopted = await scene.uow.models.adopted(brand_id=brand.id)
    if adopted is not None:
        return adopted
    rows = (await scene.uow.read.measurement.models(brand_id=brand.id, limit=PAGE_SIZE_MAX)).items
    usable = next((row for row in rows if row.state != "rejected"), None)
    return await scene.uow.models.get(usable.id) if usable else None


def _return_fact(
    scene: Scene, model: ModelVersion, each: MeasuredChannel, *, brand: BrandRow, last: bool
) -> Fact | None:
    found: Estimate | None = each.marginal_roi if last else each.roi
    if found is None:
        return None
    unit = f"{brand.currency} of {brand.outcome_name}" if brand.outcome_is_money else brand.outcome_name
    per = 1 if brand.outcome_is_money else 1000
    found = Estimate(mean=per * found.mean, low=per * found.low, high=per * found.high)
    what = f"The last {per:,} {brand.currency}" if last else f"{per:,} {brand.currency}"
    name = scene.channel_name(each.channel)
    return Fact(
        id=f"{'marginal' if last else 'return'}:{model.id}:{each.channel}",
        title=f"Return of {name}",
        text=f"{what} in {name} brought {figure(found.mean)} {unit} {between(found)}; the curve is {QUALITY_WORDS[each.quality]}"
        f" ({first_reason(each.quality_reason)}).",
        url=f"/measurement/models/{model.id}",
    )


async def returns(scene: Scene) -> Findings:
    """What a unit of money brought in each channel, with its interval; the last unit when that is asked for."""
    brand = scene.brand()
    model = await _measured(scene, brand)
    if model is None:
        return _no_model(brand)
    last = bool({"last", "marginal", "margin"} & {*scene.words})
    known = [each for each in model.document.channels if (each.marginal_roi if last else each.roi) is not None]
    if not known:
        raise NotKnown(f"Version {model.number} of {brand.name}'s model tells no return by channel.")

    def mean(each: MeasuredChannel) -> float:
        found = each.marginal_roi if last else each.roi
        return found.mean if found else 0.0

    worst_first = bool({"worst", "lowest", "weakest", "least"} & {*scene.words})
    ordered = sorted(known, key=mean, reverse=not worst_first)
    named = [each for each in ordered if each.channel in scene.channels]
    if scene.channels and not named:
        name = scene.channel_name(scene.channels[0])
        raise NotKnown(f"Version {model.number} of {brand.name}'s model does not have {name}.")
    facts = [_return_fact(scene, model, each, brand=brand, last=last) for each in named or ordered]
    points = tuple(fact for fact in facts if fact is not None)
    if named:
        share = _share_fact(scene, model, named[0], brand=brand)
        topic = _topic(brand, channel=named[0].channel)
        return Findings(lead=points[0].text, points=(*points[1:], *share), behind=points[:1], topic=topic)
    way = "least" if worst_first else "most"
    lead = f"{scene.channel_name(ordered[0].channel)} brought {way} per {brand.currency} for {brand.name}{_doubt(ordered)}."
    return Findings(lead=lead, points=points, topic=_topic(brand, channel=ordered[0].channel))


def _doubt(ordered: list[MeasuredChannel]) -> str:
    if len(ordered) < 2 or ordered[0].roi is None or ordered[1].roi is None:
        return ""
    first, second = ordered[0].roi, ordered[1].roi
    overlap = first.low <= second.high and second.low <= first.high
    return ", but the intervals overlap, so the order is not certain" if overlap else ", clearly"


def _share_fact(scene: Scene, model: ModelVersion, each: MeasuredChannel, *, brand: BrandRow) -> tuple[Fact, ...]:
    if each.share is None or each.contribution is None:
        return ()
    name = scene.channel_name(each.channel)
    carried = f" {percent(each.adstock)} of an effect carries into the next week." if each.adstock is not None else ""
    return (Fact(
        id=f"share:{model.id}:{each.channel}",
        title=f"Share of {name}",
        text=f"Over {counted(model.weeks, 'week')} {name} made {percent(each.share)} of the {brand.outcome_name}, which is"
        f" {figure(each.contribution.mean)} {between(each.contribution)} for {figure(each.spend)} {brand.currency}.{carried}",
        url=f"/measurement/models/{model.id}",
    ),)  # fmt: skip


async def contributions(scene: Scene) -> Findings:
    """What each channel contributed to the past outcome, and how long it carries over."""
    brand = scene.brand()
    model = await _measured(scene, brand)
    if model is None:
        return _no_model(brand)
    known = sorted(
        (each for each in model.document.channels if each.contribution is not None and each.share is not None),
        key=lambda each: -(each.contribution.mean if each.contribution else 0.0),
    )
    chosen = [each for each in known if each.channel in scene.channels] or known
    points = tuple(fact for each in chosen for fact in _share_fact(scene, model, each, brand=brand))
    if not points:
        raise NotKnown(f"Version {model.number} of {brand.name}'s model tells no contribution by channel.")
    lead = (
        f"This is what the channels contributed to the {brand.outcome_name} of {brand.name}, by version {model.number}."
    )
    number = version_fact_of(model, brand=brand)
    channel = chosen[0].channel if scene.channels else ""
    return Findings(lead=lead, points=points, behind=(number,), topic=_topic(brand, channel=channel))


def version_fact_of(model: ModelVersion, *, brand: BrandRow) -> Fact:
    """The version itself, in a sentence."""
    return Fact(
        id=f"model:{model.id}",
        title=f"Version {model.number} of {brand.name}'s model",
        text=f"Version {model.number} of {brand.name}'s model is {model.state} and measures {counted(model.weeks, 'week')}.",
        url=f"/measurement/models/{model.id}",
    )


async def accuracy(scene: Scene) -> Findings:
    """How far the model was off on weeks it had not seen, and whether its bands are honest."""
    brand = scene.brand()
    found = await measurement_of(scene.uow, brand_id=brand.id)
    row = found.current
    if row is None or row.holdout_wmape is None:
        return _no_accuracy(brand, found)
    url = f"/measurement/models/{row.id}"
    error = Fact(
        id=f"holdout:{row.id}",
        title=f"Accuracy of version {row.number}",
        text=f"On {counted(row.holdout_weeks, 'week')} it had not seen, version {row.number} of {brand.name}'s model was"
        f" off by {percent(row.holdout_wmape)} of the {brand.outcome_name}.",
        url=url,
    )
    points = []
    if row.holdout_coverage is not None:
        points.append(Fact(
            id=f"coverage:{row.id}",
            title="Weeks inside the band",
            text=f"{percent(row.holdout_coverage)} of those weeks fell inside its 90 % band; an honest band holds about 90 %.",
            url=url,
        ))  # fmt: skip
    if row.holdout_bias is not None:
        way = "too high" if row.holdout_bias > 0 else "too low"
        points.append(Fact(
            id=f"bias:{row.id}",
            title="Bias",
            text=f"Together its forecasts were {percent(abs(row.holdout_bias))} {way}.",
            url=url,
        ))  # fmt: skip
    return Findings(lead=error.text, points=(*points, *_stale(found, brand)), behind=(error,), topic=_topic(brand))


def _no_accuracy(brand: BrandRow, found: Measurement) -> Findings:
    if found.adopted is None and found.current is None and found.candidate is None:
        return _no_model(brand)
    fact = Fact(
        id=f"models:{brand.id}",
        title=f"Models of {brand.name}",
        text=f"No version of {brand.name}'s model was tested on weeks it had not seen: the history is too short.",
        url="/measurement",
    )
    return Findings(lead=fact.text, behind=(fact,), topic=_topic(brand))


def _stale(found: Measurement, brand: BrandRow) -> tuple[Fact, ...]:
    if not found.stale_reason:
        return ()
    fact = Fact(id=f"stale:{brand.id}", title="Out of date", text=sentence(found.stale_reason), url="/measurement")
    return (fact,)


async def freshness(scene: Scene) -> Findings:
    """Whether the model is up to date with the actuals and experiments."""
    brand = scene.brand()
    found = await measurement_of(scene.uow, brand_id=brand.id)
    if found.adopted is None:
        return await models(scene)
    version = version_fact_of(found.adopted, brand=brand)
    stale = _stale(found, brand)
    if stale:
        lead = f"The model of {brand.name} is out of date."
        return Findings(
            lead=lead, points=(*stale, version), close="Fit it anew on the page Measurement.", topic=_topic(brand)
        )
    return Findings(lead=f"The model of {brand.name} is up to date.", points=(version,), topic=_topic(brand))


async def cannot_tell(scene: Scene) -> Findings:
    """What the data cannot tell."""
    brand = scene.brand()
    model = await _measured(scene, brand)
    if model is None:
        return _no_model(brand)
    told = (*model.document.cannot_tell, *model.warnings)
    version = version_fact_of(model, brand=brand)
    if not told:
        return Findings(
            lead=f"Version {model.number} of {brand.name}'s model names nothing that the data cannot tell.",
            behind=(version,),
            topic=_topic(brand),
        )
    points = tuple(
        Fact(id=f"doubt:{model.id}:{at}", title="What the data cannot tell", text=sentence(text), url=version.url)
        for at, text in enumerate(dict.fromkeys(told))
    )
    lead = f"This the data of {brand.name} cannot tell, or only with doubt."
    return Findings(lead=lead, points=points[:8], topic=_topic(brand))


async def experiments(scene: Scene) -> Findings:
    """Lift experiments on record."""
    brand = scene.brand()
    rows = (await scene.uow.read.measurement.experiments(brand_id=brand.id, limit=20)).items
    chosen = [row for row in rows if not scene.channels or row.channel in scene.channels]
    if not chosen:
        fact = Fact(
            id=f"experiments:{brand.id}",
            title=f"Experiments of {brand.name}",
            text=f"No lift experiment of {brand.name}"
            f"{f' on {listed(map(scene.channel_name, scene.channels))}' if scene.channels else ''} is on record.",
            url="/measurement",
        )
        return Findings(lead=fact.text, behind=(fact,), topic=_topic(brand))
    points = tuple(
        Fact(
            id=f"experiment:{row.id}",
            title=f"Experiment on {scene.channel_name(row.channel)}",
            text=f"From {day(row.start_date)} to {day(row.end_date)} {scene.channel_name(row.channel)} brought"
            f" {figure(row.lift.mean)} {brand.outcome_name} more {between(row.lift)}"
            f"{f', measured by {row.method}' if row.method else ''}.",
            url="/measurement",
        )
        for row in chosen
    )
    return Findings(lead=f"These experiments of {brand.name} are on record.", points=points, topic=_topic(brand))
