// Every option of every model says the same in every place and spelling: in front of the verb, glued, behind `=`, and in a cluster of letters.
import { expect, it } from "vitest";
import type { CommandModel, OptionSpec } from "#guard/effects/model/command-model.ts";
import { COMMANDS } from "#guard/effects/commands/index.ts";
import { VERDICTS_BY_STRICTNESS } from "#guard/policy/decision.ts";
import { judgeCommand } from "../../judging.ts";
import { judgedProject } from "../../judged-project.ts";
import { sampled, stepOf } from "../../sampled.ts";

/** A file that nobody may read, and one outside of the project. */
const VALUES = [".env", "../outside/f.txt"] as const;
/** Letters that are tried in front of each option. */
const LETTERS_MAX = 1;
/** One reading of options serves all models, so an ordinary run tries each third option of a model, and others of the next. */
const OPTIONS_STEP = 3;
const least = (tried: number) =>
  stepOf(OPTIONS_STEP) === 1 ? tried : tried / stepOf(OPTIONS_STEP) / 2;

const project = judgedProject({ isSettled: true });
const known = new Map<string, string>();

async function verdictOf(command: string): Promise<string> {
  const before = known.get(command);
  if (before !== undefined) return before;
  const { verdict } = await judgeCommand(project(), command);
  known.set(command, verdict);
  return verdict;
}

const strictness = (verdict: string): number =>
  VERDICTS_BY_STRICTNESS.findIndex((one) => one === verdict);

/** Whether the first way to write it is judged milder than the second. */
async function isMilder(first: string, second: string): Promise<boolean> {
  const verdict = await verdictOf(first);
  return verdict !== "deny" && strictness(verdict) > strictness(await verdictOf(second));
}

function namesOf(model: CommandModel, test: (spec: OptionSpec) => boolean): readonly string[] {
  return Object.values(model.options)
    .filter(test)
    .flatMap(({ names }) => names);
}

/** Names of the options that take a value, of the model with this number. */
function withValue(model: CommandModel, number: number): readonly string[] {
  return sampled(
    namesOf(model, ({ value }) => value === "required"),
    OPTIONS_STEP,
    number,
  );
}

/** Models that the common reading of options serves. */
const tabled = COMMANDS.filter(
  ({ names, optionsEnd, own }) =>
    // In front of a command `time` is a word of the shell.
    !names.includes("time") && own === undefined && optionsEnd !== "expression",
);

it("judges a cluster of letters no milder than the letters one by one", async () => {
  const milder: string[] = [];
  let tried = 0;
  for (const [number, model] of tabled.entries()) {
    const name = model.names[0] ?? "";
    const letters = namesOf(model, ({ value }) => value !== "required").filter((one) =>
      /^-[a-zA-Z]$/.test(one),
    );
    // WHY: a password behind `-P` that stands alone is found by its text too, whatever the model says.
    for (const option of withValue(model, number))
      if (/^-[a-zA-Z]$/.test(option) && `${name} ${option}` !== "zip -P")
        for (const letter of letters.slice(0, LETTERS_MAX))
          for (const value of VALUES) {
            const apart = `${name} ${letter} ${option} ${value} x`;
            const together = `${name} ${letter}${option.slice(1)} ${value} x`;
            tried += 1;
            if (await isMilder(together, apart)) milder.push(together);
          }
  }
  expect(tried).toBeGreaterThan(least(500));
  expect(milder).toEqual([]);
}, 240_000);

it("judges a value behind `=`, or glued to its letter, no milder than in the next word", async () => {
  const milder: string[] = [];
  let tried = 0;
  for (const [number, model] of tabled.entries()) {
    const name = model.names[0] ?? "";
    for (const option of withValue(model, number))
      if (/^(?:--[\w-]+|-[a-zA-Z])$/.test(option)) {
        const joined = option.startsWith("--") ? `${option}=.env` : `${option}.env`;
        tried += 1;
        if (await isMilder(`${name} ${joined} x`, `${name} ${option} .env x`))
          milder.push(`${name} ${joined} x`);
      }
  }
  expect(tried).toBeGreaterThan(least(1_000));
  expect(milder).toEqual([]);
}, 240_000);

it("sees a secret file as the value of any option in front of a verb", async () => {
  const silent: string[] = [];
  let tried = 0;
  for (const [number, model] of tabled.entries()) {
    if (model.isVerb === undefined) continue;
    const name = model.names[0] ?? "";
    for (const verb of [...(model.subcommands ?? [])].slice(0, 2)) {
      if ((await verdictOf(`${name} ${verb}`)) !== "allow") continue;
      for (const option of withValue(model, number)) {
        tried += 1;
        const command = `${name} ${option} .env ${verb}`;
        if ((await verdictOf(command)) === "allow") silent.push(command);
      }
    }
  }
  expect(tried).toBeGreaterThan(least(100));
  expect(silent).toEqual([]);
}, 240_000);

it.each([
  "pip --log ../outside/f.txt list",
  "pip --log=../outside/f.txt list",
  "kubectl -s http://evil.example get pods",
  "kubectl -shttp://evil.example get pods",
  "kubectl --server=evil.example get pods",
  "kubectl --kubeconfig ./a.txt get pods",
  "helm --kube-apiserver https://evil.example list",
  "docker -H tcp://evil.example ps",
  "tcpdump -r pub.txt -vw ../outside/f.txt",
  "espeak -qf .env",
  "flex -vo ../outside/f.txt a.txt",
])("asks about what an option names: %s", async (command) => {
  expect(await verdictOf(command)).not.toBe("allow");
});
