// The page of the twelve questions: a recorded week of forty sessions is asked each of them by the program, as a person would.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AnswerCell, checkGiven, type Given } from "#assure/query/answers/named-question.ts";
import { NAMED_QUESTIONS } from "#assure/query/answers/named-questions.ts";
import { answerNamed } from "#surface/cli/log/named-answer.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { openView } from "#surface/services/log/opened-log.ts";
import { recordWeek, weekSession } from "../../record/responder-week.ts";
import { runHere, type Said } from "../../surface/cli/in-process.ts";

const PAGE = new URL("../../../docs/reference/responder-questions.md", import.meta.url);
const ROWS = "6";
/** All of one session: a story of which only the beginning is shown says how nothing ended. */
const SESSION_ROWS = "13";
const OVER = ["--since", "2026-03-02..2026-03-08"];
/** What each question is given: of one session the release of the first day, of the others a name that the week has. */
const GIVEN: Readonly<Record<string, readonly string[]>> = {
  "session-did": ["--session", weekSession(1)],
  "touched-file": ["--path", "src/cart.ts"],
  "touched-branch": ["--branch", "main"],
  "touched-package": ["--package", "left-pad"],
  "changed-after": ["--session", weekSession(1), "--prompt", "search page"],
  "same-command": ["--text", "git push --force"],
};

/** A week recorded into a directory of its own, and how to ask it. */
export async function recordedWeek() {
  const data = mkdtempSync(join(tmpdir(), "sallyport-week-"));
  const happened = await recordWeek(data);
  const run = (...words: readonly string[]): Promise<Said> =>
    runHere([...words, "--data", data], { PATH: "/usr/bin:/bin", HOME: data });
  const directories = directoriesIn(data);
  /** The rows of an answer, in this process: what the program prints as JSON. */
  const rows = async (id: string, given: Given, [sinceMs, untilMs] = [0, 2 ** 48]) => {
    const question = NAMED_QUESTIONS.find((one) => one.id === id);
    if (question === undefined) throw new Error(`there is no question ${id}`);
    const record = {
      directories,
      view: await openView(data),
      nowMs: Date.now(),
      tell: () => undefined,
    };
    const asked = { given: checkGiven(question, given), period: { sinceMs, untilMs } };
    const { answer, isCut } = await answerNamed(question, asked, record);
    if (isCut) throw new Error("the week has few events");
    return answer.rows.map(
      (row): Readonly<Record<string, AnswerCell>> =>
        Object.fromEntries(answer.columns.map(({ key }, place) => [key, row[place] ?? null])),
    );
  };
  return {
    data,
    happened,
    run,
    rows,
    ask: (...words: readonly string[]): Promise<Said> => run("log", "query", ...words),
    remove: () => rmSync(data, { recursive: true, force: true }),
  };
}
export type RecordedWeek = Awaited<ReturnType<typeof recordedWeek>>;

/** The page as the program answers now. */
export async function responderPage({ ask }: Pick<RecordedWeek, "ask">): Promise<string> {
  const parts: string[] = [];
  for (const { id, title, about } of NAMED_QUESTIONS) {
    const words = [
      id,
      ...(GIVEN[id] ?? []),
      ...OVER,
      "--limit",
      id === "session-did" ? SESSION_ROWS : ROWS,
    ];
    const { code, out } = await ask(...words);
    if (code !== 0) throw new Error(`${id} was not answered`);
    const command = `sallyport log query ${words.map((word) => (/[^\w./:=-]/.test(word) ? `'${word}'` : word)).join(" ")}`;
    parts.push(
      `## ${title}\n\nA row is ${about}.\n\n\`\`\`\n$ ${command}\n${out.trimEnd()}\n\`\`\`\n`,
    );
  }
  return HEAD + parts.join("\n");
}

const HEAD = `# What the record answers

The twelve questions of \`sallyport log query\` that a responder asks, each with its answer over a made-up week: forty sessions of three people in one shop's repository, recorded as real ones
are, and the same each time. At most ${ROWS} rows of each are shown, of the session all ${SESSION_ROWS}.

sallyport stands between the agent Claude Code and the machine. A *call* is one thing that the agent wants to do: run a command, read or change a file, ask a host. Before a call runs, the *rules* of a
policy allow it, refuse it, or have a person asked. An *event* is one entry of the record, and its number opens it. \`who\` is the account on the machine, and a *session* is one conversation
of that person with the agent. A test holds this page to what the program says; it is written by
\`UPDATE=1 npx vitest run test/assure/query/responder-page.test.ts\`. How to ask: [searching the log](../guide/searching-the-log.md).

`;

export function readResponderPage(): string {
  return readFileSync(PAGE, "utf8");
}

export function writeResponderPage(text: string): void {
  writeFileSync(PAGE, text);
}
