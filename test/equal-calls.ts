// The same calls judged as the daemon judges them: on a machine at rest and a busy one, in small and large projects, with and without git.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Decision } from "#guard/policy/decision.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { createJudge } from "#surface/services/evaluation/judging.ts";
import { createNearPaths } from "#surface/services/facts/paths/near-paths.ts";
import { createFairJudging } from "#surface/services/heavy/fair-judging.ts";
import { createHoldPort } from "#surface/services/hold/hold-port.ts";
import { createHeavyWork } from "#surface/services/heavy/heavy-work.ts";

/** A project on disk that differs from others in its size and in whether git knows it, and in nothing that a call could be about. */
export type Place = {
  readonly name: string;
  readonly home: string;
  readonly root: string;
};

/** Files of one folder of a large project. */
const FOLDER_FILES = 100;
const OWN_FILES: Readonly<Record<string, string>> = {
  "README.md": "# Shop\n",
  "package.json": JSON.stringify({ name: "shop", scripts: { test: "vitest", build: "tsc" } }),
  ".env": "SHOP_KEY=planted\n",
  "deploy.sh": "npm run build && rsync -a dist/ web:/srv/shop\n",
  "src/main.ts": "export const name = 'shop';\n",
};

/** Makes a project with so many files beside its own below a directory. */
export function makePlace(parent: string, files: number, isGit: boolean): Place {
  const name = `${files} files ${isGit ? "with" : "without"} git`;
  const top = mkdtempSync(join(realpathSync(parent), "place-"));
  // WHY the same names in each: what a call says of them is the same text.
  const [home, root] = [join(top, "home"), join(top, "home", "shop")];
  mkdirSync(join(root, "src"), { recursive: true });
  for (const [path, text] of Object.entries(OWN_FILES)) writeFileSync(join(root, path), text);
  for (let at = 0; at < files; at += 1) {
    const folder = join(root, "src", `part-${Math.floor(at / FOLDER_FILES)}`);
    if (at % FOLDER_FILES === 0) mkdirSync(folder);
    writeFileSync(join(folder, `file-${at}.ts`), "");
  }
  if (isGit) {
    const git = (...args: string[]) =>
      execFileSync("git", ["-C", root, "-c", "user.name=x", "-c", "user.email=x@x.test", ...args], {
        stdio: "ignore",
        env: { PATH: process.env["PATH"], HOME: home, GIT_CONFIG_NOSYSTEM: "1" },
      });
    git("init", "-q", "-b", "main");
    git("add", "--all", ":!.env");
    git("commit", "-qm", "first");
  }
  return { name, home, root };
}

/** Runs `work` with places that are removed afterwards. */
export async function withPlaces<Value>(
  kinds: readonly (readonly [files: number, isGit: boolean])[],
  work: (places: readonly Place[]) => Promise<Value>,
): Promise<Value> {
  const parent = mkdtempSync(join(tmpdir(), "equal-calls-"));
  try {
    return await work(kinds.map(([files, isGit]) => makePlace(parent, files, isGit)));
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

/** What is said of each command in a place: verdict, rules and what kind of thing it would do, without the place's own path. */
export async function judgedIn(
  { home, root }: Place,
  commands: readonly string[],
  policy: Policy,
): Promise<readonly string[]> {
  const heavy = createHeavyWork({ keys: "/nowhere" });
  const data = join(home, ".local/share/sallyport");
  // WHY held: where looks at files run out, what a call is shown decides. It is where the daemon is.
  const hold = createHoldPort({ data, home, nowMs: () => Date.now() });
  const judge = createJudge({
    home,
    data,
    hold,
    ownPaths: [data],
    policy: () => policy,
    judgeWith: createFairJudging(heavy),
    near: createNearPaths([root, home]),
  });
  const told: string[] = [];
  try {
    for (const [at, command] of commands.entries()) {
      const { decision } = await judge({
        project: { id: "0123456789abcdef", root },
        session: {
          sessionId: "s",
          cwd: root,
          mode: "default",
          seenMs: 0,
          transcriptPath: undefined,
          writtenPaths: new Set(),
          holds: { quarantined: false, reason: undefined },
        },
        call: {
          id: `call-${at}`,
          tool: "Bash",
          cwd: root,
          input: { kind: "bash", command, background: false, sandboxOff: false },
        },
      });
      told.push(saidOf(decision));
    }
    return told;
  } finally {
    hold.stop();
    await heavy.close();
  }
}

function saidOf({ verdict, reasons, effects }: Decision): string {
  const rules = [...new Set(reasons.map(({ rule }) => rule))].sort();
  const unknown = effects.flatMap((one) => (one.kind === "unknown" ? [one.reason] : []));
  return [verdict, ...rules, ...new Set(unknown)].join(" ");
}

/** Runs `work` while so many processes at the same priority never pause. */
export async function underLoad<Value>(
  processes: number,
  work: () => Promise<Value>,
): Promise<Value> {
  const children: ChildProcess[] = [];
  try {
    for (let at = 0; at < processes; at += 1)
      children.push(spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }));
    return await work();
  } finally {
    for (const child of children) child.kill("SIGKILL");
  }
}

/** The commands about which two places or moments disagree, each with what was said. */
export function differing(
  commands: readonly string[],
  one: readonly string[],
  other: readonly string[],
): readonly string[] {
  return commands.flatMap((command, at) =>
    one[at] === other[at]
      ? []
      : [`${command.slice(0, 120)}\n  ${one[at] ?? "nothing"}\n  ${other[at] ?? "nothing"}`],
  );
}
