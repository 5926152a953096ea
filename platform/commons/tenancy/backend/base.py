"""django-tenants' database wrapper, for thousands of schemas in one process."""

from typing import Any

from django_tenants.postgresql_backend import base


class DatabaseWrapper(base.DatabaseWrapper):
    """
    Counts the schemas that the backend behind it has touched, for commons.tenancy.door to replace it in time.

    Content types exist once, in `public`, so their cache stays valid from schema to schema and is not cleared.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.schemas_touched: set[str] = set()
        # Something of the session (a lock) must outlive single statements: see door.keeping_connection.
        self.is_bound = False
        super().__init__(*args, **kwargs)  # type: ignore[no-untyped-call]  # django-tenants has no types

    def close(self) -> None:
        self.schemas_touched.clear()
        super().close()  # type: ignore[no-untyped-call]

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        self.tenant = tenant
        self.schema_name = tenant.schema_name
        self.include_public_schema = include_public
        self.set_settings_schema(self.schema_name)  # type: ignore[no-untyped-call]
        self.search_path_set_schemas = None

    def _handle_search_path(self, cursor: Any = None) -> None:
        super()._handle_search_path(cursor)  # type: ignore[no-untyped-call]
        if self.schema_name != "public":
            self.schemas_touched.add(str(self.schema_name))
