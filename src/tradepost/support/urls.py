"""Addresses of the support desk: what everybody sees, and the desk in the back office."""

from django.urls import path

from tradepost.support.views import office, public, questions

app_name = "support"

urlpatterns = [
    path("to/<slug:handle>/", public.contact, name="contact"),
    path("to/<slug:handle>/sent/", public.sent, name="sent"),
    path("matter/<str:token>/", public.thread, name="thread"),
    path("matter/<str:token>/file/<str:file_id>/", public.thread_file, name="thread_file"),
]

_ONE, _HELP = "support/<str:conversation_id>/", "help/<str:conversation_id>/"

office_urlpatterns = [
    path("support/", office.queue, name="queue"),
    path("support/replies/", office.replies, name="replies"),
    path("support/replies/<str:reply_id>/delete/", office.remove_reply, name="remove_reply"),
    path(_ONE, office.conversation, name="conversation"),
    path(f"{_ONE}say/", office.say, name="say"),
    path(f"{_ONE}state/", office.state, name="state"),
    path(f"{_ONE}assign/", office.assign, name="assign"),
    path(f"{_ONE}tags/", office.tags, name="tags"),
    path(f"{_ONE}file/<str:file_id>/", office.file, name="file"),
    path("help/", questions.ask, name="help"),
    path(_HELP, questions.thread, name="help_thread"),
    path(f"{_HELP}file/<str:file_id>/", questions.thread_file, name="help_file"),
]
