// Tries a hook of ours with a made-up key in a repository of its own: whether it scans is known only where it finds one.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { parseOwnHook } from "#guard/effects/git/own-hook.ts";
import { temporaryDirectory } from "#platform/user.ts";
import { type GitHookName, linesOf, parseSharedLines } from "./hook-block.ts";
import { type HookPlace, readHook } from "./hook-place.ts";

/** `scans`: it found the key and stopped. Otherwise why it is not known to scan. */
export type CanaryAnswer =
  | { readonly scans: true }
  | { readonly scans: false; readonly why: string };

/** Milliseconds that a hook has for one file of one line. */
const HOOK_MS_MAX = 30_000;
const TOLD_CHARS_MAX = 20_000;
/** What our report says of the key, and what a protected branch is told. */
const FOUND = /\[aws-access-key-id\]|it is protected/;
const NOT_REACHED = "other lines stand before ours, so whether ours are reached is not known";

/**
 * Runs the lines of ours in a hook with something to find. `launch` are the words that start this program: lines that start another one
 * are not run, and neither are lines that somebody changed.
 */
export async function tryHook(
  place: HookPlace,
  name: GitHookName,
  {
    launch,
    environment,
  }: { readonly launch: readonly string[]; readonly environment: NodeJS.ProcessEnv },
): Promise<CanaryAnswer> {
  const { text = "" } = readHook(`${place.directory}/${name}`);
  const not = (why: string): CanaryAnswer => ({ scans: false, why });
  const idle = managerFault(place, name, environment);
  if (idle !== undefined) return not(idle);
  const lines = linesOf(text);
  if (lines === undefined) return not("its lines have no end; install again");
  const ahead = text.slice(0, lines.start).split("\n");
  if (ahead.some((line) => line.trim() !== "" && !line.startsWith("#"))) return not(NOT_REACHED);
  const own = parseOwnHook(text, name);
  if (
    own !== undefined &&
    own.launch.join("\0") !== launch.join("\0") &&
    !isThis(own.launch, launch)
  )
    return not("it starts another program than this one; install again");
  if (own === undefined && parseSharedLines(lines.text, name) === undefined)
    return not("its lines are not those that `install` writes; install again");
  const room = mkdtempSync(join(temporaryDirectory(), "sallyport-canary-"));
  try {
    return await runIn(room, name, { lines: lines.text, environment });
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}

const isThis = (found: readonly string[], launch: readonly string[]): boolean =>
  found.length === 1 && found[0] === launch[0];

/** Why a manager of hooks does not run the file, where it does not. */
function managerFault(
  { manager, runs }: HookPlace,
  name: GitHookName,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  if (manager === undefined) return undefined;
  if (environment["HUSKY"] === "0") return "`HUSKY=0` is set, so husky runs no hook";
  const hook = readHook(join(runs, name));
  return hook.text === undefined || !hook.isExecutable
    ? `git is led to ${join(runs, name)}, which is not there: run \`npx husky\``
    : undefined;
}

async function runIn(
  room: string,
  name: GitHookName,
  { lines, environment }: { readonly lines: string; readonly environment: NodeJS.ProcessEnv },
): Promise<CanaryAnswer> {
  const env: NodeJS.ProcessEnv = {
    ...environment,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
  };
  for (const key of Object.keys(env))
    if (
      /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|PREFIX|OBJECT_DIRECTORY|CONFIG_(?:COUNT|PARAMETERS))$/.test(
        key,
      )
    )
      delete env[key];
  const git = (...args: readonly string[]) => run(["git", ...args], { room, env });
  const key = `${"AK"}IA${made(16)}`;
  writeFileSync(join(room, "canary.txt"), `aws_access_key_id = ${key}\n`);
  writeFileSync(join(room, "message"), `canary\n\n${key}\n`);
  await git("init", "-q", "--template=", ".");
  await git("add", "canary.txt");
  let input = "";
  if (name === "pre-push") {
    const tree = (await git("write-tree")).told.trim();
    const by = ["-c", "user.name=canary", "-c", "user.email=canary@localhost"];
    const made = (await git(...by, "commit-tree", "-m", "canary", tree)).told.trim();
    input = `refs/heads/canary ${made} refs/heads/canary ${"0".repeat(made.length)}\n`;
  }
  const args =
    name === "commit-msg"
      ? [join(room, "message")]
      : name === "pre-push"
        ? ["origin", "file:///nowhere"]
        : [];
  // The name that the lines see is of no file, so that no hook before ours is run.
  const answer = await run(["/bin/sh", "-c", lines, join(room, "hook"), ...args], {
    room,
    env,
    input,
  });
  if (answer.code !== 0 && FOUND.test(answer.told)) return { scans: true };
  if (answer.code === 0)
    return {
      scans: false,
      why: /is not installed here/.test(answer.told)
        ? "it scans nothing: it finds no `sallyport` (`sallyport init` puts one where it looks)"
        : "it scans nothing: a made-up key went through",
    };
  return { scans: false, why: `it fails with exit code ${answer.code} before it scans` };
}

function made(length: number): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  return [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join("");
}

type Ran = { readonly code: number; readonly told: string };

function run(
  [program = "", ...args]: readonly string[],
  {
    room,
    env,
    input = "",
  }: { readonly room: string; readonly env: NodeJS.ProcessEnv; readonly input?: string },
): Promise<Ran> {
  return new Promise((resolve) => {
    if (!existsSync(room)) return resolve({ code: 127, told: "" });
    const child = spawn(program, args, {
      cwd: room,
      env,
      stdio: ["pipe", "pipe", "pipe"],
      timeout: HOOK_MS_MAX,
    });
    let told = "";
    const take = (piece: Buffer): void => {
      if (told.length < TOLD_CHARS_MAX) told += piece.toString("utf8");
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.once("error", () => resolve({ code: 127, told }));
    child.once("close", (code) => resolve({ code: code ?? 128, told }));
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}
