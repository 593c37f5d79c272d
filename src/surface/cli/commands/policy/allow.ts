// `sallyport allow`: a person's yes to a question of ours made to last, listed, and taken back.
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { homeDirectory, userName } from "#platform/user.ts";
import { realPath } from "../../../foundation/files/path-status.ts";
import { giveOrder } from "../../../services/daemon-process/daemon-client.ts";
import { openProjectBook } from "../../../services/projects/projects.ts";
import { projectIn } from "../../../services/projects/session-project.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../../foundation/files/directories.ts";
import { openExceptions } from "../../../services/exceptions/store.ts";
import { judgingPolicy } from "../../../services/evaluation/judging-policy.ts";
import {
  lastingAnswer,
  lastingLines,
  questionAsked,
  sessionLines,
} from "../../explain/lasting-answers.ts";
import { findIndex } from "../../log/log-place.ts";
import { openView } from "../../../services/log/opened-log.ts";
import { refused, requireInstall, startDaemon } from "../../operator/operator-orders.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { isTyped, tell } from "../../../foundation/terminal/outcome.ts";
import {
  openSessionFinder,
  type RememberedSession,
} from "../../../services/sessions/remembered-session.ts";
import { print } from "../../../foundation/terminal/terminal.ts";

type Args = {
  readonly what: string;
  readonly id?: string | undefined;
  readonly for?: string | undefined;
  readonly reason?: string | undefined;
  readonly cwd?: string | undefined;
  readonly data?: string | undefined;
  readonly json?: boolean | undefined;
};

/** `sallyport allow LAST | EVENT | list | revoke ID`. */
export const allowCommand = defineCommand({
  meta: {
    name: "allow",
    description: `Make your yes to a question last, see what is not asked about, and take it back.

  sallyport allow LAST --for 30d                    the last question of this project
  sallyport allow 42 --for 8h --reason "release"    a question by its event in the log
  sallyport allow list                              answers of running sessions, and lasting ones
  sallyport allow revoke 00112233445566aa           ask again at once

A yes in the client's window counts for the same effect until the session ends. A lasting one is typed at a terminal, signed and
on record. It counts in this project until its time is over, you revoke it, or the policy changes.`,
  },
  args: {
    what: {
      type: "positional",
      required: true,
      description: "LAST, an event of the log, list or revoke",
    },
    id: { type: "positional", required: false, description: "with revoke: its id" },
    for: { type: "string", valueHint: "TIME", description: "how long: 8h, 30d" },
    reason: { type: "string", valueHint: "TEXT", description: "why; kept sealed in the log" },
    cwd: { type: "string", valueHint: "DIR", description: "whose questions (default: here)" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    switch (args.what) {
      case "list":
        return list(args, directories);
      case "revoke":
        return revoke(args, directories);
      default:
        return allow(args, directories);
    }
  },
});

async function allow(args: Args, directories: Directories): Promise<void> {
  const install = requireInstall(directories);
  const here = await policyHere(args, directories);
  const call = args.what.toUpperCase() === "LAST" ? undefined : await callOf(args);
  const question = questionAsked(await sessionsHere(args, directories), call);
  const by = { approver: userName(), nowMs: Date.now() };
  const exception = lastingAnswer(question, { for: args.for, reason: args.reason }, here, by);
  const lines = lastingLines(exception, exception.answers ?? []);
  if (!(await isTyped(args, lines.map(printable)))) return;
  const receipt = openExceptions(directories).sign(exception);
  await startDaemon(install);
  const answer = await giveOrder(install, { order: "grant", receipt });
  if (answer.kind !== "granted") throw refused(answer);
  await tell(
    args,
    { outcome: "allowed", ...exception, signature: receipt.signature },
    `allowed: ${exception.id}; \`sallyport allow revoke ${exception.id}\` ends it`,
  );
}

async function revoke(args: Args, directories: Directories): Promise<void> {
  const { id } = args;
  if (id === undefined)
    throw new Failure("usage", "`allow revoke` needs an id; `sallyport allow list` shows them");
  const install = requireInstall(directories);
  await startDaemon(install);
  const answer = await giveOrder(install, { order: "revoke", id });
  if (answer.kind !== "revoked") throw refused(answer);
  if (!answer.isKnown)
    throw new Failure("exception", `there is no lasting answer \`${printable(id)}\``);
  await tell(args, { outcome: "revoked", id }, `revoked: ${id}`);
}

async function list(args: Args, directories: Directories): Promise<void> {
  const { policy, root } = await policyHere(args, directories);
  const sessions = await sessionsHere(args, directories);
  const now = { nowMs: Date.now(), policy: policy.digest, root };
  const lasting = openExceptions(directories)
    .all(now)
    .filter(({ receipt }) => receipt.exception.answers !== undefined);
  if (args.json === true) {
    return print(
      printableJson({
        sessions: sessions.flatMap(({ about, state }) =>
          state.answers.approved.map(({ rule, what, atMs }) => ({
            session: about.session,
            rule,
            what,
            atMs,
          })),
        ),
        lasting: lasting.map(({ receipt, state }) => ({ ...receipt.exception, state })),
      }),
    );
  }
  const lines = [
    ...sessionLines(sessions),
    ...lasting.flatMap(({ receipt: { exception }, state }) => [
      `${exception.id}  ${state}`,
      ...lastingLines(exception, exception.answers ?? []).map((line) => `  ${printable(line)}`),
    ]),
  ];
  return print(lines.length === 0 ? "every question is asked" : lines.join("\n"));
}

function policyHere({ cwd = "." }: Args, { root }: Directories) {
  return judgingPolicy(resolve(cwd), undefined, { root });
}

/** Sessions of the project in which somebody was asked something. */
async function sessionsHere(
  { cwd = "." }: Args,
  directories: Directories,
): Promise<readonly RememberedSession[]> {
  const finder = await openSessionFinder(directories);
  const book = openProjectBook(directories.projectsFile);
  const { id } = projectIn(book, realPath(resolve(cwd)), homeDirectory());
  return finder.all(id).filter(({ state }) => state.answers.questions.length > 0);
}

/** The call of an event of the log. */
async function callOf({ what, data }: Args): Promise<string> {
  const view = await openView(data);
  const index = await findIndex(view, what);
  for await (const { sealed } of view.entries(index, index + 1)) {
    const call = sealed?.["toolUseId"];
    if (typeof call === "string") return call;
  }
  throw new Failure("usage", `the event \`${printable(what)}\` is about no call`);
}
