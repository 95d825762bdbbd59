"""Prints what python3-icalendar finds in a feed: one JSON list of [UID, RECURRENCE-ID, start] for its events, times in UTC."""

import datetime
import json
import sys

import icalendar


def plain(value):
    if value is None:
        return None
    time = value.dt
    if not isinstance(time, datetime.datetime):
        return time.isoformat()
    if time.tzinfo is None:
        return time.isoformat()
    return time.astimezone(datetime.timezone.utc).isoformat().replace("+00:00", "Z")


calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
events = [
    [str(event.get("UID", "")), plain(event.get("RECURRENCE-ID")), plain(event.get("DTSTART"))]
    for event in calendar.walk("VEVENT")
]
json.dump(events, sys.stdout)
