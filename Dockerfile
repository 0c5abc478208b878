# One image for all three programs; compose.yaml shows how they go together.

FROM python:3.13-slim-trixie AS build
WORKDIR /build

# The environment has no pip of its own: nothing is installed into the finished image.
RUN python -m venv --without-pip /opt/timetrack
COPY requirements.txt requirements-build.txt ./
RUN pip --python /opt/timetrack install --no-cache-dir --no-compile --require-hashes -r requirements.txt
RUN pip install --no-cache-dir --require-hashes -r requirements-build.txt
COPY pyproject.toml README.md LICENSE ./
COPY api/ api/
COPY migrations/ migrations/
COPY timetrack/ timetrack/
RUN pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
    && pip --python /opt/timetrack install --no-cache-dir --no-compile --no-deps dist/*.whl


FROM python:3.13-slim-trixie
RUN useradd --system --uid 10001 --home-dir /var/lib/timetrack --create-home timetrack
COPY --from=build /opt/timetrack /opt/timetrack

ENV PATH=/opt/timetrack/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    TIMETRACK_HOST=0.0.0.0 \
    TIMETRACK_DATA_DIR=/var/lib/timetrack/data \
    TIMETRACK_LOG_FORMAT=json

USER timetrack
WORKDIR /var/lib/timetrack
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=2)"]
ENTRYPOINT ["timetrack-server"]
