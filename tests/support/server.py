#!/usr/bin/env python3
"""The target of the behaviour tests: an HTTP/1.1 server that can also misbehave, a TLS server, and a proxy.

Usage: server.py. Listens on free ports of 127.0.0.1, prints one line of JSON with them, runs until its input closes.
tests/scripts/README.md lists what each path does.
"""
import asyncio
import base64
import collections
import email.parser
import email.policy
import gzip
import hashlib
import http
import json
import socket
import ssl
import struct
import sys
import tempfile
import urllib.parse
import urllib.request  # only its parsers of authentication headers
import zlib

import certificates

HEAD_BYTES_MAX = 1 << 20
# {"encoding":...,"text":"squeeze me squeeze me ..."}: the standard library can write neither format.
BROTLI = bytes.fromhex("13d20100046473a9cab221d9a22062d0e0dbcf612227e06d51607a417c0767baf2715eb76a12c31725c4907154873bbb211d027c")
ZSTD = bytes.fromhex("28b52ffd60d50085010084027b22656e636f64696e67223a227a737464222c2274657874223a2273717565657a65206d6520227d010056b55a9e")
ITEMS = {"name": "shop", "items": [{"id": 1, "price": 9.5, "tags": ["a", "b"]}, {"id": 2, "price": 20, "tags": []}],
         "nested": {"deep": {"value": True}}, "dotted.key": "found", "none": None, "big": 9007199254740993, "text": "grüße"}


class Request:
    """One parsed request, and the connection it came on."""

    def __init__(self, head, body, connection):
        self.raw = head + body
        self.body = body
        self.connection = connection
        lines = head.decode("latin-1").split("\r\n")
        self.method, self.target, self.version = lines[0].split(" ", 2)
        self.header_list = [(n.strip(), v.strip()) for n, _, v in (line.partition(":") for line in lines[1:] if line)]
        parts = urllib.parse.urlsplit(self.target)
        self.path = parts.path
        self.words = [urllib.parse.unquote(word) for word in parts.path.strip("/").split("/")]
        self.query = urllib.parse.parse_qs(parts.query, keep_blank_values=True)
        self.query_string = parts.query

    def header(self, name, default=""):
        return next((v for n, v in self.header_list if n.lower() == name), default)

    def number(self, index, default):
        return int(self.words[index]) if len(self.words) > index else default

    def cookies(self):
        pairs = [pair.strip().partition("=") for pair in self.header("cookie").split(";") if pair.strip()]
        return {name: value for name, _, value in pairs}


