// Nothing that init, a deployment or the client itself puts into a session makes an ordinary call stricter: every variable of it beside every modelled program.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { environmentFacts } from "#guard/effects/variables/inherited.ts";
import type { EnvironmentFacts } from "#guard/facts/facts.ts";
import { redirectionOf } from "#base/redirecting-variables.ts";
import { isReported } from "#base/reported-variables.ts";
import { readGraded } from "../corpus/graded/graded.ts";
import { fillPlaces } from "../corpus/graded/typical-files.ts";
import { makeTypicalProject } from "../corpus/graded/typical-project.ts";
import { judgeCommand, settled, type TestProject } from "../judging.ts";
import { placedVariables } from "./placed-variables.ts";

/** Cases of each program's own corpus that are judged. */
const CASES_OF_PROGRAM = 1;
/** Of everyday commands every so many is judged beside all variables at once. */
const EVERY = 10;

let project: TestProject;
beforeAll(() => {
  project = settled(makeTypicalProject());
});
afterAll(() => project.remove());

/** What a person's terminal holds anyway. */
const USUAL: Readonly<Record<string, string>> = {
  SHLVL: "1",
  PATH: "/usr/local/bin:/usr/bin:/bin",
  SHELL: "/bin/bash",
};

function environment(placed: Readonly<Record<string, string>>, isExact: boolean): EnvironmentFacts {
  const told = Object.entries({ ...USUAL, ...placed }).filter(([name]) => isReported(name));
  return environmentFacts({ variables: new Map(told), withheld: new Set(), isExact });
}

/** Everyday commands, and some of each modelled program. */
function ordinaryCommands(): readonly string[] {
  const everyday = readGraded("benign").filter(({ sealed }) => !sealed);
  const directory = fileURLToPath(new URL("../corpus/commands", import.meta.url));
  const ofPrograms = readdirSync(directory).flatMap((file) => {
    const cases = parse(readFileSync(`${directory}/${file}`, "utf8")) as readonly {
      name: string;
      command: string;
    }[];
    const mild = cases.filter(({ name }) => /^(?:allow|ask|abstain)\./.test(name));
    return mild.slice(0, CASES_OF_PROGRAM).map(({ command }) => command);
  });
  return [
    ...everyday.filter((_, at) => at % EVERY === 0).map(({ command }) => command),
    ...ofPrograms,
  ];
}

const STRICTNESS = ["allow", "abstain", "ask", "deny"];

async function judged(
  command: string,
  facts: EnvironmentFacts,
): Promise<{ readonly verdict: string; readonly rules: string }> {
  const { verdict, reasons } = await judgeCommand(project, fillPlaces(command, project), {
    environment: facts,
  });
  return { verdict, rules: reasons.map(({ rule }) => rule).join() };
}

/** Few sets in which each variable has each of its values once, because several put the same variable there. */
function setsOf(
  placed: readonly Readonly<Record<string, string>>[],
): readonly Readonly<Record<string, string>>[] {
  const sets: Record<string, string>[] = [];
  for (const [name, value] of placed.flatMap((one) => Object.entries(one))) {
    if (sets.some((set) => set[name] === value)) continue;
    const free = sets.find((set) => set[name] === undefined);
    if (free === undefined) sets.push({ [name]: value });
    else free[name] = value;
  }
  return sets;
}

/** Who put the variable there that made a call stricter. */
async function cause(command: string, before: string, isExact: boolean): Promise<string> {
  const found: string[] = [];
  for (const { by, variables } of placedHere())
    for (const [name, value] of Object.entries(variables)) {
      const { verdict } = await judged(command, environment({ [name]: value }, isExact));
      if (verdict !== before) found.push(`${name} of ${by}`);
    }
  return found.length === 0 ? "" : ` (${found.join("; ")})`;
}

const placedHere = () => placedVariables(`${project.home}/.local/share/sallyport`, project.home);

describe("what is put into a session", () => {
  it("is told to the guard where it redirects anything", () => {
    const names = placedHere().flatMap(({ variables }) => Object.entries(variables));
    const kept = names.filter(
      ([name, value]) => redirectionOf(name, value) !== undefined && !isReported(name),
    );
    // Keys are not told, not even that they are there.
    expect(
      kept.map(([name]) => name).filter((name) => !/TOKEN|KEY|HEADERS|AUTH/.test(name)),
    ).toEqual([]);
    expect(names.length).toBeGreaterThan(40);
  });

  // WHY `possible`: without SHLVL, as in containers and editors, the shell reads start-up files that may change each value.
  it.each([
    ["exact", true],
    ["possible", false],
  ])(
    "makes no ordinary call stricter where the environment is %s",
    { timeout: 240_000 },
    async (_, isExact) => {
      const plain = environment({}, isExact);
      const sets = setsOf(placedHere().map(({ variables }) => variables)).map((one) =>
        environment(one, isExact),
      );
      const stricter: string[] = [];
      const commands = ordinaryCommands();
      for (const command of commands) {
        const before = await judged(command, plain);
        for (const facts of sets) {
          const after = await judged(command, facts);
          if (STRICTNESS.indexOf(after.verdict) > STRICTNESS.indexOf(before.verdict))
            stricter.push(
              `${command}: ${before.verdict} became ${after.verdict} by ${after.rules}${await cause(command, before.verdict, isExact)}`,
            );
        }
      }
      expect(commands.length).toBeGreaterThan(500);
      expect(stricter).toEqual([]);
    },
  );
});
