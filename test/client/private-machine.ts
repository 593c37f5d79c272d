// A machine of its own to deploy to: a guarded project, an /etc that nobody else sees, the real client on PATH, a person who types words.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { finish, hasScript, type Typed } from "../surface/cli/typed.ts";
import { type BreakableStand, openBreakableStand, type Transport } from "./breakable-stand.ts";
import { findClient } from "./client-binary.ts";
import { whyMissing } from "./machine.ts";
import { openPrivateEtc, type PrivateDisk } from "./private-disk.ts";

const program = fileURLToPath(new URL("../../dist/surface/cli/main.js", import.meta.url));

/** What stands for a machine, and what is done on it. */
export type PrivateMachine = {
  readonly stand: BreakableStand;
  readonly etc: PrivateDisk;
  /** The real client. */
  readonly client: string;
  /** The id of the project that is guarded. */
  readonly projectId: string;
  /** Runs `sallyport`, at a terminal, with every word typed that is asked for. `path`: folders before those of the system. */
  run(words: readonly string[], more?: { readonly path?: readonly string[] }): Promise<Typed>;
  /** Whether a file is there as the machine sees it. */
  has(path: string): boolean;
  close(): Promise<void>;
};

/** Why there can be none here, or undefined. */
export async function whyNoMachine(): Promise<string | undefined> {
  const missing = await whyMissing(["client", "managed"]);
  return missing ?? (hasScript ? undefined : "`script` is not on PATH");
}

/** Opens it. Ask `whyNoMachine` first. */
export async function openPrivateMachine(
  transport: Transport = "command",
): Promise<PrivateMachine> {
  const found = await findClient();
  const client = found.kind === "ready" ? realpathSync(found.path) : "";
  const stand = await openBreakableStand({ transport });
  const etc = await openPrivateEtc(join(stand.home, "etc"));
  const settings = readFileSync(stand.settingsFile, "utf8");
  const projectId = /"--project",\s*"([^"]+)"/.exec(settings)?.[1] ?? "";
  return {
    stand,
    etc,
    client,
    projectId,
    run(words, { path = [dirname(client)] } = {}) {
      const all = [process.execPath, program, ...words, "--data", stand.data];
      const line = all.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
      const [command, ...rest] = [
        ...etc.enter(stand.project),
        ...["script", "-qec", line, "/dev/null"],
      ];
      const folders = [...path, ...["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"]];
      const env = { PATH: folders.join(":"), HOME: stand.home };
      const child = spawn(command ?? "", rest, { env });
      let isAnswered = false;
      return finish(child, (text) => {
        const word = /type `(\w+)` to go on/.exec(text)?.[1];
        if (word === undefined || isAnswered) return;
        isAnswered = true;
        child.stdin.write(`${word}\n`);
      });
    },
    has: (path) => existsSync(`${etc.view}${path}`),
    async close() {
      etc.close();
      await stand.close();
    },
  };
}
