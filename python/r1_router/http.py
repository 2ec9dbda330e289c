"""JSON over HTTP. A busy server is asked again; what it refuses is told in its own words."""
import json
import time
import urllib.error
import urllib.request


class ServiceError(RuntimeError):
    """The server answered with an error; `status` and `code` say which."""

    def __init__(self, status, code, message):
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code


class Service:
    """A server of r1-router: `Service("http://127.0.0.1:8485", api_key=None).post("/reset", {})`."""

    def __init__(self, url, api_key=None, timeout=120.0, attempts=5):
        self.url = url.rstrip("/")
        self.timeout = timeout
        self.attempts = attempts
        self.headers = {"Content-Type": "application/json"}
        if api_key:
            self.headers["Authorization"] = f"Bearer {api_key}"

    def get(self, path):
        return self._ask(urllib.request.Request(self.url + path, headers=self.headers))

    def post(self, path, body):
        data = json.dumps(body).encode()
        return self._ask(urllib.request.Request(self.url + path, data=data, headers=self.headers, method="POST"))

    def _ask(self, request):
        for attempt in range(self.attempts):
            try:
                with urllib.request.urlopen(request, timeout=self.timeout) as reply:
                    return json.loads(reply.read())
            except urllib.error.HTTPError as failure:
                error = _error_of(failure)
                # Only a server without room has done nothing with the request.
                if failure.code not in (429, 503) or attempt == self.attempts - 1:
                    raise error from None
                time.sleep(min(float(failure.headers.get("Retry-After") or 1), 10.0))
        raise AssertionError("unreachable")


def _error_of(failure):
    try:
        told = json.loads(failure.read())["error"]
        return ServiceError(failure.code, told["code"], told["message"])
    except (ValueError, KeyError, TypeError):
        return ServiceError(failure.code, "http", str(failure))
