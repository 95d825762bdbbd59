"""Evolution Data Server, driven by lines of JSON on standard input; each is answered by one line of JSON."""
import json
import sys
import threading

import gi

gi.require_version("EDataServer", "1.2")
gi.require_version("ECal", "2.0")
gi.require_version("ICalGLib", "3.0")
from gi.repository import ECal, EDataServer, GLib, ICalGLib  # noqa: E402

url, user, password = sys.argv[1:4]
host = url.split("//")[1].split(":")[0]
port = int(url.rsplit(":", 1)[1])
# What the daemons signal is heard by a loop of its own.
threading.Thread(target=GLib.MainLoop().run, daemon=True).start()
registry = EDataServer.SourceRegistry.new_sync(None)
client = None


def credentials():
    given = EDataServer.NamedParameters.new()
    given.set(EDataServer.SOURCE_CREDENTIAL_USERNAME, user)
    given.set(EDataServer.SOURCE_CREDENTIAL_PASSWORD, password)
    return given


def new_source(name, path):
    source = EDataServer.Source.new(None, None)
    source.set_display_name(name)
    source.set_parent("caldav-stub")
    source.get_extension(EDataServer.SOURCE_EXTENSION_CALENDAR).set_backend_name("caldav")
    authentication = source.get_extension(EDataServer.SOURCE_EXTENSION_AUTHENTICATION)
    authentication.set_host(host)
    authentication.set_port(port)
    authentication.set_user(user)
    authentication.set_method("plain/password")
    source.get_extension(EDataServer.SOURCE_EXTENSION_SECURITY).set_method("none")
    source.get_extension(EDataServer.SOURCE_EXTENSION_WEBDAV_BACKEND).set_resource_path(path)
    source.get_extension(EDataServer.SOURCE_EXTENSION_OFFLINE).set_stay_synchronized(True)
    return source


def discover():
    source = new_source("discovery", "/")
    found = EDataServer.webdav_discover_sources_sync(
        source, url, EDataServer.WebDAVDiscoverSupports.EVENTS, credentials(), None
    )
    sources = next(part for part in found if isinstance(part, list))
    return [{"name": one.display_name, "path": GLib.Uri.parse(one.href, 0).get_path()} for one in sources]


def open_calendar(path):
    global client
    source = new_source("calendar", path)
    registry.commit_source_sync(source, None)
    registered = registry.ref_source(source.get_uid())
    registered.connect("credentials-required", lambda one, *_: one.invoke_authenticate(credentials(), None, None, None))
    client = ECal.Client.connect_sync(registered, ECal.ClientSourceType.EVENTS, 20, None)
    return True


def component(text):
    return ICalGLib.Component.new_from_string(text)


def run(step):
    what = step["do"]
    if what == "discover":
        return discover()
    if what == "open":
        return open_calendar(step["path"])
    if what == "refresh":
        return client.refresh_sync(None)
    if what == "list":
        _, found = client.get_object_list_sync("#t", None)
        return [one.as_ical_string() for one in found]
    if what == "get":
        _, found = client.get_object_sync(step["uid"], None, None)
        return found.as_ical_string()
    if what == "create":
        ok, uid = client.create_object_sync(component(step["data"]), 0, None)
        return uid
    if what == "create-series":
        return client.receive_objects_sync(component(step["data"]), 0, None)
    if what == "modify":
        # A conflict is the person's to decide; by default it would take the program's own side.
        fail = ECal.OperationFlags.CONFLICT_FAIL
        return client.modify_object_sync(component(step["data"]), getattr(ECal.ObjModType, step["scope"]), fail, None)
    if what == "remove":
        return client.remove_object_sync(step["uid"], step.get("rid"), getattr(ECal.ObjModType, step["scope"]), 0, None)
    raise ValueError(what)


for line in sys.stdin:
    try:
        print(json.dumps({"value": run(json.loads(line))}), flush=True)
    except Exception as error:  # told to the test, which decides
        print(json.dumps({"error": type(error).__name__ + ": " + str(error)}), flush=True)
