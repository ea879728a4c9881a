import json

from track_service.core.rules import DEFAULT, document
from track_service.store import brands


def test_a_brand_s_rules_are_set_out_of_a_file_and_shown(operator, of, brand, tmp_path):
    file = tmp_path / "rules.json"
    told = {"events": {"delivered": True, "stalled": ["email"]}, "per_day": 5}
    file.write_text(json.dumps(told), encoding="utf-8")

    assert operator("brand", "rules", "set", "acme", file).exit_code == 0

    shown = json.loads(operator("brand", "rules", "show", "acme").stdout)
    assert shown["events"]["delivered"] is True
    assert shown["events"]["stalled"] == ["email"]
    assert shown["per_day"] == 5
    with of.database.read() as session:
        assert document(brands.by_code(session, "acme").rules) == shown


def test_a_new_brand_has_the_usual_rules(operator, brand):
    shown = json.loads(operator("brand", "rules", "show", "acme").stdout)

    assert shown == document(DEFAULT)


def test_wrong_rules_change_nothing_and_say_where(operator, of, brand, tmp_path):
    file = tmp_path / "rules.json"
    for text, says in (
        ("{", "Expecting"),
        ('{"events": {"late": ["webhook"]}}', "events.late: 'webhook' is no channel"),
    ):
        file.write_text(text, encoding="utf-8")

        result = operator("brand", "rules", "set", "acme", file)

        assert result.exit_code == 1
        assert says in result.stderr
    with of.database.read() as session:
        assert brands.by_code(session, "acme").rules == DEFAULT
