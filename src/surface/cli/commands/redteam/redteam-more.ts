// `sallyport redteam list | search | import`: the cases, a search for a way through, and cases of incidents.
import { defineCommand } from "citty";
import { counted } from "#base/counted.ts";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { parseCase } from "#assure/incident/red-team-case.ts";
import { textOf } from "#assure/redteam/case-run.ts";
import { searchForms } from "#assure/redteam/search.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { readTextSync } from "../../../foundation/files/text-file.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { keepCase } from "../../../services/redteam/run-history.ts";
import { isAttack, openTeam, teamOptions, tellProgress } from "./team-context.ts";

const BUDGET = 2_000;
const BUDGET_MAX = 10_000_000;
/** Forms between two words on how far it is. */
const TOLD_EVERY = 50;

export const listCommand = defineCommand({
  meta: {
    name: "list",
    description:
      "The families and their cases, those of incidents too. Example: sallyport redteam list --family ci-push",
  },
  args: { ...teamOptions, ...jsonOption, ...dataOption },
  async run({ args }) {
    const { families } = await openTeam(args);
    for (const { id, title, owner, cases } of families) {
      if (args.json !== true) await print(`${id}  ${title}`);
      for (const one of cases) {
        const steps = one.steps.map((step) => ({ call: textOf(step), expect: step.expect }));
        await print(
          args.json === true
            ? printableJson({ family: id, id: one.id, title: one.title, owner, steps })
            : `  ${one.id.padEnd(24)}  ${one.title}`,
        );
      }
    }
  },
});

export const searchCommand = defineCommand({
  meta: {
    name: "search",
    description: `Looks for a way to write a case that gets through: ways to write a command in one another, chosen by chance, as often as --budget
says. What gets through is made as small as it can be. The same --seed tries the same.

Examples:
  sallyport redteam search --budget 20000
  sallyport redteam search --family told-by-pages --seed 7 --json`,
  },
  args: {
    ...teamOptions,
    budget: { type: "string", valueHint: "N", description: `forms to try (default: ${BUDGET})` },
    seed: { type: "string", valueHint: "N", description: "what chance begins with (default: 1)" },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const budget = wholeNumber("--budget", args.budget ?? String(BUDGET), BUDGET_MAX);
    const seed = wholeNumber("--seed", args.seed ?? "1", 2 ** 32 - 1);
    const { families, open, policy } = await openTeam(args);
    const told = (tried: number): void => {
      if (tried % TOLD_EVERY === 0 || tried === budget) tellProgress(tried, budget, "forms");
    };
    const { found, ...counts } = await searchForms(families.filter(isAttack), open, {
      budget,
      seed,
      told,
    });
    if (args.json === true)
      await print(
        printableJson({ policy: policy.id, digest: policy.digest, seed, ...counts, found }),
      );
    else {
      const many = found.length === 0 ? "none got through" : `${found.length} got through`;
      await print(
        `${counted(counts.tried, "form")} tried against policy ${printable(policy.id)}: ${many}; ${counts.denied} were refused, and of ${counts.asked} a person would be asked${counts.late === 0 ? "" : `; ${counts.late} of the refused took too long to judge`}`,
      );
      for (const { family, id, wrappings, text, said } of found)
        await print(
          `\n${family}/${id}, written as ${wrappings.join(" in ")}\n  call  ${printable(text)}\n  said  ${said.verdict}${said.rule === undefined ? "" : ` by ${printable(said.rule)}`}`,
        );
    }
    if (found.length > 0) process.exitCode = 1;
  },
});

export const importCommand = defineCommand({
  meta: {
    name: "import",
    description: `Takes a case over that \`sallyport incident regress\` wrote: every later run has it.
Example: sallyport redteam import case.yaml`,
  },
  args: {
    file: { type: "positional", required: true, description: "the case, as YAML" },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const text = readTextSync(args.file);
    if (text === undefined)
      throw new Failure("usage", `there is no file \`${printable(args.file)}\``);
    const one = parseCase(text, args.file);
    if (!one.calls.some(({ expect }) => expect !== "step"))
      throw new Failure(
        "red-team-case",
        "the case expects nothing of any call: it would test nothing",
      );
    const outcome = keepCase(directoriesIn(args.data ?? dataDirectory()), one, text);
    await print(
      args.json === true
        ? printableJson({ outcome, id: one.id })
        : outcome === "kept"
          ? `taken over: ${one.id}; \`sallyport redteam run --family incidents\` runs it`
          : `known already: ${one.id}`,
    );
  },
});

function wholeNumber(option: string, text: string, most: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 1 && value <= most) return value;
  throw new Failure("usage", `\`${option}\` needs a number from 1 to ${most}`);
}
