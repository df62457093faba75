"""The lanes of both gates and the reasons for opening, as a start. Every value here is an assumption (A) that
the Board corrects: no public text says how many barriers stand where."""

from cuakhauso.core.words import CheckpointKind, Direction, Place

SOURCE = "(A)"
GATES = ("CKHN", "TT")

# end of the code, vi, zh, en, checkpoint, direction, leads to, second person
LANES = [
    ("B1-OUT", "Barie B1, vào cửa khẩu", "B1 道闸，驶入口岸", "B1 barrier, into the gate",
     CheckpointKind.B1, Direction.OUT, Place.GATE_AREA, False),
    ("LINE-IN", "Barie đường biên, chiều vào", "边界线道闸，入境", "Border line barrier, inbound",
     CheckpointKind.BORDER_LINE, Direction.IN, Place.GATE_AREA, True),
    ("LINE-OUT", "Barie đường biên, chiều ra", "边界线道闸，出境", "Border line barrier, outbound",
     CheckpointKind.BORDER_LINE, Direction.OUT, Place.OTHER_SIDE, True),
    ("YARD-OUT", "Cổng bãi, ra đường biên", "货场大门，去边界线", "Yard gate, to the border line",
     CheckpointKind.YARD, Direction.OUT, Place.BORDER_LINE, False),
    ("YARD-IN", "Cổng bãi, vào nội địa", "货场大门，去内地", "Yard gate, inland",
     CheckpointKind.YARD, Direction.IN, Place.NON_TARIFF_ZONE, False),
    ("B2-IN", "Barie B2, vào nội địa", "B2 道闸，驶往内地", "B2 barrier, inland",
     CheckpointKind.B2, Direction.IN, Place.ROAD, False),
]  # fmt: skip

# code, vi, zh, en
OPENING_REASONS = [
    ("emergency", "Cấp cứu, chữa cháy", "急救、消防", "Ambulance or fire brigade"),
    ("safety", "Tránh nguy hiểm hoặc ùn tắc", "避免危险或拥堵", "To avoid danger or a jam"),
    ("misread", "Camera hoặc cân đọc sai, đã nhìn tận nơi", "摄像头或地磅误读，已现场查看",
     "Camera or scale misread; looked at on the spot"),
    ("system_down", "Nền tảng không trả lời", "平台无响应", "The platform does not answer"),
    ("order", "Theo lệnh của lãnh đạo cửa khẩu", "按口岸领导指令", "By order of the gate's leadership"),
    ("other", "Lý do khác, ghi rõ", "其他原因，请注明", "Other, in words"),
]  # fmt: skip
