import { LabError } from "../../core/errors.ts";
import type { Progress } from "../../harness/run/run.ts";
import { durationText } from "../../reports/prose/duration.ts";
import type { Lesson } from "../../workshop/lesson.ts";
import { EMPTY, stateOf, type WorkshopRecord } from "../../workshop/record.ts";
import { countsText } from "../../workshop/summary.ts";
import type { startDemo } from "../demo/demo.ts";
import { startPageServer } from "../demo/page-server.ts";
import { builtClient } from "../output/built-client.ts";
import { CliFailure } from "../process/failure.ts";
import { Interrupted } from "./interrupted.ts";
import type { PageOrder, PageState } from "./messages.ts";
import { WORKSHOP_POLICY, workshopPage } from "./page.ts";
import { pageDemo } from "./page-demo.ts";
import { type PageFace, pageFace } from "./page-face.ts";
import { parsePageOrder } from "./page-orders.ts";
import { type Attendance, attend } from "./session.ts";

export interface WorkshopPage {
  readonly url: string;
  /** Idempotent; leaves the lesson that is open, and settles when nothing listens any more. */
  close(): Promise<void>;
}

type PageOptions = Omit<Attendance, "again" | "onRun" | "onProgress" | "onIdle"> & {
  readonly port: number;
  readonly lessons: readonly Lesson[];
  /** The lesson that is open from the beginning. */
  readonly first?: Lesson | undefined;
  /** In place of what really starts the demo, for tests. */
  readonly startDemo?: typeof startDemo;
};

const DEMO_CLOSED = {
  kind: "text",
  text: "The demo that was started from here is closed: it would have published beside the experiment. After the lesson it can be started again.",
} as const;

/** Serves the workshop as a page on 127.0.0.1, for one learner. Rejects with `unreachable` where the port is taken. */
export async function startWorkshopPage({
  port,
  lessons,
  first,
  startDemo,
  ...attendance
}: PageOptions): Promise<WorkshopPage> {
  // What the list shows: as the file was when it was last looked at, since another process may write it as well.
  let record: WorkshopRecord = EMPTY;
  const file = {
    ...attendance.file,
    read: async () => {
      record = await attendance.file.read();
      return record;
    },
    write: async (current: WorkshopRecord) => {
      await attendance.file.write(current);
      record = current;
    },
  };
  // A damaged file is told before anything listens.
  await file.read();
  const server = await startPageServer(port, "workshop");
  let open: { readonly lesson: Lesson; readonly face: PageFace; readonly leave: AbortController } | undefined;
  let ended: Promise<void> = Promise.resolve();
  let turn: Promise<void> = Promise.resolve();
  // Not from 0: a tab that outlives this process must not take another one's lesson for the one that it shows.
  let opened = Date.now();
  let progress: PageState["progress"] = null;
  let problem: string | null = null;
  let isClosed = false;
  const tell = (error: unknown) => {
    problem = reasonOf(error);
  };
  const demo = pageDemo(tell, startDemo);

  /** One after the other, whoever asks. */
  const begin = (lesson: Lesson, again: boolean) => {
    open?.leave.abort();
    turn = turn.then(() => beginNow(lesson, again));
    return turn;
  };
  const beginNow = async (lesson: Lesson, again: boolean) => {
    open?.leave.abort();
    await ended;
    if (isClosed) return;
    const leave = new AbortController();
    const face = pageFace(leave.signal);
    open = { lesson, face, leave };
    opened += 1;
    progress = null;
    problem = null;
    const shown = {
      onRun: () => {
        // It would publish beside what is measured.
        demo.close().then((was) => was && face.show(DEMO_CLOSED), tell);
      },
      onProgress: (event: Progress) => {
        progress = progressOf(event);
      },
      onIdle: () => {
        progress = null;
      },
    };
    ended = attend(lesson, face, { ...attendance, file, again, ...shown }, leave.signal).then(
      () => undefined,
      (error: unknown) => {
        if (!(error instanceof Interrupted)) tell(error);
      },
    );
  };
  const carryOut = async (order: PageOrder): Promise<string | undefined> => {
    if (order.order === "answer") return open ? open.face.answer(order.id, order.text) : "no lesson is open";
    if (isClosed) return "the workshop has ended";
    if (order.order === "demo") {
      await demo.open();
      return undefined;
    }
    const lesson = lessons.find(({ number }) => number === order.lesson);
    if (!lesson) return "there is no such lesson";
    await begin(lesson, order.again);
    return undefined;
  };
  server.show(
    {
      page: workshopPage(file.command("1")),
      ...builtClient("cli/workshop/client/workshop"),
      policy: WORKSHOP_POLICY,
    },
    {
      state: (): PageState => ({
        lessons: lessons.map(({ number, title }) => ({ number, title, state: stateOf(record, number) })),
        counts: countsText(lessons, record),
        lesson: open?.lesson.number ?? null,
        opened,
        blocks: open?.face.blocks ?? [],
        question: open?.face.question ?? null,
        progress,
        problem,
        demo: demo.url,
      }),
      take: async (text) => {
        const order = parsePageOrder(text);
        if (!order) return "invalid order";
        try {
          return await carryOut(order);
        } catch (error) {
          return reasonOf(error);
        }
      },
      watched: (isWatched) => {
        if (isWatched) file.read().catch(tell);
      },
    },
  );
  if (first) await begin(first, false);
  return {
    url: `http://127.0.0.1:${server.port}/`,
    close: async () => {
      isClosed = true;
      open?.leave.abort();
      await Promise.all([turn.then(() => ended), server.close(), demo.close()]);
    },
  };
}

function progressOf({
  stage,
  transport,
  finished,
  total,
  secondsLeft,
  launch,
}: Progress): PageState["progress"] {
  const share = (finished + (launch?.done ?? 0)) / Math.max(1, total);
  return {
    text: `${stage}, ${transport}: ${finished} of ${total} trials, about ${durationText(secondsLeft)} left`,
    share: Math.min(1, share),
  };
}

function reasonOf(error: unknown): string {
  return error instanceof CliFailure ? error.message : LabError.from(error).message;
}
