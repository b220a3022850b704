"""A small client of the Debug Adapter Protocol: dap.py PORT FILE LINE EXPRESSION [ATTACH-ARGUMENTS]

Sets a breakpoint, goes on until it is hit, evaluates an expression in the frame, and lets the program go.
"""
import json
import socket
import sys

port, path, line, expression = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
attach_arguments = json.loads(sys.argv[5]) if len(sys.argv) > 5 else {"justMyCode": False}
connection = socket.create_connection(("127.0.0.1", port), timeout=60)
stream = connection.makefile("rwb")
waiting = []
number = 0


def send(command, **arguments):
    global number
    number += 1
    body = {"seq": number, "type": "request", "command": command, "arguments": arguments}
    text = json.dumps(body).encode()
    stream.write(b"Content-Length: %d\r\n\r\n" % len(text) + text)
    stream.flush()
    return number


def read():
    size = 0
    while True:
        head = stream.readline()
        if not head:
            sys.exit("the adapter is gone")
        if not head.strip():
            return json.loads(stream.read(size))
        if head.lower().startswith(b"content-length:"):
            size = int(head.split(b":")[1])


def wait(fits):
    for index, message in enumerate(waiting):
        if fits(message):
            return waiting.pop(index)
    while True:
        message = read()
        if fits(message):
            return message
        waiting.append(message)


def answer(own):
    message = wait(lambda message: message["type"] == "response" and message["request_seq"] == own)
    if not message["success"]:
        sys.exit("%s: %s" % (message["command"], message.get("message")))
    return message.get("body") or {}


def event(name):
    return wait(lambda message: message["type"] == "event" and message["event"] == name).get("body") or {}


answer(send("initialize", clientID="test", adapterID="test", linesStartAt1=True, columnsStartAt1=True, pathFormat="path"))
attach = send("attach", **attach_arguments)
event("initialized")
answer(send("setBreakpoints", source={"path": path}, breakpoints=[{"line": line}]))
answer(send("configurationDone"))
answer(attach)
while True:
    stopped = event("stopped")
    print("stopped:", stopped["reason"])
    if stopped["reason"] == "breakpoint":
        break
    answer(send("continue", threadId=stopped["threadId"]))
frame = answer(send("stackTrace", threadId=stopped["threadId"]))["stackFrames"][0]
print("frame:", frame["name"], "line", frame["line"])
print("value:", answer(send("evaluate", expression=expression, frameId=frame["id"], context="watch"))["result"])
answer(send("continue", threadId=stopped["threadId"]))
