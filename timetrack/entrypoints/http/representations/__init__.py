"""Domain values as they are sent and received: JSON, CSV, XLSX, iCalendar, ETags, cursors, instants."""
