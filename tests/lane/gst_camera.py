"""A camera by GStreamer's RTSP server: not ours. For the system's Python, which has its bindings.

`gst_camera.py h264|jpeg [user password]` prints its port, and ends when its input does. `PICTURES` in the
environment, as `folder/%d.jpg`: what it shows, again and again; `PORT` is where, any otherwise.
"""

import os
import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

SOURCE = "videotestsrc is-live=true ! video/x-raw,format=I420,width=320,height=240,framerate=20/1"
FILM = (
    "multifilesrc location={} loop=true caps=image/jpeg,framerate=10/1 ! jpegdec ! videoconvert"
    " ! video/x-raw,format=I420 ! identity sync=true"
)
CODECS = {
    "h264": "x264enc tune=zerolatency key-int-max=20 ! rtph264pay name=pay0 pt=96 config-interval=1",
    "jpeg": "jpegenc ! rtpjpegpay name=pay0 pt=26",
}


def guarded(server, factory, user, password):
    auth = GstRtspServer.RTSPAuth.new()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    token = GstRtspServer.RTSPToken.new()
    token.set_string("media.factory.role", "lane")
    auth.add_digest(user, password, token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions.new()
    permissions.add_role("lane")
    permissions.add_permission_for_role("lane", "media.factory.access", True)
    permissions.add_permission_for_role("lane", "media.factory.construct", True)
    factory.set_permissions(permissions)


def main(codec, *who):
    Gst.init(None)
    server = GstRtspServer.RTSPServer.new()
    server.set_address("127.0.0.1")
    server.set_service(os.environ.get("PORT", "0"))
    factory = GstRtspServer.RTSPMediaFactory.new()
    shown = os.environ.get("PICTURES")
    factory.set_launch(f"( {FILM.format(shown) if shown else SOURCE} ! {CODECS[codec]} )")
    factory.set_shared(True)
    if who:
        guarded(server, factory, *who)
    server.get_mount_points().add_factory("/live", factory)
    server.attach(None)
    print(server.get_bound_port(), flush=True)  # noqa: T201
    loop = GLib.MainLoop()
    threading.Thread(target=lambda: (sys.stdin.read(), loop.quit()), daemon=True).start()
    loop.run()


main(*sys.argv[1:])
