# The image of hub: `docker build -t hub .`, then `docker run --rm hub doctor`.
# Build stage: compiles the native SQLite driver and the TypeScript sources.
FROM node:22.11-bookworm-slim AS build
RUN apt-get update \
 && apt-get install --yes --no-install-recommends python3 make g++ \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY migrations migrations
COPY bench bench
COPY docs docs
COPY schemas schemas
COPY fixtures/generate fixtures/generate
RUN npm run build && npm prune --omit=dev

# Run stage: only what runs, as a user without rights, on a read-only root file system.
FROM node:22.11-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY package.json hub.config.yaml ./
COPY bin bin
COPY config config
COPY schemas schemas
USER node
ENTRYPOINT ["node", "/app/bin/hub"]
CMD ["--help"]
