"""What the breach desk promises, watched over the live data; the drills that play it out stand in ``assurance``."""

from tradepost.breaches.queries import late_incidents, untold_after_the_clock
from tradepost.datamap.promises import Evidence, keeps, require


@keeps("breach.clock", Evidence.MONITORED)
def no_incident_is_late() -> str:
    late = late_incidents()
    require(
        not late,
        f"{len(late)} incidents are past their time and neither reported nor decided; the first was due "
        f"{late[0].due_at:%Y-%m-%d %H:%M} UTC."
        if late
        else "",
    )
    untold = untold_after_the_clock()
    require(not untold, f"{untold} people of a high risk were not told in time.")
    return "No recorded incident is past its time."
