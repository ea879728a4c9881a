"""When a parcel arrives: a point, an 80 % window and the chance of being late.

Read in this order: `trip` (what is known at hand-over), `workdays` (the clock that all
is measured with), `lanes` (how long such a trip usually takes), `rates` (how actual
durations spread around that), `pace` (how the network runs this week), `levels` (what
keeps the window honest), `curve` and `forecaster`, where they meet. docs/eta.md tells
what the figures are worth.
"""
