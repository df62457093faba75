"""The reference data with which the platform starts, each row with its source.

`S..` and `[F]` are the marks of the fact base; `(A)` is our assumption, to be corrected by the Board.
Amounts that no public text gives are rows without an amount: the Board must fill them in.
"""

from datetime import date, time

from cuakhauso.core.words import Agency, BayKind, CheckpointKind, Kind, Order, Regime, WeightClass

START = date(2022, 2, 21)
FEES_FROM = date(2025, 5, 8)
FEE_LAW = "Nghị quyết 09/2025/NQ-HĐND (28/04/2025)"

GATES = [
    (
        "CKHN",
        "Hữu Nghị",
        "友谊",
        "Huu Nghi",
        "1119–1120",
        "Hữu Nghị Quan (友谊关), Bằng Tường",
        "[F] S30, S33",
    ),
    ("TT", "Tân Thanh", "新清", "Tan Thanh", "1088/2–1089", "Pò Chài (浦寨)", "[F] S30, S58"),
]

# kind, name, keeps opening hours
CHECKPOINTS = [
    (CheckpointKind.B1, "Chốt B1", True, "S2"),
    (CheckpointKind.YARD, "Cổng bãi", False, "S1, S5"),
    (CheckpointKind.BORDER_LINE, "Đường biên", True, "S30"),
    (CheckpointKind.B2, "Chốt B2", True, "S2"),
    (CheckpointKind.TEMPORARY_YARD, "Bãi tạm", False, "S1, S2"),
]

# code, gate, name, operator, inside, temporary, source
YARDS = [
    ("XC", "CKHN", "Bãi Xuân Cương", "Công ty CP Hữu Nghị Xuân Cương", True, False, "[F] S23"),
    ("VTP", "CKHN", "Công viên Logistics Viettel", "Viettel Post", False, False, "[F] S67"),
    ("BTHN", "CKHN", "Bãi tạm Hữu Nghị", "Biên phòng", True, True, "S1 (A)"),
    ("BN", "TT", "Bãi Bảo Nguyên", "Công ty CP Vận tải Thương mại Bảo Nguyên", True, False, "[F]"),
    ("BTTT", "TT", "Bãi tạm Tân Thanh", "Biên phòng", True, True, "S1 (A)"),
]

# (A) Plain grids until the yards give their own plans: block, what its bays are for, rows, bays in a row.
ASSUMED_PLANS = {
    "XC": (
        ("A", BayKind.TRUCK, 2, 12),
        ("B", BayKind.TRANSSHIPMENT, 2, 12),
        ("C", BayKind.COLD, 1, 8),
        ("D", BayKind.DANGEROUS, 1, 4),
    ),
    "VTP": (("A", BayKind.TRUCK, 2, 15), ("B", BayKind.TRANSSHIPMENT, 1, 10), ("C", BayKind.COLD, 1, 10)),
    "BN": (("A", BayKind.TRUCK, 2, 12), ("B", BayKind.TRANSSHIPMENT, 2, 12), ("C", BayKind.COLD, 1, 8)),
}
PLAN_FROM, PLAN_SOURCE = START, "(A) sơ đồ tạm, chờ đơn vị khai thác bãi"

# S29: until 20:00 daily since 04/2025; opening hour by S45 (7:00) (A)
HOURS = [(gate, day, time(7), time(20)) for gate in ("CKHN", "TT") for day in range(7)]
HOURS_FROM, HOURS_SOURCE = date(2025, 4, 1), "S29, S45 (A: giờ mở cửa 7:00)"

PLANT_CHAPTERS = ["06", "07", "08", "09", "10", "11", "12", "13", "14", "23", "24", "44"]
ANIMAL_CHAPTERS = ["01", "02", "03", "04", "05", "16", "41"]
QUARANTINE_SOURCE = "Chương HS (A): Luật 41/2013/QH13, Luật Thú y 79/2015/QH13; Ban Quản lý kiểm tra lại"
QUARANTINE = [(c, Agency.PLANT_QUARANTINE) for c in PLANT_CHAPTERS] + [
    (c, Agency.ANIMAL_QUARANTINE) for c in ANIMAL_CHAPTERS
]

