"""`api/openapi.yaml`, compiled: routes, parameters, bodies and schema checks; no framework."""
