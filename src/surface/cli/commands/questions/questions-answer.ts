// `sallyport questions answer`: a person's yes or no to a question of a session at another terminal.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { userName } from "#platform/user.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { requireTerminal } from "../../../foundation/terminal/controlling-terminal.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { isTyped, tell } from "../../../foundation/terminal/outcome.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { giveOrder } from "../../../services/daemon-process/daemon-client.ts";
import { NOTE_CHARS_MAX } from "../../../services/questions/question-schema.ts";
import { refused, requireInstall } from "../../operator/operator-orders.ts";
import { questionLines, questionsOf } from "./question-lines.ts";

/** `sallyport questions answer`. */
export const answerCommand = defineCommand({
  meta: {
    name: "answer",
    description: `answer a question: you read it and type a word; the first answer counts

  sallyport questions answer qu-0011223344556677 --allow
  sallyport questions answer qu-0011223344556677 --deny --note "use the staging bucket"`,
  },
  args: {
    id: { type: "positional", required: true, description: "its id, as `questions list` shows it" },
    allow: { type: "boolean", description: "the call runs, this once" },
    deny: { type: "boolean", description: "the call does not run" },
    note: { type: "string", valueHint: "TEXT", description: "why; with a no the agent reads it" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    if ((args.allow === true) === (args.deny === true))
      throw new Failure("usage", "say either `--allow` or `--deny`");
    if ((args.note?.length ?? 0) > NOTE_CHARS_MAX)
      throw new Failure("usage", `a note has at most ${NOTE_CHARS_MAX} characters`);
    const install = requireInstall(directoriesIn(args.data ?? dataDirectory()));
    requireTerminal();
    const question = (await questionsOf(install)).find(({ id }) => id === args.id);
    if (question === undefined)
      throw new Failure(
        "questions",
        `no question \`${printable(args.id)}\` waits; \`sallyport questions list\` says which do`,
      );
    if (question.onlyThere !== null)
      throw new Failure("questions", `this cannot be answered here: ${question.onlyThere}`);
    const head = args.allow === true ? "you let this call run:" : "you refuse this call:";
    if (!(await isTyped(args, [head, ...questionLines(question, Date.now())]))) return;
    const said = args.allow === true ? "allow" : "deny";
    const answer = await giveOrder(install, {
      order: "question-answer",
      id: question.id,
      digest: question.digest,
      answer: said,
      note: args.note ?? null,
      by: userName(),
      from: "cli",
    });
    if (answer.kind === "question-refused") {
      process.exitCode = exitCodes.found;
      const { code, state, why } = answer;
      return tell(args, { outcome: code, id: question.id, state }, `it does not count: ${why}`);
    }
    if (answer.kind !== "question-answered") throw refused(answer);
    const done = args.allow === true ? "allowed" : "denied";
    return tell(args, { outcome: done, id: question.id }, `${done}: ${question.id}`);
  },
});
