import { CLIENT_PORT, DRAIN_SECONDS, IMAGE, MAX_CONNECTIONS, NODES, serveArguments } from "./settings.ts";

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
    stop_grace_period: `${DRAIN_SECONDS + 10}s`,
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
      prometheus: {
        image: "prom/prometheus:v2.53.4",
        volumes: ["./prometheus:/etc/prometheus:ro"],
        ports: ["127.0.0.1:9090:9090"],
        depends_on: NODES.map(({ name }) => name),
        restart: "unless-stopped",
        profiles: ["monitoring"],
      },
      grafana: {
        image: "grafana/grafana:11.6.0",
        environment: { GF_AUTH_ANONYMOUS_ENABLED: "true", GF_AUTH_ANONYMOUS_ORG_ROLE: "Viewer" },
        volumes: [
          "./grafana/provisioning:/etc/grafana/provisioning:ro",
          "./grafana/notif-lab.json:/var/lib/grafana/dashboards/notif-lab.json:ro",
        ],
        ports: ["127.0.0.1:3000:3000"],
        depends_on: ["prometheus"],
        restart: "unless-stopped",
        profiles: ["monitoring"],
      },
    },
  };
}
