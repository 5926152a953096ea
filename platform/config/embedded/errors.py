"""What can go wrong while bringing up the machine room, in words for the person at the keyboard."""


class EmbeddedServerError(RuntimeError):
    """The embedded PostgreSQL cannot be started; the text says why and what to do."""
