import json

import pytest

from track_service.core.rules import EVENTS


@pytest.mark.sqlite
@pytest.mark.parametrize("kind", EVENTS)
def test_a_preview_holds_what_every_channel_would_tell(operator, brand, tmp_path, kind):
    told = ("--brand", "acme", "--kind", kind, "--lang", "vi", "--out", tmp_path)

    result = operator("notices", "preview", *told)

    assert result.exit_code == 0
    read = {f.name: f.read_text(encoding="utf-8") for f in tmp_path.iterdir()}
    assert read.keys() == {
        "subject.txt",
        "mail.html",
        "mail.txt",
        "sms.txt",
        "zns.json",
    }
    headline = json.loads(read["zns.json"])["headline"]
    assert headline in read["sms.txt"]
    assert headline in read["mail.txt"]
    assert 'lang="vi"' in read["mail.html"]
    assert "1001" in read["subject.txt"]
    assert "segments" in result.stdout
