"""Every address of the platform, and with which rows each is asked for. A new address must be taught here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import uuid4

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.isolation.rows import YEAR, Rows

# A word in angle brackets stands for the key of such a row of some union; anything else is the word itself.
SAMPLES: dict[str, dict[str, str | int]] = {
    # The union itself
    "desk": {},
    "profile": {},
    "audit": {},
    "operations": {},
    "job-retry": {"pk": "<job>"},
    "job-cancel": {"pk": "<job>"},
    "file": {"pk": "<file>"},
    "todo": {},
    "step": {"slug": "serviceproject", "pk": "<project>", "event": "terminate"},
    # Purchases
    **{
        name: {}
        for name in (
            "projects",
            "project-new",
            "contracts",
            "contract-new",
            "contract-enterprise",
            "payables",
            "payments",
        )
    },
    **{name: {} for name in ("market", "market-new", "matches", "match-new", "open-data", "red-flags")},
    **{
        name: {"pk": "<project>"}
        for name in (
            "project",
            "project-edit",
            "project-renew",
            "project-overlap",
            "record-new",
            "project-course",
            "visit-new",
            "project-appoint",
        )
    },
    "record-void": {"pk": "<project>", "record_pk": "<record>"},
    "project-dismiss": {"pk": "<project>", "user_pk": "<user>"},
    "report": {"pk": "<report>"},
    "visit": {"pk": "<visit>"},
    "evaluation": {"pk": "<evaluation>"},
    "visit-report": {"pk": "<visit>", "format": "docx"},
    "evaluation-report": {"pk": "<evaluation>", "format": "docx"},
    **{
        name: {"pk": "<contract>"}
        for name in (
            "contract",
            "contract-edit",
            "contract-milestones",
            "contract-deviation",
            "contract-amend",
            "contract-refund",
            "contract-account",
        )
    },
    "contract-document": {"pk": "<contract>", "format": "docx"},
    "milestone": {"pk": "<milestone>"},
    "purchase-calls": {},
    "purchase-call-new": {"pk": "<project>"},
    **{
        name: {"pk": "<call>"}
        for name in (
            "purchase-call",
            "purchase-call-edit",
            "purchase-call-ask",
            "purchase-call-object",
            "bid-edit",
            "review",
        )
    },
    "purchase-call-answer": {"pk": "<call>", "note_pk": "<call_note>"},
    "own-bids": {},
    "bid": {"pk": "<bid>"},
    "bid-file": {"pk": "<bid>", "place": 0},
    "reviews": {},
    **{name: {"pk": "<call>", "bid_pk": "<bid>"} for name in ("review-sheet", "review-lock")},
    **{
        name: {}
        for name in ("providers", "provider-new", "experts", "expert-new", "purchase-rules", "purchase-rule-new")
    },
    **{name: {"pk": "<provider>"} for name in ("provider", "provider-edit", "provider-account")},
    **{name: {"pk": "<expert>"} for name in ("expert", "expert-edit")},
    **{name: {"pk": "<rule>"} for name in ("purchase-rule", "purchase-rule-edit")},
    **{
        name: {}
        for name in (
            "purchase-catalogue",
            "catalogue-item-new",
            "catalogue-copy",
            "units",
            "unit-new",
            "capacities",
            "capacity-new",
        )
    },
    **{
        name: {"pk": "<catalogue_item>"}
        for name in (
            "catalogue-item",
            "catalogue-item-edit",
            "catalogue-item-drop",
            "catalogue-item-take-back",
            "catalogue-item-remove",
        )
    },
    **{name: {"pk": "<unit>"} for name in ("unit", "unit-edit")},
    **{name: {"pk": "<capacity>"} for name in ("capacity", "capacity-edit")},
    "market-listing": {"pk": "<listing>"},
    "match": {"pk": "<match>"},
    # Numbers
    "numbers": {},
    "numbers_export": {},
    "definitions": {},
    # Odd figures
    "quality": {},
    "quality-below": {"descendant": "<union>"},
    "quality-ticket": {"pk": "<ticket>"},
    "quality-explain": {"pk": "<ticket>"},
    "periods": {},
    **{name: {"text": "2025-01"} for name in ("period", "period-confirm", "period-close", "period-revise")},
    "numbers_below": {"descendant": "<union>"},
    "numbers_below_export": {"descendant": "<union>"},
    "numbers_rows": {},
    "numbers_below_rows": {"descendant": "<union>"},
    "numbers_compare": {"descendant": "<union>"},
    "numbers_changes": {"descendant": "<union>"},
    "numbers_ranking": {"descendant": "<union>"},
    "ranking-publish": {},
    "ranking-withdraw": {},
    "fairness": {},
    # The public directory
    "directory": {},
    "directory-differences": {},
    "directory-card": {"uscc": "51430000MJJ0000000"},
    # Calls of the country, and the portals of organizations
    "calls": {},
    "open-data": {},
    "open-data-file": {"name": "releases.jsonl"},
    "red-flags": {},
    "call": {"pk": "00000000-0000-7000-8000-000000000000"},
    "union-portal": {},
    "own-entry": {},
    "own-entry-edit": {},
    "org-accounts": {},
    "org-account-proof": {"pk": "<account>"},
    "org-account-step": {"pk": "<account>", "name": "verify"},
    # People
    "people": {},
    "people-invite": {},
    "invitation-revoke": {"pk": "<invitation>"},
    "role-end": {"pk": "<assignment>"},
    **{
        name: {"pk": "<user>"}
        for name in (
            "person",
            "role-assign",
            "person-reset",
            "person-sign-out",
            "person-second-factor",
            "person-deactivate",
            "person-reactivate",
        )
    },
    # Lower unions
    "unions": {},
    "union-new": {},
    "union-below": {"code": "<union>"},
    "union-progress": {"code": "<union>"},
    "union-invite": {"code": "<union>"},
    "union-step": {"code": "<union>", "name": "suspend"},
    "onboarding": {},
    **{
        name: {"pk": "<application>"}
        for name in ("application", "application-confirm", "application-approve", "application-reject")
    },
    # Changes of the tree
    "boundaries": {},
    "boundary-new": {"kind": "move"},
    **{
        name: {"pk": "<change>"}
        for name in ("boundary", "boundary-progress", "boundary-confirm", "boundary-cancel", "boundary-undo")
    },
    # The ledger
    "organizations": {},
    "organization-new": {},
    "organization": {"pk": "<organization>"},
    "organization-edit": {"pk": "<organization>"},
    "organization-register": {"pk": "<organization>"},
    "organization-step": {"pk": "<organization>", "name": "confirm"},
    "rating-new": {"pk": "<organization>"},
    "rating-step": {"pk": "<organization>", "rating_pk": "<rating>", "name": "recommend"},
    "year-new": {"pk": "<organization>"},
    "year": {"pk": "<organization>", "year": YEAR},
    "person-new": {"pk": "<organization>"},
    "person-end": {"pk": "<organization>", "person_pk": "<org_person>"},
    "plan-new": {"pk": "<organization>"},
    "plan-end": {"pk": "<organization>", "plan_pk": "<plan>"},
    "contacts": {},
    "contact-new": {},
    "contacts-sealed": {},
    "contact": {"pk": "<contact>"},
    "contact-edit": {"pk": "<contact>"},
    "contact-officers": {"pk": "<secret>"},
    # Needs, surveys, orders, appeals
    **{
        name: {}
        for name in (
            "needs",
            "need-new",
            "needs-suggested",
            "clusters",
            "cluster-new",
            "published-clusters",
            "surveys",
            "survey-new",
            "orders",
            "placed-orders",
            "served-orders",
            "order-new",
            "order-links",
            "menu",
            "menu-new",
            "appeals",
            "own-appeals",
            "appeal-counts",
            "appeal-new",
            "appeal-links",
        )
    },
    **{name: {"pk": "<need>"} for name in ("need", "need-edit")},
    **{name: {"pk": "<cluster>"} for name in ("cluster", "cluster-edit")},
    **{
        name: {"pk": "<survey>"}
        for name in ("survey", "survey-edit", "survey-links", "survey-paper", "survey-result", "survey-needs")
    },
    **{name: {"pk": "<menu_item>"} for name in ("menu-item", "menu-edit")},
    "order": {"pk": "<order>"},
    **{name: {"pk": "<appeal>"} for name in ("appeal", "appeal-note")},
    # Attachments
    "notices": {},
    "notices-read": {},
    **{name: {"pk": "<notice>"} for name in ("notice", "notice-read")},
    "comment-new": {"object_kind": "registry.socialorganization", "object_id": "<organization>"},
    **{name: {"pk": "<comment>"} for name in ("comment-edit", "comment-remove")},
    "attachment": {"pk": "<attachment>"},
    "attachment-remove": {"pk": "<attachment>"},
    "attachment-new": {"object_kind": "registry.socialorganization", "object_id": "<organization>"},
    # Imports and exports
    "import-begin": {},
    "import-template": {},
    **{
        name: {"pk": "<batch>"}
        for name in ("import-batch", "import-columns", "import-run", "import-progress", "import-errors")
    },
    # Subsidies
    **{name: {} for name in ("subsidies", "subsidy-round-new")},
    **{name: {"pk": "<subsidy_round>"} for name in ("subsidy-round", "subsidy-round-edit", "subsidy-new")},
    **{name: {"pk": "<subsidy>"} for name in ("subsidy", "subsidy-edit")},
    # What belongs to every list
    **{name: {"name": "organizations"} for name in ("list-columns", "list-views", "list-export")},
    "list-bulk": {"name": "organizations", "step": "confirm"},
    **{name: {"name": "organizations", "pk": "<view>"} for name in ("list-view", "list-view-remove")},
    "list-export-progress": {"name": "organizations", "pk": "<export>"},
}
# The same name, but below an entry of the ledger.
NESTED: dict[str, dict[str, str | int]] = {"person": {"pk": "<organization>", "person_pk": "<org_person>"}}

# Rows of the shared layer that a union above may see: the tree, its changes and what is odd about its numbers (V1), and what it
# is asked to approve (SM-01).
OF_THE_TREE = {"<union>", "<application>", "<job>", "<ticket>", "<change>"}


@dataclass(frozen=True)
class Address:
    """One address under /u/<code>/."""

    name: str
    route: str
    sample: Mapping[str, str | int]

    @property
    def places(self) -> list[str]:
        """The parts that name a row."""
        return [part for part, word in self.sample.items() if str(word).startswith("<")]

    def tree_only(self) -> bool:
        return all(self.sample[place] in OF_THE_TREE for place in self.places)

    def path(self, code: str, given: Mapping[str, str]) -> str:
        """The address under `code`, with what is given in place of rows."""
        return reverse(self.name, kwargs={"union_code": code, **self.sample, **given})

    def of(self, rows: Rows) -> dict[str, str]:
        """The keys of `rows` in the places of rows."""
        return {place: _key(str(self.sample[place]), rows) for place in self.places}

    def of_nobody(self) -> dict[str, str]:
        """Keys that no row has."""
        return {place: "999999" if self.sample[place] == "<union>" else str(uuid4()) for place in self.places}


def _key(word: str, rows: Rows) -> str:
    return rows.union.code if word == "<union>" else str(rows.keys[word.strip("<>")])


def patterns(
    within: URLResolver | None = None, before: str = ""
) -> Iterator[tuple[str, str, set[str], frozenset[str]]]:
    """Every address: its name, its route, the parts to fill in and those that are fixed."""
    for one in (within or get_resolver()).url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            for name, path, parts, fixed in patterns(one, route):
                yield name, path, parts | set(one.pattern.regex.groupindex), fixed
        elif isinstance(one, URLPattern):
            yield one.name or "", route, set(one.pattern.regex.groupindex), frozenset(one.default_args)


def addresses() -> list[Address]:
    """
    Every address under /u/<code>/ with its sample.

    Raises: KeyError for one that has none.
    """
    found = []
    for name, route, parts, _ in patterns():
        if not _of_a_union(route):
            continue
        nested = NESTED.get(name)
        sample = nested if nested is not None and set(nested) == parts - {"union_code"} else SAMPLES[name]
        if set(sample) != parts - {"union_code"}:
            raise KeyError(f"{name} ({route}) needs samples for {sorted(parts - {'union_code'})}.")
        found.append(Address(name, route, sample))
    return found


def outside() -> list[tuple[str, str, set[str]]]:
    """Every address that is no page of a union's own people: name, route, parts to fill in."""
    return [(name, route, parts) for name, route, parts, _ in patterns() if not _of_a_union(route)]


def _of_a_union(route: str) -> bool:
    """Below /u/<code>/, however the address is written."""
    return route.lstrip("^").startswith("u/")
