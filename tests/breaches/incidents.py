"""Written breaches of the breach desk: its clock, its letters, its frozen list."""

from tests.breaches.types import Breach

INCIDENTS = (
    # breach.clock
    Breach(
        name="letters leave in a drill",
        promise="breach.clock",
        oracle="incidents",
        shows="a drill wrote to",
        edits=((
            "breaches/actions/letters.py",
            "        if not incident.is_drill:\n",
            "        if alike:\n",
        ),),
    ),
    Breach(
        name="the clock of a breach starts when it is written down",
        promise="breach.clock",
        oracle="incidents",
        shows="a report is due [45] days",
        edits=((
            "breaches/actions/record.py",
            "            due_at=due_after(known_at),\n",
            "            due_at=due_after(Incident().recorded_at),\n",
        ),),
    ),
    Breach(
        name="letters of a breach go again at each press",
        promise="breach.clock",
        oracle="incidents",
        shows="got [2-9] letters",
        edits=((
            "breaches/actions/letters.py",
            "        return start_job(\n            kind=WRITING,\n",
            ("        row.affected.exclude(email='').update(told=Told.NOT_YET)\n"
            "        return start_job(\n            kind=WRITING,\n"),
        ),),
    ),
    # breach.who
    Breach(
        name="the list of a breach takes in other shops' people",
        promise="breach.who",
        oracle="incidents",
        shows="is on the list of another shop",
        edits=((
            "breaches/scope/people.py",
            "        return rows.filter(**{place.tenant: self.merchant_id})",
            "        return rows",
        ),),
    ),
    Breach(
        name="the list of a breach leaves out whom answers of the API showed",
        promise="breach.who",
        oracle="incidents",
        shows="whom a program read is not on the list",
        edits=((
            "breaches/scope/seen.py",
            "        seen.add(sighting.label, list(array(\"q\", zlib.decompress(sighting.numbers))))\n",
            "",
        ),),
    ),
)  # fmt: skip
