// `sallyport policy show`: each rule of a policy in words and where it came from, and the client's own rules with their files.
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import type { SessionLabel } from "#guard/facts/facts.ts";
import type { Policy, Rule } from "#guard/policy/policy.ts";
import { budgetInWords, budgetName } from "#guard/policy/budget.ts";
import { type LayersHere, layersOf } from "#guard/policy/held-by-layer.ts";
import { homeDirectory } from "#platform/user.ts";
import { approvalInWords, conditionInWords } from "#govern/policy/condition-words.ts";
import { namedPolicy } from "../../policy/chosen-policy.ts";
import { type JudgingPolicy, judgingPolicy } from "../../../services/evaluation/judging-policy.ts";
import {
  type ClientRules,
  clientLines,
  clientRules,
} from "../../../services/settings/client-rules.ts";
import { dataDirectory } from "../../../foundation/files/directories.ts";
import { layersHere } from "../../../services/hold/layers-here.ts";
import { holdingLine, layersHereLines, machinePortLines } from "../../explain/layer-lines.ts";
import { jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import {
  type AskedSession,
  labelsGiven,
  labelsInWords,
  labelsUnder,
  sessionOptions,
  speaksFor,
  type InForceList,
  standingAt,
  standingLines,
} from "../../explain/session-side.ts";

export const showCommand = defineCommand({
  meta: {
    name: "show",
    description:
      "The rules of a policy in words, in the order in which they are asked: the named one, or the one in force here with the exceptions and statements that stand, the layers that hold each rule, and the client's own mode and rules, each with its file. Example: sallyport policy show --cwd ~/project --json; sallyport policy show --label incident",
  },
  args: {
    policy: {
      type: "positional",
      valueHint: "NAME|FILE",
      required: false,
      description: "a file, or the name of a pack",
    },
    cwd: { type: "string", valueHint: "DIR", description: "whose policy (default: here)" },
    verdict: {
      type: "enum",
      options: ["deny", "ask", "allow"],
      description: "only rules with this verdict",
    },
    ...sessionOptions,
    ...jsonOption,
  },
  async run({ args }) {
    const shown: Shown =
      args.policy === undefined
        ? await inForce(resolve(args.cwd ?? "."), args)
        : { ...namedPolicy(args.policy), layers: [], ...sessionNamed(args) };
    const rules = shown.policy.rules.filter(
      ({ verdict }) => args.verdict === undefined || verdict === args.verdict,
    );
    await print(args.json === true ? printableJson(asJson(shown, rules)) : textOf(shown, rules));
  },
});

type Shown = Pick<JudgingPolicy, "policy" | "from" | "layers"> & {
  readonly client?: ClientRules;
  /** Labels of the session that is asked about: `undefined` inside for those that cannot be told. */
  readonly session?: { readonly labels: readonly SessionLabel[] | undefined };
  readonly standing?: InForceList;
  /** What holds it where it is in force. */
  readonly here?: LayersHere;
};

async function inForce(directory: string, asked: AskedSession): Promise<Shown> {
  const home = homeDirectory();
  const client = await clientRules(directory, home);
  const judging = await judgingPolicy(directory, undefined);
  const { policy, root, isGuarded } = judging;
  const session = { labels: await labelsUnder(policy, { root, home }, asked) };
  const all = await layersHere({ root, home, data: dataDirectory(), hold: policy.hold });
  const here: LayersHere = isGuarded ? all : { ...all, kernel: UNGUARDED };
  return { ...judging, client, session, standing: standingAt(policy, { root }, asked), here };
}

const UNGUARDED = {
  works: false,
  why: "sallyport guards no session here",
  repair: "sallyport init",
} as const;

/** WHY by name alone: a policy that is not in force here labels nothing. */
function sessionNamed({ session, label }: AskedSession): Pick<Shown, "session"> {
  if (session !== undefined)
    throw new Failure("usage", "`--session` is about the policy in force: name none, or `--label`");
  if (label === undefined) return {};
  return { session: { labels: labelsGiven(label).map((name) => ({ name, from: "person" })) } };
}

function originOf({ layer, id }: Policy, { from }: Rule): string {
  return from === undefined ? `${layer}:${id}` : `${from.layer}:${from.policy}`;
}

function asJson(
  { policy, from, layers, client, session, standing, here }: Shown,
  rules: readonly Rule[],
) {
  const { id, version, digest, automaticApproval } = policy;
  return {
    id,
    version,
    digest,
    from,
    layers,
    automaticApproval,
    machinePorts: policy.machinePorts ?? [],
    ...(policy.budgets === undefined ? {} : { budgets: policy.budgets }),
    ...(here === undefined
      ? {}
      : {
          hold: policy.hold ?? "every",
          holding: { kernel: here.kernel, sandbox: sandboxOf(here), gateway: here.gateway },
        }),
    rules: rules.map((rule) => ({
      ...rule,
      from: originOf(policy, rule),
      ...(here === undefined ? {} : { layers: layersOf(rule, here) }),
    })),
    ...(client === undefined ? {} : { client }),
    ...(session === undefined ? {} : { labels: session.labels ?? null }),
    ...(standing === undefined ? {} : { standing }),
  };
}

/** WHY not what was proven: it is long, and the client's settings have it. */
function sandboxOf({ sandbox: { proven: _proven, ...standing } }: LayersHere) {
  return standing;
}

/** What a person reads of a policy. */
export function textOf(
  { policy, from, layers, client, session, standing = { all: [] }, here }: Shown,
  rules: readonly Rule[],
): string {
  const lines = [`${printable(policy.id)} ${printable(policy.version)} (${printable(from)})`];
  lines.push(...layers.map((layer) => `layer ${printable(layer)}`));
  const speaks = (rule: Rule) =>
    session === undefined ? undefined : speaksFor(rule, session.labels);
  if (
    session !== undefined &&
    (rules.some((rule) => speaks(rule) !== undefined) || session.labels?.length)
  )
    lines.push(`labels ${labelsInWords(session.labels)}`);
  lines.push(...standingLines(standing));
  if (here !== undefined) lines.push(...layersHereLines(here, policy));
  lines.push(...machinePortLines(policy));
  for (const budget of policy.budgets ?? [])
    lines.push(`budget ${printable(`${budgetName(budget)}: ${budgetInWords(budget)}`)}`);
  for (const rule of rules) {
    lines.push(
      "",
      `${rule.verdict.padEnd(5)} ${printable(rule.id)}  ${printable(originOf(policy, rule))}`,
      `      ${printable(conditionInWords(rule.when))}`,
      `      because ${printable(rule.reason)}`,
      ...(rule.instead === undefined ? [] : [`      instead ${printable(rule.instead)}`]),
      ...(speaks(rule) === false
        ? ["      silent  in this session: it bears none of the labels"]
        : []),
      ...(rule.approval === undefined
        ? []
        : [`      needs   ${printable(approvalInWords(rule.approval))}`]),
      ...heldLine(rule, here),
      ...(rule.owner === undefined ? [] : [`      owner   ${printable(rule.owner)}`]),
    );
  }
  if (client !== undefined) lines.push("", ...clientLines(client).map(printable));
  return lines.join("\n");
}

function heldLine(rule: Rule, here: LayersHere | undefined): readonly string[] {
  const line = here === undefined ? undefined : holdingLine(layersOf(rule, here));
  return line === undefined ? [] : [`      held by ${printable(line)}`];
}
