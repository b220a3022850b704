"""A small client of Node's inspector: inspector.py PORT URL LINE -- stops there and prints the local scope."""
import base64
import json
import os
import socket
import struct
import sys
import urllib.request

port, url, line = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=30) as answer:
    place = json.load(answer)[0]["webSocketDebuggerUrl"].rsplit("/", 1)[1]
connection = socket.create_connection(("127.0.0.1", port), timeout=30)
key = base64.b64encode(os.urandom(16)).decode()
connection.sendall(
    f"GET /{place} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
)
stream = connection.makefile("rb")
while stream.readline().strip():
    pass
waiting = []
number = 0


def send(method, **parameters):
    global number
    number += 1
    text = json.dumps({"id": number, "method": method, "params": parameters}).encode()
    length = struct.pack("!B", 0x80 | len(text)) if len(text) < 126 else struct.pack("!BH", 0xFE, len(text))
    connection.sendall(b"\x81" + length + bytes(4) + text)
    return number


def read():
    size = stream.read(2)[1] & 0x7F
    if size == 126:
        size = struct.unpack("!H", stream.read(2))[0]
    elif size == 127:
        size = struct.unpack("!Q", stream.read(8))[0]
    return json.loads(stream.read(size))


def wait(fits):
    for index, message in enumerate(waiting):
        if fits(message):
            return waiting.pop(index)
    while True:
        message = read()
        if fits(message):
            return message
        waiting.append(message)


def call(method, **parameters):
    own = send(method, **parameters)
    return wait(lambda message: message.get("id") == own)["result"]


call("Runtime.enable")
call("Debugger.enable")
call("Debugger.setBreakpointByUrl", lineNumber=line - 1, urlRegex=url)
call("Runtime.runIfWaitingForDebugger")
frame = wait(lambda message: message.get("method") == "Debugger.paused")["params"]["callFrames"][0]
print("stopped in", frame["functionName"], "line", frame["location"]["lineNumber"] + 1)
for scope in frame["scopeChain"]:
    if scope["type"] in ("local", "block"):
        for item in call("Runtime.getProperties", objectId=scope["object"]["objectId"])["result"]:
            print(item["name"], "=", item.get("value", {}).get("value"))
