// The page on how far the simulator of the client's decision agrees with the client.
import { pinnedClient } from "../client-binary.ts";
import { type Agreement, differing, milder } from "./agreement.ts";
import type { Pair } from "./client-verdicts.ts";
import { limitOf, limits } from "./limits.ts";
import type { Means } from "./pairs.ts";

const EXAMPLES = 3;

/** A run and how it was made. */
export type Run = {
  readonly agreement: Agreement;
  readonly seed: number;
  readonly seconds: number;
  readonly means: Means;
};

/** The whole page, in Markdown. */
export function simulatorPage({ agreement, seed, seconds, means }: Run): string {
  const { pairs, sessions, undecided } = agreement;
  const differences = differing(pairs);
  const faults = milder(pairs);
  return `# The client's decision, simulated

\`src/guard/native\` says what the client itself would do with a call: settings by layer, mode and trust in, verdict with the
rule and the file that decided out. Here it is held against the real client ${pinnedClient.version}, headless, over ${pairs.length} generated
pairs of settings and call in ${sessions} sessions, seed ${seed}: **${share(pairs.length - differences.length, pairs.length)} agree, ${differences.length - faults.length} are stricter, ${faults.length} milder**.
\`npm run simulator -- --sample ${pairs.length} --seed ${seed} --write\` writes this page (${seconds} s here); \`npm test\` repeats a sample of another seed.

- A pair is one call in one session. **allow**: the client ran it. **ask**: it asked, which a hook for questions saw. **deny**: it
  refused without asking. In the modes \`plan\` and \`auto\`, a call that goes to the vendor's classifier counts as asked.
- Milder is a fault, whatever the number. Stricter is a limit; each is in a class below.
- ${undecided} calls came to no decision: their input failed the tool's own checks, or the session had ended. They are not counted.
- Each run over a seed that had not been used before found faults, which were then repaired: 12 in 733 pairs (seed 1), 9 in 1,546
  (seed 7), 5 in 1,536 (seed 11), 5 in 1,535 (seed 23), 7 in 3,452 (seed 42, where 99.25 % agreed at first), 8 in 3,497 after the mode
  \`auto\` and more forms had come in (99.31 % agreed at first). Expect two in a thousand of forms that nobody tried.
- Commands do nothing: stubs of the programs come first on the session's PATH.${means.managed ? "" : "\n- Without root there were no managed settings in this run."}

## By mode

${table("mode", pairs, ({ session }) => [session.mode ?? "from the settings"])}

## By tool

${table("tool", pairs, ({ call }) => [call.name.startsWith("mcp__") ? "MCP tools" : call.name])}

## By what the session has

${table("has", pairs, featuresOf)}

## By the client's verdict

${table("verdict", pairs, ({ client }) => [client])}

## Limits: where it is stricter

${limitRows(differences.filter((pair) => !faults.includes(pair)))}
${faults.length === 0 ? "" : `\n## Faults: where it is milder\n\n${faults.map(example).join("\n")}\n`}
## What is not simulated

- Hooks, the sandbox, \`--permission-prompt-tool\`, and what a person answered before in the same session.
- The classifier of the modes \`auto\` and \`plan\`: what goes to it is asked about. Sessions in \`auto\` end after a few refusals, so that few
  of their calls come to a decision; which rules they set aside was measured by hand.
- Which servers, skills and agents exist: a call of something that does not exist is judged like any other.
- Symbolic links are followed by the caller, who gives what a path leads to.
- Windows, other versions of the client, and settings keys that this version ignores.
`;
}

function share(part: number, whole: number): string {
  return whole === 0 ? "-" : `${((100 * part) / whole).toFixed(2)} %`;
}

function featuresOf({ session, call }: Pair): readonly string[] {
  const features = session.layers.map(({ source }) => `settings of ${source}`);
  if (!session.isTrusted) features.push("no trust");
  if (session.layers.some(({ settings }) => settings.allowManagedPermissionRulesOnly === true))
    features.push("only managed rules");
  if (session.layers.some(({ settings }) => settings.permissions?.additionalDirectories))
    features.push("added directories");
  const { command = "" } = call.input;
  if (typeof command !== "string") return features;
  if (/&&|\|\||[;|\n]/.test(command)) features.push("compound command");
  if (/[<>]/.test(command)) features.push("redirection");
  return features;
}

function table(
  name: string,
  pairs: readonly Pair[],
  keysOf: (pair: Pair) => readonly string[],
): string {
  const groups = new Map<string, Pair[]>();
  for (const pair of pairs) {
    for (const key of keysOf(pair)) groups.set(key, [...(groups.get(key) ?? []), pair]);
  }
  const rows = [...groups].sort(([a], [b]) => a.localeCompare(b));
  return [
    `| ${name} | pairs | agree | stricter | milder |`,
    "|---|---:|---:|---:|---:|",
    ...rows.map(([key, group]) => {
      const differences = differing(group).length;
      const faults = milder(group).length;
      const agree = share(group.length - differences, group.length);
      return `| ${key} | ${group.length} | ${agree} | ${differences - faults} | ${faults} |`;
    }),
  ].join("\n");
}

function limitRows(differences: readonly Pair[]): string {
  const classes = limits.flatMap((limit) => {
    const pairs = differences.filter((pair) => limitOf(pair) === limit);
    if (pairs.length === 0) return [];
    const examples = pairs.slice(0, EXAMPLES).map(example).join("\n");
    return [`**${limit.what}** (${pairs.length}). ${limit.reason}\n\n${examples}`];
  });
  const rest = differences.filter((pair) => limitOf(pair) === undefined);
  if (rest.length > 0)
    classes.push(`**In no class yet** (${rest.length}).\n\n${rest.map(example).join("\n")}`);
  return classes.length === 0 ? "None in this run." : classes.join("\n\n");
}

function example({ call, client, ours, session }: Pair): string {
  const what = call.name === "Bash" ? String(call.input["command"]) : JSON.stringify(call.input);
  const text = what.replaceAll("\n", "⏎").replaceAll("`", "'");
  return `- ${client} by the client, ${ours.verdict} here: ${call.name} \`${text}\` (${session.mode ?? "mode of the settings"}; ${ours.why})`;
}
