import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { INetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import type { IContainer } from "kubernetes-models/v1/Container";
import type { IService } from "kubernetes-models/v1/Service";
import { NODE_USER, SECRET, secret, unprivileged } from "./kubernetes.ts";
import { AGENTS, AGENTS_IMAGE } from "./settings.ts";

const NATS = "notif-lab-nats";
const NATS_PORT = 4222;
/** The key in the Secret that all of them have. */
const TOKEN_KEY = "nats-token";
/** Of all who may speak to NATS, and to one another. */
const MEMBER = { "notif-lab/agents": "member" };
/** How often the Job may start an agent anew, all together. */
const MOST_STARTS = 100;

const labelsOf = (name: string) => ({ "app.kubernetes.io/name": name, ...MEMBER });
const fromPod = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });

/** Where NATS is: the token is expanded by Kubernetes, and stands in no file. */
const access = [
  secret("NATS_TOKEN", TOKEN_KEY),
  { name: "NOTIF_LAB_NATS", value: `nats://$(NATS_TOKEN)@${NATS}:${NATS_PORT}` },
];

/** A container of notif-lab. Without a limit for the processor: to be throttled for a while is what no measurement survives. */
function container(args: readonly string[], env: IContainer["env"], cpu: string): IContainer {
  return {
    name: "notif-lab",
    image: AGENTS_IMAGE,
    args: [...args],
    env: [...access, ...(env ?? [])],
    resources: { requests: { cpu, memory: "1Gi" }, limits: { memory: "2Gi" } },
    securityContext: { ...unprivileged, runAsUser: NODE_USER },
    volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
  };
}

const scratch = [{ name: "tmp", emptyDir: {} }];

/** The meeting place: it keeps nothing, and nobody but members may reach it. */
export function natsObjects(): object[] {
  const labels = { "app.kubernetes.io/name": NATS };
  const meta = { name: NATS, labels };
  const deployment: IDeployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: meta,
    spec: {
      replicas: 1,
      strategy: { type: "Recreate" },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          containers: [
            {
              name: "nats",
              image: "nats:2.10",
              args: ["-js", "-sd", "/data", "--auth", "$(NATS_TOKEN)", "-m", "8222"],
              env: [secret("NATS_TOKEN", TOKEN_KEY)],
              ports: [
                { name: "nats", containerPort: NATS_PORT },
                { name: "monitor", containerPort: 8222 },
              ],
              readinessProbe: { httpGet: { path: "/healthz", port: "monitor" }, periodSeconds: 2 },
              livenessProbe: { httpGet: { path: "/healthz", port: "monitor" }, periodSeconds: 10 },
              resources: { requests: { cpu: "250m", memory: "64Mi" }, limits: { memory: "256Mi" } },
              securityContext: { ...unprivileged, runAsUser: NODE_USER },
              volumeMounts: [{ name: "data", mountPath: "/data" }],
            },
          ],
          volumes: [{ name: "data", emptyDir: {} }],
        },
      },
    },
  };
  const service: IService = {
    apiVersion: "v1",
    kind: "Service",
    metadata: meta,
    spec: { selector: labels, ports: [{ name: "nats", port: NATS_PORT, targetPort: "nats" }] },
  };
  const policy: INetworkPolicy = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: meta,
    spec: {
      podSelector: { matchLabels: labels },
      policyTypes: ["Ingress"],
      ingress: [
        { from: [{ podSelector: { matchLabels: MEMBER } }], ports: [{ port: NATS_PORT, protocol: "TCP" }] },
      ],
    },
  };
  return [deployment, service, policy];
}

/** The server under test: an agent that serves, alone on its machine where there are enough. */
export function servingAgentObjects(): object[] {
  const name = "notif-lab-server";
  const labels = labelsOf(name);
  const deployment: IDeployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, labels },
    spec: {
      replicas: 1,
      strategy: { type: "Recreate" },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          affinity: apart(),
          containers: [
            container(
              ["agent", "--name", "server", "--serve", "$(POD_IP)"],
              [fromPod("POD_IP", "status.podIP")],
              "1",
            ),
          ],
          volumes: scratch,
        },
      },
    },
  };
  return [deployment];
}

/** The load: each agent has a number, and with it a name that its machine keeps when it is started anew. */
export function agentObjects(): object[] {
  const name = "notif-lab-agents";
  const labels = labelsOf(name);
  const job: IJob = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, labels },
    spec: {
      completionMode: "Indexed",
      completions: AGENTS,
      parallelism: AGENTS,
      backoffLimit: MOST_STARTS,
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          restartPolicy: "OnFailure",
          affinity: apart(),
          containers: [
            container(
              ["agent", "--name", "load-$(INDEX)"],
              [fromPod("INDEX", "metadata.annotations['batch.kubernetes.io/job-completion-index']")],
              "2",
            ),
          ],
          volumes: scratch,
        },
      },
    },
  };
  return [job];
}

/** The controller: one run, whose results are its log. */
export function benchObjects(): object[] {
  const name = "notif-lab-bench";
  const labels = labelsOf(name);
  const job: IJob = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, labels },
    spec: {
      backoffLimit: 0,
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          restartPolicy: "Never",
          affinity: apart(),
          containers: [
            container(
              [
                "bench",
                "--agents",
                String(AGENTS),
                "--agents-host",
                "$(POD_IP)",
                "--server-agent",
                "server",
                "--out",
                "/tmp/results",
                "--json",
              ],
              [fromPod("POD_IP", "status.podIP")],
              "500m",
            ),
          ],
          volumes: scratch,
        },
      },
    },
  };
  return [job];
}

/** Where there are machines enough, no two of them share one. */
function apart() {
  return {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          podAffinityTerm: {
            labelSelector: { matchLabels: MEMBER },
            topologyKey: "kubernetes.io/hostname",
          },
        },
      ],
    },
  };
}

export const NATS_SECRET_COMMAND = `kubectl create secret generic ${SECRET} --from-literal=${TOKEN_KEY}=$(openssl rand -hex 16)`;
