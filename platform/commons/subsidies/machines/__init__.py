"""The machines of rounds and subsidies. The single front of this room."""

from commons.subsidies.machines.round import ROUND, RoundEvent
from commons.subsidies.machines.subsidy import SUBSIDY, SubsidyEvent

__all__ = ["ROUND", "SUBSIDY", "RoundEvent", "SubsidyEvent"]
