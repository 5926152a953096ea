"""
The machine room: PostgreSQL and the processes of the platform on a machine that has only Python.

What may be relied on:
- `database_url(root)` answers with the address of a running server, starting one when none runs;
- the server lives exactly as long as some process that asked for it, however that process ends;
- `secret(name)` is made once and then always the same.

Nothing here imports Django: settings ask this package for the database's address while they are being read.
"""

from config.embedded.client import database_url
from config.embedded.errors import EmbeddedServerError
from config.embedded.secrets import secret

__all__ = ["EmbeddedServerError", "database_url", "secret"]
