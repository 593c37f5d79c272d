// Has the short day on one machine, as its person and within it: laid out, guarded or not, had, and left again; a line of JSON says what became of it.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { BUILT } from "../built-program.ts";
import { clientPath } from "../machine.ts";
import { dayOf } from "../plain/day-text.ts";
import { type HadCall, layOut, script, sessionOf } from "../plain/had-day.ts";
import { endAll } from "../sessions/ordinary-session.ts";
import { machineRows, REPOSITORY } from "./machine-rows.ts";

/** What a command of ours said. `status` is -1 where it did not end. */
export type Said = { readonly status: number; readonly text: string };

/** What became of the day. Without us, only its calls. */
export type HadOn = {
  readonly calls: readonly Pick<HadCall, "text" | "isError" | "isAsked">[];
  readonly init?: Said;
  readonly status?: Said;
  readonly uninstall?: Said;
  /** What is in the project afterwards and was not before. */
  readonly left?: readonly string[];
};

const DAY = dayOf("machine", readFileSync(new URL("day.txt", import.meta.url), "utf8"));
const SAID_MS_MAX = 90_000;

async function main(): Promise<void> {
  const [id = "", side = "", client = "", root = ""] = process.argv.slice(2);
  const row = machineRows.find((one) => one.id === id);
  if (row === undefined) throw new Error(`no machine is called \`${id}\``);
  const known: Record<string, string> = { ROOT: root, PERSON: String(process.getuid?.()) };
  const fill = (text: string): string =>
    text.replaceAll(/\$(ROOT|PERSON|HOME|PROJECT)\b/g, (word, name: string) => known[name] ?? word);
  const filled = (variables: Readonly<Record<string, string>> = {}): Record<string, string> =>
    Object.fromEntries(Object.entries(variables).map(([name, text]) => [name, fill(text)]));
  const home = (known["HOME"] = fill(row.home ?? "$ROOT/home"));
  const project = (known["PROJECT"] = fill(row.project ?? "$HOME/work/shop"));
  if (row.umask !== undefined) process.umask(Number.parseInt(row.umask, 8));
  const [environment, after] = [filled(row.env), filled({ ...row.env, ...row.afterInit })];
  const room = join(root, "harness");
  mkdirSync(join(room, "bin"), { recursive: true });
  mkdirSync(home, { recursive: true });
  mkdirSync(project, { recursive: true });
  const path = environment["PATH"] ?? clientPath;
  const ours = join(room, "bin", "sallyport");
  writeFileSync(ours, `#!/bin/sh\nexec node ${BUILT.join(" ")} "$@"\n`);
  chmodSync(ours, 0o755);
  const env = {
    HOME: home,
    LANG: "C.UTF-8",
    USER: "ada",
    SHELL: "/bin/bash",
    ROOT: root,
    PROJECT: project,
    PERSON: known["PERSON"] ?? "",
    ...environment,
    PATH: `${join(room, "bin")}:${dirname(client)}:${path}`,
  };
  const places = { room, home, project, environment };
  layOut(DAY, places);
  script(row.lay ?? REPOSITORY, project, env);
  const moved = fill(row.movedTo ?? project);
  const session = { ...places, project: moved, environment: after };
  try {
    if (side === "plain") {
      if (row.movedTo !== undefined)
        script('mkdir -p "${MOVED%/*}" && cp -a "$PROJECT" "$MOVED"', home, {
          ...env,
          MOVED: moved,
        });
      tell({ calls: await sessionOf(DAY, session, { client, isGuarded: false }) });
      return;
    }
    const say = (words: readonly string[], more: Readonly<Record<string, string>>): Said => {
      const cwd = existsSync(moved) ? moved : home;
      const limits = { timeout: SAID_MS_MAX, maxBuffer: 1 << 24 };
      const its = { cwd, env: { ...env, ...more }, encoding: "utf8", ...limits } as const;
      const ended = spawnSync(ours, words, its);
      return { status: ended.status ?? -1, text: `${ended.stdout}${ended.stderr}` };
    };
    const guarded = (place: string): readonly string[] =>
      row.isForUser === true ? ["--scope", "user", "--yes"] : [place, "--yes"];
    const before = entriesOf(project, env);
    const init = say(["init", ...guarded(project)], filled(row.atInit));
    script(row.between ?? "true", home, env);
    const status = say(["status", moved], after);
    const calls = await sessionOf(DAY, session, { client, isGuarded: false });
    const uninstall = say(["uninstall", ...guarded(moved)], after);
    const left = entriesOf(moved, env).filter((one) => !before.includes(one) && isOurs(one));
    tell({ calls, init, status, uninstall, left });
  } finally {
    spawnSync(ours, ["daemon", "stop"], { env, timeout: SAID_MS_MAX });
    await endAll(home);
  }
}

/** WHY by name: the day makes files of its own. */
const isOurs = (path: string): boolean => /sallyport|\.claude\/settings\.local\.json/.test(path);

function entriesOf(folder: string, env: NodeJS.ProcessEnv): readonly string[] {
  const found = spawnSync("find", [".", "-path", "./.git", "-prune", "-o", "-print"], {
    cwd: existsSync(folder) ? folder : "/",
    env,
    encoding: "utf8",
  });
  return existsSync(folder) ? found.stdout.split("\n") : [];
}

function tell(had: HadOn): void {
  process.stdout.write(`${JSON.stringify(had)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
