// The playbooks that ship: each is whole, speaks of detections and commands that exist, and never has an agent do what only a person may.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Failure } from "#base/failure.ts";
import { parsePlaybook, PHASES } from "#detect/playbook/playbook.ts";
import { loadLists, loadPlaybooks, loadRules } from "#surface/foundation/product/shipped-data.ts";
import { productCommands } from "#surface/cli/command-line.ts";
import type { CommandTable } from "#surface/cli/command-line/entry.ts";
import { repositoryRoot } from "../../../scripts/checks/repository-files.ts";

const playbooks = loadPlaybooks();

/** Words of a command line; quotes hold blanks together. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

/** What is wrong with a command line of ours: a command or an option that does not exist, a needed word that is missing. */
async function faultOf(words: readonly string[]): Promise<string | undefined> {
  let below: CommandTable = productCommands;
  let at = 0;
  for (;;) {
    const word = words[at] ?? "";
    const entry = Object.hasOwn(below, word) ? below[word] : undefined;
    if (entry === undefined) return `there is no command \`${words.slice(0, at + 1).join(" ")}\``;
    at += 1;
    const next = words[at];
    if (entry.commands !== undefined && next !== undefined && Object.hasOwn(entry.commands, next)) {
      below = entry.commands;
      continue;
    }
    if (entry.load === undefined) return `\`${words.slice(0, at).join(" ")}\` is no command alone`;
    const definition = await entry.load(productCommands);
    const args = await (typeof definition.args === "function"
      ? definition.args()
      : definition.args);
    const rest = words.slice(at);
    let given = 0;
    for (let place = 0; place < rest.length; place += 1) {
      const option = rest[place] ?? "";
      if (!option.startsWith("--")) {
        given += 1;
        continue;
      }
      const known = args?.[option.slice(2)];
      if (known === undefined) return `there is no option \`${option}\``;
      if (known.type !== "boolean") place += 1;
    }
    const positional = Object.values(args ?? {}).filter(({ type }) => type === "positional");
    const needed = positional.filter(({ required }) => required !== false).length;
    return given < needed || given > Math.max(positional.length, needed)
      ? `${given} words, ${needed} needed of ${positional.length}`
      : undefined;
  }
}

describe("the playbooks", () => {
  it("are the six kinds of incident", () => {
    expect(playbooks.map(({ id }) => id)).toEqual([
      ...["bypass-attempt", "credential-exposure", "key-in-git", "mcp-compromise"],
      ...["prompt-injection", "sensitive-data-output"],
    ]);
  });

  it("are for detections that ship", () => {
    const rules = new Set(loadRules(loadLists()).map(({ rule }) => rule.meta.name));
    const named = playbooks.flatMap(({ detections }) => detections);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !rules.has(name))).toEqual([]);
  });

  it("have runnable commands: ours exist with their options, others are of git, its host and the client", async () => {
    const lines = playbooks.flatMap(({ steps }) => steps.flatMap(({ run }) => run));
    const git = new Set(
      execFileSync("git", ["--list-cmds=main"], { encoding: "utf8" }).split("\n"),
    );
    const faults: string[] = [];
    for (const line of lines) {
      const [program, ...words] = wordsOf(line);
      const verb = words[0] === "-C" ? words[2] : words[0];
      if (program === "sallyport") {
        const fault = await faultOf(words);
        if (fault !== undefined) faults.push(`${line}: ${fault}`);
      } else if (program === "git") {
        // A program of its own that git finds by its name.
        if (verb !== "filter-repo" && !git.has(verb ?? "")) faults.push(line);
      } else if (program !== "claude" && program !== "gh") faults.push(line);
    }
    expect(lines.length).toBeGreaterThan(60);
    expect(faults).toEqual([]);
  });
  it.each([
    ["no-such-command INCIDENT", "there is no command"],
    ["incident show INCIDENT --all-of-it", "there is no option"],
    ["incident show", "0 words"],
    ["incident", "no command alone"],
  ])("and a planted `%s` is found", async (line, said) => {
    expect(await faultOf(wordsOf(line))).toContain(said);
  });

  it("leave a forced push to a person, and no other command breaks glass", () => {
    const steps = playbooks.flatMap((one) => one.steps);
    const forced = steps.filter(({ run }) => run.some((line) => /push .*--force/.test(line)));
    expect(forced.map(({ breakGlass, by }) => [breakGlass, by])).toEqual([
      [true, "repository-owner"],
    ]);
    expect(steps.filter(({ breakGlass }) => breakGlass)).toEqual(forced);
    expect(steps.flatMap(({ run }) => run).join("\n")).not.toMatch(/filter-branch|\/tmp\/|\bawk\b/);
  });

  it("end with a regression and a close, and replace a key before they look further", () => {
    for (const { id, steps } of playbooks) {
      expect([id, ...steps.slice(-2).map((step) => step.id)]).toEqual([id, "regression", "close"]);
      expect([id, [...new Set(steps.map(({ phase }) => phase))]]).toEqual([id, [...PHASES]]);
    }
    for (const id of ["credential-exposure", "key-in-git"]) {
      const steps = playbooks.find((one) => one.id === id)?.steps ?? [];
      expect(steps.find((step) => step.id === "revoke")?.phase).toBe("containment");
    }
  });
});

describe("a playbook with a fault", () => {
  const name = "credential-exposure";
  const file = `${repositoryRoot}data/playbooks/${name}.yaml`;
  const text = readFileSync(file, "utf8");
  it.each([
    ["another id", (whole: string) => whole.replace("id: credential", "id: x-credential"), "id"],
    ["a step twice", (whole: string) => whole.replace("id: stop-session", "id: look"), "twice"],
    [
      "a phase that is gone",
      (whole: string) => whole.replaceAll("phase: detection", "phase: containment"),
      "no step",
    ],
    [
      "a phase out of turn",
      (whole: string) => whole.replace("phase: containment", "phase: recovery"),
      "earlier",
    ],
    ["a member that nobody knows", (whole: string) => `${whole}extra: 1\n`, "extra"],
    [
      "a role that nobody has",
      (whole: string) => whole.replace("by: responder", "by: agent"),
      "by",
    ],
    ["no proof", (whole: string) => whole.replace(/ {4}proof: .*\n/, ""), "proof"],
    [
      "too long a text",
      (whole: string) => whole.replace("do: See", `do: ${"x".repeat(700)}`),
      "do",
    ],
    ["no YAML", () => "a: [", "not valid YAML"],
    ["an alias bomb", () => `a: &a [x]\nb: [${"*a,".repeat(5_000)}]\n`, "aliases"],
    ["too much of it", (whole: string) => whole + " ".repeat(70_000), "larger"],
  ])("is refused for %s", (_, change, said) => {
    const changed = change(text);
    expect(changed).not.toBe(text);
    const parse = () => parsePlaybook(changed, file, name);
    expect(parse).toThrow(Failure);
    expect(parse).toThrow(said);
  });
});
