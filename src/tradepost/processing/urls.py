"""Addresses of a shop's record of processing and its agreement; the operator's own are the console's."""

from django.urls import path

from tradepost.processing.views import office

app_name = "processing"

office_urlpatterns = [
    path("privacy/record/", office.record, name="record"),
    path("privacy/record/pdf/", office.record_paper, name="record-pdf"),
    path("privacy/record/json/", office.record_data, name="record-json"),
    path("privacy/agreement/", office.agreement, name="agreement"),
    path("privacy/agreement/pdf/", office.agreement_paper, name="agreement-pdf"),
]
