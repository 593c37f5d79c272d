// A person's installation as it runs: the built program in a home of its own, a guarded project, and whatever it is told to serve.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atTerminal, finish } from "../surface/cli/typed.ts";
import { PROGRAM } from "../program.ts";
import { until } from "../until.ts";

/** Stands in names of the person's, so that whoever is told anything is found out. */
const CANARY = "canary-c4f1a7e2";
/** What senders of the household sign with. */
export const HOOK_SECRET = `whsec_${Buffer.from("Canary of a sender in tests").toString("base64")}`;

export type Served = { said(): string; end(): Promise<void> };

export type Household = {
  readonly home: string;
  readonly data: string;
  readonly project: string;
  /** All that nobody else may learn, by what it is. */
  secrets(): Readonly<Record<string, string>>;
  /** Runs a command to its end. */
  run(
    ...words: readonly string[]
  ): Promise<{ readonly code: number | null; readonly text: string }>;
  /** The same at a terminal that `script` makes, where the person types each word that is asked for. */
  runAtTerminal(...words: readonly string[]): Promise<unknown>;
  /** Starts one that serves, and waits until it says so. `atTerminal`: as a person types it. */
  serve(
    words: readonly string[],
    says: RegExp,
    how?: { readonly atTerminal?: boolean },
  ): Promise<Served>;
  close(): Promise<void>;
};

/** Makes it, guards its project, and starts its daemon. */
export async function openHousehold(): Promise<Household> {
  const home = mkdtempSync(join(tmpdir(), "sallyport-household-"));
  const project = join(home, CANARY);
  const data = join(home, ".local/share/sallyport");
  mkdirSync(join(project, "src"), { recursive: true });
  writeFileSync(join(project, "CLAUDE.md"), `# ${CANARY}\n`);
  const env = { PATH: "/usr/bin:/bin", HOME: home, HOOK_SECRET };
  const running: Served[] = [];
  const begin = (words: readonly string[], atTerminal = false): ChildProcess => {
    const line = [...PROGRAM, ...words];
    if (!atTerminal) return spawn(process.execPath, line, { env, cwd: project, detached: true });
    const quoted = [process.execPath, ...line].map((word) => `'${word}'`).join(" ");
    return spawn("script", ["-qec", quoted, "/dev/null"], { env, cwd: project });
  };
  const household: Household = {
    home,
    data,
    project,
    secrets: () => ({ "the project's name": CANARY, ...secretsBelow(data), ...tokenOf(project) }),
    run: (...words) => finish(begin(words)),
    runAtTerminal: (...words) => atTerminal({ data, home }, (word) => word, ...words),
    async serve(words, says, { atTerminal = false } = {}) {
      const child = begin(words, atTerminal);
      let text = "";
      const ended = finish(child, (all) => {
        text = all;
      });
      let isOver = false;
      void ended.then(() => {
        isOver = true;
      });
      await until(`${words.join(" ")} serves`, () => says.test(text) || isOver);
      const served = {
        said: () => text,
        async end() {
          if (atTerminal) child.stdin?.write("\u0003");
          else child.kill("SIGTERM");
          await ended;
        },
      };
      if (isOver) throw new Error(`\`${words.join(" ")}\` ended: ${text}`);
      running.push(served);
      return served;
    },
    async close() {
      await Promise.all(running.map((one) => one.end()));
      await household.run("daemon", "stop");
      rmSync(home, { recursive: true, force: true, maxRetries: 3 });
    },
  };
  const { code, text } = await household.run("init", "--yes");
  if (code !== 0) throw new Error(text);
  return household;
}

/** Keys and secrets as they lie in the data directory. WHY lines: of a key in PEM each is as good as all. */
function secretsBelow(data: string): Readonly<Record<string, string>> {
  const found: [string, string][] = [];
  for (const folder of ["keys", "tls"])
    for (const entry of readdirSync(join(data, folder), { withFileTypes: true })) {
      if (!entry.isFile() || /^(?:verifier-key|ca-bundle\.pem)$/.test(entry.name)) continue;
      const text = readFileSync(join(data, folder, entry.name), "utf8");
      // A certificate is shown to everybody.
      const secret = text.replaceAll(
        /-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g,
        "",
      );
      for (const [at, line] of secret.split(/\s/).entries())
        if (/^[\w+/=-]{24,}$/.test(line)) found.push([`${folder}/${entry.name} ${at}`, line]);
    }
  return Object.fromEntries(found);
}

/** The token of the project's hooks. */
export function tokenOf(project: string): { readonly "hook token": string } {
  const text = readFileSync(join(project, ".claude/settings.local.json"), "utf8");
  const token = /"Authorization": "Bearer ([\w-]{16,})"/.exec(text)?.[1];
  if (token === undefined) throw new Error("no token in the settings");
  return { "hook token": token };
}
