"""Accounts for trying the platform out: one for every role. Never created where CUAKHAUSO_DEMO=0."""

import os
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction

from cuakhauso.core.words import Agency

from .models import Duty, Organisation, Role, User

PASSWORD = "cua-khau-so-2026"  # noqa: S105  for trying out, printed at every start


@dataclass(frozen=True, slots=True)
class SignIn:
    username: str
    full_name: str
    organisation: str
    gate: str
    duty: Duty
    agency: Agency | None = None
    posts: tuple[str, ...] = ()
    tax_code: str = ""


BUSINESSES = [
    ("nongsan", "Công ty TNHH Nông sản Mây Chiều", "4600000016", "Lý Thị Mẫu"),
    ("giaonhan", "Công ty CP Giao nhận Sao Hôm", "4600000023", "Vi Văn Mẫu"),
]
AGENCIES = [
    ("bienphong", Agency.BORDER_GUARD, "Bộ đội Biên phòng", "Hoàng Văn Mẫu"),
    ("haiquan", Agency.CUSTOMS, "Hải quan", "Trần Minh Mẫu"),
    ("yte", Agency.HEALTH, "Kiểm dịch y tế", "Nông Thị Mẫu"),
    ("thucvat", Agency.PLANT_QUARANTINE, "Kiểm dịch thực vật", "Chu Thị Mẫu"),
    ("dongvat", Agency.ANIMAL_QUARANTINE, "Kiểm dịch động vật", "Bế Văn Mẫu"),
    ("vantai", Agency.TRANSPORT_LICENCE, "Giấy phép vận tải", "Đinh Quang Mẫu"),
    ("thue", Agency.TAX, "Thuế", "Lương Thị Mẫu"),
    ("congan", Agency.POLICE, "Công an", "Hà Văn Mẫu"),
]
GATES = [("hn", "CKHN", "Bãi Xuân Cương"), ("tt", "TT", "Bãi Bảo Nguyên")]


def accounts() -> list[SignIn]:
    """Every demo account: agencies at each gate, yards, the Board, a leader, businesses, support."""
    made = [
        SignIn(name, person, company, "", Duty.DECLARANT, tax_code=tax)
        for name, company, tax, person in BUSINESSES
    ]
    for short, gate, yard in GATES:
        made += [
            SignIn(f"{name}.{short}", person, organisation, gate, Duty.OFFICER, agency)
            for name, agency, organisation, person in AGENCIES
        ]
        made.append(SignIn(f"bai.{short}", "Phùng Văn Mẫu", yard, gate, Duty.OFFICER, Agency.YARD))
        made.append(
            SignIn(f"banquanly.{short}", "Mai Thị Mẫu", "Ban Quản lý cửa khẩu", gate, Duty.DESK, Agency.BOARD)
        )
    made.append(SignIn("lanhdao", "Đặng Văn Mẫu", "Ủy ban nhân dân tỉnh", "", Duty.LEADER))
    made.append(SignIn("hotro", "Tô Thị Mẫu", "Hỗ trợ kê khai", "", Duty.SUPPORT))
    return made


def wanted() -> bool:
    return os.environ.get("CUAKHAUSO_DEMO", "1") != "0"


def sign_ins() -> list[tuple[str, str, str]]:
    """Username, password and what it is for: printed by `cuakhauso run`."""
    if not wanted():
        return []
    return [(a.username, PASSWORD, f"{a.organisation}{f' · {a.gate}' if a.gate else ''}") for a in accounts()]


@transaction.atomic
def seed() -> None:
    """Creates what is missing. An account whose password was changed keeps it."""
    if not wanted():
        return
    hashed = make_password(PASSWORD)  # once: hashing is slow on purpose
    for account in accounts():
        organisation = _organisation(account)
        user, _ = User.objects.get_or_create(
            username=account.username,
            defaults={"full_name": account.full_name, "password": hashed},
        )
        Role.objects.get_or_create(
            user=user,
            organisation=organisation,
            gate=account.gate,
            duty=account.duty,
            defaults={"posts": list(account.posts)},
        )


def _organisation(account: SignIn) -> Organisation:
    kind = Organisation.Kind.BUSINESS if account.duty is Duty.DECLARANT else Organisation.Kind.AGENCY
    if account.agency is Agency.YARD:
        kind = Organisation.Kind.YARD
    found, _ = Organisation.objects.get_or_create(
        name=account.organisation,
        defaults={"kind": kind, "tax_code": account.tax_code, "agency": account.agency or ""},
    )
    return found
