"""Tells `amber serve` in front of a Python service which request failed, and of what: exactly, by a response header.

Copy this file beside the service, and wrap the application:

    import amber_failure
    app.wsgi_app = amber_failure.Wsgi(app.wsgi_app)      # Flask
    application = amber_failure.Wsgi(application)        # Django, Pyramid, Bottle, any WSGI application
    app = amber_failure.Asgi(app)                        # FastAPI, Starlette, Quart, any ASGI application

    amber_failure.note("order", order.id)                # anywhere in a request: stands in the bundle
    amber_failure.mark(error)                            # an error that the service caught itself

Nothing is sent unless the environment has AMBER_FAILURES=1: the header is meant for Amber, which takes it out again, and
must not reach clients where Amber is not in front. Python 3.8 or later, no dependencies.
"""

import base64
import contextvars
import json
import os
import sys
import traceback

HEADER = "X-Amber-Failure"
_request = contextvars.ContextVar("amber_request", default=None)
_mostBytes = 6 << 10
_connected = set()


def isActive():
    """Tells whether the header is sent."""
    return os.environ.get("AMBER_FAILURES", "") not in ("", "0")


def note(name, value):
    """Notes something about the present request; it is kept if the request fails."""
    state = _request.get()
    if state is not None:
        state["notes"][str(name)] = str(value)[:1000]


def mark(error):
    """Tells of an error that belongs to the present request."""
    state = _request.get()
    if state is not None:
        state["error"] = error


def _begin(identifier):
    _connectSignals()
    state = {"error": None, "notes": {}, "id": identifier}
    return state, _request.set(state)


def _onSignal(sender=None, exception=None, **_):
    mark(exception if exception is not None else sys.exc_info()[1])


def _connectSignals():
    """Frameworks that catch errors themselves say so by a signal; connected once they are loaded."""
    for module in ("flask.signals", "quart.signals", "django.core.signals"):
        if module in _connected or module not in sys.modules:
            continue
        signal = getattr(sys.modules[module], "got_request_exception", None)
        if signal is not None:
            _connected.add(module)
            signal.connect(_onSignal, weak=False)


def _value(state):
    """The header's value; None where there is nothing to tell."""
    error = state["error"]
    if error is None or not isActive():
        return None
    kind = type(error)
    module = "" if kind.__module__ in ("builtins", "__main__") else kind.__module__ + "."
    frames = [
        {"function": frame.name, "file": frame.filename, "line": frame.lineno}
        for frame in reversed(traceback.extract_tb(error.__traceback__))
    ]
    failure = {"type": module + kind.__qualname__, "message": str(error)[:2000], "frames": frames,
               "id": state["id"], "notes": state["notes"]}
    while True:
        text = base64.b64encode(json.dumps(failure).encode()).decode()
        if len(text) <= _mostBytes:
            return text
        if failure["frames"]:
            del failure["frames"][-max(1, len(failure["frames"]) // 4):]
        elif failure["notes"]:
            failure["notes"] = {}
        else:
            return None


class Wsgi:
    """Wraps a WSGI application."""

    def __init__(self, application):
        self.application = application

    def __call__(self, environ, start_response):
        state, token = _begin(environ.get("HTTP_X_REQUEST_ID"))

        def start(status, headers, *more):
            value = _value(state)
            return start_response(status, headers + [(HEADER, value)] if value else headers, *more)

        try:
            return self.application(environ, start)
        except BaseException as error:
            value = isActive() and isinstance(error, Exception)
            if not value:
                raise
            state["error"] = error
            traceback.print_exc()
            body = b"Internal Server Error\n"
            start("500 Internal Server Error",
                  [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))], sys.exc_info())
            return [body]
        finally:
            _request.reset(token)


class Asgi:
    """Wraps an ASGI application."""

    def __init__(self, application):
        self.application = application

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.application(scope, receive, send)
        identifier = dict(scope.get("headers") or []).get(b"x-request-id")
        state, token = _begin(identifier.decode("latin-1") if identifier else None)
        held = []

        async def release():
            for message in held:
                if message["type"] == "http.response.start":
                    value = _value(state)
                    if value:
                        headers = list(message.get("headers") or [])
                        message = {**message, "headers": headers + [(HEADER.lower().encode(), value.encode())]}
                await send(message)
            held.clear()

        async def hold(message):
            # Some frameworks answer first and raise afterwards: an error's response waits for that.
            isError = message["type"] == "http.response.start" and message["status"] >= 500
            if isActive() and (isError or held):
                held.append(message)
                if len(held) > 64:
                    await release()
            else:
                await send(message)

        try:
            await self.application(scope, receive, hold)
        except Exception as error:
            state["error"] = error
            await release()
            raise
        finally:
            await release()
            _request.reset(token)
