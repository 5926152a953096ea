"""The machines of purchasing, one module for each noun. The single front of this room."""

from commons.workflow.declaration import Machine
from tenants.purchasing.machines.project import PROJECT
from tenants.purchasing.machines.rule import RULE

MACHINES: tuple[Machine, ...] = (PROJECT, RULE)
