"""Names that stand in stored rows."""

MAIL = "notices.mail"
