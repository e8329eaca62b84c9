"""An upstream on loopback that replays streams, cut into many writes at odd places."""

import json
import random
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# What the tool of every MCP stream promises to answer with.
OUTPUT_SCHEMA = {
    "type": "object",
    "properties": {"mail": {"type": "string"}, "note": {"type": "string"}, "count": {"type": "integer"}},
    "required": ["mail", "note", "count"],
}
TOOL = {
    "name": "look_up",
    "description": "Looks somebody up",
    "inputSchema": {"type": "object", "properties": {"to": {"type": "string"}}},
    "outputSchema": OUTPUT_SCHEMA,
}


class Upstream:
    """Answers `/SIDE/NAME/whatever` with the stream of that name, and keeps what was asked, by side."""

    def __init__(self, streams, seed):
        self.streams = {stream.name: stream for stream in streams}
        self.seed = seed
        self.asked = {}
        self.lock = threading.Lock()
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                upstream.answer(self)

            do_GET = do_DELETE = do_POST

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *who):
                # A client that goes away is no news.
                if not isinstance(sys.exc_info()[1], ConnectionError):
                    super().handle_error(*who)

        self.server = Server(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, request):
        request.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        asked = read_body(request)
        _, side, name, *_ = request.path.split("/")
        with self.lock:
            self.asked[side] = self.asked.get(side, b"") + asked
        stream = self.streams[name]
        if stream.protocol == "mcp":
            self.answer_mcp(request, stream, asked)
        else:
            self.send(request, stream.content_type, stream.body, stream.name)

    def answer_mcp(self, request, stream, asked):
        """The few methods that a client needs to call a tool."""
        message = json.loads(asked or b"{}")
        if "id" not in message:
            # A notification, or somebody who would listen or end a session.
            request.send_response(202 if request.command == "POST" else 405)
            request.send_header("content-length", "0")
            request.end_headers()
            return
        answer = {"jsonrpc": "2.0", "id": message["id"]}
        match message["method"]:
            case "initialize":
                version = message["params"]["protocolVersion"]
                info = {"name": "replay", "version": "1"}
                answer["result"] = {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": info}
            case "tools/list":
                answer["result"] = {"tools": [TOOL]}
            case "tools/call":
                # As it was written: only the envelope is put around it.
                answer["result"] = None
            case other:
                answer["error"] = {"code": -32601, "message": f"no method {other}"}
        body = json.dumps(answer).encode()
        if message["method"] == "tools/call":
            body = body.replace(b'"result": null', b'"result": ' + stream.body)
        if stream.streamed:
            body = b"event: message\ndata: " + body + b"\n\n"
        self.send(request, stream.content_type, body, stream.name)

    def send(self, request, content_type, body, name):
        """A body in many chunks, each a write of its own."""
        request.send_response(200)
        request.send_header("content-type", content_type)
        request.send_header("transfer-encoding", "chunked")
        request.end_headers()
        for piece in pieces(body, random.Random(f"{self.seed} {name}")):
            request.wfile.write(b"%x\r\n" % len(piece) + piece + b"\r\n")
            request.wfile.flush()
        request.wfile.write(b"0\r\n\r\n")


def pieces(body, draw):
    """A body cut at odd places: single bytes among long stretches, so that nothing is sent at its seams alone."""
    most = max(1, len(body) // 40)
    at = 0
    while at < len(body):
        size = draw.choice([1, 2, 3, 7, most, 2 * most])
        yield body[at : at + size]
        at += size


def read_body(request):
    """What was sent, in one length or in chunks."""
    if request.headers.get("transfer-encoding", "").lower() != "chunked":
        return request.rfile.read(int(request.headers.get("content-length", 0)))
    body = b""
    while size := int(request.rfile.readline(), 16):
        body += request.rfile.read(size)
        request.rfile.readline()
    request.rfile.readline()
    return body
