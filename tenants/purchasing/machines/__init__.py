"""The machines of purchasing, one module for each noun. The single front of this room."""

from commons.workflow.declaration import Machine
from tenants.purchasing.machines.bid import BID
from tenants.purchasing.machines.call import CALL
from tenants.purchasing.machines.member import MEMBER
from tenants.purchasing.machines.project import PROJECT

MACHINES: tuple[Machine, ...] = (
    BID,
    CALL,
    MEMBER,
    PROJECT,
)
