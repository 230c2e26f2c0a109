import { seedOf } from "../../../core/random.ts";
import type { Trial } from "../../result/result.ts";
import { type Agreement, agreementOf } from "../../statistics/agreement.ts";
import { LEAST_MARGIN } from "../../statistics/pair-verdict.ts";
import type { Check, CheckContext, Finding } from "../check.ts";
import { launched, VERDICT_FIGURES } from "../default-plan.ts";
import { carryOut, notifyPlan } from "../trials.ts";

const ROUNDS = 6;
const RATE = 200;
const SLICED_MS = 2_000;
const IN_ONE_PIECE_MS = 10_000;

/** Launches and trials in one piece in turns, so that what the machine does meanwhile falls on both; only run when it is asked for. */
export const slices: Check = {
  name: "slices",
  proves: "interleaved slices give the figures that trials in one piece give",
  target: "median latency and CPU within 5 % (two one-sided tests) on each transport and in the mean of all",
  timed: true,
  onDemand: true,
  run: async (context) => {
    const measuredBoth = await measured(context);
    return concluded(
      Object.entries(VERDICT_FIGURES).flatMap(([figure, read]) => {
        const each = measuredBoth.map(({ transport, sliced, whole }) => ({
          name: `${transport}, ${figure}`,
          rounds: roundsOf(sliced, whole, read),
        }));
        const all = { name: `all of them, ${figure}`, rounds: together(each.map(({ rounds }) => rounds)) };
        return [...each, ...(each.length > 1 ? [all] : [])].map(({ name, rounds }) => {
          const valid = rounds.filter((round) => round !== undefined);
          return { name, agreement: valid.length >= 2 ? agreementOf(valid, LEAST_MARGIN) : undefined };
        });
      }),
    );
  },
};

interface Found {
  readonly name: string;
  /** Sliced over in one piece; absent where too few trials were valid. */
  readonly agreement: Agreement | undefined;
}

/** Passes where all agree, fails where one is proved not to, and else says that this machine can't tell. */
export function concluded(found: readonly Found[]): Finding {
  const text = ({ name, agreement }: Found) =>
    agreement
      ? `${name} ${agreement.ratio.toFixed(3)}x (${agreement.interval90.low.toFixed(2)}-${agreement.interval90.high.toFixed(2)})`
      : `${name} has too few valid trials`;
  const [low, high] = [1 / (1 + LEAST_MARGIN), 1 + LEAST_MARGIN];
  const apart = found.filter(
    ({ agreement }) => agreement && (agreement.interval90.low > high || agreement.interval90.high < low),
  );
  const open = found.filter((one) => !one.agreement?.agrees && !apart.includes(one));
  const figures = Object.fromEntries(
    found.flatMap(({ name, agreement }) => (agreement ? [[`${name} ratio`, agreement.ratio]] : [])),
  );
  if (apart.length > 0) return { verdict: "fail", measured: apart.map(text).join("; "), figures };
  if (open.length > 0 || found.length === 0)
    return {
      verdict: "not possible",
      reason: `inconclusive: the machine is too noisy to prove it in ${ROUNDS} launches; ${open.map(text).join("; ")}; the others agree`,
    };
  return { verdict: "pass", measured: found.map(text).join("; "), figures };
}

async function measured(context: CheckContext) {
  const { plan, seed } = context;
  const trials = plan.transports.map(({ name: transport }) => ({
    transport,
    sliced: [] as Trial[],
    whole: [] as Trial[],
  }));
  const planOf = (of: number, measureMs: number, warmupMs = 1_000) =>
    notifyPlan({ seed: of, users: 20, ratePerSecond: RATE, warmupMs, measureMs });
  const scenario = {
    name: "selftest",
    summary: "20 users who notify one another",
    params: {},
    plan: (of: number) => planOf(of, SLICED_MS),
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    const own = seedOf(seed, "slices", round);
    const doing = `launch ${round + 1} of ${ROUNDS}`;
    const inLaunch = await launched(
      context,
      { ...plan, scenarios: [scenario], loadProcesses: 1 },
      own,
      0,
      doing,
    );
    for (const one of trials) {
      const sliced = inLaunch.filter(({ transport }) => transport === one.transport);
      one.sliced.push(...sliced);
      const plan = planOf(own, IN_ONE_PIECE_MS, warmUpMs(sliced));
      one.whole.push(await carryOut(context, one.transport, plan));
    }
  }
  return trials;
}

/** In which a trial in one piece is warmed up by as many messages as the launch was: a colder one costs more in any case. */
function warmUpMs(sliced: readonly Trial[]): number {
  const publishes = Math.max(RATE, ...sliced.map(({ metrics }) => metrics?.warmup.publishes ?? 0));
  return (1_000 * publishes) / RATE;
}

/** A figure of slices and of the trial in one piece; undefined in a round in which one of them is not valid. */
type Round = readonly [number, number] | undefined;

function roundsOf(
  sliced: readonly Trial[],
  whole: readonly Trial[],
  read: (trial: Trial) => number | undefined,
): Round[] {
  const figureOf = (trial: Trial | undefined) =>
    trial?.state === "completed" ? (read(trial) ?? Number.NaN) : Number.NaN;
  return sliced.map((one, round) => {
    const [a, b] = [figureOf(one), figureOf(whole[round])];
    return a > 0 && b > 0 ? [a, b] : undefined;
  });
}

/** The geometric means over transports, of the rounds in which all are valid: what slices do to all alike changes no comparison. */
export function together(transports: readonly (readonly Round[])[]): Round[] {
  return (transports[0] ?? []).map((_, round) => {
    const pairs = transports.flatMap((rounds): Exclude<Round, undefined>[] => {
      const pair = rounds[round];
      return pair ? [pair] : [];
    });
    if (pairs.length < transports.length) return undefined;
    const mean = (side: 0 | 1) =>
      Math.exp(pairs.reduce((sum, pair) => sum + Math.log(pair[side]), 0) / pairs.length);
    return [mean(0), mean(1)];
  });
}
