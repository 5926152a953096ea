"""The machines of purchasing, one module for each noun. The single front of this room."""

from commons.workflow.declaration import Machine
from tenants.purchasing.machines.bid import BID
from tenants.purchasing.machines.call import CALL
from tenants.purchasing.machines.contract import CONTRACT
from tenants.purchasing.machines.evaluation import EVALUATION
from tenants.purchasing.machines.market import LISTING, MATCH
from tenants.purchasing.machines.member import MEMBER
from tenants.purchasing.machines.milestone import MILESTONE
from tenants.purchasing.machines.project import PROJECT
from tenants.purchasing.machines.report import REPORT
from tenants.purchasing.machines.rule import RULE
from tenants.purchasing.machines.visit import VISIT

MACHINES: tuple[Machine, ...] = (
    BID,
    CALL,
    CONTRACT,
    EVALUATION,
    LISTING,
    MATCH,
    MEMBER,
    MILESTONE,
    PROJECT,
    REPORT,
    RULE,
    VISIT,
)
