"""
How a partner's system reads the tree of unions and their numbers, page by page, with a token.

    python partner_reads_the_nation.py --url http://127.0.0.1:8000/graphql --token … [--first 50] [--outside 440000]

Needs only the public package gql[requests]. Prints one line of JSON per union and one in the end: how many unions, pages and
requests there were, and how the platform answered for a union outside the token's root.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator

from gql import Client, gql
from gql.transport.exceptions import TransportQueryError, TransportServerError
from gql.transport.requests import RequestsHTTPTransport

ME = gql("{ me { union { code nameZh } } }")
UNIONS = gql("""
query Unions($first: Int!, $after: String, $indicators: [IndicatorCode!]!) {
  unions(first: $first, after: $after) {
    totalCount
    pageInfo { hasNextPage endCursor }
    edges { node {
      code nameZh level
      parent { code }
      subtree: rollup(indicators: $indicators) { indicator month value }
      own: rollup(indicators: $indicators, scope: OWN) { indicator value }
    } }
  }
}
""")
ONE = gql("query One($code: String!) { union(code: $code) { code nameZh } }")
INDICATORS = ["ORG-01", "ORG-10", "CTC-01"]


class Reader:
    """One partner's connection; counts what it asks."""

    def __init__(self, url: str, token: str) -> None:
        transport = RequestsHTTPTransport(url=url, headers={"Authorization": f"Bearer {token}"}, retries=2, timeout=30)
        self.client = Client(transport=transport, fetch_schema_from_transport=False)
        self.requests = 0

    def ask(self, query: object, **variables: object) -> dict[str, object]:
        self.requests += 1
        request = query
        request.variable_values = variables  # type: ignore[attr-defined]
        return dict(self.client.execute(request))  # type: ignore[arg-type]

    def unions(self, first: int) -> Iterator[dict[str, object]]:
        """All unions under the root, a page at a time."""
        after: str | None = None
        while True:
            page = self.ask(UNIONS, first=first, after=after, indicators=INDICATORS)["unions"]
            assert isinstance(page, dict)
            for edge in page["edges"]:
                yield edge["node"]
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]

    def refused(self, code: str) -> bool:
        """Whether a union looks as if it were not there."""
        try:
            return self.ask(ONE, code=code)["union"] is None
        except TransportQueryError as refusal:
            return bool(refusal.data) and refusal.data.get("union") is None


def code_of(failure: TransportQueryError | TransportServerError) -> str | int | None:
    """The platform's own code of a refusal, else the HTTP status."""
    if isinstance(failure, TransportQueryError) and failure.errors:
        return str(failure.errors[0].get("extensions", {}).get("code", ""))
    return getattr(failure, "code", None)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--first", type=int, default=50, help="rows of a page")
    parser.add_argument("--outside", nargs="*", default=[], metavar="CODE", help="unions that must be refused")
    asked = parser.parse_args()
    reader = Reader(asked.url, asked.token)
    count = 0
    try:
        for union in reader.unions(asked.first):
            count += 1
            sys.stdout.write(json.dumps(union, ensure_ascii=False) + "\n")
        outside = {code: reader.refused(code) for code in asked.outside}
    except (TransportQueryError, TransportServerError) as failure:
        sys.stderr.write(json.dumps({"refused": code_of(failure)}) + "\n")
        return 3
    sys.stdout.write(json.dumps({"unions": count, "requests": reader.requests, "refused": outside}) + "\n")
    return 0 if all(outside.values()) else 2


if __name__ == "__main__":
    sys.exit(main())
