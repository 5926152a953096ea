"""
The second opinion: recount every union from its records, add up another way, and compare with what is stored.

Independent of the fold: it shares the declared SELECTs, which are the definitions, and who stands above whom. Where
the fold carries differences of intervals, this evaluates each figure anew at every month at which anything begins or
ends.

Two halves, so that memory stays bounded whatever the size of the country: union by union, what is stored of its own
against its records (in one snapshot each: a union whose marks are not folded in it is compared in a later round);
then measure by measure, every subtree's figure against the own figures below it. What is done is written down, so a
run that was cut off goes on where it stood.

The single front of this split room, from the bottom: words (what is said of one organization), reading (what is stored
and recorded), own and subtrees (the two halves), rounds (fold, compare, come back), keeping (results that stay).
"""

from commons.rollup.verify.differences import Difference, Report
from commons.rollup.verify.keeping import begin, found_by, last_run, repair
from commons.rollup.verify.rounds import verify

__all__ = ["Difference", "Report", "begin", "found_by", "last_run", "repair", "verify"]
