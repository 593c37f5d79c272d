// Spike: where a naive `bash --norc -c` would have been wrong about 200 commands that the real client ran.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, lstatSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bash, type ClientRunOptions, runClient } from "../client/client-run.ts";
import { clientPath, whyMissing } from "../client/machine.ts";
import { toolUseId } from "../client/model-stub.ts";
import type { SessionPlaces } from "../client/session-files.ts";
import { bashEnvFile, commandGroups, commandTree, hostileParts } from "./shell-commands.ts";
import { probeSnapshots } from "./snapshot-probes.ts";

type Observation = {
  readonly exit: number;
  readonly lines: readonly string[];
  readonly tree: ReadonlyMap<string, string>;
  readonly refused: boolean;
};
type Comparison = {
  readonly group: string;
  readonly command: string;
  readonly real: Observation;
  readonly naive: Observation;
  readonly difference: "none" | "wording" | "output" | "files" | "not run";
};
/** Sessions are kept short: the client's own cost a turn grows with their length. */
const chunkCommands = 25;

type Profile = Pick<ClientRunOptions, "shell" | "bashrc" | "env">;

const commands = Object.entries(commandGroups).flatMap(([group, list]) =>
  list.map((command) => ({ group, command })),
);
const hostile = `${Object.values(hostileParts).join("\n")}\n`;
const terminal = { SHLVL: "1" };
const profiles: Readonly<Record<string, Profile>> = {
  "bare bash": { shell: "bash", env: terminal },
  "hostile bash": { shell: "bash", bashrc: hostile, env: terminal },
  "hostile bash, SHLVL unset": { shell: "bash", bashrc: hostile },
  zsh: { shell: "zsh", env: terminal },
};

async function main(): Promise<void> {
  const reason = await whyMissing(["client", "zsh"]);
  if (reason !== undefined) {
    console.log(`not run: ${reason}`);
    return;
  }
  const wants = (part: string): boolean =>
    process.argv.includes(part) ||
    !["snapshot", "profiles", "parts"].some((name) => process.argv.includes(name));
  if (wants("snapshot")) {
    await probeSnapshots();
  }
  if (wants("profiles")) {
    await printProfiles(process.argv.includes("verbose"));
  }
  if (wants("parts")) {
    await printParts();
  }
}

/** One part of the hostile start-up file at a time shows which part is the cause. */
async function printParts(): Promise<void> {
  console.log("\n## commands that end otherwise than in bare bash, by part of the start-up file\n");
  console.log("| part | output | files |\n|---|---|---|");
  const bare = await compareAll({ shell: "bash", env: terminal });
  for (const [part, text] of Object.entries(hostileParts)) {
    await printPart(part, { shell: "bash", bashrc: `${text}\n`, env: terminal }, bare);
  }
  for (const part of ["IFS, CDPATH, umask, variables", "BASH_ENV"]) {
    await printPart(
      `${part}; SHLVL unset`,
      { shell: "bash", bashrc: `${hostileParts[part]}\n` },
      bare,
    );
  }
}

async function printPart(
  part: string,
  profile: Profile,
  bare: readonly Comparison[],
): Promise<void> {
  const kinds = (await compareAll(profile)).map((one, at) => {
    const other = bare[at];
    return other === undefined ? "none" : differenceOf(one.real, other.real);
  });
  const count = (kind: string) => kinds.filter((one) => one === kind).length;
  console.log(`| ${part} | ${count("output")} | ${count("files")} |`);
}

async function printProfiles(verbose: boolean): Promise<void> {
  console.log(`\n## ${commands.length} commands, by profile\n`);
  const kinds = ["none", "wording", "output", "files", "not run"] as const;
  console.log(`| profile | ${kinds.join(" | ")} |\n|---|---|---|---|---|---|`);
  const all = new Map<string, readonly Comparison[]>();
  for (const [name, profile] of Object.entries(profiles)) {
    const found = await compareAll(profile);
    all.set(name, found);
    const counts = kinds.map((kind) => found.filter((one) => one.difference === kind).length);
    console.log(`| ${name} | ${counts.join(" | ")} |`);
  }
  console.log(
    `\n| group (commands) | ${[...all.keys()].join(" | ")} |\n|---|${"---|".repeat(all.size)}`,
  );
  for (const [group, list] of Object.entries(commandGroups)) {
    const cells = [...all.values()].map(
      (found) => found.filter((one) => one.group === group && isWrong(one)).length,
    );
    console.log(`| ${group} (${list.length}) | ${cells.join(" | ")} |`);
  }
  for (const [name, found] of verbose ? all : []) {
    console.log(`\n### ${name}`);
    for (const one of found.filter(isWrong)) {
      console.log(`\n[${one.difference}] ${JSON.stringify(one.command)}`);
      console.log(`  real  ${one.real.exit} ${JSON.stringify(one.real.lines).slice(0, 400)}`);
      console.log(`  naive ${one.naive.exit} ${JSON.stringify(one.naive.lines).slice(0, 400)}`);
      if (one.difference === "files") {
        console.log(`  files real ${[...one.real.tree.keys()].join(" ")}`);
        console.log(`  files naive ${[...one.naive.tree.keys()].join(" ")}`);
      }
    }
  }
}

function isWrong(one: Comparison): boolean {
  return one.difference === "output" || one.difference === "files" || one.difference === "not run";
}

