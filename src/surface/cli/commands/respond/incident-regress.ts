// `sallyport incident regress`: an incident turned into a red-team case and a policy test.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { defineCommand } from "citty";
import { caseText, parseCase } from "#assure/incident/red-team-case.ts";
import { regressionOf } from "#assure/incident/regression.ts";
import { counted } from "#base/counted.ts";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { userName } from "#platform/user.ts";
import { createPrivateFile } from "../../../foundation/files/private-file.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { compilePolicyFile, loadPack, packNamed } from "../../../services/policy/policy-source.ts";
import { findIncident } from "./incident-reconstruct.ts";

const DEFAULT_PACK = "team";
const MISSED = ["deny", "ask"] as const;

/** `sallyport incident regress`. */
export const regressCommand = defineCommand({
  meta: {
    name: "regress",
    description: `turn an incident into tests, in a new directory: \`case.yaml\`, a red-team case of its calls in order, and \`policy.yaml\`, whose
examples are the calls that matter. No secret is in them; calls that cannot be turned are named

  sallyport incident regress inc-01k7 --out test/incident-01k7
  sallyport policy test test/incident-01k7/policy.yaml`,
  },
  args: {
    id: { type: "positional", required: true, description: "its id, how it begins, or `drill`" },
    out: { type: "string", valueHint: "DIR", description: "a new directory" },
    missed: {
      type: "string",
      default: "deny",
      valueHint: MISSED.join("|"),
      description: "what is expected from now on of a call that ran and should not have",
    },
    pack: {
      type: "string",
      valueHint: "NAME",
      description: "the pack to test (default: the one that judged)",
    },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const missed = MISSED.find((one) => one === args.missed);
    if (missed === undefined)
      throw new Failure("usage", `\`--missed\` is one of ${MISSED.join(", ")}`);
    if (!args.out) throw new Failure("usage", "`--out` is missing: name a new directory");
    if (args.pack !== undefined && packNamed(args.pack) === undefined)
      throw new Failure("usage", "there is no such pack: `sallyport policy list` has them");
    const { whole, incident } = await findIncident(args.data, args.id);
    const policies = whole.calls.map(({ policy }) => policy);
    const judged = policies.findLast((one) => one !== null);
    const pack = args.pack ?? packOf(judged);
    const owner = incident.owner ?? (userName() || "unknown");
    const made = regressionOf(whole, { missed, pack, owner: ownerText(owner) });
    const texts: Record<string, string> = { "case.yaml": caseText(made.case) };
    if (made.policy !== undefined) texts["policy.yaml"] = made.policy;
    // Nothing is written that its own readers would refuse.
    parseCase(texts["case.yaml"] ?? "", join(args.out, "case.yaml"));
    if (made.policy !== undefined) compilePolicyFile(made.policy, join(args.out, "policy.yaml"));
    writeNew(args.out, texts);
    const { calls, left } = made.case;
    const lines = [
      `${counted(calls.length, "call")} in ${printable(join(args.out, "case.yaml"))}`,
      made.policy === undefined
        ? "no call of it can be an example of a policy: none was written"
        : `${counted(made.examples, "example")} in ${printable(join(args.out, "policy.yaml"))}, which extends ${pack}`,
      ...otherThanJudged(pack, judged),
      ...left.map(
        ({ event, tool, why }) => `not turned: ${event ?? "drill"} ${printable(tool)}: ${why}`,
      ),
    ];
    const facts = {
      outcome: "written",
      directory: args.out,
      pack,
      judgedBy: judged ?? null,
      files: Object.keys(texts),
    };
    await tell(
      args,
      { ...facts, calls: calls.length, examples: made.examples, left },
      lines.join("\n"),
    );
  },
});

/**
 * The pack that judged the newest call; that of a drill, which nothing judged, is the usual one. A Failure where a policy judged that is
 * no pack: a test of another one would show nothing of it.
 */
function packOf(judged: string | null | undefined): string {
  if (judged === undefined || judged === null) return DEFAULT_PACK;
  const [id = ""] = judged.split(" ");
  const named = packNamed(id);
  if (named !== undefined) return named;
  throw new Failure(
    "usage",
    `these calls were judged by \`${printable(id)}\`, which is no pack: name one to test instead with \`--pack\`, or copy the examples into that policy`,
  );
}

/** Says where what is tested is not what judged: another pack, or another version of it. */
function otherThanJudged(pack: string, judged: string | null | undefined): readonly string[] {
  if (judged === undefined || judged === null || judged.split(" ").at(-1) === loadPack(pack).digest)
    return [];
  return [
    `not the policy that judged: it was \`${printable(judged.slice(0, 80))}\`, and ${pack} as it ships now is tested`,
  ];
}

/** A name as a policy takes it. */
function ownerText(owner: string): string {
  const plain = owner
    .replaceAll(/[^\w@. -]+/g, " ")
    .trim()
    .slice(0, 100);
  return plain === "" ? "unknown" : plain;
}

/** A new directory with private files, or nothing. */
function writeNew(directory: string, texts: Readonly<Record<string, string>>): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (cause) {
    throw new Failure(
      "usage",
      `cannot make \`${printable(directory)}\`: name a new directory in one that you can write`,
      { cause },
    );
  }
  try {
    for (const [name, text] of Object.entries(texts))
      createPrivateFile(join(directory, name), text);
  } catch (cause) {
    rmSync(directory, { recursive: true, force: true });
    throw new Failure("usage", `cannot write into \`${printable(directory)}\``, { cause });
  }
}
