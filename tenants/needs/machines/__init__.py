"""The machines of needs. The single front of this split room."""

from tenants.needs.machines.cluster import CLUSTER
from tenants.needs.machines.need import NEED

MACHINES = (CLUSTER, NEED)
