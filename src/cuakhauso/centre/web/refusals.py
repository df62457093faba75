"""Why not, in one sentence: objections, errors of fields, and problems with a request.

The same sentence on tablet, phone, booth and API. The tables hold a sentence for every code; the functions
below fill in its details as a person reads them.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from cuakhauso.core.permit import Objection

from . import formats
from .identifier_errors import IDENTIFIER_ERRORS
from .words import (
    CHECKPOINTS,
    DIRECTIONS,
    DOCUMENTS,
    GOODS_CLASSES,
    ORDERS,
    PAPERS_FOUND,
    PARTIES,
    PLACES,
    REGIMES,
    STEPS,
    SUBJECTS,
    Words,
    language,
    of,
    reason_words,
)  # fmt: skip

OBJECTIONS: Words = {
    "undeclared": _("Xe chưa khai báo. Chỉ được vào bãi tạm để khai."),
    "declaration_withdrawn": _("Tờ khai đã rút."),
    "identity_mismatch": _("%(subject)s khác khai báo: đọc %(read)s, khai %(declared)s."),
    "bound_elsewhere": _("%(subject)s %(value)s cũng có trong một tờ khai khác chưa kết thúc."),
    "not_expected_here": _("Xe không đi qua chỗ này theo chiều này."),
    "step_open": _("%(party)s chưa xong: %(step)s."),
    "goods_remaining": _("Còn %(packages)s kiện chưa sang tải, lưu kho hoặc trả lại (%(customs_number)s)."),
    "hold_live": _("%(party)s đang giữ xe: %(reason)s."),
    "unpaid": _("Chưa nộp %(order)s %(amount)s."),
    "document_expired": _("%(document)s hết hạn ngày %(since)s."),
    "document_not_yet": _("%(document)s chưa có giá trị, từ ngày %(since)s mới có."),
    "document_missing": _("Chưa có giấy tờ: %(document)s."),
    "document_not_seen": _("%(party)s chưa xem: %(document)s."),
    "document_refused": _("%(document)s chưa đạt: %(found)s."),
    "already_numbered": _("Xe đã có số Biên phòng %(number)s."),
    "no_such_order": _("Lệnh này không còn."),
    "alert_not_yours": _("Cảnh báo này của cơ quan khác."),
    "alert_is_your_own": _("Cảnh báo do chính anh chị lập: phải có người thứ hai duyệt."),
    "alert_counts_already": _("Cảnh báo này đã được duyệt."),
    "alert_has_ended": _("Cảnh báo này đã kết thúc."),
    "help_refused": _("Công ty này không nhận khai hộ. Chỉ người của công ty khai và sửa được."),
    "nothing_looked_at": _("Chưa ghi giấy tờ nào. Hãy chọn ít nhất một giấy tờ."),
    "overstay": _("Xe quá hạn lưu lại %(hours)s giờ, hạn đến %(limit)s."),
    "overweight": _("Xe quá tải: cân %(measured)s, giới hạn %(limit)s (dung sai %(tolerance)s %%)."),
    "place_closed": _("Cửa khẩu đang đóng, mở lại %(opens)s."),
    "yard_full": _("Bãi %(yard)s đã hết chỗ."),
    "called_others_first": _("Chưa đến lượt gọi của xe này."),
    "unknown_state": _("Chưa có dữ kiện để xét. Chưa biết thì chưa cho qua."),
    "struck_off": _("Xe đã bị gạch tên."),
    "crossing_ended": _("Xe đã rời cửa khẩu, lượt này đã kết thúc."),
    "wrong_agency": _("Việc này của %(party)s."),
    "wrong_post": _("Việc này làm tại %(at)s, không phải chỗ anh chị đang trực."),
    "no_such_step": _("Lượt xe này không có bước đó."),
    "step_not_required": _("Xe này không cần bước %(step)s."),
    "not_by_hand": _("Bước %(step)s tự xong theo dữ kiện, không bấm tay."),
    "already_done": _("%(step)s đã xong lúc %(at)s, %(by)s."),
    "not_declared": _("Xe chưa khai báo."),
    "need_open": _("Cần xong trước: %(step)s, %(party)s."),
    "no_receiving_vehicle": _("Chưa có xe nhận hàng nào được cả Biên phòng và Hải quan xác nhận vào."),
    "licence_not_registered": _("Chưa đăng ký giấy phép vận tải quốc tế trong tờ khai."),
    "reason_required": _("Hãy chọn lý do."),
    "words_required": _("Hãy ghi vài chữ lý do."),
    "no_such_hold": _("Lệnh giữ này không còn."),
    "not_your_hold": _("Chỉ %(party)s bỏ được lệnh giữ này."),
    "no_such_fact": _("Không có việc này trong lượt xe."),
    "not_your_fact": _("Chỉ cơ quan đã xác nhận (%(party)s) mới hoàn tác được."),
    "already_undone": _("Việc này đã được hoàn tác."),
    "not_undoable": _("Việc này không hoàn tác được."),
    "not_signed": _("Hải quan chưa ký sang tải."),
    "plate_under_way": _("Xe %(plate)s đang trong một lượt khác chưa kết thúc (%(number)s)."),
    "no_such_group": _("Xe này không chở lô hàng đó."),
    "too_many_packages": _("Chỉ còn %(left)s kiện, không thể chuyển %(packages)s."),
    "not_linked": _("Xe nhận hàng chưa được khai cho lượt này."),
    "nothing_owed": _("Không còn khoản nào phải nộp."),
    "wrong_amount": _("Phải nộp đúng %(owed)s, không phải %(amount)s."),
    "not_entered": _("Xe nhận hàng chưa được xác nhận vào."),
    "seal_not_intact": _("Chì %(subject)s không còn nguyên vẹn."),
    "pair_quantity": _("Tờ khai %(subject)s còn %(left)s kiện của chặng đầu, xe này khai %(packages)s kiện."),
    "pair_overdue": _("Hàng của tờ khai %(subject)s quá hạn, phải đi trước %(due)s."),
    "two_way_not_in_force": _("Thí điểm vận chuyển hai chiều không còn hiệu lực."),
    "two_way_several_owners": _("Vận chuyển hai chiều chỉ chở hàng của một chủ mỗi chiều."),
    "two_way_several_kinds": _("Vận chuyển hai chiều: nông sản chỉ một loại trên một xe."),
    "two_way_combined": _("Vận chuyển hai chiều không nhận xe ghép."),
    "not_in_yard": _("Xe chưa ở trong bãi."),
    "bay_closed": _("Chỗ %(bay)s đang đóng: %(reason)s."),
    "bay_taken": _("Chỗ %(bay)s đã có xe hoặc đã giữ: %(plates)s."),
    "already_in_bay": _("Xe đã ở chỗ %(bay)s rồi."),
    "not_in_a_bay": _("Xe không đỗ ở chỗ nào và không có chỗ giữ."),
    "share_twice": _("Một xe nhận được chia hai lần cùng một lô hàng."),
    "less_than_moved": _("Xe %(plate)s đã nhận %(packages)s kiện, không chia ít hơn được."),
    "transfer_underway": _("Lô này đang sang xe đó rồi."),
    "seal_already_on": _("Chì %(seal)s đang ở trên xe rồi."),
    "no_such_seal": _("Chì %(seal)s không ở trên xe này theo khai báo và việc đã ghi."),
    "already_turned": _("Xe đã được cho quay đầu."),
    "already_asked": _("Đã xin quay đầu, đang chờ trả lời."),
    "not_asked": _("Không có yêu cầu quay đầu nào đang chờ."),
    "same_gate": _("Xe đang ở chính cửa khẩu đó."),
    "health_mode_off": _("Chế độ y tế đang tắt ở cửa khẩu này."),
    "declaration_changed": _("Khai báo đã có bản mới khi anh chị đang sửa. Hãy xem bản mới rồi gửi lại."),
    "kind_cannot_change": _("Xe đã vào: hướng không đổi được nữa."),
    "goods_have_moved": _(
        "Lô %(customs_number)s đã có %(packages)s kiện rời xe: giữ nguyên chỗ, tờ khai và không ít hơn số đó."
    ),
    "already_approved": _("%(by)s đã đồng ý lúc %(at)s."),
    "no_such_proposal": _("Không có bản sửa nào đang chờ."),
    "proposal_replaced": _("Bản sửa này đã được %(by)s thay bằng bản khác. Hãy xem bản mới."),
    "proposal_in_force": _("Bản sửa này đã có hiệu lực."),
    "nothing_changes": _("Bản sửa không đổi ô nào."),
    "examination_deviates": _("Kiểm tra tờ khai %(subject)s có sai lệch, Hải quan chưa xử lý."),
    "examination_refused": _("Hải quan không cho hàng của tờ khai %(subject)s đi: hàng phải trả về."),
    "examination_open": _("Hải quan đã yêu cầu kiểm tra hàng của tờ khai %(subject)s, chưa có kết quả."),
    "examination_missing": _("Tờ khai %(subject)s luồng đỏ: chưa có kết quả kiểm tra thực tế hàng hóa."),
    "papers_not_checked": _("Tờ khai %(subject)s luồng vàng: chưa ghi kết quả kiểm tra hồ sơ."),
    "quarantine_refused": _("%(party)s: không đạt, xe phải quay đầu."),
    "sample_out": _("Mẫu %(sample)s lấy lúc %(since)s chưa có kết quả."),
    "sample_twice": _("Mẫu %(sample)s đang chờ kết quả rồi."),
    "no_such_sample": _("Không có mẫu %(sample)s nào của anh chị đang chờ kết quả."),
    "treatment_open": _("Phải xử lý trước rồi mới đạt; chưa ghi đã xử lý."),
    "treatment_running": _("Đang xử lý đến %(until)s."),
    "nothing_to_treat": _("Không có yêu cầu xử lý nào đang chờ."),
    "already_required": _("Xe này đã phải kiểm dịch theo bảng chương HS."),
    "nothing_overpaid": _("Không có khoản nào nộp thừa (%(order)s)."),
    "no_such_refund": _("Không có đề nghị hoàn phí nào đang chờ, hoặc đã có đề nghị khác thay."),
    "refund_is_your_own": _("Đề nghị hoàn phí của chính anh chị: phải có người thứ hai chi."),
    "refund_changed": _("Khoản nộp thừa nay là %(owed)s, không còn %(amount)s. Hãy lập đề nghị mới."),
    "nothing_left": _("Chưa ghi lô nào còn hàng. Hãy ghi số kiện hoặc số kg còn trên xe."),
    "rests_on_it": _("Đã có việc dựa trên lời này: hàng đã lấy khỏi kho, hoặc xe đã rời bãi."),
    "unloading_differs": _(
        "Hàng còn trên xe (%(subject)s): đếm được %(packages)s kiện, theo sổ còn %(left)s."
    ),
    "nothing_stored": _("Lô hàng này không có kiện nào trong kho."),
    "gate_cannot_change": _("Không đổi cửa khẩu trong tờ khai đã gửi. Hãy rút và khai tờ mới."),
    "declared_at_another_gate": _("Xe này có tờ khai %(number)s ở cửa khẩu khác (%(gate)s)."),
    "already_arrived": _("Xe đã tới cửa khẩu, không rút tờ khai được nữa."),
    "not_a_source": _("Tờ khai này không phải nhập khẩu có sang tải."),
    "not_a_receiving_vehicle": _("Xe kia không khai là xe nhận hàng."),
    "not_at_one_gate": _("Hai xe khai ở hai cửa khẩu khác nhau."),
    "already_linked": _("Hai xe đã được gắn với nhau."),
    "already_acknowledged": _("Cảnh báo này đã được nhận lúc %(at)s, %(by)s."),
    "already_attached": _("Lượt qua làn này đã được gắn vào một lượt xe lúc %(at)s, %(by)s."),
    "not_recognised": _("Khi xe qua, làn không nhận ra xe; cán bộ gắn vào lượt này sau."),
    "change_not_a_draft": _("Đề nghị này không còn là bản nháp."),
    "change_not_proposed": _("Đề nghị này không còn chờ duyệt."),
    "change_not_yours": _("Chỉ người lập đề nghị làm được việc này."),
    "change_is_your_own": _("Đề nghị của chính anh chị: phải có người thứ hai duyệt."),
    "change_needs_a_person": _("Việc này phải do một người đăng nhập làm, không phải một hệ thống."),
    "change_overtaken": _(
        "Dòng này đã đổi kể từ khi lập đề nghị. Người lập hãy lấy lại, xem giá trị mới rồi gửi lại."
    ),
    "change_is_empty": _("Đề nghị chưa có dòng nào."),
    "change_changes_nothing": _("Đề nghị không làm thay đổi gì."),
    "change_day_passed": _("Ngày bắt đầu đã qua. Người lập hãy lấy lại và chọn ngày mới."),
    "change_not_urgent": _(
        "Một người chỉ được đóng thêm, tối đa 24 giờ. Mở lại sớm hoặc đóng lâu hơn cần người thứ hai duyệt."
    ),
    "change_looked_at": _("Không còn gì phải xem lại."),
}

# To those who may know which other declaration it is.
BOUND_NAMED = _("%(subject)s %(value)s cũng có trong tờ khai %(number)s (xe %(plate)s) chưa kết thúc.")

# A word that was given, and what has opened the question again since.
SAY_AGAIN = _(
    "%(party)s phải xác nhận lại: %(step)s. Lời lúc %(said_at)s có trước khi %(because)s, %(because_at)s."
)
BECAUSE: Words = {
    "channel_set": _("phân luồng phải kiểm tra"),
    "examination_ordered": _("yêu cầu kiểm tra hàng"),
    "examined": _("kiểm tra thấy không đúng"),
    "undone": _("căn cứ được hoàn tác"),
    "sampled": _("lấy mẫu"),
    "judged": _("có kết quả chưa đạt"),
    "confirmed": _("kiểm tra xong"),
}

# What customs has still to do with one declaration, where there is little room.
SHORT_LOOKS: Words = {
    "examination_open": _("đã yêu cầu kiểm tra"),
    "examination_missing": _("luồng đỏ, chưa kiểm tra"),
    "papers_not_checked": _("luồng vàng, chưa xem hồ sơ"),
    "examination_deviates": _("sai lệch, chờ Hải quan xử lý"),
    "examination_refused": _("không cho đi"),
}

FIELD_ERRORS: Words = {
    "required": _("Ô này chưa có. Hãy điền."),
    "required_with_customs_number": _("Có số tờ khai hải quan thì cần ô này."),
    "too_long": _("Quá dài: %(length)s ký tự, tối đa %(limit)s. Hãy viết gọn lại."),
    "too_many": _("Quá nhiều dòng. Hãy chia thành nhiều tờ khai."),
    "not_a_number": _("Không phải số. Ghi chữ số, ví dụ 21000."),
    "number_ambiguous": _(
        "“%(value)s” có thể hiểu là %(small)s hoặc %(large)s. Hãy ghi một trong hai số đó."
    ),
    "not_a_choice": _("Giá trị này không có trong danh sách. Hãy chọn lại."),
    "not_a_date": _("Không phải ngày giờ. Ghi như 2026-11-24T14:30."),
    "time_zone_missing": _("Thiếu múi giờ. Ghi như 2026-11-24T14:30+07:00."),
    "unknown_field": _("Nền tảng không có ô này. Hãy bỏ đi."),
    "out_of_range": _("Số nằm ngoài mức cho phép."),
    "wrong_type": _("Kiểu dữ liệu không đúng."),
    "not_an_id": _("Mã không đúng dạng UUID."),
    "control_character": _("Có ký tự điều khiển không hiển thị được. Hãy gõ lại."),
    "must_be_positive": _("Phải lớn hơn 0."),
    "absurd_weight": _("Khối lượng không thể có trên một xe (tối đa %(limit)s kg). Hãy kiểm tra đơn vị."),
    "heavier_than_gross": _("Tự trọng lớn hơn tổng trọng lượng cho phép. Hãy kiểm tra hai số."),
    "url_form": _("Không phải địa chỉ nhận tin. Ghi như https://bai.example.vn/hooks."),
    "url_not_https": _("Địa chỉ phải bắt đầu bằng https."),
    "kind_unknown": _("Không có loại tin %(value)s. Bỏ trống để nhận mọi tin."),
    "too_much_to_replay": _("Quá nhiều tin kể từ lúc đó. Hãy chọn lúc muộn hơn."),
    "bay_unknown": _("Không có chỗ %(value)s trong bãi này. Hãy chọn trên sơ đồ."),
    "bay_twice": _("Có hai chỗ cùng nhãn. Mỗi chỗ một nhãn."),
    "bay_label": _("Nhãn chỗ đỗ chỉ gồm chữ cái không dấu và chữ số, ví dụ A01."),
    "bay_occupied": _("Chỗ %(value)s đang có xe hoặc đang giữ cho xe, chưa bỏ khỏi sơ đồ được."),
    "plan_form": _("Không phải sơ đồ bãi. Dán JSON như API trả về: danh sách bays, mỗi chỗ có label."),
    "gate_unknown": _("Không có cửa khẩu này. Hãy chọn trong danh sách."),
    "yard_not_of_this_gate": _("Bãi này không thuộc cửa khẩu đã chọn. Hãy chọn bãi khác."),
    "plate_must_be_foreign": _("Nhập khẩu có sang tải thì xe chở hàng vào mang biển Trung Quốc."),
    "plate_already_declared": _("Xe %(value)s đang có tờ khai %(number)s chưa kết thúc. Hãy mở tờ đó."),
    "plate_declared_by_another": _(
        "Xe %(value)s đang trong một lượt chưa kết thúc của đơn vị khác."
        " Hãy kiểm tra biển số hoặc hỏi hãng xe."
    ),
    "closes_before_opening": _("Giờ đóng phải sau giờ mở."),
    "ends_before_beginning": _("Phải sau lúc bắt đầu."),
    "step_out_of_reach": _(
        "Như vậy %(kinds)s không có chỗ nào để làm bước này kịp lúc. Hãy thêm chốt, hoặc để làm tại bàn."
    ),
    "hs_form": _("Ghi đúng số chữ số của mã HS, chỉ chữ số. Ví dụ 08 hoặc 0810."),
    "code_form": _("Mã chỉ gồm chữ Latinh không dấu, chữ số và dấu gạch dưới."),
    "day_past": _("Ngày này đã qua. Quá khứ không sửa được: hãy chọn từ hôm nay trở đi."),
    "moment_past": _("Lúc này đã qua. Hãy chọn từ bây giờ trở đi."),
    "no_last_day": _("Loại này không có ngày hết hạn. Khi cần, hãy lập đề nghị mới."),
    "already_closed": _("Cửa khẩu đã đóng từ lúc đó rồi. Muốn mở lại sớm, hãy đổi giờ mở lại."),
    "cannot_end": _("Không bỏ dòng này được. Lý do không dùng nữa thì bỏ dấu “Còn dùng để chọn”."),
    "no_such_row": _("Không có dòng này."),
    "row_twice": _("Dòng này đã có trong đề nghị. Mỗi dòng ghi một lần."),
    "not_a_clock": _("Không phải giờ. Ghi như 07:00."),
    "vehicle_not_found": _("Không có xe nào khớp ở cửa khẩu này. Hãy kiểm tra biển số."),
    "several_vehicles": _("Có nhiều xe khớp. Hãy ghi đủ biển số."),
    "driver_must_be_chinese": _(
        "Xe biển Trung Quốc do công dân Trung Quốc lái: ghi hộ chiếu Trung Quốc, không phải căn cước."
    ),
    "in_the_past": _("Giờ đến đã qua. Hãy chọn giờ sắp tới."),
    "in_the_future": _("Thời điểm này chưa tới. Hãy kiểm tra đồng hồ."),
    "too_far_ahead": _("Quá xa: chỉ khai trước tối đa %(days)s ngày."),
    "too_long_ago": _("Đã quá %(days)s ngày, không nhận nữa. Hãy liên hệ Ban Quản lý."),
    "goods_required": _("Cần ít nhất một dòng hàng. Hãy thêm hàng."),
    "packages_required": _("Sang tải thì phải ghi số kiện của lô hàng."),
    "receiving_only_for_transshipment": _("Chỉ nhập khẩu có sang tải mới khai xe nhận hàng."),
    "type_code_unknown": _("Không có mã loại hình %(value)s. Xem ô loại hình trên tờ khai hải quan."),
    "customs_number_other_direction": _(
        "Số %(value)s không đúng chiều: nhập bắt đầu bằng 1, xuất bắt đầu bằng 3."
    ),
    "plate_twice": _("Biển số %(value)s có hai lần trong tờ khai này. Mỗi xe ghi một lần."),
    "customs_number_twice": _("Số tờ khai này đã có ở lô khác. Mỗi tờ khai hải quan một lô."),
    "origin_form": _("Xuất xứ ghi hai chữ cái, ví dụ VN hoặc CN."),
    "name_has_digits": _("Họ tên có chữ số. Số điện thoại ghi ở ô riêng."),
    "first_number_required": _("Hàng tái xuất, tái nhập phải ghi số tờ khai của chặng đầu."),
    "first_number_without_second_leg": _("Chỉ chặng sau của tạm nhập, tạm xuất mới ghi số này. Hãy bỏ đi."),
    "two_way_not_in_force": _("Thí điểm vận chuyển hai chiều không còn hiệu lực."),
    "two_way_several_owners": _("Vận chuyển hai chiều chỉ chở hàng của một chủ mỗi chiều."),
    "two_way_several_kinds": _("Vận chuyển hai chiều: nông sản chỉ một loại trên một xe."),
    "two_way_combined": _("Vận chuyển hai chiều không nhận xe ghép."),
    "second_person_required": _("Làn này cần người thứ hai. Hãy ghi tên người đó."),
    "same_person": _("Người thứ hai phải là người khác."),
    "not_a_key": _("Không phải khóa công khai Ed25519: 32 byte ghi bằng số mười sáu."),
    "not_a_picture": _("Không phải ảnh JPEG, hoặc tên không khớp nội dung."),
    "not_a_photo": _("Tệp “%(name)s” không phải ảnh đọc được. Hãy chụp lại, hoặc gửi JPEG, PNG hay WebP."),
    "photo_too_large": _("Ảnh “%(name)s” quá lớn, tối đa %(limit)s MB. Hãy chụp lại ở cỡ nhỏ hơn."),
    "photo_too_many_pixels": _("Ảnh “%(name)s” quá nhiều điểm ảnh. Hãy chụp lại ở cỡ nhỏ hơn."),
    "too_many_photos": _("Mỗi việc kèm tối đa %(limit)s ảnh. Hãy bớt đi."),
    "photo_unknown": _("Chưa nhận được ảnh này cho lượt xe này. Hãy gửi lại ảnh."),
    "period_too_long": _("Chọn từ 1 đến %(days)s ngày, ngày cuối không trước ngày đầu."),
    "reason_unknown": _("Không có lý do này. Hãy chọn trong danh sách."),
    **IDENTIFIER_ERRORS,
}

PROBLEMS: Words = {
    "refused": _("Chưa làm được: có lý do phản đối."),
    "invalid": _("Có ô chưa đúng. Sửa theo từng ô rồi gửi lại."),
    "not_found": _("Không có, hoặc anh chị không được xem."),
    "not_allowed": _("Anh chị không có quyền làm việc này ở đây."),
    "id_reused": _("Mã gửi lên đã dùng cho việc khác. Hãy tạo mã mới."),
    "tariff_missing": _(
        "Biểu phí chưa có mức cho %(weight_class)s · %(regime)s · %(goods_class)s."
        " Ban Quản lý phải điền trước khi thu."
    ),
    "unavailable": _("Nền tảng tạm thời không trả lời được. Chưa có gì thay đổi, hãy gửi lại sau ít phút."),
    "code_not_valid": _("Mã ghi danh không đúng, đã dùng hoặc đã hết hạn. Hãy xin Ban Quản lý mã mới."),
    "bad_signature": _("Chữ ký không khớp với nội dung gửi lên. Chưa nhận gì."),
    "sign_in_required": _("Hãy đăng nhập, hoặc gửi kèm mã truy cập còn hiệu lực."),
    "malformed": _("Nội dung gửi lên không đọc được. Hãy gửi JSON đúng chuẩn."),
    "too_large": _("Nội dung gửi lên quá lớn (tối đa 1 MB)."),
    "no_room": _("Máy chủ hết chỗ chứa ảnh. Hãy giữ ảnh lại và gửi sau."),
    "method_not_allowed": _("Đường dẫn này không nhận phương thức đó."),
    "unexpected": _("Lỗi của nền tảng. Nội dung vừa gửi chưa được nhận, hãy gửi lại sau ít phút."),
}


# --- said in full --------------------------------------------------------------------------------


def _clock(moment: object) -> str:
    return formats.when(moment, language()) if isinstance(moment, datetime) else str(moment or "?")


def _detail(name: str, value: Any) -> str:
    """One detail of an objection as a person reads it."""
    tables = {
        "step": STEPS,
        "order": ORDERS,
        "document": DOCUMENTS,
        "found": PAPERS_FOUND,
        "subject": SUBJECTS,
        "direction": DIRECTIONS,
        "because": BECAUSE,
    }
    if name in tables:
        return of(tables[name], value)
    if name in ("amount", "owed"):
        return formats.money(value, language())
    if name == "at" and isinstance(value, str):
        return ", ".join(of(CHECKPOINTS, point) for point in value.split(", "))
    if name in ("measured", "limit") and isinstance(value, int):
        return formats.weight(value, language())
    if name == "reason":
        return reason_words(value)
    return _clock(value) if isinstance(value, datetime) else str(value)


class _Details(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"


def objection_sentence(objection: Objection) -> str:
    """Why not, in one sentence."""
    details = _Details({name: _detail(name, value) for name, value in objection.details.items()})
    details["party"] = of(PARTIES, objection.party)
    return _sentence(objection) % details


def _sentence(objection: Objection) -> str:
    if "because" in objection.details:
        return str(SAY_AGAIN)
    is_named = objection.code == "bound_elsewhere" and objection.details.get("number")
    return str(BOUND_NAMED) if is_named else of(OBJECTIONS, objection.code)


# Wherever the platform speaks of clearance it says whose word that is (Luật Hải quan 54/2014/QH13).
CUSTOMS_ALONE = _("Cho hàng đi là quyết định của riêng Hải quan, nền tảng chỉ ghi lại")
RELEASES = frozenset({"customs_cleared", "goods_released"})


def _is_release(objection: Objection) -> bool:
    return objection.details.get("step") in RELEASES or objection.code.startswith("examination_")


def objection_where(objection: Objection) -> str:
    """Where to go and by which law: the second line."""
    place = of({**PLACES, **CHECKPOINTS}, objection.place) if objection.place else ""
    words = str(objection.details.get("words") or "")
    alone = str(CUSTOMS_ALONE) if _is_release(objection) else ""
    todo = str(objection.details.get("to_do") or "")
    return " · ".join(part for part in (words, todo, alone, place, objection.law) if part)


OF_PAPERS = (
    "document_expired", "document_not_yet", "document_missing", "document_not_seen", "document_refused",
)  # fmt: skip
OBJECTION_LOOKS = {
    "hold_live": "held",
    "unpaid": "waiting",
    "step_open": "waiting",
    "unknown_state": "unknown",
}
OBJECTION_ICONS = {"hold_live": "hand-stop", "unpaid": "cash", "step_open": "clock-hour-4"}


def field_error_sentence(error: Any) -> str:
    """What is wrong with a field and what to do about it. `error` has `code` and `params`."""
    return of(FIELD_ERRORS, error.code) % _Details({k: str(v) for k, v in error.params.items()})


def problem_title(code: str, data: Mapping[str, Any] | None = None) -> str:
    details = _Details({name: str(value) for name, value in (data or {}).items()})
    for name, table in (("regime", REGIMES), ("goods_class", GOODS_CLASSES)):
        if name in details:
            details[name] = of(table, details[name])
    return of(PROBLEMS, code) % details
