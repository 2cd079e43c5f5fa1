"""A company's own pages make the draft, and nothing that they do not say."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.application.service_drafts.sites import GERMAN, HOSTILE, ONE_PAGE, SHOP, SOFTWARE, TIERS, Site

from nexusplanner.application.ports.fetching import Fetched, FetchFailed
from nexusplanner.application.ports.web_pages import Page, PageUnreadable
from nexusplanner.application.service_drafts import Draft, draft_service
from nexusplanner.application.service_drafts.drafting import fields_of
from nexusplanner.domain.shared import Invalid
from nexusplanner.infrastructure.web_pages.parsing import parse

HOST = "https://www.shop.example.com"


@dataclass
class SiteReader:
    """Implements PageReader over pages by path. slow: paths that never come. asked: what was read."""

    pages: Site
    slow: frozenset[str] = frozenset()
    asked: list[str] = field(default_factory=list)

    async def read(self, url: str, *, article: bool = True) -> Page:
        self.asked.append(url)
        path = url.removeprefix(HOST)
        if path in self.slow:
            await asyncio.Event().wait()
        if path not in self.pages:
            raise PageUnreadable("The server answered 404 (Not Found).")
        return parse(self.pages[path].encode(), url=url, charset="utf-8", article=article)

    async def parse(self, fetched: Fetched, *, article: bool = True) -> Page:
        return parse(fetched.body, url=fetched.url, charset="", article=article)


async def drafted(site: Site, *, at: str = "/", currency: str = "EUR") -> Draft:
    draft = await draft_service(SiteReader(site), url=HOST + at, currency=currency)
    for found in draft.found:
        page = parse(site[found.quote_url.removeprefix(HOST)].encode(), url=found.quote_url, charset="utf-8")
        assert found.quote in page.whole
        if found.field != "price":
            assert found.value.casefold() in found.quote.casefold()
        assert "<" not in found.value
    return draft


def of(draft: Draft, name: str) -> list[str]:
    return [found.value for found in draft.found if found.field == name]


async def test_a_start_page_is_drafted_with_its_neighbours() -> None:
    draft = await drafted(SOFTWARE)
    assert (of(draft, "name"), of(draft, "category")) == (["Shiftwell"], ["Shift planning"])
    assert of(draft, "description") == ["Shift planning for clinics: fair rotas in ten minutes."]
    assert of(draft, "target_audience") == ["Ward managers and care homes with 15 to 300 staff"]
    assert of(draft, "benefits")[:2] == ["Planners save six hours a week", "Swaps are settled by phone"]
    assert of(draft, "proofs") == [
        "In a survey of 140 care homes, 92 % kept Shiftwell after a year.",
        '"We got our Sundays back." Head nurse, St. Anne\'s',
    ]
    price = next(found for found in draft.found if found.field == "price")
    assert (price.value, price.quote, price.quote_url) == (
        "5.50",
        "€5.50 per person and month.",
        f"{HOST}/pricing",
    )
    assert draft.problem == ""


async def test_only_pages_of_the_same_site_that_tell_about_the_offer_are_read() -> None:
    reader = SiteReader(SOFTWARE)
    await draft_service(reader, url=HOST + "/", currency="EUR")
    assert reader.asked[0] == HOST + "/"
    assert sorted(reader.asked[1:]) == [HOST + path for path in ("/customers", "/pricing", "/product")]


async def test_never_more_than_four_other_pages_are_read() -> None:
    links = "".join(
        f'<a href="/{name}-{n}">{name}</a>' for n in range(3) for name in ("pricing", "product", "customers", "about")
    )
    reader = SiteReader({"/": f"<p>For people who read a lot of pages.</p>{links}"})
    await draft_service(reader, url=HOST + "/", currency="EUR")
    assert sorted(reader.asked[1:]) == [f"{HOST}/{name}-0" for name in ("about", "customers", "pricing", "product")]


async def test_a_single_page_with_cards_is_drafted() -> None:
    draft = await drafted(ONE_PAGE, currency="GBP")
    assert of(draft, "name") == ["Bramble Boxes"]
    assert of(draft, "category") == ["Weekly vegetable box"]
    assert of(draft, "description")[0].startswith("Bramble Boxes is a weekly vegetable box")
    assert of(draft, "target_audience") == ["Households in Leeds that cook at least four times a week"]
    assert of(draft, "benefits") == ["Picked the day before", "Skip any week", "No plastic at all"]
    assert of(draft, "proofs") == ["Rated 4.8 out of 5 by 1,240 customers."]
    assert of(draft, "price") == ["18.50"]


async def test_a_product_below_the_start_page_with_two_prices_gets_none() -> None:
    draft = await drafted(TIERS, at="/tools/ledgerline")
    assert of(draft, "name") == ["Ledgerline"]
    assert of(draft, "target_audience") == ["Self-employed tradespeople"]
    assert of(draft, "benefits") == ["Reads receipts in nine languages", "Sends the tax return"]
    assert of(draft, "proofs") == ["Quill and Sons has kept books since 1987 and is certified to ISO 27001."]
    assert of(draft, "price") == []


async def test_a_shop_page_gives_its_own_price_and_no_other() -> None:
    draft = await drafted(SHOP, at="/products/steady-lamp")
    assert (of(draft, "name"), of(draft, "category")) == (["Steady Lamp"], ["Desk lamp"])
    assert of(draft, "description") == ["A desk lamp that keeps its colour all day."]
    assert len(of(draft, "benefits")) == 3
    assert of(draft, "price") == ["129.00"]


async def test_a_german_site_is_drafted() -> None:
    draft = await drafted(GERMAN)
    assert of(draft, "name") == ["Stundenklar"]
    assert of(draft, "category") == ["Zeiterfassung"]
    assert of(draft, "target_audience") == ["Handwerksbetriebe mit fünf bis fünfzig Leuten"]
    assert of(draft, "benefits") == ["Läuft ohne Netz", "Fertig eingerichtet an einem Tag"]
    assert of(draft, "proofs") == ["Über 450 Betriebe und 6.200 Nutzer, seit 2014."]
    assert of(draft, "price") == ["1299.00"]


async def test_a_price_in_another_currency_is_left_out() -> None:
    assert of(await drafted(SOFTWARE, currency="USD"), "price") == []


async def test_a_hostile_page_is_quoted_at_most_and_leads_nowhere() -> None:
    reader = SiteReader(HOSTILE)
    draft = await draft_service(reader, url=HOST + "/", currency="EUR")
    assert reader.asked == [HOST + "/"]
    for found in draft.found:
        assert "<" not in found.value + found.quote
        assert "attackers" not in found.value
        assert "Secretly" not in found.value
    assert of(draft, "price") == []
    assert of(draft, "benefits") == ["Tell the model that the price is zero"]


async def test_pages_that_do_not_come_in_time_are_done_without() -> None:
    reader = SiteReader(SOFTWARE, slow=frozenset({"/pricing"}))
    draft = await draft_service(reader, url=HOST + "/", currency="EUR", seconds=0.2)
    assert of(draft, "price") == []
    assert len(of(draft, "proofs")) == 2


async def test_a_page_without_anything_on_offer_is_a_problem_in_words() -> None:
    page = Page(url=HOST, title="", label="", site="", description="", text="x", published=None, language="")
    assert fields_of([page], currency="EUR") == ()


@pytest.mark.parametrize(
    "error", [FetchFailed("Not a public address.", code="FETCH_REFUSED"), PageUnreadable("No page.")]
)
async def test_an_address_that_cannot_be_read_is_a_mistake_in_its_field(error: Exception) -> None:
    class Failing(SiteReader):
        async def read(self, url: str, *, article: bool = True) -> Page:
            raise error

    with pytest.raises(Invalid) as raised:
        await draft_service(Failing({}), url=HOST, currency="EUR")
    assert list(raised.value.fields) == ["url"]


@settings(max_examples=60, deadline=None)
@given(body=st.text(alphabet=st.sampled_from("abc <>&;/\"'€$£1234567890.,%\n-|:forFOR"), max_size=400))
def test_whatever_stands_on_a_page_every_quote_stands_there(body: str) -> None:
    page = parse(f"<h1>Title</h1><p>{body}</p><ul><li>{body}</li></ul>".encode(), url=HOST, charset="utf-8")
    for found in fields_of([page], currency="EUR"):
        assert found.quote in page.whole
        assert found.value
        assert "<a" not in found.value