/** All commands in sessions of some dozens, the tree made new before each; then the same commands in plain bash. */
async function compareAll(profile: Profile): Promise<readonly Comparison[]> {
  const found: Comparison[] = [];
  for (let at = 0; at < commands.length; at += chunkCommands) {
    found.push(...(await compareChunk(profile, commands.slice(at, at + chunkCommands))));
  }
  return found;
}

async function compareChunk(
  profile: Profile,
  chunk: readonly { readonly group: string; readonly command: string }[],
): Promise<readonly Comparison[]> {
  const trees: ReadonlyMap<string, string>[] = [];
  const naive: Observation[] = [];
  const run = await runClient({
    ...profile,
    files: commandTree,
    repository: true,
    homeFiles: { "bash-env.sh": bashEnvFile },
    extraArgs: ["--dangerously-skip-permissions"],
    permissionMode: "bypassPermissions",
    // The working directory persists between calls, so each command is followed by a way back.
    turns: chunk.flatMap(({ command }) => [bash(command), bash('builtin cd "<project>"')]),
    timeoutMs: 120_000,
    beforeTurn: (turn, places) => {
      if (turn === 0) {
        cpSync(places.project, join(places.root, "pristine"), {
          recursive: true,
          preserveTimestamps: true,
        });
      }
      if (turn % 2 === 1) {
        trees.push(treeOf(places.project));
      } else {
        resetTree(places);
      }
    },
    inspect: (places) => {
      for (const { command } of chunk) {
        resetTree(places);
        naive.push(runNaively(command, places));
      }
    },
  });
  return chunk.map(({ group, command }, at) => {
    const id = toolUseId(at * 2);
    const result = run.toolResults.get(id);
    const other = naive[at];
    const tree = trees[at];
    if (result === undefined || other === undefined || tree === undefined) {
      throw new Error(
        `no result for \`${command}\`: exit ${run.exitCode} ${run.stderr.slice(0, 300)}`,
      );
    }
    const real = { ...readText(result.text, run.places), tree, refused: run.wasDenied(id) };
    return { group, command, real, naive: other, difference: differenceOf(real, other) };
  });
}

function resetTree(places: SessionPlaces): void {
  for (const name of readdirSync(places.project)) {
    rmSync(join(places.project, name), { recursive: true, force: true });
  }
  cpSync(join(places.root, "pristine"), places.project, {
    recursive: true,
    preserveTimestamps: true,
  });
}

function treeOf(root: string, below = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(join(root, below)).sort()) {
    const path = join(below, name);
    const state = lstatSync(join(root, path));
    if (name === ".git" || name === ".claude") {
      continue;
    }
    if (state.isDirectory()) {
      found.set(`${path}/`, (state.mode & 0o777).toString(8));
      for (const [inner, text] of treeOf(root, path)) {
        found.set(inner, text);
      }
    } else {
      const digest = createHash("sha1")
        .update(readFileSync(join(root, path)))
        .digest("hex");
      found.set(path, `${(state.mode & 0o777).toString(8)} ${digest}`);
    }
  }
  return found;
}

function runNaively(command: string, places: SessionPlaces): Observation {
  const out = spawnSync("/bin/bash", ["--norc", "-c", `exec 2>&1\n${command}`], {
    cwd: places.project,
    env: { PATH: clientPath, HOME: places.home, LANG: "C.UTF-8", TERM: "dumb", SHELL: "/bin/bash" },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 20_000,
  });
  const text = out.stdout.toString("utf8").trimEnd();
  const exit = out.status ?? -1;
  const seen = readText(exit === 0 ? text : `Exit code ${exit}\n${text}`, places);
  return {
    ...seen,
    refused: false,
    tree: existsSync(places.project) ? treeOf(places.project) : new Map(),
  };
}

function readText(text: string, places: SessionPlaces): Omit<Observation, "tree" | "refused"> {
  const [, code] = /^Exit code (\d+)\n?/.exec(text) ?? [];
  const lines = text
    .replace(/^Exit code \d+\n?/, "")
    .replace(/^\(Bash completed with no output\)$/, "")
    .replace(/\n?Shell cwd was reset to .*$/, "")
    .replaceAll(places.project, "<project>")
    .replaceAll(places.home, "<home>")
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "");
  return { exit: Number(code ?? 0), lines };
}

/** The shell's own error lines say the same in other words: they are compared by number only. */
function withoutShellErrors(lines: readonly string[]): readonly string[] {
  return lines.map((line) =>
    /^(\/bin\/(ba|z)sh: |\(eval\):|zsh:)((eval|-c): )?(line )?\d*:? ?/.test(line) ? "!" : line,
  );
}

function differenceOf(real: Observation, naive: Observation): Comparison["difference"] {
  if (real.refused) {
    return "not run";
  }
  if (JSON.stringify([...real.tree]) !== JSON.stringify([...naive.tree])) {
    return "files";
  }
  if (JSON.stringify(real.lines) === JSON.stringify(naive.lines) && real.exit === naive.exit) {
    return "none";
  }
  const same =
    JSON.stringify(withoutShellErrors(real.lines)) ===
    JSON.stringify(withoutShellErrors(naive.lines));
  return same && (real.exit === 0) === (naive.exit === 0) ? "wording" : "output";
}

await main();
