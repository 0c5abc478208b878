"""Tasks, time entries and their history; lanes, ranges, time zones and the clock."""