class Reply:
    def __init__(self, status=200, body=b"", headers=(), kind="text/plain; charset=utf-8", reason=None):
        self.status, self.headers, self.kind = status, list(headers), kind
        self.body = body.encode() if isinstance(body, str) else body
        self.reason = reason or (http.HTTPStatus(status).phrase if status in set(http.HTTPStatus) else "Made Up")

    def encode(self, method):
        lines = [f"HTTP/1.1 {self.status} {self.reason}"]
        if self.status != 204 and self.status != 304 and self.status >= 200:
            lines += [f"Content-Type: {self.kind}", f"Content-Length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
        bodyless = method == "HEAD" or self.status in (204, 304)
        return head if bodyless else head + self.body


def as_json(value, **more):
    return Reply(body=json.dumps(value, ensure_ascii=False), kind="application/json", **more)


class Connection:
    """One accepted socket. A handler may write to it itself and then returns None; `closing` ends it."""

    def __init__(self, server, reader, writer):
        self.server, self.reader, self.writer = server, reader, writer
        self.closing = False
        self.request_count = 0
        server.connection_count += 1
        self.id = server.connection_count

    async def send(self, *chunks):
        for chunk in chunks:
            self.writer.write(chunk)
        await self.writer.drain()

    async def chunked(self, kind, chunks, trailers=b""):
        await self.send(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        for chunk in chunks:
            await self.send(f"{len(chunk):x}\r\n".encode(), chunk, b"\r\n")
        await self.send(b"0\r\n", trailers, b"\r\n")

    def reset(self):
        linger = struct.pack("ii", 1, 0)
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.writer.transport.abort()
        self.closing = True

    async def read_body(self, head):
        fields = head.decode("latin-1").lower()
        if "\r\ntransfer-encoding: chunked" in fields:
            body = b""
            while size := int((await self.reader.readline()).split(b";")[0], 16):
                body += await self.reader.readexactly(size)
                await self.reader.readline()
            await self.reader.readline()
            return body
        mark = fields.find("\r\ncontent-length:")
        length = int(fields[mark + 17:].split("\r\n")[0]) if mark >= 0 else 0
        return await self.reader.readexactly(length)

    async def serve(self):
        while not self.closing:
            first = await self.reader.readexactly(1)
            if not first.isalpha():  # not HTTP; say so in HTTP, as most servers do
                await self.send(b"HTTP/1.0 400 Bad Request\r\n\r\n")
                return
            head = first + await self.reader.readuntil(b"\r\n\r\n")
            if b"\r\nexpect: 100-continue" in head.lower():
                await self.send(b"HTTP/1.1 100 Continue\r\n\r\n")
            request = Request(head, await self.read_body(head), self)
            self.request_count += 1
            if request.header("connection").lower() == "close":
                self.closing = True
            reply = await self.server.answer(request)
            if reply is not None and not self.writer.is_closing():
                await self.send(reply.encode(request.method))


class Handlers:
    """One method for each first word of a path; dashes are underscores here."""

    def __init__(self):
        self.connection_count = 0
        self.counts = collections.Counter()

    async def answer(self, request):
        handler = getattr(self, "on_" + (request.words[0].replace("-", "_") or "root"), None)
        if handler is None:
            return Reply(404, "no such page\n")
        return await handler(request)

    # What came in, sent back.

    async def on_root(self, request):
        return Reply(body="hello\n")

    async def on_echo(self, request):
        return as_json({
            "method": request.method, "target": request.target, "path": request.path, "query": request.query,
            "headers": {n.lower(): v for n, v in request.header_list}, "names": [n for n, _ in request.header_list],
            "body": request.body.decode("utf-8", "replace"), "hex": request.body[:64].hex(), "length": len(request.body),
            "connection": request.connection.id, "host": request.header("host")})

    async def on_raw(self, request):
        return Reply(body=request.raw)

    async def on_multipart(self, request):
        message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
            b"Content-Type: " + request.header("content-type").encode() + b"\r\n\r\n" + request.body)
        return as_json([{"name": part.get_param("name", header="content-disposition"), "filename": part.get_filename(),
                         "type": part.get("content-type"), "body": part.get_payload(decode=True).decode("utf-8", "replace")}
                        for part in message.iter_parts()])

    async def on_decoded(self, request):
        body = request.body
        for encoding in reversed([e.strip() for e in request.header("content-encoding").split(",") if e.strip()]):
            body = gzip.decompress(body) if encoding == "gzip" else zlib.decompress(body)
        return as_json({"body": body.decode(), "encoding": request.header("content-encoding"), "length": len(request.body)})

    # Plain answers.

    async def on_status(self, request):
        status = request.number(1, 200)
        return Reply(status, f"status {status}\n")

    async def on_json(self, request):
        return as_json(ITEMS)

    async def on_text(self, request):
        return Reply(body=urllib.parse.unquote(request.query_string))

    async def on_bytes(self, request):
        return Reply(body=bytes(i % 251 for i in range(request.number(1, 0))), kind="application/octet-stream")

    async def on_headers(self, request):
        return Reply(body="headers\n", headers=[(n, v) for n, values in request.query.items() for v in values])

    async def on_connections(self, request):
        return as_json({"connection": request.connection.id, "request": request.connection.request_count})

    async def on_count(self, request):
        self.counts[request.words[1]] += 1
        return Reply(body=str(self.counts[request.words[1]]))

    async def on_counted(self, request):
        return Reply(body=str(self.counts[request.words[1]]))

    async def on_tls(self, request):
        tls = request.connection.writer.get_extra_info("ssl_object")
        subject = dict(pair[0] for pair in (tls.getpeercert() or {}).get("subject", ()))
        return as_json({"version": tls.version(), "cipher": tls.cipher()[0], "alpn": tls.selected_alpn_protocol(), "client": subject})

    # Redirects, cookies, authentication.

    async def on_redirect(self, request):
        """/redirect/CODE/N: N hops to /echo; ?to=URL: one hop there; ?absolute: with a whole URL."""
        status, hops = request.number(1, 302), request.number(2, 1)
        to = request.query.get("to", [None])[0]
        if to is None:
            to = f"/redirect/{status}/{hops - 1}" if hops > 1 else "/echo"
            if "absolute" in request.query:
                to = f"http://{request.header('host')}{to}" + ("?absolute" if hops > 1 else "")
        return Reply(status, "moved\n", [("Location", to)])

    async def on_loop(self, request):
        return Reply(302, "round and round\n", [("Location", request.path)])

    async def on_no_location(self, request):
        return Reply(302, "nowhere to go\n")

    async def on_cookies(self, request):
        return as_json(request.cookies())

    async def on_set_cookies(self, request):
        """/set-cookies?COOKIE&COOKIE: each, unquoted, as a Set-Cookie; /set-cookies/redirect goes on to /cookies."""
        cookies = [("Set-Cookie", urllib.parse.unquote(c)) for c in request.query_string.split("&") if c]
        if "redirect" in request.words:
            return Reply(302, headers=[*cookies, ("Location", "/cookies")])
        return Reply(body="set\n", headers=cookies)

    async def on_basic(self, request):
        expected = "Basic " + base64.b64encode(f"{request.words[1]}:{request.words[2]}".encode()).decode()
        if request.header("authorization") == expected:
            return as_json({"user": request.words[1]})
        return Reply(401, "who are you?\n", [("WWW-Authenticate", 'Basic realm="tests"')])

    async def on_digest(self, request):
        user, password = request.words[1], request.words[2]
        fields = dict(urllib.request.parse_keqv_list(urllib.request.parse_http_list(request.header("authorization")[7:]))
                      ) if request.header("authorization").startswith("Digest ") else {}

        def md5(text):
            return hashlib.md5(text.encode()).hexdigest()
        if fields:
            secret = md5(f"{user}:{fields.get('realm')}:{password}")
            action = md5(f"{request.method}:{fields.get('uri')}")
            expected = md5(":".join([secret, fields.get("nonce", ""), fields.get("nc", ""), fields.get("cnonce", ""), "auth", action]))
            if fields.get("response") == expected and fields.get("username") == user:
                return as_json({"user": user, "nc": fields.get("nc")})
        return Reply(401, "who are you?\n", [("WWW-Authenticate", 'Digest realm="tests", nonce="dcd98b7102dd", qop="auth", opaque="5ccc"')])

    # Encodings.

    async def on_encoded(self, request):
        """/encoded/gzip,deflate,...: a JSON body with these applied in turn; br and zstd only alone."""
        encodings = request.words[1].split(",")
        body = json.dumps({"encoding": encodings[0], "text": "squeeze me " * 40}).encode()
        for encoding in encodings:
            body = {"gzip": gzip.compress, "deflate": zlib.compress, "br": lambda _: BROTLI, "zstd": lambda _: ZSTD}[encoding](body)
        return Reply(body=body, headers=[("Content-Encoding", ", ".join(encodings))], kind="application/json")

    async def on_not_gzip(self, request):
        return Reply(body="this is plain text", headers=[("Content-Encoding", "gzip")])

    async def on_cut_gzip(self, request):
        return Reply(body=gzip.compress(b"x" * 5000)[:-12], headers=[("Content-Encoding", "gzip")])

    async def on_bomb(self, request):
        """/bomb/N: N MiB of zeros as gzip."""
        squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
        body = b"".join(squeeze.compress(bytes(1 << 20)) for _ in range(request.number(1, 64))) + squeeze.flush()
        return Reply(body=body, headers=[("Content-Encoding", "gzip")])

    async def on_chunked(self, request):
        """/chunked/N: N chunks `chunk I\\n`; ?trailers adds two."""
        trailers = b"X-Checksum: 1234\r\nX-Second: yes\r\n" if "trailers" in request.query else b""
        await request.connection.chunked("text/plain", [b"chunk %d\n" % i for i in range(request.number(1, 3))], trailers)

    # Time.

    async def on_delay(self, request):
        await asyncio.sleep(request.number(1, 0) / 1000)
        return as_json({"delay": request.number(1, 0)})

    async def on_delay_body(self, request):
        await request.connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
        await asyncio.sleep(request.number(1, 0) / 1000)
        await request.connection.send(b"late\n")

    async def on_drip(self, request):
        """/drip/N/MS: N bytes, one each MS milliseconds."""
        await request.connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % request.number(1, 5))
        for _ in range(request.number(1, 5)):
            await asyncio.sleep(request.number(2, 50) / 1000)
            await request.connection.send(b".")

    async def on_hang(self, request):
        await request.connection.reader.read()
        request.connection.closing = True

    # Odd but legal.

    async def on_close(self, request):
        request.connection.closing = True
        return Reply(body="bye\n", headers=[("Connection", "close")])

    async def on_close_idle(self, request):
        """Promises to keep the connection and closes it soon after."""
        await request.connection.send(Reply(body="for now\n").encode(request.method))
        await asyncio.sleep(0.05)
        request.connection.closing = True

    async def on_until_close(self, request):
        await request.connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nno length given\n")
        request.connection.closing = True

    async def on_http10(self, request):
        await request.connection.send(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nold\n")
        request.connection.closing = True

    async def on_early_hints(self, request):
        await request.connection.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n")
        return Reply(body="after hints\n")

    async def on_continue(self, request):
        await request.connection.send(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 102 Processing\r\n\r\n")
        return Reply(body="after continue\n")

    async def on_reason(self, request):
        return Reply(200, "ok\n", reason="Everything Is Fine")

    # Broken.

    async def on_silent_close(self, request):
        request.connection.closing = True

    async def on_reset(self, request):
        request.connection.reset()

    async def on_reset_body(self, request):
        await request.connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nthe first words")
        await asyncio.sleep(0.05)
        request.connection.reset()

    async def on_short_body(self, request):
        await request.connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")
        request.connection.closing = True

    async def on_long_body(self, request):
        await request.connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfour and much more")

    async def on_bad_length(self, request):
        await request.connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello")
        request.connection.closing = True

    async def on_two_lengths(self, request):
        await request.connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello")
        request.connection.closing = True

    async def on_bad_chunk(self, request):
        await request.connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nZZ\r\nworld\r\n")
        request.connection.closing = True

    async def on_cut_chunk(self, request):
        await request.connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n50\r\nwor")
        request.connection.closing = True

    async def on_garbage(self, request):
        await request.connection.send(b"\x00\x01\x02 this is not HTTP\r\n\r\n")
        request.connection.closing = True

    async def on_bad_header(self, request):
        await request.connection.send(b"HTTP/1.1 200 OK\r\nno colon here\r\nContent-Length: 2\r\n\r\nok")
        request.connection.closing = True

    async def on_upgrade(self, request):
        await request.connection.send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: nothing\r\nConnection: Upgrade\r\n\r\n")
        request.connection.closing = True

    async def on_header_flood(self, request):
        """/header-flood/KIB: that much of response header."""
        line = b"X-Flood: " + b"y" * 1013 + b"\r\n"
        await request.connection.send(b"HTTP/1.1 200 OK\r\n", line * request.number(1, 64), b"Content-Length: 2\r\n\r\nok")
        request.connection.closing = True


async def handle(server, reader, writer):
    connection = Connection(server, reader, writer)
    try:
        await connection.serve()
    except (asyncio.IncompleteReadError, asyncio.CancelledError, asyncio.LimitOverrunError, OSError, ValueError):
        pass  # the peer left or talked nonsense, or this server is being stopped
    finally:
        writer.close()


async def relay(reader, writer):
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def proxy(ports, reader, writer):
    """Forwards to the test server whatever host is asked for; CONNECT goes to the TLS port. 407 without `proxied` user."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return writer.close()
    method, target, _ = head.decode("latin-1").split("\r\n")[0].split(" ")
    port = ports["tls"] if method == "CONNECT" else ports["http"]
    upstream_reader, upstream_writer = await asyncio.open_connection("127.0.0.1", port)
    if method == "CONNECT":
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    else:
        parts = urllib.parse.urlsplit(target)
        path = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
        first, _, rest = head.partition(b"\r\n")
        upstream_writer.write(first.replace(target.encode(), path.encode()) + b"\r\nX-Proxied: yes\r\n" + rest)
    await asyncio.gather(relay(reader, upstream_writer), relay(upstream_reader, writer))


async def main():
    folder = tempfile.TemporaryDirectory(prefix="proofload-tests-")
    certificates.make(folder.name)
    server, ports = Handlers(), {}

    async def listen(name, handler, tls=None):
        listener = await asyncio.start_server(handler, "127.0.0.1", 0, ssl=tls, limit=HEAD_BYTES_MAX, backlog=1024)
        ports[name] = listener.sockets[0].getsockname()[1]

    def tls(name, client=False):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{folder.name}/{name}.pem", f"{folder.name}/{name}.key")
        context.set_alpn_protocols(["http/1.1"])
        if client:
            context.load_verify_locations(f"{folder.name}/ca.pem")
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    def serve(reader, writer):
        return handle(server, reader, writer)

    await listen("http", serve)
    await listen("tls", serve, tls("good"))
    await listen("expired", serve, tls("expired"))
    await listen("wrong_host", serve, tls("wrong_host"))
    await listen("client_auth", serve, tls("good", client=True))
    await listen("proxy", lambda reader, writer: proxy(ports, reader, writer))
    closed = socket.socket()  # bound and not listening: connecting is refused, and nobody else gets the port
    closed.bind(("127.0.0.1", 0))
    ports["refused"] = closed.getsockname()[1]
    unread = [socket.create_server(("127.0.0.1", 0), backlog=size) for size in (64, 0)]  # nobody ever accepts
    ports["silent"], ports["saturated"] = (listener.getsockname()[1] for listener in unread)
    waiting = [socket.socket() for _ in range(4)]  # they fill the second one's queue: further connects get no answer
    for client in waiting:
        client.setblocking(False)
        client.connect_ex(("127.0.0.1", ports["saturated"]))
    print(json.dumps({"ports": ports, "folder": folder.name}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    folder.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
