"""One person's browser, signed in at a server in another process: what it sends is what a real one would send."""

from __future__ import annotations

import http.client
import ssl
from pathlib import Path
from urllib.parse import urlencode

from tests.pages import csrf_token
from tests.website import PASSWORD


class RemoteBrowser:
    """Signed in once, it keeps its cookie when the server goes away. ``certificate``: over TLS, trusting only that."""

    def __init__(self, port: int, name: str, *, certificate: Path | None = None) -> None:
        self._port, self.cookie = port, ""
        self.retry_after: str | None = None
        self._tls = ssl.create_default_context(cafile=str(certificate)) if certificate else None
        token = csrf_token(self.send("GET", "/sign-in")[1])
        self.send("POST", "/sign-in", {"csrf_token": token, "name": name, "password": PASSWORD})
        self.token = csrf_token(self.send("GET", "/password")[1])

    def send(self, method: str, path: str, values: dict[str, str] | None = None) -> tuple[int, str]:
        """Return status and body. Raises ``ConnectionRefusedError`` if nothing was sent, else other ``OSError``."""
        connection = self._connection()
        connection.connect()
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        if self._tls:
            headers["Referer"] = f"https://127.0.0.1:{self._port}/"
        try:
            connection.request(method, path, urlencode(values) if values else None, headers)
            response = connection.getresponse()
            body = response.read().decode()
        except http.client.HTTPException as error:
            raise ConnectionResetError(str(error)) from error
        finally:
            connection.close()
        self.retry_after = response.getheader("Retry-After")
        if cookie := response.getheader("Set-Cookie"):
            self.cookie = cookie.partition(";")[0]
        return response.status, body

    def _connection(self) -> http.client.HTTPConnection:
        if self._tls:
            return http.client.HTTPSConnection("127.0.0.1", self._port, timeout=60, context=self._tls)
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
