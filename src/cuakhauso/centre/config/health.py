"""GET /healthz: is the platform able to work? For monitors and load balancers; no sign-in."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from psycopg_pool import PoolTimeout

from cuakhauso import __version__

# The worker reports every 10 s; after three missed reports it counts as gone.
WORKER_SILENT_AFTER_S = 35

LAST_HEARTBEAT = """
    SELECT extract(epoch FROM now() - max(last_heartbeat))::float FROM procrastinate_workers
"""


@login_not_required
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    state = health()
    return JsonResponse(state, status=200 if state["database"]["ok"] else 503)


def health() -> dict[str, Any]:
    database, worker = _database(), {"ok": False, "last_seen_s": None}
    if database["ok"]:
        worker = _worker()
    ok = database["ok"] and worker["ok"]
    return {
        "status": "ok" if ok else "degraded",
        "database": database,
        "worker": worker,
        "version": __version__,
    }


def _database() -> dict[str, Any]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            return {"ok": True, "version": cursor.fetchone()[0].split()[0]}
    except (Error, PoolTimeout):
        return {"ok": False, "reason": "the database does not answer"}


def _worker() -> dict[str, Any]:
    try:
        with connection.cursor() as cursor:
            cursor.execute(LAST_HEARTBEAT)
            seen = cursor.fetchone()[0]
    except Error:
        return {"ok": False, "last_seen_s": None, "reason": "the jobs' tables are missing: migrate"}
    if seen is None:
        return {"ok": False, "last_seen_s": None, "reason": "no worker has started"}
    return {"ok": seen < WORKER_SILENT_AFTER_S, "last_seen_s": round(seen, 1)}
