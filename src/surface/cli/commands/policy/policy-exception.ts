// `sallyport policy exception`: what a person approves for a while although the policy refuses it, and takes back at once.
import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import {
  type Exception,
  EXCEPTION_DAYS_MAX,
  EXCEPTION_USES_MAX,
  exceptionSchema,
  liftableRules,
  liftOf,
} from "#govern/exceptions/exception.ts";
import { parseScope } from "#govern/library/exception-scope.ts";
import { conditionInWords } from "#govern/policy/condition-words.ts";
import { userName } from "#platform/user.ts";
import * as v from "valibot";
import { giveOrder } from "../../../services/daemon-process/daemon-client.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../../foundation/files/directories.ts";
import {
  openExceptions,
  type ExceptionStatus,
  type GivenStatus,
} from "../../../services/exceptions/store.ts";
import { lastingLines } from "../../explain/lasting-answers.ts";
import { type JudgingPolicy, judgingPolicy } from "../../../services/evaluation/judging-policy.ts";
import { type TriedRule, tryRule } from "../../../services/log/rule-trial.ts";
import { readLastDays } from "../../policy/friction-text.ts";
import { trialLines } from "../../policy/trial-lines.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { isTyped, type Reader, tell } from "../../../foundation/terminal/outcome.ts";
import { readSpan } from "../../../foundation/terminal/span.ts";
import { renewalNote } from "../../guard/refusal-notes.ts";
import { refused, requireInstall, startDaemon } from "../../operator/operator-orders.ts";
import { print } from "../../../foundation/terminal/terminal.ts";

/** Events shown of each change. */
const EXAMPLES = 5;

/** What a person asked for, as it stood on the command line. */
export type Grant = {
  readonly rule: string;
  readonly scope: string;
  readonly verdict: "ask" | "allow";
  readonly for: string | undefined;
  readonly uses: string | undefined;
  readonly reason: string | undefined;
  readonly owner: string | undefined;
  readonly all: boolean;
};

/** The exception that was asked for. Throws a Failure that says what is missing, or why it cannot be. */
export function exceptionOf(
  grant: Grant,
  { policy, root }: Pick<JudgingPolicy, "policy" | "root">,
  by: { readonly approver: string; readonly nowMs: number },
): Exception {
  const { reason, owner = by.approver, verdict } = grant;
  if (!reason) throw new Failure("usage", "`--reason` is missing: say why this is approved");
  const uses = /^[1-9][0-9]{0,2}$/.test(grant.uses ?? "1") ? Number(grant.uses ?? "1") : 0;
  if (uses < 1 || uses > EXCEPTION_USES_MAX)
    throw new Failure("usage", `\`--uses\` is a number from 1 to ${EXCEPTION_USES_MAX}`);
  return v.parse(exceptionSchema, {
    id: randomBytes(8).toString("hex"),
    rules: liftableRules(policy, grant.rule),
    verdict,
    scope: parseScope(grant.scope),
    project: grant.all ? null : root,
    reason: words(reason, "reason"),
    owner: words(owner, "owner"),
    approver: by.approver,
    createdMs: by.nowMs,
    expiresMs: by.nowMs + readSpan(grant.for, EXCEPTION_DAYS_MAX),
    uses,
    policy: policy.digest,
  });
}

function words(text: string, option: string): string {
  if (text.length <= 300) return text;
  throw new Failure("usage", `\`--${option}\` has at most 300 characters`);
}

export const grantCommand = defineCommand({
  meta: {
    name: "grant",
    description: `approve for a while what a rule refuses or asks about; typed at a terminal, never by the agent

  sallyport policy exception grant secrets/read --scope '{effects: [read], paths: ["<project>/test/.env"]}' \\
    --verdict allow --for 8h --uses 3 --reason "the tests need it"
  sallyport policy exception grant secrets/read --scope '{effects: [read], paths: ["<project>/test/.env"]}' \\
    --verdict allow --for 8h --reason "the tests need it" --dry-run --last 30

With \`--dry-run\` nothing is granted: it says how many calls of the last days it would have let through. The scope is written like the conditions of a rule. It counts in this project (\`--all\`: in each), until it expires, is used up or
revoked, or the policy changes. Nothing excepts a managed rule, what touches the guard, or what is unknown.`,
  },
  args: {
    rule: { type: "positional", required: true, description: "the rule's id, or its whole name" },
    scope: { type: "string", required: true, valueHint: "YAML", description: "what is meant" },
    verdict: {
      type: "enum",
      options: ["ask", "allow"],
      required: true,
      description: "what the rule gives in place of its own verdict",
    },
    for: { type: "string", valueHint: "TIME", description: "how long: 30m, 8h, 7d" },
    uses: { type: "string", valueHint: "N", description: "how often (default: once)" },
    reason: { type: "string", valueHint: "TEXT", description: "why; kept sealed in the log" },
    owner: { type: "string", valueHint: "NAME", description: "who answers for it (default: you)" },
    all: { type: "boolean", description: "in every project" },
    cwd: { type: "string", valueHint: "DIR", description: "whose policy (default: here)" },
    "dry-run": { type: "boolean", description: "say what it would have changed, and stop" },
    last: {
      type: "string",
      default: "30",
      valueHint: "DAYS",
      description: "with --dry-run: so many days until now",
    },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const places = { root: directories.root };
    const here = await judgingPolicy(resolve(args.cwd ?? "."), undefined, places);
    const grant = { ...args, all: args.all === true, verdict: args.verdict as Grant["verdict"] };
    const by = { approver: userName(), nowMs: Date.now() };
    const exception = exceptionOf(grant, here, by);
    if (args["dry-run"] === true)
      return tellTrial(args, exception, await tried(directories, here, exception, args.last));
    const install = requireInstall(directories);
    if (!(await isTyped(args, linesOf(exception).map(printable)))) return;
    const receipt = openExceptions(directories).sign(exception);
    await startDaemon(install);
    const answer = await giveOrder(install, { order: "grant", receipt });
    if (answer.kind !== "granted") throw refused(answer);
    await tell(
      args,
      { outcome: "granted", ...exception, signature: receipt.signature },
      `granted: ${exception.id}; \`sallyport policy exception revoke ${exception.id}\` ends it${await renewalNote(directories, here.root)}`,
    );
  },
});

