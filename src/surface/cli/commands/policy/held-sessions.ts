// `sallyport session held` and `session release`: sessions of which every call is refused, and letting one go on.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { userName } from "#platform/user.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { isTyped, tell } from "../../../foundation/terminal/outcome.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { giveOrder } from "../../../services/daemon-process/daemon-client.ts";
import { openStatements } from "../../../services/exceptions/statements.ts";
import { refused, requireInstall, startDaemon } from "../../operator/operator-orders.ts";
import { linesOf, statementOf } from "../../operator/statements.ts";

/** `sallyport session release`. */
export const releaseCommand = defineCommand({
  meta: {
    name: "release",
    description: `let a session go on of which every call is refused; typed at a terminal, signed, on record

  sallyport session release 205f7a4e-396c-40eb-ad75-3ec2ea0369d6 --reason "the mod is my own"

\`sallyport session held\` lists them with the reason. A cause that is still there holds the session again.`,
  },
  args: {
    session: { type: "positional", required: true, description: "the client's id" },
    reason: { type: "string", valueHint: "TEXT", description: "why; kept sealed in the log" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const install = requireInstall(directories);
    const { openHeldSessions } = await import("../../../services/sessions/held-sessions.ts");
    const held = openHeldSessions(directories).of(args.session);
    if (held === undefined)
      throw new Failure("usage", `the session \`${printable(args.session)}\` is not held`);
    const statement = statementOf(
      {
        kind: "release",
        about: held.cause,
        scope: { of: "session", id: args.session },
        for: "1d",
        reason: args.reason,
        owner: undefined,
        digest: null,
      },
      { approver: userName(), nowMs: Date.now() },
    );
    const lines = [`The session is held, because ${held.what}.`, ...linesOf(statement)];
    if (!(await isTyped(args, lines.map(printable)))) return;
    const receipt = openStatements(directories).sign(statement);
    await startDaemon(install);
    const answer = await giveOrder(install, { order: "state", receipt });
    if (answer.kind !== "stated") throw refused(answer);
    await tell(args, { outcome: "released", session: args.session }, "released");
  },
});

/** `sallyport session held`. */
export const heldCommand = defineCommand({
  meta: {
    name: "held",
    description:
      "the sessions of which every call is refused, why and since when. Example: sallyport session held --json",
  },
  args: { ...dataOption, ...jsonOption },
  async run({ args }) {
    const { openHeldSessions } = await import("../../../services/sessions/held-sessions.ts");
    const all = openHeldSessions(directoriesIn(args.data ?? dataDirectory())).all();
    if (all.length > 0) process.exitCode = exitCodes.found;
    if (args.json === true) return print(printableJson(all));
    if (all.length === 0) return print("no session is held");
    const lines = all.map(({ sessionId, sinceMs, root, what }) =>
      printable(`${sessionId}  since ${new Date(sinceMs).toISOString()}, in ${root}: ${what}`),
    );
    return print(lines.join("\n"));
  },
});
