"""Everything before and after the handler: request limits, CORS, access log, transport."""
