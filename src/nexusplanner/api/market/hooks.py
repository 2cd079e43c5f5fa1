"""What others send by themselves: deliveries of webhooks, verified by their signature."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, timedelta
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Header, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from starlette.exceptions import HTTPException

from nexusplanner.api.errors import problems
from nexusplanner.api.routing import EdgeParts, GuardedRoute, Public, sender_of, use
from nexusplanner.api.shapes import Shape
from nexusplanner.application.access.limits import Limit
from nexusplanner.application.sources import Delivery, receive
from nexusplanner.domain.feeds import (
    LONGEST_CONTENT,
    LONGEST_TITLE,
    LONGEST_TOPIC,
    MOST_TOPICS,
    FeedItem,
    item_key,
    web_address,
)
from nexusplanner.domain.plain_text import plain_text
from nexusplanner.domain.shared import Invalid, SourceId, plausible
from nexusplanner.domain.sources import LONGEST_URL

router = APIRouter(route_class=GuardedRoute, tags=["Sources"])

MOST_ITEMS: Final = 100
MOST_BYTES: Final = 1_000_000
DELIVERIES: Final = Limit(times=60, per=timedelta(minutes=1))
"""Per source and sender: one a second is more than any desk of editors writes."""


class HookItem(BaseModel):
    """One piece of news. content: text; markup in it is taken out. timestamp: when it was published; now if left out."""

    model_config = ConfigDict(str_strip_whitespace=True)

    title: Annotated[str, Field(max_length=1000)] = ""
    content: Annotated[str, Field(min_length=1, max_length=100_000)]
    url: Annotated[str, Field(max_length=LONGEST_URL)] = ""
    timestamp: AwareDatetime | None = None
    topics: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=50)] = Field(default_factory=list)
    impact: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)] = 0.0

    def item(self) -> FeedItem:
        """The same in plain text."""
        title, content = plain_text(self.title, most=LONGEST_TITLE), plain_text(self.content, most=LONGEST_CONTENT)
        topics = [plain_text(topic, most=LONGEST_TOPIC) for topic in self.topics]
        web = web_address(self.url)
        return FeedItem(
            key=item_key(url=web, text=f"{title} {content}"),
            title=title,
            content=content or title,
            url=web,
            timestamp=self.timestamp.astimezone(UTC) if self.timestamp and plausible(self.timestamp.date()) else None,
            topics=tuple(topic for topic in topics if topic)[:MOST_TOPICS],
            impact=self.impact,
        )


class HookDelivery(BaseModel):
    """What a webhook takes."""

    items: Annotated[list[HookItem], Field(max_length=MOST_ITEMS)]


class HookReceipt(Shape):
    """received: items in the delivery. new: those that were not there before."""

    received: int
    new: int


_ITEMS: Final = {"type": "array", "maxItems": MOST_ITEMS, "items": HookItem.model_json_schema()}
_DOCUMENTED: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"type": "object", "required": ["items"], "properties": {"items": _ITEMS}}}
        },
    }
}
"""The body is read by hand: nobody's JSON is looked at before the signature over it."""


def read_delivery(body: bytes) -> Sequence[FeedItem]:
    """Items of a verified body. Raises Invalid, naming the fields."""
    try:
        delivery = HookDelivery.model_validate_json(body)
    except ValidationError as error:
        found = {".".join(map(str, each["loc"])): each["msg"] for each in error.errors(include_url=False)}
        raise Invalid('Send JSON such as {"items": [{"title": …, "content": …}]}.', fields=found) from None
    items = [each.item() for each in delivery.items]
    empty = {
        f"items.{index}.content": "There is no text in it." for index, item in enumerate(items) if not item.content
    }
    if empty:
        raise Invalid("Every item needs text.", fields=empty)
    return items


@router.post(
    "/hooks/signals/{source_id}",
    status_code=202,
    responses=problems(401, 413, 422, 429),
    openapi_extra=_DOCUMENTED,
    summary="Deliver signals to a webhook",
)
async def receive_signals(
    *,
    request: Request,
    edge: EdgeParts,
    _: Public,
    source_id: UUID,
    signature: Annotated[
        str,
        Header(
            alias="X-Nexus-Signature",
            max_length=200,
            description='t=<seconds since 1970>,v1=<HMAC-SHA256 in hex of "<t>.<body>" with the webhook\'s secret>',
        ),
    ] = "",
) -> HookReceipt:
    """Signed by the webhook's secret within the last five minutes; sent again, the same delivery brings nothing new."""
    await use(request, edge=edge, key=f"hook:{source_id}:{sender_of(request)}", limit=DELIVERIES)
    delivery = Delivery(
        source_id=SourceId(source_id), signature=signature, body=await _body(request), read=read_delivery
    )
    received = await receive(edge.units, edge.hooks, delivery, now=edge.clock.now())
    return HookReceipt(received=received.received, new=received.new)


async def _body(request: Request) -> bytes:
    """The body as it was signed. Raises HTTPException (413) as soon as it is too large."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise HTTPException(status_code=413)
    return bytes(body)
