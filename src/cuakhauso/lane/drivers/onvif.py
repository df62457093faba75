"""One camera asked by ONVIF what it is and where its pictures are.

For set-up and `lane check` alone: a lane that runs has the addresses in its settings.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cuakhauso.lane.contracts import DeviceFault, Garbled, Manifest, Refused, Unauthorized, Unreachable

MANIFEST = Manifest(
    name="onvif",
    makes=("any camera with ONVIF profile S or T",),
    protocol="ONVIF: SOAP over HTTP with WS-Security digest, WS-Discovery",
    tested=("simulator (sim.devices.onvif)",),
    source="ONVIF device and media service, version 10",
    gives=("addresses of streams and stills",),
)
SETUP = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
NOT_AUTHORIZED = ("notauthorized", "failedauthentication", "answered401")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One of the camera's streams. `snapshot` is empty where it gives no stills."""

    token: str
    name: str
    encoding: str
    width: int | None
    height: int | None
    stream: str
    snapshot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    maker: str
    model: str
    firmware: str
    serial: str
    profiles: tuple[Profile, ...] = ()


class OnvifCamera:
    """Each question opens and closes its own connections. A wrong password is sent once a question."""

    manifest = MANIFEST

    def __init__(
        self, host: str, port: int = 80, *, user: str = "", password: str = "", timeout_s: float = 10.0
    ) -> None:
        self.host, self.port = host, port
        self._who = (user, password)
        self._timeout_s = timeout_s
        self._about: About | None = None
        self._fault: DeviceFault | None = None

    async def about(self) -> About:
        """Everything, or `DeviceFault`."""
        try:
            async with asyncio.timeout(self._timeout_s), self._client() as client:
                self._about = await self._ask(client)
        except DeviceFault as fault:
            self._fault = fault
            raise
        except TimeoutError as error:
            self._fault = Unreachable("no answer in time")
            raise self._fault from error
        self._fault = None
        return self._about

    async def check(self) -> str:
        about = await self.about()
        names = ", ".join(f"{p.name} {p.encoding} {p.width}×{p.height}" for p in about.profiles)
        return f"{about.maker} {about.model} {about.firmware}: {names or 'no profiles'}"

    def diagnostics(self) -> dict[str, Any]:
        fault, about = self._fault, self._about
        return {
            "address": f"{self.host}:{self.port}",
            "about": f"{about.maker} {about.model} {about.firmware}" if about else "",
            "profiles": [profile.token for profile in about.profiles] if about else [],
            "fault": f"{fault.code}: {fault}" if fault else "",
        }

    async def close(self) -> None:
        """Nothing is open between questions."""

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[Any]:
        # Imported here, and only at set-up: it turns the logging of the whole process on when it is imported.
        from onvif import ONVIFCamera

        # Its WSDL files come with it and are read from disk; its cache would be a file in somebody's home.
        client = ONVIFCamera(self.host, self.port, *self._who, no_cache=True, adjust_time=True)
        try:
            yield client
        finally:
            await client.close()

    async def _ask(self, client: Any) -> About:
        device = await told(client._devicemgmt_with_time())
        # First of all what needs the password: when it is wrong, nothing else is asked.
        known = await told(device.GetDeviceInformation())
        await told(client.update_xaddrs())
        client.xaddrs = {space: self._ours(address) for space, address in client.xaddrs.items()}
        media = await told(client.create_media_service())
        profiles = [await self._profile(media, profile) for profile in await told(media.GetProfiles()) or ()]
        return About(
            maker=text(known, "Manufacturer"),
            model=text(known, "Model"),
            firmware=text(known, "FirmwareVersion"),
            serial=text(known, "SerialNumber"),
            profiles=tuple(profiles),
        )

    async def _profile(self, media: Any, profile: Any) -> Profile:
        video = getattr(profile, "VideoEncoderConfiguration", None)
        size = getattr(video, "Resolution", None)
        token = text(profile, "token")
        asked = {"StreamSetup": SETUP, "ProfileToken": token}
        return Profile(
            token=token,
            name=text(profile, "Name"),
            encoding=text(video, "Encoding"),
            width=getattr(size, "Width", None),
            height=getattr(size, "Height", None),
            stream=self._ours(text(await told(media.GetStreamUri(asked)), "Uri")),
            snapshot=await self._snapshot(media, token),
        )

    async def _snapshot(self, media: Any, token: str) -> str:
        try:
            return self._ours(text(await told(media.GetSnapshotUri({"ProfileToken": token})), "Uri"))
        except Unauthorized:
            raise
        except Refused:  # it gives streams alone
            return ""

    def _ours(self, url: str) -> str:
        return at_host(url, self.host, self.port)


def at_host(url: str, host: str, port: int) -> str:
    """`url` as it works from here: cameras tell of addresses that they had before, or have behind a router.
    Where it names another host, both host and port of HTTP are the ones that were asked; RTSP keeps its port.
    A name and password in it are left out. Raises `Garbled`."""
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        theirs, their_port = parts.hostname, parts.port
    except ValueError as error:
        raise Garbled("an address that is none") from error
    if not parts.scheme or not theirs:
        raise Garbled("an address that is none")
    is_other = theirs != host.lower()
    ports = port if is_other and parts.scheme.startswith("http") else their_port
    bracketed = f"[{host}]" if ":" in host else host
    return parts._replace(netloc=bracketed + (f":{ports}" if ports else "")).geturl()


def text(thing: Any, name: str) -> str:
    found = getattr(thing, name, None)
    return str(found).strip() if found is not None else ""


async def told(answer: Awaitable[Any]) -> Any:
    """What was answered, or the library's many errors in the words of the contracts."""
    import aiohttp
    import onvif
    import zeep.exceptions

    try:
        return await answer
    except zeep.exceptions.Fault as error:
        raise refusal(f"{error.message} {' '.join(map(str, error.subcodes or ()))}") from error
    except zeep.exceptions.TransportError as error:
        raise refusal(f"answered {error.status_code}") from error
    except onvif.ONVIFError as error:
        raise Refused(str(error)) from error
    except (aiohttp.ClientResponseError, aiohttp.ClientPayloadError) as error:
        raise Garbled("no HTTP") from error
    except TimeoutError:
        raise
    except (aiohttp.ClientError, OSError) as error:
        raise Unreachable("no answer") from error
    except (zeep.exceptions.Error, ValueError, TypeError, AttributeError, LookupError) as error:
        raise Garbled("no answer of ONVIF") from error


def refusal(why: str) -> Refused:
    plain = why.lower().replace(" ", "")
    return Unauthorized(why) if any(word in plain for word in NOT_AUTHORIZED) else Refused(why)
