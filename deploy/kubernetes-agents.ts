import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { IJobSpec } from "kubernetes-models/batch/v1/JobSpec";
import type { INetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import type { IContainer } from "kubernetes-models/v1/Container";
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import { inCluster, NODE_USER, onePod, podOf, SECRET, secret, unprivileged } from "./kubernetes.ts";
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
const POD_IP = fromPod("POD_IP", "status.podIP");

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

/** The meeting place: it keeps nothing, and nobody but members may reach it. */
export function natsObjects(): object[] {
  const labels = { "app.kubernetes.io/name": NATS };
  const deployment = onePod(NATS, labels, {
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
  });
  const policy: INetworkPolicy = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: NATS, labels },
    spec: {
      podSelector: { matchLabels: labels },
      policyTypes: ["Ingress"],
      ingress: [
        { from: [{ podSelector: { matchLabels: MEMBER } }], ports: [{ port: NATS_PORT, protocol: "TCP" }] },
      ],
    },
  };
  return [deployment, inCluster(NATS, labels, { name: "nats", port: NATS_PORT }), policy];
}

/** What is in the pod of each: one container, alone on its machine where there are enough. */
const alone = (args: readonly string[], env: IContainer["env"], cpu: string): IPodSpec => ({
  affinity: apart(),
  containers: [container(args, env, cpu)],
  volumes: [{ name: "tmp", emptyDir: {} }],
});

/** The server under test: an agent that serves. */
export function servingAgentObjects(): object[] {
  const name = "notif-lab-server";
  const args = ["agent", "--name", "server", "--serve", "$(POD_IP)"];
  return [onePod(name, labelsOf(name), alone(args, [POD_IP], "1"))];
}

/** A Job of such pods. */
function jobOf(name: string, spec: Omit<IJobSpec, "template">, pod: IPodSpec): IJob {
  const labels = labelsOf(name);
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, labels },
    spec: { ...spec, template: podOf(labels, pod) },
  };
}

/** The load: each agent has a number, and with it a name that its machine keeps when it is started anew. */
export function agentObjects(): object[] {
  const index = fromPod("INDEX", "metadata.annotations['batch.kubernetes.io/job-completion-index']");
  const spec: Omit<IJobSpec, "template"> = {
    completionMode: "Indexed",
    completions: AGENTS,
    parallelism: AGENTS,
    backoffLimit: MOST_STARTS,
  };
  const pod = alone(["agent", "--name", "load-$(INDEX)"], [index], "2");
  return [jobOf("notif-lab-agents", spec, { restartPolicy: "OnFailure", ...pod })];
}

/** The controller: one run, whose results are its log. */
export function benchObjects(): object[] {
  const agents = ["--agents", String(AGENTS), "--agents-host", "$(POD_IP)", "--server-agent", "server"];
  const pod = alone(["bench", ...agents, "--out", "/tmp/results", "--json"], [POD_IP], "500m");
  return [jobOf("notif-lab-bench", { backoffLimit: 0 }, { restartPolicy: "Never", ...pod })];
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