GOODS_CLASSES = [
    ("07", "fresh_produce"),
    ("0801", "farm_produce"),
    ("08", "fresh_produce"),
    ("0901", "farm_produce"),
    ("0902", "farm_produce"),
    ("10", "farm_produce"),
    ("12", "farm_produce"),
    ("26", "ore"),
]
GOODS_SOURCE = "S26; nhóm theo mã HS (A)"

_ANY = ""
KNOWN_OF_REGIMES = {
    (WeightClass.VT6, Regime.TEMPORARY_IMPORT, "farm_produce"),
    (WeightClass.VT6, Regime.TEMPORARY_IMPORT, "fresh_produce"),
}
# weight class, regime, goods class, kind, amount
TARIFF = [
    (WeightClass.VT4, Regime.BUSINESS, "ordinary", _ANY, 300_000, f"{FEE_LAW}; [F]"),
    (WeightClass.VT6, Regime.BUSINESS, "ordinary", _ANY, 800_000, f"{FEE_LAW}; [F]"),
    (WeightClass.VT1, Regime.BUSINESS, "fresh_produce", Kind.EXPORT, 100_000, f"{FEE_LAW}; S26"),
    (WeightClass.VT6, Regime.TEMPORARY_IMPORT, "farm_produce", _ANY, 4_000_000, f"{FEE_LAW}; S26"),
    (WeightClass.VT6, Regime.TEMPORARY_IMPORT, "fresh_produce", _ANY, 4_000_000, f"{FEE_LAW}; S26"),
    # Fresh produce on classes whose own rate no source gives pays the ordinary rate of the class (A).
    (WeightClass.VT4, Regime.BUSINESS, "fresh_produce", _ANY, 300_000, f"{FEE_LAW} (A)"),
    (WeightClass.VT6, Regime.BUSINESS, "fresh_produce", _ANY, 800_000, f"{FEE_LAW} (A)"),
    (WeightClass.VT4, Regime.BUSINESS, "farm_produce", _ANY, 300_000, f"{FEE_LAW} (A)"),
    (WeightClass.VT6, Regime.BUSINESS, "farm_produce", _ANY, 800_000, f"{FEE_LAW} (A)"),
    # Rows that the Board must fill in: no public text gives the amount (S26 knows only that they differ by
    # class, goods and journey).
    *(
        (weight, Regime.BUSINESS, "ordinary", _ANY, None, f"{FEE_LAW}: Ban Quản lý điền")
        for weight in (WeightClass.VT1, WeightClass.VT2, WeightClass.VT3, WeightClass.VT5)
    ),
    *(
        (weight, Regime.BUSINESS, goods_class, _ANY, None, f"{FEE_LAW}: Ban Quản lý điền")
        for weight in (WeightClass.VT1, WeightClass.VT2, WeightClass.VT3, WeightClass.VT5)
        for goods_class in ("fresh_produce", "farm_produce")
    ),
    *(
        (weight, regime, goods_class, _ANY, None, f"{FEE_LAW}: Ban Quản lý điền")
        for regime in Regime
        if regime is not Regime.BUSINESS
        for weight in WeightClass
        for goods_class in ("ordinary", "fresh_produce", "farm_produce")
        if (weight, regime, goods_class) not in KNOWN_OF_REGIMES
    ),
]

SHARES = [
    (Kind.EXPORT, Order.INFRASTRUCTURE, 100),
    (Kind.IMPORT_TRANSSHIPMENT, Order.TRANSSHIPMENT, 30),
    (Kind.RECEIVING, Order.INFRASTRUCTURE, 100),
    (Kind.IMPORT_INLAND, Order.INFRASTRUCTURE, 130),
]
SHARE_SOURCE = f"{FEE_LAW}; S26, [F] (A: công thức suy ra từ ba hồ sơ)"
MULTIPLIERS = [("ore", 5)]

