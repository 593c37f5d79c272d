// Questions of commands: answered by the daemon's index, or without one by reading the whole log.
import { Failure } from "#base/failure.ts";
import type { EventQuestion, QuestionAnswer } from "#record/index/question.ts";
import { answerFromIndex, answerFromLog } from "#record/store/index/answer-question.ts";
import { openAskedLog } from "#record/store/index/asked-log.ts";
import { followLog } from "#record/store/index/index-follow.ts";
import { askDaemon } from "../daemon-process/daemon-client.ts";
import { readInstall } from "../installation/install.ts";
import { lockHolder } from "../../foundation/files/process-lock.ts";
import { type Directories } from "../../foundation/files/directories.ts";

/** Events that are put into memory for a question that only an index answers. */
const IN_MEMORY_EVENTS_MAX = 300_000;
/** The daemon has an index and could not use it now. */
const INDEX_FAULTS: ReadonlySet<string> = new Set(["index", "index-behind", "log-busy"]);

/** The answer, and how it was found when not by the daemon's index, as a note for the person who waits. */
export async function askLog(
  directories: Directories,
  question: EventQuestion,
): Promise<{ readonly answer: QuestionAnswer; readonly note: string | undefined }> {
  const install =
    lockHolder(directories.lockFile) === undefined ? undefined : readInstall(directories);
  const asked = install === undefined ? undefined : await askDaemon(install, question);
  if (asked?.kind === "table" || asked?.kind === "found") return { answer: asked, note: undefined };
  if (asked?.kind === "refused" && !INDEX_FAULTS.has(asked.code ?? "index"))
    throw new Failure(asked.code ?? "refused", asked.why);
  const why =
    asked?.kind === "refused"
      ? asked.why
      : install === undefined
        ? "no daemon runs"
        : "the daemon did not answer";
  return {
    answer: await answerHere(directories, question),
    note: `${why}: the whole log was read instead`,
  };
}

async function answerHere(
  directories: Directories,
  question: EventQuestion,
): Promise<QuestionAnswer> {
  const log = await openAskedLog(directories);
  if (question.ask !== "select") return answerFromLog(log, question);
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
    return answerFromIndex(index, log, question);
  } finally {
    index.close();
  }
}
