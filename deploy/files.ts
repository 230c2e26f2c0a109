import { stringify } from "yaml";
import { haproxyConfig } from "../harness/engines/haproxy-config.ts";
import { nginxConfig } from "../harness/engines/nginx-config.ts";
import type { TransportEntry } from "../transports/port/entry.ts";
import { compose } from "./compose.ts";
import { dashboard, grafanaProvisioning } from "./grafana.ts";
import { kubernetesObjects, redisObjects } from "./kubernetes.ts";
import {
  agentObjects,
  benchObjects,
  NATS_SECRET_COMMAND,
  natsObjects,
  servingAgentObjects,
} from "./kubernetes-agents.ts";
import { alertRules, prometheusConfig, recordingRules } from "./prometheus.ts";
import { CLIENT_PORT, DEPLOYED, fileName, MAX_CONNECTIONS, NODES } from "./settings.ts";

/** One generated file of this folder. */
export interface DeployFile {
  /** From this folder. */
  readonly path: string;
  readonly text: string;
}

const GENERATED =
  "# Made by `npm run deploy:generate`, from the templates that the lab itself runs. See docs/deployment.md.\n";

/** All of them. */
export function deployFiles(): DeployFile[] {
  return [
    { path: "compose.yaml", text: COMPOSE_HEAD + yaml([compose()], true) },
    { path: "kubernetes/redis.yaml", text: `${GENERATED}${REDIS_HEAD}${yaml(redisObjects())}` },
    {
      path: "kubernetes/agents.yaml",
      text: `${GENERATED}${AGENTS_HEAD}${yaml([...natsObjects(), ...servingAgentObjects(), ...agentObjects()])}`,
    },
    { path: "kubernetes/bench.yaml", text: `${GENERATED}${BENCH_HEAD}${yaml(benchObjects())}` },
    { path: "prometheus/prometheus.yml", text: GENERATED + yaml([prometheusConfig()]) },
    { path: "prometheus/recording-rules.yml", text: GENERATED + yaml([recordingRules()]) },
    { path: "prometheus/alert-rules.yml", text: GENERATED + yaml([alertRules()]) },
    { path: "grafana/notif-lab.json", text: `${JSON.stringify(dashboard(), null, 2)}\n` },
    ...Object.entries(grafanaProvisioning()).map(([path, content]) => ({
      path: `grafana/provisioning/${path}`,
      text: GENERATED + yaml([content]),
    })),
    ...DEPLOYED.flatMap((transport) => ofTransport(transport)),
  ];
}

function ofTransport(transport: TransportEntry): DeployFile[] {
  const plan = {
    listen: `*:${CLIENT_PORT}`,
    nodes: NODES,
    balancing: transport.balancing ?? { mode: "tcp" },
    settings: { maxConnections: MAX_CONNECTIONS },
  };
  const name = fileName(transport);
  return [
    { path: `haproxy/${name}.cfg`, text: `${GENERATED}\n${haproxyConfig(plan)}` },
    { path: `nginx/${name}.conf`, text: `${GENERATED}\n${nginxConfig(plan)}` },
    {
      path: `kubernetes/${name}.yaml`,
      text: [
        GENERATED,
        KUBERNETES_HEAD,
        transport.balancing?.sticky ? STICKY_HEAD : "",
        yaml(kubernetesObjects(transport)),
      ].join(""),
    },
  ];
}

const COMPOSE_HEAD = `${GENERATED}#
#   export NOTIF_LAB_SECRET=$(openssl rand -hex 32)
#   TRANSPORT=sse docker compose up --build                    three nodes, Redis, HAProxy on port ${CLIENT_PORT}
#   TRANSPORT=sse docker compose --profile nginx up --build    nginx too, on port ${CLIENT_PORT + 1}
#   TRANSPORT=sse docker compose --profile monitoring up --build    Prometheus and Grafana too, on 127.0.0.1:9090 and :3000
#   TRANSPORT=socketio:polling CONFIG=socketio-polling docker compose up --build
`;

const KUBERNETES_HEAD = `#
# Pods are asked whether they are healthy and ready on a port of their own (serve --metrics), from which Prometheus reads too. The autoscaler's
# metric notif_lab_connections has to come from Prometheus by an adapter for custom metrics; without it the processor decides alone.
`;

const STICKY_HEAD = `# A Service can tell clients apart by their address alone, so all who share one are served by one pod; a balancer with a cookie does better.
`;

const REDIS_HEAD = `#
#   PASSWORD=$(openssl rand -hex 16)
#   kubectl create secret generic notif-lab --from-literal=jwt=$(openssl rand -hex 32) \\
#     --from-literal=redis-password=$PASSWORD --from-literal=backplane=redis://:$PASSWORD@notif-lab-redis:6379
#   kubectl apply --filename kubernetes/redis.yaml --filename kubernetes/sse.yaml
`;

const AGENTS_HEAD = `#
#   docker build --file deploy/Dockerfile --build-arg AGENTS=1 --tag notif-lab:agents .
#   ${NATS_SECRET_COMMAND}
#   kubectl apply --filename kubernetes/agents.yaml
#
# The server under test, the load and the controller are each on a machine of their own where there are machines enough: look at
# \`kubectl get pods --output wide\` before you believe a figure.
`;

const BENCH_HEAD = `#
#   kubectl apply --filename kubernetes/bench.yaml
#   kubectl wait --for=condition=complete --timeout=1h job/notif-lab-bench
#   kubectl logs job/notif-lab-bench --tail=-1 > results.json
#   npx notif-lab report results.json
`;

/** By YAML 1.1, for readers to whom `no` is not a text. `repeats`: what comes twice is written once and referred to. */
function yaml(documents: readonly object[], repeats = false): string {
  const options = {
    version: "1.1",
    lineWidth: 0,
    aliasDuplicateObjects: repeats,
    anchorPrefix: "node",
  } as const;
  return documents.map((one) => stringify(one, options)).join("---\n");
}
