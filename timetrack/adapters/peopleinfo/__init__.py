"""The people-info service, asked over HTTP by `api/peopleinfo.yaml`."""

from timetrack.adapters.peopleinfo.client import PeopleInfoClient

__all__ = ["PeopleInfoClient"]
