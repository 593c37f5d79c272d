// `sallyport log hold`: data that are kept whatever their time says, until a person releases them.
import { randomBytes } from "node:crypto";
import { defineCommand } from "citty";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { type Hold, holdSchema, releaseSchema } from "#govern/retention/hold.ts";
import { userName } from "#platform/user.ts";
import { giveOrder } from "../../../services/daemon-process/daemon-client.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { openHolds } from "../../../services/exceptions/holds.ts";
import { refused, requireInstall, startDaemon } from "../../operator/operator-orders.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { isTyped, tell } from "../../../foundation/terminal/outcome.ts";
import { periodOptions, readPeriod } from "../../log/period.ts";
import { print } from "../../../foundation/terminal/terminal.ts";

type SetArguments = {
  readonly reason?: string | undefined;
  readonly owner?: string | undefined;
  readonly session?: string | undefined;
  readonly subject?: string | undefined;
  readonly all?: boolean | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
};

/** The hold that was asked for. Throws a Failure `usage` that says what is missing. */
export function holdOf(
  args: SetArguments,
  by: { readonly approver: string; readonly nowMs: number },
): Hold {
  const { reason, owner = by.approver } = args;
  if (!reason) throw new Failure("usage", "`--reason` is missing: say why");
  const hold = v.safeParse(holdSchema, {
    id: randomBytes(8).toString("hex"),
    reason,
    owner,
    approver: by.approver,
    createdMs: by.nowMs,
    scope: scopeOf(args),
  });
  if (hold.success) return hold.output;
  throw new Failure(
    "usage",
    "reason, owner and subject have at most 300 characters, a session 128",
  );
}

function scopeOf({ session, subject, all, since, until }: SetArguments): unknown {
  const isPeriod = since !== undefined || until !== undefined;
  const given = [session !== undefined, subject !== undefined, all === true, isPeriod];
  if (given.filter(Boolean).length !== 1)
    throw new Failure(
      "usage",
      "name what is kept, one of: `--session ID`, `--subject NAME`, `--since` with `--until`, `--all`",
    );
  if (session !== undefined) return { of: "session", id: session };
  if (subject !== undefined) return { of: "subject", name: subject };
  if (all === true) return { of: "all" };
  const { sinceMs, untilMs } = readPeriod({ since, until });
  return { of: "period", fromMs: sinceMs, untilMs: untilMs === Infinity ? null : untilMs };
}

export const setCommand = defineCommand({
  meta: {
    name: "set",
    description: `keep data whatever their time says; typed at a terminal, signed, on record

  sallyport log hold set --session 3f2a... --reason "incident 12" --owner "Ada"
  sallyport log hold set --since 2026-03-01 --until 2026-04-01 --reason "case 4711"
  sallyport log hold set --subject ada --reason "case 4711"

Nothing that a hold is about is deleted or erased until a person releases it.`,
  },
  args: {
    session: { type: "string", valueHint: "ID", description: "one session, by the client's id" },
    subject: { type: "string", valueHint: "NAME", description: "one person, by user name" },
    ...periodOptions,
    all: { type: "boolean", description: "everything" },
    reason: { type: "string", valueHint: "TEXT", description: "why; kept sealed in the log" },
    owner: { type: "string", valueHint: "NAME", description: "who answers for it (default: you)" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const install = requireInstall(directories);
    const hold = holdOf(args, { approver: userName(), nowMs: Date.now() });
    const lines = ["sallyport keeps from now on:", ...linesOf(hold)];
    if (!(await isTyped(args, lines.map(printable)))) return;
    const receipt = openHolds(directories).sign(hold);
    await startDaemon(install);
    const answer = await giveOrder(install, { order: "hold", receipt });
    if (answer.kind !== "held") throw refused(answer);
    const { signature } = receipt;
    await tell(args, { outcome: "held", ...hold, signature }, `held: ${hold.id}`);
  },
});

export const releaseCommand = defineCommand({
  meta: {
    name: "release",
    description:
      'End a hold; typed at a terminal, signed, on record. Example: sallyport log hold release 00112233445566aa --reason "case 4711 is closed"',
  },
  args: {
    id: { type: "positional", required: true, description: "its id, as `list` shows it" },
    reason: { type: "string", valueHint: "TEXT", description: "why it ends" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const install = requireInstall(directories);
    const holds = openHolds(directories);
    const found = holds.inForce().find(({ id }) => id === args.id);
    if (found === undefined)
      throw new Failure("holds", `there is no hold in force \`${printable(args.id)}\``);
    const release = v.safeParse(releaseSchema, {
      id: found.id,
      reason: args.reason ?? "",
      approver: userName(),
      releasedMs: Date.now(),
    });
    if (!release.success)
      throw new Failure("usage", "`--reason` is missing or longer than 300 characters: say why");
    const lines = ["sallyport releases this hold:", ...linesOf(found)];
    if (!(await isTyped(args, lines.map(printable)))) return;
    await startDaemon(install);
    const receipt = holds.signRelease(release.output);
    const answer = await giveOrder(install, { order: "release", receipt });
    if (answer.kind !== "released") throw refused(answer);
    const facts = { outcome: "released", ...found, release: release.output };
    await tell(args, facts, `released: ${found.id}`);
  },
});

export const listCommand = defineCommand({
  meta: {
    name: "list",
    description:
      "All holds, and of those that were released that there were some; by whom and why is sealed in the log. Example: sallyport log hold list --json",
  },
  args: { ...dataOption, ...jsonOption },
  async run({ args }) {
    const all = openHolds(directoriesIn(args.data ?? dataDirectory())).all();
    if (args.json === true)
      return print(
        printableJson(
          all.map((one) => {
            if (one.kind === "in-force")
              return { ...one.receipt.hold, state: "in-force", signature: one.receipt.signature };
            const { id, of, createdMs, releasedMs } = one;
            return { id, state: "released", of, createdMs, releasedMs };
          }),
        ),
      );
    if (all.length === 0) return print("nothing is held");
    const pages = all.map((one) => {
      const lines =
        one.kind === "in-force"
          ? [`${one.receipt.hold.id}  in-force`, ...linesOf(one.receipt.hold)]
          : [
              `${one.id}  released`,
              `${ENDED[one.of]}, from ${new Date(one.createdMs).toISOString()} to ${new Date(one.releasedMs).toISOString()}`,
              `who and why: \`sallyport log search kind:hold\`, as long as the keys are here`,
            ];
      return lines.map(printable).join("\n  ");
    });
    return print(pages.join("\n\n"));
  },
});

/** What a hold was about that is over: no name stays. */
const ENDED: Readonly<Record<Hold["scope"]["of"], string>> = {
  all: "everything",
  period: "a period",
  session: "one session",
  subject: "one person",
};

/** A hold in words. Not printable yet: most of them are free text. */
export function linesOf({ scope, reason, owner, approver, createdMs }: Hold): readonly string[] {
  return [
    `${scopeText(scope)}, since ${new Date(createdMs).toISOString()}`,
    `because ${reason}; owner ${owner}, approved by ${approver}`,
  ];
}

function scopeText(scope: Hold["scope"]): string {
  switch (scope.of) {
    case "all":
      return "everything";
    case "session":
      return `the session ${scope.id}`;
    case "subject":
      return `everything of ${scope.name}`;
    case "period": {
      const until = scope.untilMs === null ? "" : ` to ${new Date(scope.untilMs).toISOString()}`;
      return `events from ${new Date(scope.fromMs).toISOString()}${until}`;
    }
    default:
      return scope satisfies never;
  }
}
