"""Addresses of the orders room."""

from django.urls import URLPattern, URLResolver, path

from tradepost.orders.views import exports, follow, lists, order, papers, refunds, settings

app_name = "orders"
urlpatterns: list[URLPattern | URLResolver] = [
    path("order/<str:token>/", follow.follow, name="follow"),
    path("order/<str:token>/pay/", follow.pay, name="follow_pay"),
    path("order/<str:token>/account/", follow.account, name="follow_account"),
    path("order/<str:token>/invoice/<str:invoice_id>.pdf", follow.invoice, name="follow_invoice"),
]
office_urlpatterns: list[URLPattern | URLResolver] = [
    path("orders/", lists.orders, name="orders"),
    path("orders/bulk/", lists.bulk, name="bulk"),
    path("orders/export/", exports.export, name="export"),
    path("orders/export/<str:job_id>/", exports.export_result, name="export_file"),
    path("orders/settings/", settings.settings, name="settings"),
    path("orders/settings/change/", settings.change, name="change_settings"),
    path("orders/settings/secret/", settings.renew_secret, name="renew_secret"),
    path("orders/calls/", settings.calls, name="calls"),
    path("orders/<str:order_id>/", order.order, name="order"),
    path("orders/<str:order_id>/do/", order.act, name="act"),
    path("orders/<str:order_id>/dispatch/", order.dispatch, name="dispatch"),
    path("orders/<str:order_id>/refund/", refunds.refund, name="refund"),
    path("orders/<str:order_id>/refunds/<str:refund_id>/", refunds.by_hand, name="by_hand"),
    path("orders/<str:order_id>/cancel/", order.cancel, name="cancel"),
    path("orders/<str:order_id>/delete/", order.delete, name="delete"),
    path("orders/<str:order_id>/hold/", order.hold, name="hold"),
    path("orders/<str:order_id>/call/", order.call_again, name="call_again"),
    path("orders/<str:order_id>/packing-slip.pdf", order.packing_slip, name="packing_slip"),
    path("invoices/", papers.invoices, name="invoices"),
    path("invoices/<str:invoice_id>/", papers.invoice, name="invoice"),
    path("invoices/<str:invoice_id>.pdf", papers.invoice_file, name="invoice_file"),
]
