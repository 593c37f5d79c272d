// `sallyport policy show`: each rule of a policy in words and where it came from, and the client's own rules with their files.
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { printable, printableJson } from "#base/printable.ts";
import type { Policy, Rule } from "#guard/policy/policy.ts";
import { homeDirectory } from "#platform/user.ts";
import { conditionInWords } from "#govern/policy/condition-words.ts";
import { namedPolicy } from "../chosen-policy.ts";
import { type JudgingPolicy, judgingPolicy } from "../judging-policy.ts";
import { type ClientRules, clientLines, clientRules } from "../client-rules.ts";
import { jsonOption, print } from "../opened-log.ts";

export const showCommand = defineCommand({
  meta: {
    name: "show",
    description:
      "The rules of a policy in words, in the order in which they are asked: the named one, or the one in force here with the client's own mode and rules, each with its file. Example: sallyport policy show --cwd ~/project --json",
  },
  args: {
    policy: { type: "positional", required: false, description: "a file, or the name of a pack" },
    cwd: { type: "string", valueHint: "DIR", description: "whose policy (default: here)" },
    verdict: {
      type: "enum",
      options: ["deny", "ask", "allow"],
      description: "only rules with this verdict",
    },
    ...jsonOption,
  },
  async run({ args }) {
    const shown: Shown =
      args.policy === undefined
        ? await inForce(resolve(args.cwd ?? "."))
        : { ...namedPolicy(args.policy), layers: [] };
    const rules = shown.policy.rules.filter(
      ({ verdict }) => args.verdict === undefined || verdict === args.verdict,
    );
    await print(args.json === true ? printableJson(asJson(shown, rules)) : textOf(shown, rules));
  },
});

type Shown = Pick<JudgingPolicy, "policy" | "from" | "layers"> & { readonly client?: ClientRules };

async function inForce(directory: string): Promise<Shown> {
  const client = await clientRules(directory, homeDirectory());
  return { ...(await judgingPolicy(directory, undefined)), client };
}

function originOf({ layer, id }: Policy, { from }: Rule): string {
  return from === undefined ? `${layer}:${id}` : `${from.layer}:${from.policy}`;
}

function asJson({ policy, from, layers, client }: Shown, rules: readonly Rule[]) {
  const { id, version, digest, automaticApproval } = policy;
  return {
    ...{ id, version, digest, from, layers, automaticApproval },
    rules: rules.map((rule) => ({ ...rule, from: originOf(policy, rule) })),
    ...(client === undefined ? {} : { client }),
  };
}

/** What a person reads of a policy. */
export function textOf({ policy, from, layers, client }: Shown, rules: readonly Rule[]): string {
  const lines = [`${printable(policy.id)} ${printable(policy.version)} (${printable(from)})`];
  lines.push(...layers.map((layer) => `layer ${printable(layer)}`));
  for (const rule of rules) {
    lines.push(
      "",
      `${rule.verdict.padEnd(5)} ${printable(rule.id)}  ${printable(originOf(policy, rule))}`,
      `      ${printable(conditionInWords(rule.when))}`,
      `      because ${printable(rule.reason)}`,
      ...(rule.instead === undefined ? [] : [`      instead ${printable(rule.instead)}`]),
      ...(rule.owner === undefined ? [] : [`      owner   ${printable(rule.owner)}`]),
    );
  }
  if (client !== undefined) lines.push("", ...clientLines(client).map(printable));
  return lines.join("\n");
}
