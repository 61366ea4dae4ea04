"""Sending files to a browser: to be saved, never shown in this site's name, never guessed at."""

from __future__ import annotations

from io import BytesIO

from flask import Response, send_file

from engine import Attachment, Upload


def file_to_save(file: Attachment | Upload) -> Response:
    """Return a file as something to save under its own name."""
    content, name = BytesIO(file.content), file.filename
    response = send_file(content, mimetype=file.media_type, as_attachment=True, download_name=name)
    # Even a browser that opens it in a window of its own runs nothing in it.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
