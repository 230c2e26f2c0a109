import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IHorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler";
import type { IPodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import type { ISecurityContext } from "kubernetes-models/v1/SecurityContext";
import type { IService } from "kubernetes-models/v1/Service";
import type { TransportEntry } from "../transports/port/entry.ts";
import {
  CONNECTIONS_A_POD,
  DRAIN_SECONDS,
  fileName,
  IMAGE,
  METRICS_PORT,
  NODE_COUNT,
  NODE_PORT,
  serveArguments,
} from "./settings.ts";

/** Kept in Kubernetes, never in a file: `jwt` is the key of the tokens, `backplane` the address of Redis with its password. */
export const SECRET = "notif-lab";
const REDIS = "notif-lab-redis";
const REDIS_PORT = 6379;

/** Longer than it takes all others to hear that a pod is to go; only then its clients are told to move. */
const HEARD_SECONDS = 5;
/** Until a pod is killed: what comes before that, and a margin. */
const GRACE_SECONDS = HEARD_SECONDS + DRAIN_SECONDS + 15;

export const unprivileged = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
} satisfies ISecurityContext;

/** Of the user that the image names: Kubernetes wants to see that it is not root. */
export const NODE_USER = 1000;
const REDIS_USER = 999;

export const secret = (name: string, key: string) => ({
  name,
  valueFrom: { secretKeyRef: { name: SECRET, key } },
});

/** The objects of one transport. */
export function kubernetesObjects(transport: TransportEntry): object[] {
  const name = `notif-lab-${fileName(transport)}`;
  const app = { "app.kubernetes.io/name": "notif-lab", "app.kubernetes.io/component": fileName(transport) };
  const meta = { name, labels: app };
  const probe = (path: string) => ({ httpGet: { path, port: "metrics" }, timeoutSeconds: 2 });
  const deployment: IDeployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: meta,
    spec: {
      replicas: NODE_COUNT,
      selector: { matchLabels: app },
      // One at a time, and only when its successor serves: each that goes makes its clients reconnect.
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: {
          labels: app,
          annotations: { "prometheus.io/scrape": "true", "prometheus.io/port": String(METRICS_PORT) },
        },
        spec: {
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: GRACE_SECONDS,
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: "kubernetes.io/hostname",
              whenUnsatisfiable: "ScheduleAnyway",
              labelSelector: { matchLabels: app },
            },
          ],
          containers: [
            {
              name: "notif-lab",
              image: IMAGE,
              args: serveArguments(transport.name),
              env: [secret("NOTIF_LAB_SECRET", "jwt"), secret("NOTIF_LAB_BACKPLANE", "backplane")],
              ports: [
                { name: "clients", containerPort: NODE_PORT },
                { name: "metrics", containerPort: METRICS_PORT },
              ],
              readinessProbe: { ...probe("/readyz"), periodSeconds: 2, failureThreshold: 2 },
              livenessProbe: { ...probe("/healthz"), periodSeconds: 10, failureThreshold: 3 },
              // Until then the pod still gets new connections: it is taken from the Service at the same time as it is told to end. Then it drains.
              lifecycle: { preStop: { exec: { command: ["sleep", String(HEARD_SECONDS)] } } },
              resources: { requests: { cpu: "500m", memory: "256Mi" }, limits: { memory: "512Mi" } },
              securityContext: { ...unprivileged, runAsUser: NODE_USER },
            },
          ],
        },
      },
    },
  };
  const service: IService = {
    apiVersion: "v1",
    kind: "Service",
    metadata: meta,
    spec: {
      type: "LoadBalancer",
      // Else all clients seem to come from the cluster's own addresses.
      externalTrafficPolicy: "Local",
      selector: app,
      ports: [{ name: "clients", port: NODE_PORT, targetPort: "clients" }],
      ...(transport.balancing?.sticky
        ? { sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } }
        : {}),
    },
  };
  const budget: IPodDisruptionBudget = {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: meta,
    spec: { maxUnavailable: 1, selector: { matchLabels: app } },
  };
  const autoscaler: IHorizontalPodAutoscaler = {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: meta,
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
      minReplicas: NODE_COUNT,
      maxReplicas: 10,
      metrics: [
        {
          type: "Pods",
          pods: {
            metric: { name: "notif_lab_connections" },
            target: { type: "AverageValue", averageValue: String(CONNECTIONS_A_POD) },
          },
        },
        {
          type: "Resource",
          resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } },
        },
      ],
      // Connections stay where they are: a pod that goes makes all of its clients reconnect, so that is done slowly.
      behavior: {
        scaleDown: {
          stabilizationWindowSeconds: 600,
          policies: [{ type: "Pods", value: 1, periodSeconds: 300 }],
        },
      },
    },
  };
  return [deployment, service, budget, autoscaler];
}

/** The backplane that the nodes share. It keeps nothing on disk: after a restart clients are told of the gap. */
export function redisObjects(): object[] {
  const labels = { "app.kubernetes.io/name": REDIS };
  // Two at once would be talked to by half of the nodes each.
  const deployment = onePod(REDIS, labels, {
    containers: [
      {
        name: "redis",
        image: "redis:7",
        command: ["sh", "-c"],
        args: [
          'exec redis-server --save "" --appendonly no --maxmemory 256mb --maxmemory-policy noeviction --requirepass "$PASSWORD"',
        ],
        env: [secret("PASSWORD", "redis-password")],
        ports: [{ name: "redis", containerPort: REDIS_PORT }],
        readinessProbe: { tcpSocket: { port: "redis" }, periodSeconds: 2 },
        livenessProbe: { tcpSocket: { port: "redis" }, periodSeconds: 10 },
        resources: { requests: { cpu: "250m", memory: "300Mi" }, limits: { memory: "400Mi" } },
        securityContext: { ...unprivileged, runAsUser: REDIS_USER },
      },
    ],
  });
  return [deployment, inCluster(REDIS, labels, { name: "redis", port: REDIS_PORT })];
}

type Labels = Readonly<Record<string, string>>;

/** A Deployment of one pod, and never of two at once. */
export function onePod(name: string, labels: Labels, pod: IPodSpec): IDeployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, labels },
    spec: {
      replicas: 1,
      strategy: { type: "Recreate" },
      selector: { matchLabels: labels },
      template: podOf(labels, pod),
    },
  };
}

/** A pod that has no business with Kubernetes itself. */
export function podOf(labels: Labels, pod: IPodSpec) {
  return { metadata: { labels }, spec: { automountServiceAccountToken: false, ...pod } };
}

/** Where others in the cluster reach the port of that name. */
export function inCluster(
  name: string,
  labels: Labels,
  { name: target, port }: { readonly name: string; readonly port: number },
): IService {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, labels },
    spec: { selector: labels, ports: [{ name: target, port, targetPort: target }] },
  };
}
