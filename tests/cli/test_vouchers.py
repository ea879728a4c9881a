"""`track-service vouchers`: codes come from a file, and are counted."""


def test_codes_of_a_file_are_added_once(operator, brand, tmp_path):
    file = tmp_path / "codes.csv"
    file.write_text("code,worth\nSORRY-1,10\nSORRY-2,10\n")

    assert "2 codes added, 0 known" in operator("vouchers", "add", "acme", file).output
    assert "0 codes added, 2 known" in operator("vouchers", "add", "acme", file).output
    assert "2 left, 0 orders" in operator("vouchers", "count", "acme").output


def test_a_file_with_a_wrong_code_adds_none(operator, brand, tmp_path):
    file = tmp_path / "codes.csv"
    file.write_text("code\nSORRY-1\n\x07\n")

    done = operator("vouchers", "add", "acme", file)

    assert done.exit_code == 1
    assert "line 3: a code is up to 60 printable letters" in done.output
    assert "0 left" in operator("vouchers", "count", "acme").output
