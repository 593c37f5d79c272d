// Once a day the daemon has the controls of each applied profile looked at: one that is no longer evidenced goes on record, and a detection makes an alert of it.
import { spawn } from "node:child_process";
import type { Directories } from "../../foundation/files/directories.ts";
import { ownCommand } from "../../foundation/product/own-command.ts";
import { appliedProfiles } from "./profile.ts";

/** After the start, so that the first sessions of a morning do not share the machine with it. */
const FIRST_DELAY_MS = 20 * 60_000;
const DAY_MS = 86_400_000;
const LOOK_MS_MAX = 30 * 60_000;
/** Exit codes of a look that was finished: all evidenced, or not. */
const FINISHED: readonly (number | null)[] = [0, 1];

/** `look` has one framework looked at, and gives its exit code. */
export type EvidencingPorts = {
  readonly say: (line: string) => void;
  readonly look?: (framework: string) => Promise<number | null>;
  readonly firstMs?: number;
};

/** Begins; the function ends it. WHY a process of its own: reading a long log must not hold up answers to hooks. */
export function keepEvidenced(
  directories: Directories,
  {
    say,
    look = (framework) => lookApart(directories, framework),
    firstMs = FIRST_DELAY_MS,
  }: EvidencingPorts,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const pass = async (): Promise<void> => {
    for (const framework of new Set(appliedProfiles(directories).map(({ name }) => name))) {
      if (isOver) return;
      const code = await look(framework).catch(() => null);
      if (!FINISHED.includes(code))
        say(
          `evidence: the controls of ${framework} could not be looked at: run \`sallyport evidence status --framework ${framework}\``,
        );
    }
  };
  const schedule = (delayMs: number): void => {
    timer = setTimeout(() => {
      void pass().finally(() => {
        if (!isOver) schedule(DAY_MS);
      });
    }, delayMs).unref();
  };
  schedule(firstMs);
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

function lookApart({ root }: Directories, framework: string): Promise<number | null> {
  const [program, ...before] = ownCommand();
  const words = ["evidence", "status", "--framework", framework, "--record", "--data", root];
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...before, ...words], {
      cwd: root,
      stdio: "ignore",
      timeout: LOOK_MS_MAX,
    });
    child.once("error", reject);
    child.once("close", (code) => resolve(code));
  });
}
