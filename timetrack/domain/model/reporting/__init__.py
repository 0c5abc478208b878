"""Reports: periods, time zones, rows and totals."""
