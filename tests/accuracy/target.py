#!/usr/bin/env python3
"""An HTTP server that answers late by known times and keeps its own log of how late it was.

Usage: target.py. Listens on a free port of 127.0.0.1 and prints it. GET /NAME waits DELAYS[NAME] milliseconds;
GET /log gives {NAME: [milliseconds from request read to response written, ...]} as JSON and forgets them.
"""
import asyncio
import itertools
import json
import time

DELAYS = {"now": [0], "d1": [1], "d10": [10], "d50": [50], "bimodal": [2] * 9 + [40]}


class Connection(asyncio.Protocol):
    cycles = {name: itertools.cycle(delays) for name, delays in DELAYS.items()}
    log = {name: [] for name in DELAYS}

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        began = time.perf_counter()
        name = data.split(b" ", 2)[1].decode().strip("/")
        if name == "log":
            self.write(json.dumps(self.log).encode())
            for times in self.log.values():
                times.clear()
            return
        delay = next(self.cycles[name]) / 1000
        if delay == 0:
            self.answer(name, began)
        else:
            asyncio.get_running_loop().call_at(asyncio.get_running_loop().time() + delay, self.answer, name, began)

    def answer(self, name, began):
        if self.transport.is_closing():
            return
        self.write(b"ok")
        self.log[name].append((time.perf_counter() - began) * 1000)

    def write(self, body):
        self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


async def main():
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
