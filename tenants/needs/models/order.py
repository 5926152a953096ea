"""职工点单: the menu and what workers order from it. Source: DOMAIN §2.6, SM-13; F03."""

from django.db import models
from django.db.models import Q

from commons.codelists.services import ServiceField
from commons.kit.fields import CodeField
from commons.workflow.rows import Begun
from tenants.needs.enums import OrderState


class MenuItem(Begun):
    """
    One service on the menu. `cap`: the most that orders of one period (calendar year) may cost together; `repeat_limit`: how often one worker may
    order it in that time. Units: yuan. The provider is named by its credit code, known to the purchases of the union.
    """

    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    field = CodeField(ServiceField)
    provider_name = models.CharField(max_length=200)
    provider_uscc = models.CharField(max_length=18)
    price = models.DecimalField(max_digits=16, decimal_places=2)
    unit_label = models.CharField(max_length=20, default="人次")
    cap = models.DecimalField(max_digits=16, decimal_places=2)
    repeat_limit = models.PositiveSmallIntegerField(default=1)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(price__gte=0) & Q(cap__gte=0), name="needs_menu_money"),
        ]

    def __str__(self) -> str:
        return self.title


class ServiceOrder(Begun):
    """
    One order, of a worker (known only by a salted hash of a phone, to limit repeats) or of a unit on behalf of workers.

    Units: yuan, of `quantity` units of the item. Source: SM-13; Q25.
    """

    serial = models.PositiveIntegerField()
    item = models.ForeignKey(MenuItem, on_delete=models.PROTECT, related_name="orders")
    worker_mark = models.CharField(max_length=64, blank=True)
    unit_id = models.UUIDField(null=True, blank=True)
    unit_name = models.CharField(max_length=120, blank=True)
    quantity = models.PositiveIntegerField(default=1)
    wish = models.CharField(max_length=300, blank=True)
    ordered_on = models.DateField()
    approved_amount = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    approved_by_id = models.UUIDField(null=True, blank=True)
    approved_by_name = models.CharField(max_length=120, blank=True)
    dispatched_on = models.DateField(null=True, blank=True)
    delivered_on = models.DateField(null=True, blank=True)
    person_times = models.PositiveIntegerField(null=True, blank=True)
    rating = models.PositiveSmallIntegerField(null=True, blank=True)
    rated_on = models.DateField(null=True, blank=True)
    rating_note = models.CharField(max_length=300, blank=True)
    settled_on = models.DateField(null=True, blank=True)
    settled_amount = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    voucher_no = models.CharField(max_length=60, blank=True)
    state = CodeField(OrderState, default=OrderState.ORDERED)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["serial"], name="needs_order_serial"),
            models.CheckConstraint(
                condition=Q(worker_mark="", unit_id__isnull=False) | (~Q(worker_mark="") & Q(unit_id__isnull=True)),
                name="needs_order_one_orderer",
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=5), name="needs_order_rating"
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="needs_order_quantity"),
        ]
        indexes = [
            models.Index(fields=["item", "ordered_on"], name="needs_order_item"),
            models.Index(fields=["state", "ordered_on"], name="needs_order_state"),
            models.Index(fields=["item", "worker_mark"], name="needs_order_worker"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """DD-00012."""
        return f"DD-{self.serial:05d}"
