"""Addresses of the support desk: what everybody sees, and the desk in the back office."""

from django.urls import path

from tradepost.support.views import conversation, public, queue

app_name = "support"

urlpatterns = [
    path("to/<slug:handle>/", public.contact, name="contact"),
    path("to/<slug:handle>/sent/", public.sent, name="sent"),
    path("matter/<str:token>/", public.thread, name="thread"),
    path("matter/<str:token>/file/<str:file_id>/", public.thread_file, name="thread_file"),
]

_ONE = "support/<str:conversation_id>/"

office_urlpatterns = [
    path("support/", queue.queue, name="queue"),
    path("support/replies/", queue.replies, name="replies"),
    path("support/replies/<str:reply_id>/delete/", queue.remove_reply, name="remove_reply"),
    path(_ONE, conversation.conversation, name="conversation"),
    path(f"{_ONE}say/", conversation.say, name="say"),
    path(f"{_ONE}state/", conversation.change_state, name="state"),
    path(f"{_ONE}assign/", conversation.assign, name="assign"),
    path(f"{_ONE}tags/", conversation.tags, name="tags"),
    path(f"{_ONE}file/<str:file_id>/", conversation.message_file, name="file"),
]
