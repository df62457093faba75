"""What the Board edits, topic by topic. `TOPICS` is the whole list; rules, pages and API go by it.

To edit one more table, add a topic here.
"""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cuakhauso.core.where import ON_THE_WAY, movable
from cuakhauso.core.words import Agency, Kind, Order, Regime, WeightClass

from ..lanes import models as lanes
from ..places import models as m
from ..web import words
from . import checks as c
from . import fields as f
from .fields import named
from .topic import Topic

# --- topics --------------------------------------------------------------------------------------

_gate = f.choice("gate", _("Cửa khẩu"), c.gates)
_code = f.text("code", _("Mã"), longest=40)
_names = (
    f.text("name", _("Tên tiếng Việt")),
    f.text("name_zh", _("Tên tiếng Trung")),
    f.text("name_en", _("Tên tiếng Anh")),
)
_countries = named(words.COUNTRIES, words.COUNTRIES, _("mọi nước"))
_vehicles = named(words.VEHICLES, words.VEHICLES, _("mọi xe"))
_offered = f.flag("offered", _("Còn dùng để chọn"))
_kind = f.choice("kind", _("Loại lượt xe"), named(words.KINDS, Kind))
_goods_class = f.choice("goods_class", _("Nhóm hàng"), named(words.GOODS_CLASSES, words.GOODS_CLASSES))
_any_kind = f.choice("kind", _("Loại lượt xe"), named(words.KINDS, Kind, _("mọi loại")), optional=True)

