"""A notebook reads reports as tables."""

from io import StringIO
from typing import Any

import pandas as pd

from tests.running_server import RunningServer


def test_a_report_as_csv_is_a_table_whose_column_of_seconds_adds_up(server: RunningServer) -> None:
    user_id = server.register("4400 000001")["id"]
    token = server.sign_in("4400 000001")
    for day, description in enumerate(["Wash, dry", 'The "other" task'], start=1):
        entry: dict[str, Any] = {"start": f"2026-03-0{day}T00:00:00Z", "end": f"2026-03-0{day}T0{day}:00:00Z"}
        entry["task_id"] = server.create_task(token, description)
        assert server.call("POST", "/time-entries", token=token, json=entry).ok
    march = {"from": "2026-03-01T00:00:00Z", "to": "2026-04-01T00:00:00Z"}
    asked = {"json": march, "headers": {"Accept": "text/csv"}}
    report = server.call("POST", f"/users/{user_id}/report", token=token, **asked)

    table = pd.read_csv(StringIO(report.text))

    assert sorted(table["task"]) == ['The "other" task', "Wash, dry"]
    assert table["duration_seconds"].sum() == 3 * 3600