# HS prefix, per cent, least kg. No public text gives figures: what loses or takes up water, or is carried in
# bulk, may differ by more than what is counted in cartons (A).
TOLERANCES = [
    ("03", 10, 300),  # fish and seafood, with ice or water
    ("07", 8, 300),
    ("08", 8, 300),
    ("25", 6, 300),  # stone, in bulk
    ("26", 6, 300),  # ore, in bulk
    ("84", 3, 200),  # machines and
    ("85", 3, 200),  # electronics: in cartons with a weight printed on them
]
TOLERANCE_SOURCE = "(A): Ban Quản lý xác nhận"

# kind, nationality (empty: any), source. From 01/08/2024 at least seven (S33 to S35), of which public texts
# name four. The rest, and that a missing one does not yet stop a vehicle, is (A): the Board confirms it.
DOCUMENTS_FROM = date(2024, 8, 1)
_NAMED, _INFERRED = "S33, S34, S35", "S33 (A): suy ra, Ban Quản lý xác nhận"
DOCUMENTS = [
    ("transport_licence", "", _NAMED),
    ("registration", "", _NAMED),
    ("inspection", "", _NAMED),
    ("badge", "VN", _NAMED),
    ("insurance", "", _INFERRED),
    ("vehicle_entry", "CN", _INFERRED),
    ("driving_licence", "", _INFERRED),
    ("border_pass", "", _INFERRED),
]

# name, value, source, in force from, up to (none: until another row says otherwise)
SETTINGS = [
    ("fee_cap", 5_000_000, f"{FEE_LAW}; S26", START, None),
    ("stay_hours", 24, "S31, S32", START, None),
    ("two_way_stay_hours", 36, "S30, S31, S32: thí điểm", date(2025, 12, 10), date(2026, 12, 10)),
    ("weight_tolerance_percent", 5, "(A)", START, None),
    ("days_temporary_import", 60, "Nghị định 69/2018/NĐ-CP; gia hạn do Hải quan (A)", START, None),
    ("days_transit", 30, "Luật Quản lý ngoại thương 05/2017/QH14 (A)", START, None),
    ("escort_transit", 0, "(A)", START, None),
    ("charged_on_turning", 1, "(A): phí đã tính trước khi quay đầu vẫn phải nộp", START, None),
    ("picture_days", 90, "(A)", START, None),  # lanes' pictures; no public rule names a number
]

TYPE_CODES = [
    ("A11", "import", "Nhập kinh doanh tiêu dùng"),
    ("A12", "import", "Nhập kinh doanh sản xuất"),
    ("A21", "import", "Chuyển tiêu thụ nội địa"),
    ("A31", "import", "Nhập hàng xuất khẩu bị trả lại"),
    ("A41", "import", "Nhập kinh doanh của doanh nghiệp đầu tư"),
    ("A42", "import", "Thay đổi mục đích sử dụng"),
    ("A43", "import", "Nhập hàng hóa thuộc chương trình ưu đãi"),
    ("A44", "import", "Nhập khẩu bán tại cửa hàng miễn thuế"),
    ("B11", "export", "Xuất kinh doanh"),
    ("B12", "export", "Xuất sau khi đã tạm xuất"),
    ("B13", "export", "Xuất khẩu hàng đã nhập khẩu"),
    ("C11", "import", "Hàng gửi kho ngoại quan"),
    ("C12", "export", "Hàng xuất kho ngoại quan"),
    ("C21", "import", "Hàng đưa vào khu phi thuế quan"),
    ("C22", "export", "Hàng đưa ra khu phi thuế quan"),
    ("E11", "import", "Nhập nguyên liệu của doanh nghiệp chế xuất"),
    ("E13", "import", "Nhập tạo tài sản cố định của doanh nghiệp chế xuất"),
    ("E15", "import", "Nhập của doanh nghiệp chế xuất từ nội địa"),
    ("E21", "import", "Nhập nguyên liệu gia công cho nước ngoài"),
    ("E23", "import", "Nhập nguyên liệu gia công chuyển hợp đồng"),
    ("E31", "import", "Nhập nguyên liệu sản xuất xuất khẩu"),
    ("E33", "import", "Nhập nguyên liệu vào kho bảo thuế"),
    ("E41", "import", "Nhập sản phẩm thuê gia công ở nước ngoài"),
    ("E42", "export", "Xuất sản phẩm của doanh nghiệp chế xuất"),
    ("E52", "export", "Xuất sản phẩm gia công"),
    ("E54", "export", "Xuất nguyên liệu gia công chuyển hợp đồng"),
    ("E62", "export", "Xuất sản phẩm sản xuất xuất khẩu"),
    ("E82", "export", "Xuất nguyên liệu thuê gia công ở nước ngoài"),
    *((f"G1{n}", "import", "Tạm nhập") for n in range(1, 5)),
    *((f"G2{n}", "export", "Tái xuất") for n in range(1, 5)),
    ("G51", "import", "Tái nhập"),
    ("G61", "export", "Tạm xuất"),
    ("H11", "import", "Nhập khẩu khác"),
    ("H21", "export", "Xuất khẩu khác"),
]
TYPE_SOURCE = "S84, S85a"