_ALL = (
    Topic(
        "hours",
        _("Giờ mở cửa"),
        _("Cửa khẩu mở và đóng lúc nào trong tuần, giờ Hà Nội"),
        "time",
        "clock",
        m.OpeningHours,
        (_gate, f.choice("weekday", _("Ngày trong tuần"), c.weekdays, many=True)),
        (f.clock("opens", _("Mở cửa")), f.clock("closes", _("Đóng cửa"))),
        check=c.opens_before_closing,
        ends_as=_("đóng cửa cả ngày"),
        public=True,
    ),
    Topic(
        "closures",
        _("Đóng cửa theo giờ"),
        _("Khi một bên đóng cửa ngoài lịch; đóng khẩn có hiệu lực ngay"),
        "time",
        "barrier-block",
        m.GateClosure,
        (_gate, f.moment("begins", _("Đóng từ"))),
        (
            f.moment("ends", _("Đến")),
            f.text("reason", _("Lý do"), longest=200),
            f.flag("other_side", _("Phía bên kia đóng")),
        ),
        dated=False,
        check=c.begins_before_it_ends,
        ends_as=_("không đóng"),
        public=True,
    ),
    Topic(
        "step_places",
        _("Bước nào làm ở đâu"),
        _("Chốt nơi mỗi việc được làm; việc nào và của ai là luật, không đổi ở đây"),
        "steps",
        "map-pin",
        m.StepPlace,
        (_gate, f.choice("step", _("Bước"), lambda: named(words.STEPS, movable())())),
        (
            f.places(
                "at",
                _("Làm tại"),
                named(words.CHECKPOINTS, ON_THE_WAY),
                hint=_("Không chọn chốt nào nghĩa là làm tại bàn."),
            ),
        ),
        check=c.reachable,
        ends_as=_("theo luật chung"),
    ),
    Topic(
        "quarantine",
        _("Bảng kiểm dịch"),
        _("Hàng thuộc chương HS nào thì cơ quan nào phải xem"),
        "steps",
        "plant-2",
        m.QuarantineRule,
        (
            f.text("chapter", _("Chương HS"), longest=2),
            f.choice("agency", _("Cơ quan"), named(words.AGENCIES, c.QUARANTINES)),
        ),
        (),
        check=c.digits("chapter", 2),
        ends_as=_("không phải kiểm dịch"),
    ),
    Topic(
        "documents",
        _("Giấy tờ phải có"),
        _("Xe và lái xe phải có giấy tờ nào; thiếu thì nhắc hay dừng xe"),
        "steps",
        "file-text",
        m.DocumentRule,
        (
            f.choice("document", _("Giấy tờ"), named(words.DOCUMENTS, words.DOCUMENTS)),
            f.choice("country", _("Nước đăng ký xe"), _countries, optional=True),
            f.choice("vehicle", _("Loại xe"), _vehicles, optional=True),
        ),
        (f.flag("stops", _("Thiếu hoặc chưa xem thì dừng xe")),),
        ends_as=_("không phải có"),
        public=True,
    ),
    Topic(
        "checkpoints",
        _("Chốt"),
        _("Chốt có cân không, có theo giờ mở cửa không"),
        "steps",
        "traffic-lights",
        m.Checkpoint,
        (f.choice("code", _("Chốt"), c.codes_of(m.Checkpoint)),),
        (
            f.text("name", _("Tên"), longest=80),
            f.flag("has_scale", _("Có cân")),
            f.flag("keeps_hours", _("Theo giờ mở cửa")),
        ),
        dated=False,
        may_add=False,
        may_end=False,
        names=("name",),
    ),
    Topic(
        "settings",
        _("Mức và dung sai"),
        _("Dung sai khi cân, thời gian lưu lại, mức phí cao nhất"),
        "limits",
        "settings",
        m.Setting,
        (
            f.choice("gate", _("Cửa khẩu"), c.gates_or_all, optional=True),
            f.choice("name", _("Mức"), named(c.SETTINGS, c.SETTINGS)),
        ),
        (f.number("value", _("Giá trị")),),
        check=c.possible,
        ends_as=_("theo mức chung"),
    ),
    Topic(
        "weight_tolerances",
        _("Dung sai theo hàng"),
        _("Hàng thuộc mã HS nào được lệch bao nhiêu so với khối lượng khai"),
        "limits",
        "weight",
        m.WeightTolerance,
        (
            f.choice("gate", _("Cửa khẩu"), c.gates_or_all, optional=True),
            f.text("prefix", _("Mã HS bắt đầu bằng"), longest=8),
        ),
        (
            f.number("percent", _("Phần trăm"), high=100),
            f.number("least_kg", _("Ít nhất (kg)"), high=10_000),
        ),
        check=c.digits("prefix", 2, 4, 6, 8),
        ends_as=_("theo dung sai chung"),
    ),
    Topic(
        "yards",
        _("Bãi"),
        _("Số chỗ và cân của từng bãi"),
        "limits",
        "parking",
        m.Yard,
        (f.choice("code", _("Bãi"), c.codes_of(m.Yard)),),
        (
            f.text("name", _("Tên"), longest=80),
            f.text("operator", _("Đơn vị khai thác"), optional=True),
            f.number(
                "capacity",
                _("Số chỗ"),
                optional=True,
                high=100_000,
                hint=_("Để trống nếu chưa rõ: khi đó không tính bãi đầy."),
            ),
            f.flag("has_scale", _("Có cân")),
        ),
        dated=False,
        may_add=False,
        may_end=False,
        names=("name",),
    ),
    Topic(
        "lanes",
        _("Làn"),
        _("Làn được tự chạy bao lâu khi mất mạng, có cần người thứ hai, có cân"),
        "limits",
        "road",
        lanes.Lane,
        (f.choice("code", _("Làn"), c.codes_of(lanes.Lane)),),
        (
            f.number("offline_minutes", _("Số phút tự chạy khi mất mạng"), high=24 * 60),
            f.flag("second_person", _("Mở trái lệnh cần người thứ hai")),
            f.flag("weighs", _("Cân khi qua")),
        ),
        dated=False,
        may_add=False,
        may_end=False,
        names=("name",),
    ),
    Topic(
        "tariff",
        _("Biểu phí"),
        _("Mức gốc theo hạng xe, loại hình và nhóm hàng"),
        "fees",
        "cash",
        m.Tariff,
        (
            f.choice("weight_class", _("Hạng xe"), named(words.WEIGHT_CLASSES, WeightClass)),
            f.choice("regime", _("Loại hình"), named(words.REGIMES, Regime)),
            _goods_class,
            _any_kind,
        ),
        (f.money("amount", _("Mức phí (đồng)"), optional=True, high=100_000_000),),
        ends_as=_("không có mức riêng"),
        public=True,
    ),
    Topic(
        "tariff_shares",
        _("Phần phải nộp"),
        _("Mỗi loại lượt xe nộp bao nhiêu phần trăm mức gốc, vào khoản nào"),
        "fees",
        "receipt",
        m.TariffShare,
        (_kind,),
        (
            f.choice("order", _("Khoản"), named(words.ORDERS, Order)),
            f.number("percent", _("Phần trăm"), high=1000),
        ),
        ends_as=_("không thu"),
        public=True,
    ),
    Topic(
        "tariff_multipliers",
        _("Hệ số theo nhóm hàng"),
        _("Nhóm hàng không có mức riêng nộp gấp mấy lần"),
        "fees",
        "arrow-up-right",
        m.TariffMultiplier,
        (_goods_class,),
        (f.number("times", _("Số lần"), low=1, high=100),),
        ends_as=_("không nhân"),
        public=True,
    ),
    Topic(
        "goods_classes",
        _("Nhóm hàng theo mã HS"),
        _("Mã HS bắt đầu bằng số nào thì thuộc nhóm hàng nào của biểu phí"),
        "fees",
        "package",
        m.GoodsClass,
        (f.text("prefix", _("Mã HS bắt đầu bằng"), longest=8),),
        (_goods_class,),
        check=c.digits("prefix", 2, 4, 6, 8),
        ends_as=_("hàng thông thường"),
        public=True,
    ),
    Topic(
        "hold_reasons",
        _("Lý do giữ xe"),
        _("Lý do có mã mà cán bộ chọn khi giữ xe"),
        "reasons",
        "hand-stop",
        m.HoldReason,
        (_code,),
        (
            *_names,
            f.choice("agency", _("Cơ quan"), named(words.AGENCIES, Agency, _("mọi cơ quan")), optional=True),
            f.text("law", _("Căn cứ")),
            f.number("minutes", _("Số phút dự kiến"), optional=True, high=10_000),
            _offered,
        ),
        dated=False,
        may_end=False,
        check=c.a_code,
        names=("name", "name_zh", "name_en"),
    ),
    Topic(
        "opening_reasons",
        _("Lý do mở barie trái lệnh"),
        _("Lý do có mã khi mở làn dù còn điều chưa đạt"),
        "reasons",
        "lock-open",
        lanes.OpeningReason,
        (_code,),
        (*_names, _offered),
        dated=False,
        may_end=False,
        check=c.a_code,
        names=("name", "name_zh", "name_en"),
    ),
    Topic(
        "type_codes",
        _("Mã loại hình"),
        _("Mã loại hình của tờ khai hải quan"),
        "reasons",
        "file-text",
        m.TypeCode,
        (f.text("code", _("Mã"), longest=3),),
        (
            f.text("name", _("Tên"), longest=160),
            f.choice(
                "direction", _("Chiều"), lambda: [("import", str(_("nhập"))), ("export", str(_("xuất")))]
            ),
        ),
        dated=False,
        may_end=False,
        check=c.a_code,
        names=("name",),
    ),
    Topic(
        "customs_offices",
        _("Chi cục hải quan"),
        _("Mã và tên đơn vị hải quan"),
        "reasons",
        "building",
        m.CustomsOffice,
        (f.text("code", _("Mã"), longest=6),),
        (f.text("name", _("Tên")),),
        dated=False,
        may_end=False,
        check=c.a_code,
        names=("name",),
    ),
    Topic(
        "gates",
        _("Cửa khẩu"),
        _("Tên của từng cửa khẩu ở ba thứ tiếng"),
        "reasons",
        "home",
        m.Gate,
        (f.choice("code", _("Cửa khẩu"), c.codes_of(m.Gate)),),
        (*_names, f.text("opposite", _("Cửa khẩu đối diện"), longest=80)),
        dated=False,
        may_add=False,
        may_end=False,
        names=("name", "name_zh", "name_en"),
    ),
)

TOPICS: Mapping[str, Topic] = {topic.code: topic for topic in _ALL}
GROUPS: Mapping[str, str | Promise] = {
    "time": _("Giờ giấc"),
    "steps": _("Việc phải làm"),
    "limits": _("Mức và chỗ"),
    "fees": _("Phí"),
    "reasons": _("Lý do và danh mục"),
}
CLOSURES = TOPICS["closures"]


def in_groups() -> Iterable[tuple[str | Promise, list[Topic]]]:
    for code, title in GROUPS.items():
        yield title, [topic for topic in _ALL if topic.group == code]
