"""How people look at lists: their columns, and the views they have saved. Used through `commons.tables` alone."""

from django.db import models

from commons.kit.ids import uuid7


class SavedView(models.Model):
    """
    A user's way of looking at one list. Without a name: the columns they usually want. With one: a filtered view.

    Shape: `filters` = {parameter of the list's address: [value, ...]}; empty `columns` = those of the list itself.
    A shared one is offered to everybody in the union; it shows each only what they may see.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user_id = models.UUIDField()
    list_name = models.CharField(max_length=40)
    name = models.CharField(max_length=60, default="", db_default="")
    filters = models.JSONField(default=dict, db_default={})
    sort = models.CharField(max_length=60, default="", db_default="")
    columns = models.JSONField(default=list)
    is_default = models.BooleanField(default=False, db_default=False)
    shared = models.BooleanField(default=False, db_default=False)

    class Meta:
        # The table bears the name of the feature whose list was the first.
        db_table = "registry_savedview"
        constraints = [
            models.UniqueConstraint(fields=["user_id", "list_name", "name"], name="views_view_name"),
            models.UniqueConstraint(
                fields=["user_id", "list_name"], condition=models.Q(is_default=True), name="views_one_default"
            ),
        ]
        indexes = [models.Index(fields=["list_name"], condition=models.Q(shared=True), name="views_shared")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.list_name} {self.name}"
