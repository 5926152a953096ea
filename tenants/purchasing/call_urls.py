"""Addresses of calls, bids and reviews, below /u/<code>/."""

from __future__ import annotations

from django.urls import URLPattern, path

from tenants.purchasing.pages import bid, bid_form, call, call_forms, call_list, reviews

_CALL = "purchase-calls/<uuid:pk>"
_REVIEW = "reviews/<uuid:pk>"

urlpatterns: list[URLPattern] = [
    path("purchase-calls", call_list.listing, name="purchase-calls"),
    path("projects/<uuid:pk>/calls/new", call_forms.new, name="purchase-call-new"),
    path(_CALL, call.call, name="purchase-call"),
    path(f"{_CALL}/edit", call_forms.edit, name="purchase-call-edit"),
    path(f"{_CALL}/questions/new", call_forms.ask, name="purchase-call-ask"),
    path(f"{_CALL}/objections/new", call_forms.object_to, name="purchase-call-object"),
    path(f"{_CALL}/notes/<uuid:note_pk>", call_forms.respond, name="purchase-call-answer"),
    path(f"{_CALL}/bid", bid_form.edit, name="bid-edit"),
    path("bids", bid.mine, name="own-bids"),
    path("bids/<uuid:pk>", bid.bid, name="bid"),
    path("bids/<uuid:pk>/files/<int:place>", bid.file, name="bid-file"),
    path("reviews", reviews.listing, name="reviews"),
    path(_REVIEW, reviews.panel, name="review"),
    path(f"{_REVIEW}/<uuid:bid_pk>", reviews.sheet, name="review-sheet"),
    path(f"{_REVIEW}/<uuid:bid_pk>/lock", reviews.lock, name="review-lock"),
]
