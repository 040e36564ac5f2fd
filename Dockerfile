# The image of hub: `docker build -t hub .`, then `docker run --rm hub doctor`. See docs/deploy-eks.md.
# An exact tag; a registry of your own pins it further: --build-arg NODE=22.20.0-bookworm-slim@sha256:…
ARG NODE=22.20.0-bookworm-slim

# Build stage: compiles the native SQLite driver, where no ready-made one fits, and the TypeScript sources.
FROM node:${NODE} AS build
RUN apt-get update \
 && apt-get install --yes --no-install-recommends python3 make g++ \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY migrations migrations
COPY bench bench
COPY docs docs
COPY schemas schemas
COPY fixtures/generate fixtures/generate
RUN npm run build
# What only compilers and people read is half of the packages.
RUN npm prune --omit=dev --no-audit --no-fund \
 && rm -rf node_modules/better-sqlite3/deps node_modules/better-sqlite3/src \
 && find node_modules dist -name '*.map' -delete \
 && find node_modules \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.md' \) -delete

# Run stage: only what runs, owned by root, as a user without rights. Works on a read-only root file system: the embedded
# database lies in a volume, and everything else that is written goes where the configuration says.
FROM node:${NODE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist/src dist/src
COPY --from=build /build/dist/migrations dist/migrations
COPY --from=build /build/dist/schemas dist/schemas
COPY package.json hub.config.yaml ./
COPY bin bin
COPY config config
COPY schemas schemas
COPY fixtures/lake fixtures/lake
RUN mkdir .hub && chown node:node .hub
VOLUME /app/.hub
USER node
# A run ends by itself and its exit code says how; there is nothing to poll. To look at a container: hub doctor.
HEALTHCHECK NONE
ENTRYPOINT ["node", "/app/bin/hub"]
CMD ["--help"]
