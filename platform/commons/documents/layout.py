"""The page of an official document. Source: GB/T 9704-2012 5.2, 7.3.1."""

# Millimetres. Together they leave the type area of 156 by 225.
PAGE = (210.0, 297.0)
TOP, BOTTOM, LEFT, RIGHT = 37.0, 35.0, 28.0, 26.0
TITLE_POINTS, TITLE_LEADING = 22.0, 34.0
TABLE_POINTS, TABLE_LEADING = 12.0, 18.0
FOOT_POINTS = 10.5
# Characters by which the issuer and the day stand off the right edge.
CLOSING_INDENT = 4


def page_text(number: str, total: str) -> str:
    return f"第 {number} 页 共 {total} 页"
