import pytest
from hypothesis import given
from hypothesis import strategies as some

from seba.domain.csv_files import MOST_BYTES, Fault, read_sheet

KINDS = {"desks": ("centre", "phone"), "stock": ("product", "price", "unit")}


def faults_of(content: bytes) -> list[tuple[int, str]]:
    return [(fault.line, fault.column) for fault in read_sheet(content, KINDS).faults]


def test_the_header_tells_which_kind_of_file_it_is() -> None:
    assert read_sheet(b"centre,phone\nward-68,91\n", KINDS).kind == "desks"
    assert read_sheet(b"unit,product,price\nkg,rice,60\n", KINDS).kind == "stock"


def test_columns_may_stand_in_any_order_and_cells_are_tidied() -> None:
    sheet = read_sheet("PHONE , centre\n  91 , e\u0301cole \n".encode(), KINDS)
    (row,) = sheet.rows
    assert (row.line, row.cells) == (2, {"phone": "91", "centre": "école"})


def test_a_byte_order_mark_is_no_letter() -> None:
    assert read_sheet(b"\xef\xbb\xbfcentre,phone\nward-68,91\n", KINDS).rows[0].cells["centre"] == "ward-68"


def test_lines_are_counted_as_an_editor_does_over_blank_lines_and_line_breaks_in_cells() -> None:
    sheet = read_sheet(b'centre,phone\r\n\r\n"two\r\nlines",91\r\n,\r\nward-8,92\r\n', KINDS)
    assert [row.line for row in sheet.rows] == [3, 6]


@pytest.mark.parametrize(
    ("content", "line", "column", "says"),
    [
        (b"", 1, "", "is empty"),
        (b"\n\n", 1, "", "is empty"),
        (b"centre;phone\nward-68;91\n", 1, "", "separated by semicolons"),
        (b"centre\tphone\nward-68\t91\n", 1, "", "separated by tabs"),
        (b"centre,phone\nward-\xe9,91\n", 2, "", "not UTF-8"),
        ("centre,phone\n".encode("utf-16"), 1, "", "not UTF-8"),
        (b"product,unit\nrice,kg\n", 1, "price", "is missing"),
        (b"centre,phone,fax\nward-68,91,92\n", 1, "fax", "there is no column fax"),
        (b"centre,phone,\nward-68,91,\n", 1, "", "no column number 3"),
        (b"centre,phone,phone\nward-68,91,92\n", 1, "phone", "there twice"),
        (b"name,colour\nann,red\n", 1, "", "no header of a file that is known"),
        (b"centre,phone\nward-68,91,92\n", 2, "", "has 3 cells, the header 2"),
        (b"centre,phone\nward-68\n", 2, "", "has 1 cells, the header 2"),
        (b'centre,phone\n"ward-68,91\nward-8,92\n', 2, "", "cannot be read"),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_says_where_and_what(content: bytes, line: int, column: str, says: str) -> None:
    (fault,) = read_sheet(content, KINDS).faults
    assert (fault.line, fault.column) == (line, column)
    assert says in fault.problem
    assert fault.remedy


@pytest.mark.parametrize(
    ("header", "kind", "column", "right"),
    [
        (b"centre,fone", "desks", "fone", "phone"),
        (b"center,phone", "desks", "center", "centre"),
        (b"product,prise,unit", "stock", "prise", "price"),
        (b"produkt,prise,units", "stock", "produkt", "product"),
    ],
)
def test_a_misspelt_column_names_the_nearest_kind_of_file_and_the_right_spelling(
    header: bytes, kind: str, column: str, right: str
) -> None:
    sheet = read_sheet(header + b"\n", KINDS)
    assert sheet.kind == kind
    assert sheet.faults[0].column == column
    assert f"in a {kind} file" in sheet.faults[0].problem
    assert f"looks like {right}" in sheet.faults[0].remedy
    assert not any("missing" in fault.problem for fault in sheet.faults)


def test_a_header_of_a_small_kind_is_not_taken_for_a_large_one_that_shares_a_column() -> None:
    kinds = KINDS | {"shops": ("centre", "phone", "street", "town", "owner")}
    assert read_sheet(b"centre,telephone\n", kinds).kind == "desks"
    assert read_sheet(b"centre,phone,street,twon,owner\n", kinds).kind == "shops"


def test_a_column_that_may_be_left_out_is_empty_then() -> None:
    left_out = read_sheet(b"product,price\nrice,60\n", KINDS, ("unit",))
    assert (left_out.kind, left_out.faults) == ("stock", ())
    assert left_out.rows[0].cells == {"product": "rice", "price": "60", "unit": ""}
    assert read_sheet(b"product,price,unit\nrice,60,kg\n", KINDS, ("unit",)).rows[0].cells["unit"] == "kg"


def test_a_quotation_that_is_never_closed_leaves_no_rows_because_nobody_knows_what_it_swallowed() -> None:
    sheet = read_sheet(b'centre,phone\nward-8,92\n"ward-68,91\n', KINDS)
    assert sheet.rows == ()
    assert [fault.line for fault in sheet.faults] == [3]


def test_a_torn_line_is_left_out_and_the_others_are_read() -> None:
    sheet = read_sheet(b"centre,phone\nward-68,91\nward-8,9,2\nward-1,93\n", KINDS)
    assert [row.line for row in sheet.rows] == [2, 4]
    assert [(torn.line, torn.cells) for torn in sheet.torn] == [(3, ("ward-8", "9", "2"))]


def test_a_file_that_is_far_too_large_is_not_read() -> None:
    assert faults_of(b"x" * (MOST_BYTES + 1)) == [(1, "")]


def test_a_fault_is_told_in_one_line_as_compilers_do() -> None:
    fault = Fault(12, "short_bn", "has 27 characters", "shorten it to 24")
    assert fault.told("sessions.csv") == "sessions.csv:12:short_bn: has 27 characters (shorten it to 24)"
    assert Fault(1, "", "is empty", "export it").told("a.csv") == "a.csv:1: is empty (export it)"


@given(some.binary(max_size=400))
def test_whatever_the_bytes_are_reading_ends_with_rows_or_faults(content: bytes) -> None:
    sheet = read_sheet(content, KINDS)
    assert sheet.rows or sheet.faults or sheet.kind
    lines = content.count(b"\n") + content.count(b"\r") + 1
    assert all(1 <= fault.line <= lines for fault in sheet.faults)
