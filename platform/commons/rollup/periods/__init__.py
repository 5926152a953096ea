"""
Reporting periods: open, provisional, closed, revised. Source: SM-25, R8.

From the bottom: late (which closed periods a batch changes), reading (as known when a period is answered), policies,
closing (close, confirm, revise), selectors.
"""
