# One image for web processes and workers; PostgreSQL or a volume for SQLite comes from outside.
FROM python:3.11-slim-bookworm AS build
WORKDIR /srv/undersigned
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy
COPY pyproject.toml uv.lock ./
RUN python -m venv .venv && .venv/bin/pip install --no-cache-dir uv==0.13.9 \
 && .venv/bin/uv sync --frozen --no-dev --inexact --compile-bytecode \
 && .venv/bin/pip uninstall -y uv

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /srv/undersigned undersigned
WORKDIR /srv/undersigned
COPY --from=build /srv/undersigned/.venv .venv
COPY app.py ./
COPY campaign campaign
COPY config config
COPY fonts fonts
COPY migrations migrations
COPY static static
COPY templates templates
RUN mkdir instance && chown undersigned instance
USER undersigned
ENV PATH=/srv/undersigned/.venv/bin:$PATH FLASK_APP=app:site HOST=0.0.0.0 PORT=8000 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
VOLUME /srv/undersigned/instance
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["python", "-c", "import os,urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/healthz\", timeout=4)"]
# A worker is the same image with: flask mail work
CMD ["gunicorn", "-c", "config/gunicorn.conf.py"]
