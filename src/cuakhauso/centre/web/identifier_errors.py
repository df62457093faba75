"""What is wrong with a plate, a container, a tax code, a number or a paper, and what to do about it.

One sentence for each way in which an identifier is refused.
They are errors of fields: `refusals.py` takes them in.
"""

from django.utils.translation import gettext_lazy as _

from cuakhauso.core.identifiers import InvalidCode

from .words import Words

IDENTIFIER_ERRORS: Words = {
    InvalidCode.BLANK: _("Ô này chưa có. Hãy điền."),
    InvalidCode.LOOKALIKE_LETTER: _(
        "Chữ “%(letter)s” trông giống chữ Latinh nhưng không phải (%(name)s)."
        " Hãy gõ lại bằng bàn phím Latinh."
    ),
    InvalidCode.PLATE_LOOKALIKE_LETTER: _(
        "Biển số có chữ “%(letter)s” trông giống chữ Latinh nhưng không phải (%(name)s). Hãy gõ lại."
    ),
    InvalidCode.PLATE_CHARACTER: _("Biển số không có ký tự “%(character)s”. Mỗi ô chỉ ghi một biển số."),
    InvalidCode.PLATE_UNUSED_LETTER: _("Biển số không dùng chữ %(letter)s. Có thể là số 0 hoặc số 1."),
    InvalidCode.PLATE_PROVINCE: _("Không có tỉnh nào mang mã %(province)s. Hãy xem lại hai số đầu."),
    InvalidCode.PLATE_TRAILER_MARK: _("Thiếu một ký tự: rơ moóc Trung Quốc kết thúc bằng 挂. Hãy ghi đủ."),
    InvalidCode.PLATE_UNKNOWN_FORM: _(
        "%(value)s không phải biển số Việt Nam (như 12C-345.67) hay Trung Quốc (như 桂F·12345)."
    ),
    InvalidCode.PLATE_UNKNOWN_COUNTRY: _("Chưa nhận biển số của nước này. Chọn VN hoặc CN."),
    InvalidCode.PLATE_OTHER_COUNTRY: _("%(value)s là biển số của %(country)s. Hãy chọn lại nước."),
    InvalidCode.PLATE_NOT_TRAILER: _("%(value)s không phải biển rơ moóc (như 12R-000.88 hoặc 挂)."),
    InvalidCode.CONTAINER_LENGTH: _("Số container có 11 ký tự, ở đây có %(length)s. Ví dụ TSTU 100428 8."),
    InvalidCode.CONTAINER_UNKNOWN_FORM: _("Số container gồm 4 chữ cái và 7 chữ số, ví dụ TSTU 100428 8."),
    InvalidCode.CONTAINER_CATEGORY: _(
        "Chữ thứ tư của số container phải là U, J hoặc Z, không phải %(category)s."
    ),
    InvalidCode.CONTAINER_CHECK_DIGIT: _(
        "Số kiểm tra của container không khớp: theo các ký tự trước phải là %(expected)s."
        " Hãy xem lại từng số."
    ),
    InvalidCode.TAX_CODE_LENGTH: _("Mã số thuế có 10, 12 hoặc 13 số, ở đây có %(digits)s."),
    InvalidCode.TAX_CODE_IMPOSSIBLE: _("Không có mã số thuế nào bắt đầu như vậy. Hãy xem lại từng số."),
    InvalidCode.TAX_CODE_BRANCH: _("Ba số chi nhánh phải từ 001 đến 999."),
    InvalidCode.TAX_CODE_CHECK_DIGIT: _(
        "Số kiểm tra của mã số thuế không khớp: phải là %(expected)s. Hãy xem lại từng số."
    ),
    InvalidCode.CUSTOMS_NUMBER_LENGTH: _("Số tờ khai hải quan có 12 số, ở đây có %(digits)s."),
    InvalidCode.CUSTOMS_NUMBER_DIRECTION: _("Số tờ khai hải quan bắt đầu bằng 1 (nhập) hoặc 3 (xuất)."),
    InvalidCode.HS_CODE_LENGTH: _("Mã HS có 8 số, ở đây có %(digits)s. Ví dụ 08109092."),
    InvalidCode.HS_CODE_CHAPTER: _("Không có chương HS %(chapter)s. Hãy xem lại hai số đầu."),
    InvalidCode.OFFICE_CODE_FORM: _("Mã chi cục hải quan có 4 ký tự, ví dụ 15BB."),
    InvalidCode.TYPE_CODE_FORM: _("Mã loại hình gồm một chữ và hai số, ví dụ B11."),
    InvalidCode.PERSON_ID_LENGTH: _("Căn cước có 12 số, ở đây có %(digits)s."),
    InvalidCode.PERSON_ID_OLD_CARD: _("Chứng minh thư 9 số đã hết giá trị. Hãy ghi căn cước 12 số."),
    InvalidCode.PERSON_ID_PROVINCE: _(
        "Không có tỉnh nào mang mã %(province)s trong căn cước. Hãy xem lại ba số đầu."
    ),
    InvalidCode.PERSON_ID_CENTURY: _("Số thứ tư của căn cước phải từ 0 đến 3."),
    InvalidCode.PERSON_ID_UNKNOWN_KIND: _(
        "Không nhận ra giấy tờ này: căn cước 12 số, hộ chiếu hoặc giấy thông hành."
    ),
    InvalidCode.PASSPORT_FORM: _("Hộ chiếu gồm 1 đến 2 chữ và 7 đến 8 số, ví dụ C1234567."),
    InvalidCode.BORDER_PASS_FORM: _("Số giấy thông hành không đúng dạng. Ghi như trên giấy."),
    InvalidCode.PHONE_UNKNOWN_FORM: _(
        "Không phải số điện thoại Việt Nam hay Trung Quốc. Ví dụ 0912 345 678."
    ),
    InvalidCode.TRANSPORT_LICENCE_FORM: _(
        "Số giấy phép vận tải quốc tế không đúng dạng. Việt Nam: 1200000001 / GPLV; Trung Quốc: G26KQ00123."
    ),
    InvalidCode.DECLARATION_NUMBER_LENGTH: _("Số khai báo có 14 số, ở đây có %(digits)s."),
    InvalidCode.DECLARATION_NUMBER_DATE: _("Tám số đầu phải là ngày, ví dụ 20261124."),
    InvalidCode.DECLARATION_NUMBER_SERIAL: _("Số thứ tự trong ngày bắt đầu từ 00001."),
    InvalidCode.DECLARATION_NUMBER_CHECK_DIGIT: _(
        "Số kiểm tra cuối không khớp. Hãy nghe hoặc gõ lại từng số."
    ),
    InvalidCode.BORDER_GUARD_NUMBER_LENGTH: _("Số của Biên phòng có 13 số, ở đây có %(digits)s."),
    InvalidCode.BORDER_GUARD_NUMBER_DATE: _("Tám số đầu phải là ngày tháng năm, ví dụ 24112026."),
    InvalidCode.BORDER_GUARD_NUMBER_SERIAL: _("Số thứ tự trong ngày bắt đầu từ 00001."),
}
