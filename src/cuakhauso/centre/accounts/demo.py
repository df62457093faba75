"""Accounts for trying the platform out: one for every role. Never created where CUAKHAUSO_DEMO=0.

Plain data, readable without a database; `demo_seed.py` writes it.
"""

import os
from dataclasses import dataclass

from cuakhauso.core.words import Agency

from .duties import Duty

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
    made += [
        SignIn(name, person, "Ban Quản lý cửa khẩu", "", Duty.REFERENCE, Agency.BOARD)
        for name, person in (("quydinh", "Triệu Thị Mẫu"), ("pheduyet", "Lăng Văn Mẫu"))
    ]
    made.append(SignIn("lanhdao", "Đặng Văn Mẫu", "Ủy ban nhân dân tỉnh", "", Duty.LEADER))
    made.append(SignIn("hotro", "Tô Thị Mẫu", "Hỗ trợ kê khai", "", Duty.SUPPORT))
    return made


def wanted() -> bool:
    return os.environ.get("CUAKHAUSO_DEMO", "1") != "0"


def usernames() -> list[str]:
    return [account.username for account in accounts()]


def sign_ins() -> list[dict[str, str]]:
    """Username, password and what each is for: printed by `cuakhauso run`, offered on the sign-in page."""
    if not wanted():
        return []
    gates = {"CKHN": "Hữu Nghị", "TT": "Tân Thanh", "": ""}
    return [
        {
            "username": account.username,
            "password": PASSWORD,
            "words": " · ".join(part for part in (account.organisation, gates[account.gate]) if part),
        }
        for account in accounts()
    ]
