"""
Small cells (V9): which figures of a dimension a viewer is not shown, so that no small one can be worked out.

What is promised, to whoever asks everything that one viewer may ask as it is known at one moment: the value of no
small cell follows from what is shown, by whatever adding and subtracting of totals, items, scopes, unions and periods.
Whoever reasons besides that nothing is below zero does not get further either, except where everything that a union
shown in full counts is of one kind.

Not promised: against who writes down what was shown before a correction; against two viewers who put together what each
is shown; against bounds (a hidden cell lies between 0 and its union's total, which is always shown); against who
knows of a figure by other means. Organizations counted by several unions only make the reckoning of a reader less exact.

From the bottom: search (a way to change hidden cells that nobody would notice), pattern (what is hidden in the tree),
reading (the tables), suppressing (the values that are returned).
"""

from commons.rollup.protection.suppressing import suppressed

__all__ = ["suppressed"]
