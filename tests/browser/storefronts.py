"""Storefront pages in the shape that each platform gives them, with our element inside.

They are written by us: columns, policies and templates are as on the platforms, no
theme's code. What is pasted into them is read from `docs/embedding.md`, so that nobody
pastes what was not tried.
"""

import re
from collections.abc import Mapping
from pathlib import Path

_DOC = Path(__file__).parents[2] / "docs/embedding.md"
_BLOCK = re.compile(r"^```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SCHEMA = re.compile(r"{% schema %}.*{% endschema %}", re.DOTALL)
_PRINTED = re.compile(r"printf\(\s*'(.*?)'", re.DOTALL)
_LIQUID = {"{{ request.locale.iso_code }}": "en", "{{ page.title }}": "Tra cứu"}
_EXAMPLE = re.compile(r"{[{%]|TOKEN|acme|TEA-1|track\.example|%s")


def pasted(heading: str, place: int = 0) -> str:
    """Return a code block under a heading of the page on embedding."""
    _, found, after = _DOC.read_text().partition(f"\n## {heading}\n")
    assert found, heading
    return _BLOCK.findall(after.partition("\n## ")[0])[place]


def filled(snippet: str, examples: Mapping[str, str]) -> str:
    """Return a snippet with what stands for its examples; none may be left."""
    for example, real in (_LIQUID | {**examples}).items():
        snippet = snippet.replace(example, real)
    assert not _EXAMPLE.search(snippet), snippet
    return snippet


def of_platforms(order: str) -> dict[str, str]:
    """Return each platform's snippet, on the page of an order where it knows that."""
    php = _PRINTED.findall(pasted("WooCommerce"))[0]
    section = _SCHEMA.sub("", pasted("Shopify"))
    return {
        "shopify": section,
        "woocommerce": php % (order, "en"),
        "haravan": pasted("Haravan"),
    }


PLAIN_HTML = pasted("Plain HTML")
IFRAME = pasted("Plain HTML", 1).splitlines()[0]
REVIEWS = pasted("Reviews of a product")

# A theme's page template with a section in its middle, loaded under a strict policy.
SHOPIFY = """<!doctype html><html lang="en"><head><title>Track your order</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body class="template-page"><header class="section-header"><h2>Acme</h2></header>
<main id="MainContent"><section class="shopify-section page-width">
<h2>Track your order</h2>{snippet}</section></main><footer>Footer</footer></body></html>"""
# An account page: navigation beside a narrow column.
WOOCOMMERCE = """<!doctype html><html lang="en"><head><title>Order 1001</title>
<link rel="stylesheet" href="/theme.css"></head>
<body class="woocommerce-account woocommerce-view-order"><div class="entry-content">
<div class="woocommerce"><nav class="woocommerce-MyAccount-navigation">Orders</nav>
<div class="woocommerce-MyAccount-content narrow"><p>Order #1001 is completed.</p>
{snippet}</div></div></div></body></html>"""
HARAVAN = """<!doctype html><html lang="vi"><head><title>Tra cứu đơn hàng</title>
<link rel="stylesheet" href="/theme.css"></head>
<body id="page-template"><div id="wrapper"><div class="container"><div class="row">
<div class="col-md-9 wide"><h2>Tra cứu đơn hàng</h2>{snippet}</div>
</div></div></div></body></html>"""
PLAIN = """<!doctype html><html lang="ar" dir="rtl"><head><title>تتبع</title></head>
<body><p>تتبع طلبك</p>{snippet}<p>النهاية</p></body></html>"""

THEME_CSS = ".narrow { width: 300px; } .wide { max-width: 720px; margin: auto; }"
# What a careful shop sends; only the two sources that docs/embedding.md names are ours.
STRICT = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none';"
    " script-src {home}; frame-src {home}"
)
PAGES = {
    "shopify": SHOPIFY,
    "woocommerce": WOOCOMMERCE,
    "haravan": HARAVAN,
    "plain": PLAIN,
}
