"""
The fold: recount what is marked, carry the difference to every ancestor. The single front of this split room.

From the bottom: pieces (when one organization counts), points (where a figure changes), records (what the union's own
tables say), stored (what `public` says), carry (what a difference changes above), locks, engine, rebuild.
"""

from commons.rollup.fold.engine import Outcome, fold, fold_many, redrawing
from commons.rollup.fold.rebuild import rebuild

__all__ = ["Outcome", "fold", "fold_many", "rebuild", "redrawing"]
