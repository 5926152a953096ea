"""What people read of purchases: PUR, ENT, FAIR and, where both features speak, NED of DOMAIN §5.2. The front of this split room."""

from tenants.purchasing.indicators.course import COURSE
from tenants.purchasing.indicators.fairness import FAIRNESS
from tenants.purchasing.indicators.market import MARKET
from tenants.purchasing.indicators.money import MONEY
from tenants.purchasing.indicators.purchases import PURCHASES

INDICATORS = (*PURCHASES, *MONEY, *COURSE, *MARKET, *FAIRNESS)

__all__ = ["INDICATORS"]
