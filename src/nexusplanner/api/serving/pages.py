"""The built web application: its files, and its one page for every address that is not a file."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

NONCE: Final = b"__CSP_NONCE__"
FOREVER: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "no-cache"
COMPRESSED_FROM: Final = 500
_PACKED_ALREADY: Final = frozenset({".png", ".jpg", ".webp", ".avif", ".woff2", ".gz"})
NOT_BUILT: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>NexusPlanner</title>'
    "<h1>The web pages are not built</h1><p>Run <code>./nexus demo</code>, which builds them, then reload. "
    'The API works: see <a href="/api/docs">/api/docs</a>.</p></html>'
)


@dataclass(frozen=True, kw_only=True)
class _File:
    media_type: str
    etag: str
    cache: str
    content: bytes
    packed: bytes | None


class Pages:
    """Answers what no route takes. The build is small and never changes, so it is read and compressed once."""

    def __init__(self, folder: Path) -> None:
        self._files = {path: _read(folder, path) for path in _names(folder)}
        index = folder / "index.html"
        self._index = index.read_bytes() if index.is_file() else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. Raises HTTPException (404), which becomes the envelope."""
        if scope["type"] != "http":
            return
        response = self._answer(scope)
        await response(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        path = scope["path"].lstrip("/")
        if scope["method"] not in {"GET", "HEAD"} or path.startswith("api/"):
            raise HTTPException(status_code=404)
        file = self._files.get(path)
        if file is not None:
            return _sent(file, headers=Headers(scope=scope))
        if "." in path.rpartition("/")[2]:
            raise HTTPException(status_code=404)
        return self._page(nonce=scope["state"]["nonce"].encode())

    def _page(self, *, nonce: bytes) -> Response:
        if self._index is None:
            return HTMLResponse(NOT_BUILT, status_code=503, headers={"Cache-Control": "no-store"})
        return HTMLResponse(self._index.replace(NONCE, nonce), headers={"Cache-Control": "no-store"})


def _names(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return [name for name in found if name != "index.html" and not name.startswith(".")]


def _read(folder: Path, name: str) -> _File:
    content = (folder / name).read_bytes()
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    worth_it = len(content) >= COMPRESSED_FROM and Path(name).suffix not in _PACKED_ALREADY
    return _File(
        media_type=media_type,
        etag=f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        cache=FOREVER if name.startswith("assets/") else ASK_AGAIN,
        content=content,
        packed=gzip.compress(content, mtime=0) if worth_it else None,
    )


def _sent(file: _File, *, headers: Headers) -> Response:
    kept = {"ETag": file.etag, "Cache-Control": file.cache, "Vary": "Accept-Encoding"}
    if file.etag in [tag.strip().removeprefix("W/") for tag in headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=kept)
    if file.packed is not None and "gzip" in headers.get("accept-encoding", ""):
        kept["Content-Encoding"] = "gzip"
        return Response(file.packed, media_type=file.media_type, headers=kept)
    return Response(file.content, media_type=file.media_type, headers=kept)
