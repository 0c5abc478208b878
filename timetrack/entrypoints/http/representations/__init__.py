"""Domain values as they go out and come in: JSON, CSV, XLSX, iCalendar, ETags, cursors, instants."""
