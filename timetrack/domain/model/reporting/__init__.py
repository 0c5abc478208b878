"""Reports: questions, rows and totals; local days, weeks and months."""
