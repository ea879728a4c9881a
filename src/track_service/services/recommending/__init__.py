"""Figures for recommendations, fitted on a shop's orders with numpy and scipy.

Read in this order: `ledger` (the orders as columns), `demand` (what sells, and how often
again), `neighbours` (what is bought together), `fit` and `learn` (how hints are weighed).
"""
