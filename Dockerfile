# The bot alone: no playground, no tests, no development packages.
# Build: docker build -t makevideo .
# Run:   docker run --env-file .env -v makevideo:/data --read-only --tmpfs /tmp makevideo

FROM node:24.21.0-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# The lock file brings a Node of its own for machines with an older one; the image has its Node already.
RUN npm ci && rm -rf node_modules/node-linux-* node_modules/.bin/node
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build

FROM node:24.21.0-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev && npm cache clean --force && rm -rf node_modules/node-linux-* node_modules/.bin/node

FROM node:24.21.0-slim
ENV NODE_ENV=production STORE_URL=sqlite:/data/makevideo.db
WORKDIR /app
RUN install -d -o node -g node -m 0700 /data
COPY package.json ./
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY deploy/healthcheck.mjs healthcheck.mjs
USER node
VOLUME /data
STOPSIGNAL SIGTERM
# Alive, not ready: a bot that waits for Discord or its store to come back must not be killed for it.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["node", "healthcheck.mjs"]
CMD ["node", "--max-semi-space-size=4", "dist/main.js"]
