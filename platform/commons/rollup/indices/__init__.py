"""
Composite indices (R2: INDEX): how unequal amounts are, worked out at each level from facts that are shared.

Indices do not add up, so none is stored: each is computed when asked, from what is folded and verified. A nation's Gini
is that of all its providers, not a mean of the provinces'.

From the bottom: formulas (pure arithmetic), declared (over what an indicator computes one), computing (the figures of
unions and periods).
"""
