/**
 * prom-client, as far as it is used. The build bundles it into this module, so that who installs notif-lab needs none of what prom-client
 * brings for summaries and exemplars, which takes some 5 MB.
 */

export type { OpenMetricsContentType } from "prom-client";
export { AggregatorRegistry, Registry } from "prom-client";
