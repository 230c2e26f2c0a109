import { CLIENT_PORT, IMAGE, MAX_CONNECTIONS, NODES, serveArguments } from "./settings.ts";

/** Files that a balancer with all its connections has open. */
const OPEN_FILES = 3 * MAX_CONNECTIONS;

/** What compose.yaml says, for whichever transport `TRANSPORT` names. */
export function compose(): object {
  const node = {
    image: IMAGE,
    build: { context: "..", dockerfile: "deploy/Dockerfile" },
    command: serveArguments(`\${TRANSPORT:-websocket}`),
    environment: {
      NOTIF_LAB_SECRET: `\${NOTIF_LAB_SECRET:?the key of the tokens, 32 bytes or more, the same on all nodes}`,
      NOTIF_LAB_BACKPLANE: "redis://redis:6379",
    },
    depends_on: { redis: { condition: "service_healthy" } },
    restart: "unless-stopped",
    stop_grace_period: "10s",
    ulimits: { nofile: OPEN_FILES },
  };
  const balancer = (image: string, config: string, place: string, port: number) => ({
    image,
    volumes: [`./${config.replace("*", `\${CONFIG:-\${TRANSPORT:-websocket}}`)}:${place}:ro`],
    ports: [`${port}:${CLIENT_PORT}`],
    depends_on: NODES.map(({ name }) => name),
    restart: "unless-stopped",
    ulimits: { nofile: OPEN_FILES },
  });
  return {
    name: "notif-lab",
    services: {
      redis: {
        image: "redis:7",
        command: [
          "redis-server",
          "--save",
          "",
          "--appendonly",
          "no",
          "--maxmemory",
          "256mb",
          "--maxmemory-policy",
          "noeviction",
        ],
        healthcheck: { test: ["CMD", "redis-cli", "ping"], interval: "2s", timeout: "2s", retries: 5 },
        restart: "unless-stopped",
      },
      ...Object.fromEntries(NODES.map(({ name }) => [name, node])),
      haproxy: balancer("haproxy:2.6", "haproxy/*.cfg", "/usr/local/etc/haproxy/haproxy.cfg", CLIENT_PORT),
      nginx: {
        ...balancer("nginx:1.26", "nginx/*.conf", "/etc/nginx/nginx.conf", CLIENT_PORT + 1),
        profiles: ["nginx"],
      },
    },
  };
}
