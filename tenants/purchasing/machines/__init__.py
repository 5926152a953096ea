"""The machines of purchasing, one module for each noun. The single front of this room."""

from commons.workflow.declaration import Machine
from tenants.purchasing.machines.contract import CONTRACT
from tenants.purchasing.machines.evaluation import EVALUATION
from tenants.purchasing.machines.market import LISTING, MATCH
from tenants.purchasing.machines.milestone import MILESTONE
from tenants.purchasing.machines.project import PROJECT
from tenants.purchasing.machines.report import REPORT
from tenants.purchasing.machines.rule import RULE
from tenants.purchasing.machines.visit import VISIT

MACHINES: tuple[Machine, ...] = (CONTRACT, EVALUATION, LISTING, MATCH, MILESTONE, PROJECT, REPORT, RULE, VISIT)
