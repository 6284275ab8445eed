from django.urls import path

from tradepost.backoffice.views import everything, jobs, start

app_name = "backoffice"

urlpatterns = [
    path("", start.front_page, name="front_page"),
    path("office/", start.index, name="index"),
]

office_urlpatterns = [
    path("", start.home, name="home"),
    path("settings/everything/", everything.everything, name="everything"),
    path("settings/everything/<str:job_id>/", everything.everything_file, name="everything_file"),
]

# The jobs room lies below the merchants; what shows its rows to a member lives up here.
offices_of_lower_rooms = {
    "jobs": [
        path("jobs/", jobs.job_list, name="jobs"),
        path("jobs/<str:job_id>/", jobs.job, name="job"),
        path("jobs/<str:job_id>/fragment/", jobs.fragment, name="fragment"),
        path("jobs/<str:job_id>/cancel/", jobs.cancel, name="cancel"),
    ]
}
