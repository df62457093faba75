"""The Board's people who edit reference data, and drafts as they write them."""

import uuid
from datetime import date, datetime, timedelta

from cuakhauso.centre.accounts.duties import Duty
from cuakhauso.centre.accounts.models import Organisation, Role, User
from cuakhauso.centre.accounts.principal import Principal, by_user
from cuakhauso.centre.reference import actions
from cuakhauso.centre.reference.models import ReferenceChange
from cuakhauso.centre.reference.reading import Draft, RowGiven
from cuakhauso.core.reference import HANOI
from cuakhauso.core.words import Agency

LAW = "Quyết định 12/QĐ-BQL (01/11/2026)"


def today() -> date:
    return datetime.now(HANOI).date()


def in_days(days: int) -> date:
    return today() + timedelta(days=days)


def editor(name: str = "Triệu Thị Mẫu", gate: str = "") -> Principal:
    board, _ = Organisation.objects.get_or_create(
        name="Ban Quản lý", defaults={"kind": Organisation.Kind.AGENCY, "agency": Agency.BOARD}
    )
    user, _ = User.objects.get_or_create(
        username=f"{name}{gate}".replace(" ", "."), defaults={"full_name": name}
    )
    Role.objects.get_or_create(user=user, organisation=board, gate=gate, duty=Duty.REFERENCE)
    return by_user(user)


def second() -> Principal:
    return editor("Lăng Văn Mẫu")


def draft(
    topic: str, *rows: tuple[dict, dict | None], begins: int | date | None = 1, **more: object
) -> Draft:
    day = in_days(begins) if isinstance(begins, int) else begins
    head = {"valid_from": day, "source": LAW, **more}
    return Draft(topic, [RowGiven(key, after) for key, after in rows], **head)


def rate(amount: int | None, weight: str = "VT6", regime: str = "business") -> tuple[dict, dict]:
    key = {"weight_class": weight, "regime": regime, "goods_class": "ordinary", "kind": ""}
    return key, {"amount": amount}


def proposed(topic: str, *rows: tuple[dict, dict | None], **more: object) -> ReferenceChange:
    change = actions.save(draft(topic, *rows, **more), by=editor())
    return actions.propose(change.pk, by=editor())


def approved(topic: str, *rows: tuple[dict, dict | None], **more: object) -> ReferenceChange:
    return actions.approve(proposed(topic, *rows, **more).pk, by=second())


def closing(minutes: int = 0, lasting: int = 120, gate: str = "CKHN") -> Draft:
    begins = datetime.now(HANOI).replace(microsecond=0) + timedelta(minutes=minutes)
    return Draft(
        "closures",
        [
            RowGiven(
                {"gate": gate, "begins": begins.isoformat()},
                {
                    "ends": (begins + timedelta(minutes=lasting)).isoformat(),
                    "reason": "Phía bạn đóng cửa",
                    "other_side": True,
                },
            )
        ],
        source="Điện thoại của phía bạn",
    )


def new_id() -> uuid.UUID:
    return uuid.uuid4()
