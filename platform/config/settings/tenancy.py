"""One schema per union."""

from config import env

TENANT_MODEL = "hierarchy.TradeUnion"
TENANT_LIMIT_SET_CALLS = True
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
# A backend keeps the catalog of every schema it has touched; it is replaced after so many.
SCHEMAS_PER_CONNECTION = env.SCHEMAS_PER_CONNECTION
