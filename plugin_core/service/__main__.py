"""``python -m plugin_core.service``: serve until SIGTERM; requests that are worked on are answered first."""

from __future__ import annotations

import os
import sys

from plugin_core.errors import ZimuError
from plugin_core.service.configuration import from_environment


def main() -> int:
    """The exit status: 0, or that of what is wrong with the settings."""
    import uvicorn

    try:
        configuration = from_environment(os.environ)
        from plugin_core.service.app import build

        app = build(configuration)
    except ZimuError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    config = uvicorn.Config(
        app,
        host=configuration.host,
        port=configuration.port,
        timeout_graceful_shutdown=configuration.grace,
        timeout_keep_alive=15,
        h11_max_incomplete_event_size=16 << 10,
        limit_concurrency=256,
        server_header=False,
        proxy_headers=False,
        access_log=False,  # ours says what matters
        log_level="warning",
        ws="none",
    )
    listener = config.bind_socket()
    listener.listen(config.backlog)  # so that nobody who reads "ready" in the log comes too early
    uvicorn.Server(config).run(sockets=[listener])
    return 0


if __name__ == "__main__":
    sys.exit(main())
