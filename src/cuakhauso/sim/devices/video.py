"""Cameras over HTTP: MJPEG that never ends, and one still at a time behind digest sign-in."""

import asyncio

from . import scene
from .digest import Guard
from .server import GARBAGE, Mode, Request, Simulator


class MjpegServer(Simulator):
    """Shows `jpegs` one after the other, for ever; put others in to show others. `garbled`: its parts are no
    JPEG; `silent`: it holds the line and says nothing; `slow`: each picture takes `slow_s`."""

    garbles_itself = True

    def __init__(self, *, guard: Guard | None = None, fps: float = 20) -> None:
        super().__init__(guard=guard)
        self.fps = fps
        self.jpegs = [scene.jpeg(shade) for shade in (60, 90, 120)]
        self.shown = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/video"

    async def serve(self, request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=cam\r\n\r\n")
        while not writer.is_closing():
            await self._show(writer)
            await asyncio.sleep(self.slow_s if self.mode is Mode.SLOW else 1 / self.fps)

    async def _show(self, writer: asyncio.StreamWriter) -> None:
        if self.mode is Mode.SILENT:
            return
        if self.mode is Mode.REFUSED:
            writer.close()
            return
        content = GARBAGE if self.mode is Mode.GARBLED else self.jpegs[self.shown % len(self.jpegs)]
        self.shown += 1
        head = f"--cam\r\nContent-Type: image/jpeg\r\nContent-Length: {len(content)}\r\n\r\n"
        writer.write(head.encode() + content + b"\r\n")
        await writer.drain()


class StillServer(Simulator):
    """One JPEG for each request, as `/ISAPI/Streaming/channels/1/picture` gives it."""

    garbles_itself = True

    def __init__(self, *, guard: Guard | None = None) -> None:
        super().__init__(guard=guard)
        self.jpeg = scene.jpeg()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/picture"

    async def serve(self, request: Request, writer: asyncio.StreamWriter) -> None:
        content = GARBAGE if self.mode is Mode.GARBLED else self.jpeg
        self.say(writer, request, "200 OK", {"Content-Type": "image/jpeg"}, content)