OFFICES = [
    ("15BB", "Hữu Nghị"),
    ("15BC", "Chi Ma"),
    ("15BD", "Cốc Nam"),
    ("15BE", "Tân Thanh"),
    ("15SI", "Ga Đồng Đăng"),
    ("15B3", "Pò Nhùng"),
    ("15ZZ", "Lạng Sơn"),
]
OFFICE_SOURCE = "S84; mã có thể đã cấp lại năm 2025"

# code, agency, vi, zh, en, law, usual minutes
REASONS = [
    ("identity", "", "Biển số, container hoặc chì không khớp", "车牌、集装箱或封志不符",
     "Plate, container or seal differs", "Nghị định 112/2014/NĐ-CP", 30),
    ("papers", "", "Thiếu hoặc sai giấy tờ", "证件缺失或有误", "Papers missing or wrong",
     "Nghị định 119/2021/NĐ-CP", 60),
    ("driver", Agency.BORDER_GUARD, "Kiểm tra người và lái xe", "核查人员和司机",
     "Checking people and driver", "Nghị định 112/2014/NĐ-CP", 30),
    ("goods_check", Agency.CUSTOMS, "Kiểm tra thực tế hàng hóa", "查验货物",
     "Examining the goods", "Luật Hải quan 54/2014/QH13", 90),
    ("customs_file", Agency.CUSTOMS, "Hồ sơ hải quan cần làm rõ", "海关单证待核实",
     "Customs file to be clarified", "Luật Hải quan 54/2014/QH13", 60),
    ("plant_sample", Agency.PLANT_QUARANTINE, "Lấy mẫu kiểm dịch thực vật", "植物检疫取样",
     "Plant quarantine sample", "Luật 41/2013/QH13", 45),
    ("animal_sample", Agency.ANIMAL_QUARANTINE, "Lấy mẫu kiểm dịch động vật", "动物检疫取样",
     "Animal quarantine sample", "Luật Thú y 79/2015/QH13", 60),
    ("health", Agency.HEALTH, "Kiểm tra y tế thêm", "进一步卫生检查", "Further health check",
     "Nghị định 89/2018/NĐ-CP", 30),
    ("licence", Agency.TRANSPORT_LICENCE, "Giấy phép vận tải không hợp lệ", "运输许可证无效",
     "Transport licence not valid", "Nghị định 119/2021/NĐ-CP", 60),
    ("wanted", "", "Cơ quan chức năng yêu cầu dừng xe", "有关部门要求停车",
     "An authority has the vehicle stopped", "Luật Công an nhân dân 37/2018/QH14", None),
    ("safety", "", "Mất an toàn hoặc trật tự", "安全或秩序问题", "Safety or order",
     "Nghị định 112/2014/NĐ-CP", 30),
]  # fmt: skip
