"""Storefront pages in the shape that each platform gives them, with our element inside.

Each is a function of our address, the token of a parcel and the order's number. They are
written by us: columns, policies and templates are as on the platforms, no theme's code.
"""

SNIPPET = """
<script src="{home}/embed.js" async></script>
<track-service-order token="{token}" language="en">
  <a href="{home}/t/{token}">Track your parcel</a>
</track-service-order>
"""
LOOK_UP = """
<script src="{home}/embed.js" async></script>
<track-service-order brand="{brand}" order="{order}" language="en">
  <a href="{home}/b/{brand}/">Track your order</a>
</track-service-order>
"""
REVIEWS = """
<script src="{home}/embed.js" async></script>
<track-service-reviews brand="{brand}" product="tea/green" language="en">
  <a href="{home}/embed/reviews/{brand}/tea/green">What buyers say</a>
</track-service-reviews>
"""
IFRAME = """
<iframe src="{home}/embed/t/{token}" title="Track your parcel"
  width="100%" height="600"></iframe>
"""

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
