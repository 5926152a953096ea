"""The tables that purchases are counted from, the families and dimensions that their measures share, and common parts of SELECTs."""

from commons.codelists.organizations import FoundingMode
from commons.codelists.services import FundSource, PurchaseCategory, ServiceField, TargetGroup
from commons.directory.enums import OrgType
from commons.rollup.declaration import Dimension, Family
from tenants.needs.measures import MENU, ORDERS
from tenants.purchasing.enums import BuyerKind, CatalogueChange, ProcurementMethod, ProcurementMode, ProviderKind

PROJECTS, FUNDING, CONTRACTS = "purchasing_serviceproject", "purchasing_fundingline", "purchasing_contract"
PAYMENTS, RECORDS, EVALUATIONS = "purchasing_payment", "purchasing_servicerecord", "purchasing_evaluation"
PROVIDERS, CALLS, BIDS = "purchasing_provider", "purchasing_call", "purchasing_bid"
CAPACITIES, CATALOGUE, MATCHES = "purchasing_capacity", "purchasing_catalogueitem", "purchasing_match"

# Where a table names the record by '', a change in it recounts the family: a provider has many projects, and of a contract
# that has none (posts, enterprises) nothing else would tell.
_PROJECT = {PROJECTS: "id", CONTRACTS: "", PROVIDERS: ""}
PURCHASED = Family("purchases", {**_PROJECT, FUNDING: "project_id"})
ENDINGS = Family("purchases_ended", {**_PROJECT, EVALUATIONS: "project_id"})
APPROVAL = Family("project_approval", {PROJECTS: "id"})
PAID = Family("payments", {**_PROJECT, PAYMENTS: ""})
SERVED = Family("service", {PROJECTS: "id", RECORDS: "project_id"})
RATED = Family("service_ratings", {RECORDS: "project_id", ORDERS: "id", MENU: ""})
EVALUATED = Family("evaluations", {PROJECTS: "id", EVALUATIONS: "project_id"})
CALLED = Family("calls", {CALLS: "project_id", BIDS: ""})
AWARDED = Family("awards", {PROJECTS: "id", PROVIDERS: "", CALLS: "project_id", BIDS: ""})
ENTRUSTED = Family("entrustment", {PROJECTS: "id", CONTRACTS: "", CALLS: "project_id", BIDS: ""})
MEANS = Family("capacity", {CAPACITIES: "id"})
LISTED = Family("catalogue", {CATALOGUE: "id"})
MATCHED = Family("matches", {MATCHES: "id", CONTRACTS: ""})
POSTS = Family("posts", {CONTRACTS: ""})

FIELD = Dimension("SF", "服务领域", "Service field", ServiceField)
FIELDS = Dimension("SF", "服务领域", "Service fields", ServiceField, several=True)
CATEGORY = Dimension("PC", "购买类别", "Purchase category", PurchaseCategory)
GROUPS = Dimension("TG", "服务对象", "Target groups", TargetGroup, several=True)
MODE = Dimension("MD", "购买方式", "Mode of purchase", ProcurementMode)
METHOD = Dimension("MD", "招募方式", "Method of the call", ProcurementMethod)
FOUNDING = Dimension("FM", "承接单位成立方式", "Founding mode of the provider", FoundingMode)
BUYER = Dimension("BK", "购买方", "Kind of buyer", BuyerKind)
BUYERS = Dimension("BK", "购买方", "Kinds of buyers", BuyerKind, several=True)
SOURCE = Dimension("FS", "资金来源", "Source of funds", FundSource)
PROVIDER = Dimension("PK", "承接单位类别", "Kind of provider", ProviderKind)
ORG_TYPE = Dimension("OT", "组织类型", "Type of organization", OrgType)
CHANGE = Dimension("K", "变化", "Change", CatalogueChange)

# A project that has begun: from its contract on, however it ended.
BEGUN = "p.state IN ('running', 'midterm', 'rectifying', 'assessing', 'completed', 'failed', 'terminated', 'archived')"
# A contract that was signed, whatever became of it. The terms of a signed amendment stand in the contract that it amends.
SIGNED = (
    "c.signed_on IS NOT NULL AND c.amends_id IS NULL "
    "AND c.state IN ('signed', 'performing', 'fulfilled', 'terminated', 'expired')"
)
# The union's own share of a contract's amount, to the cent.
OWN_AMOUNT = "round(c.amount * c.own_share / 100, 2)"

# Each purchased project with its first signed contract (`c`) and its provider (`v`).
PURCHASES = f"""
    {PROJECTS} p
    JOIN (
        SELECT DISTINCT ON (project_id) * FROM {CONTRACTS} c
        WHERE c.kind = 'project' AND c.project_id IS NOT NULL AND {SIGNED} ORDER BY project_id, signed_on, id
    ) c ON c.project_id = p.id
    JOIN {PROVIDERS} v ON v.id = c.provider_id
"""

FOUNDED = "CASE WHEN v.founding_mode = '' THEN '[]' ELSE jsonb_build_array(v.founding_mode) END"
