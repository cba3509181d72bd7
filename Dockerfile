# Build: docker build -t eurek8s .
# Two stages: everything is installed and bundled in the first, the second holds Node, one file and what belongs to
# it: source map, licences, SBOM. It is the bundle of `npm run package`.

FROM node:26.10.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --loglevel=error
# Development runs the Node of an npm package, production the official image's: they must be the same program.
RUN case "$(uname -m)" in x86_64) cpu=x64 ;; aarch64) cpu=arm64 ;; esac \
 && test "$(node_modules/node-linux-$cpu/bin/node -p process.version)" = "$(/usr/local/bin/node -p process.version)"
COPY tsconfig.json ./
COPY shared shared
COPY server server
COPY package package
RUN npm run build -- --metafile=/app/meta.json && node package/notices.ts /app/meta.json dist \
 && mkdir -m 0777 dist/.compile-cache
# Compiled code, made once here: the process starts in a third less time and a fifth less memory. Made as the user who
# will run it, because Node keeps one cache a user and does not look into another's; and with the arguments of the
# bundle's first line, because V8 takes no code that was compiled with others.
RUN chmod 0755 dist/eurek8s.cjs
USER 10001:10001
RUN PATH=/usr/local/bin:$PATH NODE_COMPILE_CACHE=/app/dist/.compile-cache dist/eurek8s.cjs --help > /dev/null \
 && chmod -R a+rX dist/.compile-cache/*

FROM node:26.10.0-bookworm-slim
LABEL org.opencontainers.image.title="eurek8s" org.opencontainers.image.version="0.1.0" \
 org.opencontainers.image.licenses="Apache-2.0" \
 org.opencontainers.image.description="Netflix Eureka's REST API over a legacy registry and Kubernetes Ingresses"
# The source map is there for whoever needs it (NODE_OPTIONS=--enable-source-maps) and not loaded: it costs 90 MB.
ENV NODE_ENV=production NODE_COMPILE_CACHE=/app/dist/.compile-cache
WORKDIR /app
COPY --from=build /app/dist dist
COPY LICENSE ./
RUN ln -s /app/dist/eurek8s.cjs /usr/local/bin/eurek8s && chmod 0755 dist/eurek8s.cjs dist/.compile-cache
USER 10001:10001
EXPOSE 8761
# Node is process 1 and handles SIGTERM itself: readiness fails, requests finish, exit code 0.
ENTRYPOINT ["eurek8s"]
CMD ["serve", "--config", "/etc/eurek8s/eurek8s.yaml"]
