"""The machines of needs. The single front of this split room."""

from tenants.needs.machines.appeal import APPEAL
from tenants.needs.machines.cluster import CLUSTER
from tenants.needs.machines.need import NEED
from tenants.needs.machines.order import ORDER
from tenants.needs.machines.survey import SURVEY

MACHINES = (APPEAL, CLUSTER, NEED, ORDER, SURVEY)
