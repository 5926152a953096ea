"""
The second opinion: recount every union from its records, add up another way, and compare with what is stored.

Independent of the fold: it shares the declared SELECTs, which are the definitions, and nothing else. Where the fold
carries differences of intervals, this evaluates each figure anew at every month at which anything begins or ends.

All is read in one snapshot, so it may run under load: a union whose marks are not folded in that snapshot takes part
with what is stored of it, and its own records are compared in a later round.

The single front of this split room, from the bottom: words (what is said of one organization), reading (what is stored
and recorded), recount (one comparison), rounds (fold, snapshot, compare again what was not quiet).
"""

from commons.rollup.verify.recount import Difference
from commons.rollup.verify.rounds import Report, verify

__all__ = ["Difference", "Report", "verify"]
