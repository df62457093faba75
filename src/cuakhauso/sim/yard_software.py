"""A yard's own software: it works a whole day by the open API and webhooks alone.

It takes vehicles in with a bay, shares out and moves goods once customs has signed, and sees vehicles out.
Every id that it sends is made from what it says: after any repeat or restart everything is said once.
"""

from collections import deque
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid5

import httpx

from .hooks import Message

V1 = "/api/v1"
OWN = UUID("5f0c1a52-3a0e-4c59-9a53-6f2f1d2b7a10")
BAY_REFUSALS = frozenset({"bay_taken", "bay_closed"})
Row = dict[str, Any]


class YardSoftware:
    """`client` calls the platform as this yard (its token in the headers). `tell` hears what was done."""

    def __init__(
        self, client: httpx.Client, yard: str, tell: Callable[[str], None] = lambda said: None
    ) -> None:
        self.client, self.yard, self.tell = client, yard, tell
        self.known: set[str] = set()
        self.rows: dict[str, Row] = {}
        self.inside: dict[str, str] = {}
        self.waiting: deque[str] = deque()
        self.repeats = 0

    # --- webhooks --------------------------------------------------------------------------------

    def subscribe(self, url: str) -> tuple[str, str]:
        """The subscription's id and the secret that signs."""
        made = self._post("/webhooks", {"url": url})
        return made["id"], made["secret"]

    def take(self, message: str, said: Message) -> None:
        """One message: what came before is left alone, what is older than what is known changes nothing."""
        if message in self.known:
            self.repeats += 1
            return
        self.known.add(message)
        row = said.get("data", {}).get("crossing")
        if row is not None:
            self._learn(row)

    def _learn(self, row: Row) -> None:
        before = self.rows.get(row["id"])
        if before is None or before["facts"] < row["facts"]:
            self.rows[row["id"]] = row
            self.waiting.append(row["id"])

    # --- work ------------------------------------------------------------------------------------

    def look(self) -> None:
        """What is there when it starts: it may have been away."""
        for row in (*self._get(f"/yards/{self.yard}/expected"), *self._get(f"/yards/{self.yard}/here")):
            self._learn(row)

    def work(self) -> int:
        """Whatever is to be done for vehicles of which there is news; how many acts were accepted."""
        done = 0
        while self.waiting:
            row = self.rows[self.waiting.popleft()]
            done += self._see_out(row) or self._take_in(row) or self._move_goods(row)
        return done

    def _take_in(self, row: Row) -> int:
        wanted = ["yard", "in_yard"]
        if row["yard"] != self.yard or row["place"] == "yard" or not _waits(row, wanted):
            if row["place"] == "yard" and row["yard"] == self.yard:
                self.inside[row["id"]] = row["bay"]
            return 0
        kind = "transshipment" if row["kind"] in ("import_transshipment", "receiving") else "truck"
        for bay in self._free(kind):
            answer = self._act(
                f"/yards/{self.yard}/gate-in", f"{row['id']}:in:{bay}", {"crossing": row["id"], "bay": bay}
            )
            if answer.status_code == 200:
                self.inside[row["id"]] = bay
                return self._did(f"{row['plate_shown']} in, {bay}", answer)
            if not _refused_for(answer) & BAY_REFUSALS:
                return 0
        return 0

    def _free(self, kind: str) -> list[str]:
        bays = self._get(f"/yards/{self.yard}/plan")["bays"]
        return [bay["code"] for bay in bays if bay["free"] and bay["kind"] == kind]

    def _see_out(self, row: Row) -> int:
        if row["id"] not in self.inside or row["place"] == "yard":
            return 0
        del self.inside[row["id"]]
        body = {"crossing": row["id"]}
        answer = self._act(f"/yards/{self.yard}/gate-out", f"{row['id']}:out:{row['place']}", body)
        return self._did(f"{row['plate_shown']} out", answer)

    def _move_goods(self, row: Row) -> int:
        """Shared out evenly among the vehicles that have entered, then moved, once customs has signed."""
        if row["kind"] != "import_transshipment" or row["id"] not in self.inside:
            return 0
        pairing = self._get(f"/crossings/{row['id']}/transfers")
        ready = [one["crossing"] for one in pairing["takers"] if one["entered"]]
        if pairing["signed_at"] is None or not ready:
            return 0
        shares = [share for line in pairing["lines"] for share in _even(line, ready)]
        if not shares:
            return 0
        path, name = f"/crossings/{row['id']}", f"{row['id']}:{row['facts']}"
        done = self._did(
            "shared out", self._act(f"{path}/plan-transfers", f"{name}:plan", {"shares": shares})
        )
        for number, share in enumerate(shares):
            to = {"receiving": share["receiving"], "group": share["group"]}
            packages = {**to, "packages": share["packages"]}
            self._act(f"{path}/begin-transfer", f"{name}:begin:{number}", to)
            done += self._did(
                f"{row['plate_shown']}: {share['packages']} moved",
                self._act(f"{path}/transship", f"{name}:moved:{number}", packages),
            )
        return done

    # --- calls -----------------------------------------------------------------------------------

    def _did(self, what: str, answer: httpx.Response) -> int:
        accepted = answer.status_code == 200
        self.tell(what if accepted else f"{what}: refused, {answer.json().get('detail', '')}")
        return int(accepted)

    def _act(self, path: str, name: str, body: Row) -> httpx.Response:
        return self.client.post(V1 + path, json={"id": str(uuid5(OWN, name)), **body})

    def _post(self, path: str, body: Row) -> Any:
        answer = self.client.post(V1 + path, json=body)
        answer.raise_for_status()
        return answer.json()

    def _get(self, path: str) -> Any:
        answer = self.client.get(V1 + path)
        answer.raise_for_status()
        return answer.json()


def _waits(row: Row, wanted: list[str]) -> bool:
    return any([wait["party"], wait["step"]] == wanted for wait in row["waits"])


def _refused_for(answer: httpx.Response) -> set[str]:
    return {one["code"] for one in answer.json().get("objections", [])}


def _even(line: Row, ready: list[str]) -> list[Row]:
    """What remains of a goods group in equal parts; none of nothing."""
    each, over = divmod(line["remaining"], len(ready))
    parts = [each + (1 if number < over else 0) for number in range(len(ready))]
    return [
        {"receiving": to, "group": line["group"], "packages": packages}
        for to, packages in zip(ready, parts, strict=True)
        if packages
    ]
