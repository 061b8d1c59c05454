# One image for every process of the app: web, stream, worker and beat (docker-compose.yml).
FROM python:3.11-slim AS build
WORKDIR /app
COPY requirements/app.lock requirements/app.lock
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements/app.lock
COPY . .
# DEBUG=1 gives the keys that loading the settings needs; nothing of it stays in the image.
RUN /venv/bin/python -m config.languages \
    && DEBUG=1 /venv/bin/python manage.py collectstatic --no-input \
    && /venv/bin/python -m compileall -q /app

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=config.settings
# What WeasyPrint lays the report's PDF out with.
RUN apt-get update \
    && apt-get install -y --no-install-recommends fonts-dejavu-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home guide
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
USER guide
EXPOSE 8000
CMD ["python", "-m", "config.serve", "web", "--host", "0.0.0.0"]
