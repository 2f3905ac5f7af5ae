# Three images: docker build --target public|internal|migrate .
# docs/deploy.md says what each contains and how to run it.

# The one place where bases are named. `npm run pin-bases` writes their digests: image:tag@sha256:…
FROM node:24-bookworm-slim AS node

FROM node AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=optional
COPY . .
RUN npm run build \
  && deploy/assemble.sh public /out/public \
  && deploy/assemble.sh internal /out/internal \
  && deploy/assemble.sh migrate /out/migrate

# Node without its package managers, which only an intruder would use.
FROM node AS runtime
RUN rm -rf /usr/local/lib/node_modules /opt/yarn* \
  && find /usr/local/bin -xtype l -delete
ENV NODE_ENV=production
WORKDIR /app
USER 10001:10001
STOPSIGNAL SIGTERM

FROM runtime AS server
ENV HOST=0.0.0.0
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]

FROM server AS public
ENV PORT=3000
EXPOSE 3000
COPY --from=build /out/public ./
# docs/deploy.md says what the flags are for.
CMD ["node", "--max-semi-space-size=8", "--heap-growing-percent=200", "dist/public-server/index.js"]

FROM server AS internal
ENV PORT=3001
EXPOSE 3001
COPY --from=build /out/internal ./
CMD ["node", "--heap-growing-percent=200", "dist/internal-server/index.js"]

FROM runtime AS migrate
COPY --from=build /out/migrate ./
CMD ["node", "dist/migrations/run.js"]

# What docker-compose.yml runs beside them, unchanged.
FROM postgres:18-bookworm AS postgres

FROM fsouza/fake-gcs-server:1.52.2 AS gcs

FROM axllent/mailpit:v1.27 AS mail
