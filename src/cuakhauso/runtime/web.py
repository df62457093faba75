"""One web process: `python -m cuakhauso.runtime.web <file descriptor of the listening socket>`."""

import os
import sys

import uvicorn


def main() -> None:
    config = uvicorn.Config(
        "cuakhauso.centre.config.asgi:application",
        fd=int(sys.argv[1]),
        lifespan="off",
        log_level=os.environ.get("CUAKHAUSO_LOG", "warning").lower(),
        access_log=False,
        server_header=False,
        ws="none",
        backlog=2048,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=2,  # live pages never end by themselves; they reconnect
    )
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
