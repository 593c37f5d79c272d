// Questions of commands: answered by the daemon's index, or without one by reading the whole log.
import { Failure } from "#base/failure.ts";
import type { EventQuestion, QuestionAnswer } from "#record/index/question.ts";
import { answerFromIndex, answerFromLog } from "#record/store/index/answer-question.ts";
import { type AskedLog, openAskedLog } from "#record/store/index/asked-log.ts";
import type { IndexFile } from "#record/store/index/opened-index.ts";
import { followLog } from "#record/store/index/index-follow.ts";
import { askDaemon } from "../daemon-process/daemon-client.ts";
import { runningInstall } from "../installation/install.ts";
import { type Directories } from "../../foundation/files/directories.ts";

/** Events that are put into memory for a question that only an index answers. */
const IN_MEMORY_EVENTS_MAX = 300_000;
/** The daemon has an index and could not use it now. */
const INDEX_FAULTS: ReadonlySet<string> = new Set(["index", "index-behind", "log-busy"]);

type Told = { readonly answer: QuestionAnswer; readonly note: string | undefined };

/** The answer, and how it was found when not by the daemon's index, as a note for the person who waits. */
export async function askLog(directories: Directories, question: EventQuestion): Promise<Told> {
  const asked = await askIndex(directories, question);
  if ("answer" in asked) return { answer: asked.answer, note: undefined };
  return { answer: await answerHere(directories, question), note: noteOn(asked.why) };
}

/** Asks one question of SQL after the other. */
export type Asker = {
  ask(question: Extract<EventQuestion, { ask: "select" }>): Promise<Told>;
  /** Ends it. */
  close(): Promise<void>;
};

/** Where the daemon's index does not answer, one is made in memory once, for all questions to come. */
export function openAsker(directories: Directories): Asker {
  let here: { readonly made: Promise<IndexHere>; readonly why: string } | undefined;
  return {
    async ask(question) {
      const asked = here === undefined ? await askIndex(directories, question) : here;
      if ("answer" in asked) return { answer: asked.answer, note: undefined };
      here ??= { made: indexHere(directories), why: asked.why };
      const { index, log } = await here.made;
      return { answer: answerFromIndex(index, log, question), note: noteOn(here.why) };
    },
    async close() {
      const made = await here?.made.catch(() => undefined);
      made?.index.close();
    },
  };
}

const noteOn = (why: string): string => `${why}: the whole log was read instead`;

/** The answer of the daemon's index, or why there is none. Rejects with the Failure of a question that is none. */
async function askIndex(
  directories: Directories,
  question: EventQuestion,
): Promise<{ readonly answer: QuestionAnswer } | { readonly why: string }> {
  const install = runningInstall(directories);
  const asked = install === undefined ? undefined : await askDaemon(install, question);
  if (asked?.kind === "table" || asked?.kind === "found") return { answer: asked };
  if (asked?.kind === "refused" && !INDEX_FAULTS.has(asked.code ?? "index"))
    throw new Failure(asked.code ?? "refused", asked.why);
  if (asked?.kind === "refused") return { why: asked.why };
  return { why: install === undefined ? "no daemon runs" : "the daemon did not answer" };
}

async function answerHere(
  directories: Directories,
  question: EventQuestion,
): Promise<QuestionAnswer> {
  if (question.ask !== "select") return answerFromLog(await openAskedLog(directories), question);
  const { index, log } = await indexHere(directories);
  try {
    return answerFromIndex(index, log, question);
  } finally {
    index.close();
  }
}

type IndexHere = { readonly index: IndexFile; readonly log: AskedLog };

/** An index of the whole log, in memory. */
async function indexHere(directories: Directories): Promise<IndexHere> {
  const log = await openAskedLog(directories);
  const followed = await log.follow();
  if (followed.size > IN_MEMORY_EVENTS_MAX)
    throw new Failure(
      "index",
      `the log has ${followed.size} events, too many for SQL without the daemon: run \`sallyport daemon --ensure\` and ask again`,
    );
  // Only here: the library takes longer to load than most questions to answer.
  const { openIndexFile } = await import("#record/store/index/index-file.ts");
  const index = await openIndexFile(undefined);
  try {
    await followLog(index, followed);
    return { index, log };
  } catch (cause) {
    index.close();
    throw cause;
  }
}
