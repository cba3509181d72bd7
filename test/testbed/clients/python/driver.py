"""py-eureka-client: `driver.py OPTIONS`, OPTIONS being JSON with eureka, app, id and port.

Told what to do by JSON lines on stdin, answers each with one JSON line on stdout, and ends with stdin, deregistering
first.
"""

import asyncio
import json
import os
import socket
import sys
import threading
import time

from py_eureka_client.eureka_client import EurekaClient

machine_resolver = socket.getaddrinfo


def resolve(host, *rest, **options):
    """The names of the test bed, which no resolver knows."""
    name = host.decode() if isinstance(host, bytes) else host
    known = isinstance(name, str) and name.endswith(".example.test")
    return machine_resolver("127.0.0.1" if known else host, *rest, **options)


socket.getaddrinfo = resolve

machine_sleep = time.sleep
stopping = threading.Event()
between_rounds = threading.Event()


def sleep(seconds):
    """What the library's renewing thread does between its rounds; the one that comes during a stop has no end."""
    if stopping.is_set():
        between_rounds.set()
        threading.Event().wait()
    machine_sleep(seconds)


time.sleep = sleep


class NoLock:
    """The library takes its lock once more while it has it, when the first delta after an outage does not lead to the
    server's hash code: its renewing thread hangs for ever then, with any server. One thread needs no lock."""

    async def __aenter__(self):
        return None

    async def __aexit__(self, *_):
        return None


def instances(client, service):
    application = client.applications.get_application(service.upper())
    found = application.instances if application is not None else []
    return {f"{each.hostName}:{each.port.port}": each.status for each in found}


async def call(client, service):
    # The library's own choice of an instance, and its own HTTP client.
    return (await client.do_service(service, "/whoami", return_type="json"))["host"]


async def answer(client, question):
    try:
        if question["cmd"] == "view":
            return {"instances": instances(client, question["service"])}
        if question["cmd"] == "call":
            return {"host": await call(client, question["service"])}
        return {"error": "unknown command"}
    except Exception as error:  # whatever it is, the test shall see it
        return {"error": repr(error)}


async def main(options):
    client = EurekaClient(
        eureka_server=options["eureka"],
        app_name=options["app"],
        instance_id=options["id"],
        instance_host="127.0.0.1",
        instance_ip="127.0.0.1",
        instance_port=options["port"],
        renewal_interval_in_secs=1,
    )
    client._EurekaClient__net_lock = NoLock()
    await client.start()
    print(json.dumps({"event": "ready"}), flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        question = json.loads(line)
        print(json.dumps({"id": question["id"], **await answer(client, question)}), flush=True)
    # Between two rounds: the library shares an asyncio lock with its thread, and stop() hangs when both want it.
    stopping.set()
    await loop.run_in_executor(None, between_rounds.wait, 30)
    await client.stop()
    # At once: stop() does not end the thread that renews, whose next turn would register again.
    os._exit(0)


asyncio.run(main(json.loads(sys.argv[1])))
