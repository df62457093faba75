"""What `cuakhauso lane run` takes of a small box: the most memory it ever had, 5,000 answers in its book.

The command itself, in a process of its own, with a barrier behind Modbus and a centre that plays the
protocol: the whole stream once, then again over a new line while the first still counts, which is where a
node holds most; then the booth's page. Answers are as large as real ones (docs/measurements.md, d).
"""

import asyncio
import json
import re
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

from cuakhauso.core.answer import GENESIS, Beat, Because, Signed, chained, signed_bytes, text_of
from cuakhauso.core.words import Party, Place
from cuakhauso.lane import identity as who
from cuakhauso.lane.contracts import Output, Signal
from cuakhauso.lane.drivers.modbus_modules import MODULES
from cuakhauso.lane.identity import Enrolled, Given, Identity, Key
from cuakhauso.sim.centre import NODE, POST, answer_of
from cuakhauso.sim.devices.barrier import Barrier

KEY = Ed25519PrivateKey.generate()
WORDS = {
    "vi": "Biên phòng đang giữ xe để kiểm tra giấy tờ của người lái.",
    "en": "The border guard holds this vehicle to examine the driver's papers.",
    "zh-hans": "边防部门扣留该车辆以检查驾驶员证件。",
}
AGAINST = tuple(
    Because(code=f"step_{n}", party=Party.BORDER_GUARD, place="CKHN-B1", law="Nghị định", words=WORDS)
    for n in range(4)
)
WIRING = MODULES["ADAM-6060"].wired(
    {Signal.LOOP_BEFORE: 0, Signal.LOOP_UNDER: 1, Signal.BOOM_UP: 2, Signal.BOOM_DOWN: 3}, {Output.OPEN: 0}
)
PATIENCE_S = 120


def measure(expected: int) -> dict[str, Any]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measured(Path(folder), expected))


@dataclass
class Centre:
    """Plays the platform's part of docs/lane-protocol.md for one node. `told` is its last status."""

    expected: int
    told: dict[str, Any] = field(default_factory=dict)
    streams: int = 0
    message_bytes: int = 0
    end: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/api/v1/lanes/mine", self.mine),
                Route("/api/v1/lanes/facts", self.facts, methods=["POST"]),
                Route("/api/v1/lanes/status", self.status, methods=["POST"]),
                Route("/live/lanes/answers", self.answers),
            ]
        )

    async def mine(self, _: Request) -> JSONResponse:
        lane = {"code": POST.code, "checkpoint": POST.checkpoint, "direction": POST.direction}
        lanes = [lane | {"leads_to": Place.GATE_AREA, "offline_minutes": 240}]
        return JSONResponse({"node": str(NODE), "gate": "CKHN", "keys": [_public()], "lanes": lanes})

    async def facts(self, request: Request) -> JSONResponse:
        items = (await request.json())["items"]
        return JSONResponse({"accepted": [one["id"] for one in items], "refused": [], "at": _now()})

    async def status(self, request: Request) -> JSONResponse:
        self.told = await request.json()
        return JSONResponse({"at": _now()})

    async def answers(self, _: Request) -> StreamingResponse:
        self.streams += 1
        self.end.clear()
        return StreamingResponse(self._stream(), media_type="text/event-stream")

    async def _stream(self) -> AsyncIterator[str]:
        stream, chain = uuid4(), GENESIS
        yield f"event: begin\ndata: {json.dumps({'stream': str(stream)})}\n\n"
        for n in range(self.expected):
            answer = answer_of(n, datetime.now(UTC))
            one = _signed(msgspec.structs.replace(answer, against=AGAINST) if n % 3 else answer)
            chain = chained(chain, one)
            yield self._event("answer", one)
        while not self.end.is_set():
            now = datetime.now(UTC)
            beat = Beat(node=NODE, stream=stream, count=self.expected, chain=chain.hex(), as_of=now)
            yield self._event("beat", _signed(beat))
            await asyncio.sleep(1)

    def _event(self, name: str, signed: Signed) -> str:
        told = {"body": signed.body, "key": signed.key, "signature": signed.signature}
        text = f"event: {name}\ndata: {json.dumps(told, ensure_ascii=False)}\n\n"
        self.message_bytes += len(text.encode())
        return text


def _signed(message: Any) -> Signed:
    body = text_of(message)
    return Signed(body=body, key="k1", signature=KEY.sign(signed_bytes(body)).hex())


def _public() -> dict[str, str]:
    return {"id": "k1", "public_key": KEY.public_key().public_bytes_raw().hex()}


def _now() -> str:
    return datetime.now(UTC).isoformat()


async def _measured(folder: Path, expected: int) -> dict[str, Any]:
    centre = Centre(expected)
    async with _served(centre) as port, Barrier(WIRING) as barrier:
        booth = _enrolled(folder, port, barrier.port)
        program = str(Path(sys.executable).with_name("cuakhauso"))
        command = [program, "lane", "run", str(folder / "lane.toml")]
        node = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            return await _watched(node.pid, centre, booth)
        finally:
            node.terminate()
            await asyncio.to_thread(node.wait, 30)


async def _watched(pid: int, centre: Centre, booth: str) -> dict[str, Any]:
    await _until(lambda: "lanes" in centre.told)
    found = {"begun": _most_mb(pid)}
    for name in ("first_stream", "second_stream"):
        await _until(lambda: centre.told["answers"]["count"] == centre.expected)
        await asyncio.sleep(3)
        found[name] = _most_mb(pid)
        streams = centre.streams
        centre.end.set()
        await _until(lambda before=streams: centre.streams > before)
        centre.told["answers"]["count"] = 0  # until it says so again
    async with httpx.AsyncClient() as client:
        await client.get(f"http://{booth}/")  # asks to sign in
    size = round(centre.message_bytes / max(1, centre.streams) / centre.expected)
    return {"expected": centre.expected, "answer_bytes": size, "vm_hwm_mb": found | {"page": _most_mb(pid)}}


def _most_mb(pid: int) -> int:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) // 1024


async def _until(holds: Any) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not holds():
            await asyncio.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@asynccontextmanager
async def _served(centre: Centre) -> AsyncIterator[int]:
    port = _free_port()
    server = uvicorn.Server(uvicorn.Config(centre.app, port=port, lifespan="off", log_level="error"))
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.create_task(server.serve())
    try:
        yield port
    finally:
        centre.end.set()
        server.should_exit = True
        await serving


def _enrolled(folder: Path, centre: int, barrier: int) -> str:
    """As `lane enrol` leaves it, and a file beside it. Gives where the booth's page is."""
    lane = Given(POST.code, POST.checkpoint, POST.direction, Place.GATE_AREA, 240)
    told = Enrolled(UUID(str(NODE)), "none", "CKHN", [Key(**_public())], [lane])
    own = Ed25519PrivateKey.generate().private_bytes_raw().hex()
    who.save(folder / "data", Identity(f"http://127.0.0.1:{centre}", own, told))
    booth = f"127.0.0.1:{_free_port()}"
    (folder / "lane.toml").write_text(
        f"""[node]
name = "bench"
data = "{folder / "data"}"
booth = "{booth}"
push = "127.0.0.1:{_free_port()}"

[[lane]]
code = "{POST.code}"

[lane.contacts]
driver = "modbus"
address = "tcp://127.0.0.1:{barrier}"
profile = "ADAM-6060"
inputs = {{ loop_before = 0, loop_under = 1, boom_up = 2, boom_down = 3 }}
outputs = {{ open = 0 }}

[[lane.camera]]
name = "front"
driver = "hikvision"
secret = "0123456789abcdef"
"""
    )
    return booth
