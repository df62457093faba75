"""Which signs the readers know, in the order of their outputs. Exported beside the weights."""

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
ENDS = "挂学警港澳领试超"
LATIN = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NOTHING = "_"  # a place after the last sign

PLATE = NOTHING + LATIN + PROVINCES + ENDS
CODE = NOTHING + LATIN
PLATE_PLACES, CODE_PLACES = 10, 11
