"""Names that stand in stored rows."""

PURPOSE = "attachment"
