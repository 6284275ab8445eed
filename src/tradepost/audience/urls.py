"""Addresses of the audience room."""

from django.urls import path

from tradepost.audience.views import (
    contacts,
    incoming,
    public,
    segments,
    setup,
    suppressions,
    transfers,
)

app_name = "audience"

urlpatterns = [
    path("forms/<str:form_id>/", public.subscribe_page, name="subscribe"),
    path("forms/<str:form_id>/sent/", public.sent, name="sent"),
    path("subscriptions/<str:token>/", public.confirm_page, name="confirm"),
    path("preferences/<str:token>/", public.preferences, name="preferences"),
]

office_urlpatterns = [
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts/new/", contacts.new_contact, name="new_contact"),
    path("contacts/export/", transfers.export_contacts, name="export"),
    path("contacts/export/<str:export_id>/", transfers.export_file, name="export_file"),
    path("contacts/<str:contact_id>/", contacts.contact, name="contact"),
    path("contacts/<str:contact_id>/edit/", contacts.edit_contact, name="edit_contact"),
    path("contacts/<str:contact_id>/delete/", contacts.remove_contact, name="delete_contact"),
    path("contacts/<str:contact_id>/subscribe/", contacts.subscribe_contact, name="join"),
    path(
        "contacts/<str:contact_id>/suppress/",
        suppressions.suppress_contact,
        name="suppress_contact",
    ),
    path("contacts/<str:contact_id>/unsubscribe/", contacts.unsubscribe_contact, name="leave"),
    path("suppressions/", suppressions.suppression_list, name="suppressions"),
    path("suppressions/export/", suppressions.export, name="export_suppressions"),
    path("suppressions/lift/", suppressions.lift_one, name="lift_suppression"),
    path("incoming-mail/", incoming.incoming_list, name="incoming"),
    path("incoming-mail/<str:mail_id>/", incoming.incoming_page, name="incoming_mail"),
    path("lists/", setup.lists, name="lists"),
    path("lists/new/", setup.edit_list, name="new_list"),
    path("lists/<str:list_id>/", setup.edit_list, name="list"),
    path("lists/<str:list_id>/delete/", setup.remove_list, name="delete_list"),
    path("contact-fields/", setup.custom_fields, name="fields"),
    path("contact-fields/new/", setup.edit_custom_field, name="new_field"),
    path("contact-fields/<str:field_id>/", setup.edit_custom_field, name="field"),
    path("contact-fields/<str:field_id>/delete/", setup.remove_custom_field, name="delete_field"),
    path("opt-in-forms/", setup.forms, name="forms"),
    path("opt-in-forms/new/", setup.edit_form, name="new_form"),
    path("opt-in-forms/<str:form_id>/", setup.form_page, name="form"),
    path("opt-in-forms/<str:form_id>/edit/", setup.edit_form, name="edit_form"),
    path("opt-in-forms/<str:form_id>/delete/", setup.remove_form, name="delete_form"),
    path("segments/", segments.segments, name="segments"),
    path("segments/new/", segments.edit_segment, name="new_segment"),
    path("segments/count/", segments.count_segment, name="count_segment"),
    path("segments/<str:segment_id>/", segments.edit_segment, name="segment"),
    path("segments/<str:segment_id>/delete/", segments.remove_segment, name="delete_segment"),
    path("contact-imports/", transfers.import_list, name="imports"),
    path("contact-imports/<str:import_id>/", transfers.import_page, name="import"),
    path(
        "contact-imports/<str:import_id>/columns/", transfers.import_columns, name="import_columns"
    ),
    path("contact-imports/<str:import_id>/start/", transfers.start_import, name="start_import"),
    path("contact-imports/<str:import_id>/cancel/", transfers.cancel_import, name="cancel_import"),
    path(
        "contact-imports/<str:import_id>/refused.csv",
        transfers.import_problems,
        name="import_problems",
    ),
]
