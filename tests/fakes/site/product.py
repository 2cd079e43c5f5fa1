"""The site of an invented product, as small companies build them."""

from __future__ import annotations

MENU = (
    '<nav><a href="/">Home</a> <a href="/product">Product</a> <a href="/pricing">Pricing</a> '
    '<a href="/customers">Customers</a> <a href="/imprint">Imprint</a></nav>'
)


def _page(title: str, body: str, *, head: str = "") -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body>{MENU}<main>{body}</main><footer>Harrow &amp; Vale Ltd</footer></body></html>"
    )


HOME = _page(
    "Shiftwell | Rotas that write themselves",
    """<h1>Rotas that write themselves</h1>
    <p>Shiftwell plans the shifts of clinics and care homes, and tells everybody who works when.</p>
    <p>For ward managers and care homes with 15 to 300 staff.</p>
    <h2>Why Shiftwell</h2>
    <ul><li>A month of rotas is ready in ten minutes</li><li>Leave and swaps are settled on the phone</li>
    <li>Rest times are kept by law</li></ul>""",
    head="""<meta name="description" content="Shift planning for clinics and care homes: fair rotas in minutes.">
    <meta property="og:site_name" content="Shiftwell">
    <link rel="alternate" type="application/rss+xml" title="News" href="/feed.xml">
    <script type="application/ld+json">{"@context": "https://schema.org", "@type": "SoftwareApplication",
    "name": "Shiftwell", "applicationCategory": "Shift planning",
    "offers": {"@type": "Offer", "price": "5.50", "priceCurrency": "EUR"}}</script>""",
)
PRODUCT = _page(
    "Product | Shiftwell",
    """<h1>What Shiftwell does</h1><h2>Benefits</h2>
    <ul><li>Planners save six hours a week</li><li>Works without training</li></ul>""",
)
PRICING = _page(
    "Pricing | Shiftwell",
    "<h1>One price</h1><p>€5.50 per person and month, with everything in it.</p><p>Cancel whenever you like.</p>",
)
CUSTOMERS = _page(
    "Customers | Shiftwell",
    """<h1>What customers say</h1><p>In a survey of 140 care homes, 92 % kept Shiftwell after the first year.</p>
    <blockquote>"We got our Sundays back." Head nurse, St. Anne's</blockquote>""",
)
