// Hook scripts of the shell read by shellcheck, where the system has it: each once, from standard input, bounded in number and time.
import { spawn } from "node:child_process";
import * as v from "valibot";
import type {
  ScriptFault,
  Seen,
  SeenFile,
  AuditInputs,
} from "#assure/posture/inputs/audit-inputs.ts";
import { shellOf, shellScripts } from "#assure/posture/hook-script/shell-script.ts";

const SCRIPTS_MAX = 64;
const SCRIPT_MS_MAX = 10_000;
const OUTPUT_CHARS_MAX = 1_000_000;
/** Of its levels those by which a script does something else than it looks like; the others are about taste. */
const COUNTED = ["error", "warning"];

/** What `shellcheck --format=json1` answers, as far as it is used (shellcheck 0.9 and newer). */
const Answer = v.object({
  comments: v.array(
    v.object({
      line: v.pipe(v.number(), v.integer(), v.minValue(1)),
      column: v.pipe(v.number(), v.integer(), v.minValue(1)),
      level: v.string(),
      code: v.pipe(v.number(), v.integer()),
      message: v.pipe(v.string(), v.maxLength(10_000)),
    }),
  ),
});

/** What it says of every script that hooks run. Unseen where it is not installed, or one could not be read by it. */
export async function scriptFaults(
  auditInputs: AuditInputs,
  path: string | undefined,
): Promise<Seen<readonly ScriptFault[]>> {
  const scripts = shellScripts(auditInputs);
  if (scripts.length > SCRIPTS_MAX)
    return { kind: "unseen", why: `there are more than ${SCRIPTS_MAX} hook scripts` };
  const found: ScriptFault[] = [];
  for (const script of scripts) {
    const faults = await faultsOf(script, path);
    if (typeof faults === "string") return { kind: "unseen", why: faults };
    found.push(...faults);
  }
  return { kind: "seen", value: found };
}

/** What is wrong with one script, or why nobody knows. */
async function faultsOf(
  file: SeenFile,
  path: string | undefined,
): Promise<readonly ScriptFault[] | string> {
  const { text = "" } = file;
  const shell = shellOf(text);
  if (shell === "zsh") return `shellcheck does not read zsh: ${file.shown}`;
  const answer = await ask(text, shell, path);
  if (answer === undefined) return "shellcheck is not installed";
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), Answer), answer);
  if (!read.success) return `shellcheck gave no answer for ${file.shown}`;
  return read.output.comments
    .filter(({ level }) => COUNTED.includes(level))
    .map(({ line, column, code, message }) => ({ file, line, column, code, message }));
}

/**
 * Its answer, `""` when it took too long, undefined when there is none. `--norc`: a file of the repository could switch its
 * checks off. It reads no other file: `source` is followed only with `-x`.
 */
function ask(text: string, dialect: string, path: string | undefined): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn("shellcheck", ["--norc", "--format=json1", `--shell=${dialect}`, "-"], {
      stdio: ["pipe", "pipe", "ignore"],
      env: { ...(path === undefined ? {} : { PATH: path }), LANG: "C.UTF-8" },
      timeout: SCRIPT_MS_MAX,
      killSignal: "SIGKILL",
    });
    let answer = "";
    child.stdout.setEncoding("utf8").on("data", (piece: string) => {
      if (answer.length < OUTPUT_CHARS_MAX) answer += piece;
    });
    child.on("error", () => resolve(undefined));
    child.on("close", () => resolve(answer));
    // It may have ended before it took all of the text.
    child.stdin.on("error", () => undefined);
    child.stdin.end(text);
  });
}
