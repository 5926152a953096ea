"""
What purchases count, by what is counted: purchases, money, course, competition, market. Source: DOMAIN §5.2 PUR, ENT, FAIR.

Everything follows from dated rows, so any month can be recounted at any time. A project is counted where its contract is held
(R6); of money a joint purchase counts the union's own share alone (Q24).
"""
