"""python3-caldav, driven by lines of JSON on standard input; each is answered by one line of JSON."""
import json
import sys
from datetime import datetime, timezone

import caldav

url, user, password = sys.argv[1:4]
client = caldav.DAVClient(url=url, username=user, password=password)
calendar = None


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def by_uid(uid):
    return calendar.event_by_uid(uid)


def run(step):
    global calendar
    what = step["do"]
    if what == "calendars":
        return sorted(str(one.name) for one in client.principal().calendars())
    if what == "open":
        calendar = next(one for one in client.principal().calendars() if str(one.name) == step["name"])
        return calendar.url.path
    if what == "save":
        return calendar.save_event(step["data"]).url.path
    if what == "edit":
        event = by_uid(step["uid"])
        event.data = event.data.replace(step["old"], step["new"])
        event.save()
        return event.url.path
    if what == "delete":
        by_uid(step["uid"]).delete()
        return True
    if what == "search":
        found = calendar.date_search(start=moment(step["start"]), end=moment(step["end"]), expand=step["expand"])
        return [event.data for event in found]
    if what == "sync":
        token = step.get("token")
        objects = calendar.objects_by_sync_token(sync_token=token, load_objects=False)
        return {"token": objects.sync_token, "paths": sorted(event.url.path for event in objects)}
    if what == "tasks":
        return [task.data for task in calendar.todos()]
    if what == "save-task":
        return calendar.save_todo(step["data"]).url.path
    if what == "free-busy":
        return calendar.freebusy_request(start=moment(step["start"]), end=moment(step["end"])).data
    raise ValueError(what)


for line in sys.stdin:
    try:
        print(json.dumps({"value": run(json.loads(line))}), flush=True)
    except Exception as error:  # told to the test, which decides
        print(json.dumps({"error": type(error).__name__ + ": " + str(error)}), flush=True)
