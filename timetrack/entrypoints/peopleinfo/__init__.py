"""The pseudo people-info service: `api/peopleinfo.yaml`, served with made-up people."""
