// `npm run differential -- BASE [--head COMMIT] [--kind K[,K]] [--allow FILE] [--show N]`: what behaves otherwise than in BASE; exit 1 where something does.
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { KINDS, type Kind } from "./behavior.ts";
import { countsByKind, differencesOf, excerpt, readIntended, unintended } from "./differences.ts";
import { behaviorOf, treeOf, treeOfNow } from "./tree-behavior.ts";
import { scriptArguments } from "../../scripts/script-arguments.ts";

const SHOWN = "20";

const print = (line: string): boolean => process.stdout.write(`${line}\n`);
try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}

async function main(): Promise<number> {
  const { values, positionals } = scriptArguments(import.meta.url, {
    allowPositionals: true,
    options: {
      head: { type: "string" },
      kind: { type: "string", default: "" },
      allow: { type: "string" },
      show: { type: "string", default: SHOWN },
    },
  });
  const [base, ...others] = positionals;
  if (base === undefined || others.length > 0)
    throw new Error("name one commit to compare with: npm run differential -- BASE");
  const shownMax = Number(values.show);
  if (!Number.isInteger(shownMax) || shownMax < 0) throw new Error("--show takes a number");
  const kinds = values.kind.split(",").filter((one) => one !== "");
  const wrong = kinds.find((one) => !isKind(one));
  if (wrong !== undefined) throw new Error(`there is no kind \`${wrong}\`: ${KINDS.join(", ")}`);
  const { allow } = values;
  const intended = allow === undefined ? [] : readIntended(parse(readFileSync(allow, "utf8")));
  const chosen = kinds.filter(isKind);
  const trees = [treeOf(base), values.head === undefined ? treeOfNow() : treeOf(values.head)];
  // Both at once: one for each of two cores.
  const [before = [], after = []] = await Promise.all(
    trees.map((tree) => behaviorOf(tree, chosen, print)),
  );
  const differences = differencesOf(before, after);
  const { left, idle } = unintended(differences, intended);
  print(`\n${before.length} cases before, ${after.length} after`);
  print(`${differences.length} differences, ${differences.length - left.length} of them intended`);
  for (const { kind, cases, parts } of countsByKind(left))
    print(`  ${kind.padEnd(10)} ${String(cases).padStart(6)} cases: ${parts.join(", ")}`);
  for (const difference of left.slice(0, shownMax)) {
    const [one, other] = excerpt(difference);
    print(`\n${difference.kind} ${difference.id}, ${difference.part}`);
    if (difference.shown !== "") print(`    ${difference.shown.replaceAll("\n", "\\n")}`);
    print(`  - ${one}\n  + ${other}`);
  }
  if (left.length > shownMax) print(`\n${left.length - shownMax} more: --show N shows them`);
  for (const { kind, id } of idle) print(`intended and not found, take it out: ${kind} ${id}`);
  return left.length + idle.length > 0 ? 1 : 0;
}

function isKind(word: string): word is Kind {
  return (KINDS as readonly string[]).includes(word);
}