function tried(
  directories: Directories,
  { policy }: Pick<JudgingPolicy, "policy">,
  exception: Exception,
  last: string,
): Promise<TriedRule> {
  const { rules, project } = exception;
  return tryRule(directories, {
    policy,
    rules,
    lift: liftOf(exception),
    root: project,
    days: readLastDays(last),
    examplesMax: EXAMPLES,
  });
}

async function tellTrial(reader: Reader, exception: Exception, told: TriedRule): Promise<void> {
  const lines = [...linesOf(exception), ...trialLines(told), "nothing was granted (--dry-run)"];
  await tell(
    reader,
    { outcome: "dry-run", ...exception, ...told },
    lines.map(printable).join("\n"),
  );
}

export const revokeCommand = defineCommand({
  meta: {
    name: "revoke",
    description:
      "end an exception at once. Example: sallyport policy exception revoke 00112233445566aa",
  },
  args: {
    id: { type: "positional", required: true, description: "its id, as `list` shows it" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const install = requireInstall(directories);
    await startDaemon(install);
    const answer = await giveOrder(install, { order: "revoke", id: args.id });
    if (answer.kind !== "revoked") throw refused(answer);
    if (!answer.isKnown) throw new Failure("exception", `there is no exception \`${args.id}\``);
    const note = await renewalNote(directories, ".");
    await tell(args, { outcome: "revoked", id: args.id }, `revoked: ${args.id}${note}`);
  },
});

export const listCommand = defineCommand({
  meta: {
    name: "list",
    description:
      "The exceptions, and which of them count here now and why not. Example: sallyport policy exception list --json",
  },
  args: {
    cwd: { type: "string", valueHint: "DIR", description: "where (default: here)" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const { policy, root } = await judgingPolicy(resolve(args.cwd ?? "."), undefined, {
      root: directories.root,
    });
    const given = policy.exceptions ?? [];
    const now = { nowMs: Date.now(), policy: policy.digest, root, given };
    const store = openExceptions(directories);
    const all = [...store.all(now).map(asShown), ...store.given(now).map(asGiven)];
    await print(args.json === true ? printableJson(all) : listText(all));
  },
});

type Standing = { readonly state: string; readonly used: number };
type Shown = Exception & Standing;
type ShownGiven = Omit<Exception, "policy"> & Standing;

function asShown({ receipt, state, used }: ExceptionStatus): Shown & { signature: string } {
  return { ...receipt.exception, state, used, signature: receipt.signature };
}

function asGiven({ exception, state, used }: GivenStatus): ShownGiven {
  const { when, fromMs, untilMs, layer: _, answers: _none, rules, ...rest } = exception;
  const scope = { ...when, effects: [...when.effects] };
  const times = { createdMs: fromMs, expiresMs: untilMs };
  return { ...rest, ...times, rules: [...rules], scope, state, used };
}

function listText(all: readonly ShownGiven[]): string {
  if (all.length === 0) return "there are no exceptions";
  return all
    .map((exception) =>
      [`${exception.id}  ${exception.state}${usesInWords(exception)}`]
        .concat(linesOf(exception).map((line) => `  ${printable(line)}`))
        .join("\n"),
    )
    .join("\n\n");
}

/** WHY nothing of a lasting yes: it is not used up. */
function usesInWords({ answers, used, uses }: ShownGiven): string {
  return answers === undefined ? `, used ${used} of ${uses}` : "";
}

/** An exception in words, for whoever is to approve it. */
function linesOf(exception: Omit<Exception, "policy">): readonly string[] {
  if (exception.answers !== undefined) return lastingLines(exception, exception.answers);
  const { rules, verdict, scope, project, uses, reason, owner, approver } = exception;
  const effects = conditionInWords(scope as unknown as Parameters<typeof conditionInWords>[0]);
  return [
    `${verdict === "allow" ? "allows" : "asks about"} what ${rules.join(", ")} would refuse: ${effects}`,
    `in ${project ?? "every project"}, until ${new Date(exception.expiresMs).toISOString()}, ${uses} ${uses === 1 ? "time" : "times"}`,
    `because ${reason}; owner ${owner}, approved by ${approver}`,
  ];
}
