// Tells whoever is away of each question that waits, by a message with its own link, and says to the daemon that somebody is there.
import type { Notice } from "#detect/notice/notice.ts";
import { questionNotice } from "#detect/notice/notice.ts";
import { WAIT_SECONDS_MAX } from "../../services/questions/question-schema.ts";
import type { DashboardParts } from "../context/parts.ts";
import type { PhoneLinks } from "./phone-links.ts";

/** How long one word that somebody is there holds, and how often it is said. */
const PRESENT_MS = 45_000;
const SAY_MS = 20_000;

/** Begins; the returned function ends it and says that nobody is there any more. */
export function keepRinging({
  live,
  order,
  clock,
  links,
  url,
  tell,
  onProblem,
}: Pick<DashboardParts, "live" | "order" | "clock"> & {
  readonly links: PhoneLinks;
  readonly url: URL;
  /** Leaves a message for whoever sends messages. */
  readonly tell: (notice: Notice) => void;
  /** Hears why nobody is told, once for each reason. */
  readonly onProblem: (line: string) => void;
}): { readonly isReady: Promise<void>; end(): Promise<void> } {
  let lastProblem = "";
  const attend = (untilMs: number) =>
    order({ order: "presence", seconds: WAIT_SECONDS_MAX, untilMs, from: "phone" });
  const ring = async () => {
    const told = await order({ order: "questions" });
    if (told.kind !== "questions") return;
    for (const question of told.questions) {
      if (question.state !== "waiting" || question.onlyThere !== null) continue;
      const token = links.make(question);
      if (token === undefined) continue;
      const { id, rule, tool, askedMs, expiresMs } = question;
      // WHY in the fragment: no server sees it, and a service that looks at links in messages does not open it.
      const link = new URL(`#${token}`, url).href;
      tell(questionNotice({ id, rule, tool, link, timeMs: askedMs, untilMs: expiresMs }));
    }
  };
  const withProblems = async (work: () => Promise<unknown>) => {
    try {
      await work();
      lastProblem = "";
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message : "the daemon does not answer";
      if (problem !== lastProblem) onProblem(`phones are not told of questions: ${problem}`);
      lastProblem = problem;
    }
  };
  const pass = () =>
    withProblems(async () => {
      await attend(clock.nowMs() + PRESENT_MS);
      // What was asked while the connection to the daemon was away.
      await ring();
    });
  const stop = live.subscribe((item) => {
    if (item.event === "decision" && item.data.what === "question") void withProblems(ring);
    if (item.event === "daemon" && item.data.isThere) void pass();
  });
  const timer = setInterval(() => void pass(), SAY_MS);
  return {
    isReady: pass(),
    async end() {
      clearInterval(timer);
      stop?.();
      await attend(0).catch(() => undefined);
    },
  };
}
