"""What else a shopper may like: a ranking out of figures fitted on the shop's own orders.

Read in this order: `basket` (what was bought, and when), `figures` (what a fit keeps of
each product), `habits` (what one customer's own orders tell), `pull` (what one order
draws after it), `candidates`, `features`, `blend` (how the hints are weighed) and
`rank`, where they meet; `keeping` makes plain values of the figures.
docs/recommendations.md tells what it is worth. The fitting is `services/recommending`.
"""
