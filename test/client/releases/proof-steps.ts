// What is run with a release before it is called proven: one row a step, each a selection of tests with the real client.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A step. `needs`: files of the tests, which have to be there. */
export type ProofStep = {
  readonly step: string;
  /** What it shows, for the page. */
  readonly shows: string;
  readonly files: readonly string[];
  /** Only tests whose name fits. */
  readonly only?: string;
};

/** The steps. A further one is a row: its tests take the client from `findClient`, which follows `SALLYPORT_TEST_CLIENT`. */
export const STEPS: readonly ProofStep[] = [
  {
    step: "harness",
    shows: "a session runs, and what hooks answer is done",
    files: ["test/client/harness.test.ts", "test/client/command-hook.test.ts"],
  },
  {
    step: "settings",
    shows: "a file is in force exactly where lint finds nothing that voids it",
    files: ["test/client/settings-lint.test.ts"],
  },
  {
    step: "variables",
    shows:
      "variables of a repository's settings that are listed as ignored are ignored; others work",
    files: ["test/client/releases/variable-reach.test.ts"],
  },
  {
    step: "tools",
    shows: "each tool is judged",
    files: ["test/client/tools.test.ts"],
  },
  {
    step: "guarded project",
    shows: "what `init` leaves behind guards a session",
    files: ["test/client/guarded-project.test.ts"],
  },
  {
    step: "doors",
    shows:
      "nothing reaches the model or runs by what is no call, and everyday commands and skills work: a sample of the rows",
    files: ["test/client/doors/doors.test.ts"],
  },
  {
    step: "canaries",
    shows: "no tool answers by what is in a file before a hook is asked; every field is known",
    files: ["test/client/tool-canaries/tool-canaries.test.ts"],
  },
  {
    step: "fail matrix",
    shows: "no tool runs unjudged where the guard is broken: a sample of the rows",
    files: ["test/client/failures.test.ts"],
  },
  {
    step: "ordinary session",
    shows: "a working day in a Node project: nothing refused or asked that was not before",
    files: ["test/client/sessions/ordinary.test.ts"],
  },
];

/** How a step ended. */
export type StepResult = {
  readonly step: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
};

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const STEP_MS_MAX = 15 * 60_000;

/** Runs one with the client at `program`. A run that gives no result is one failure, never a pass. */
export async function runStep(
  { step, files, only }: ProofStep,
  program: string,
): Promise<StepResult & { readonly failures: readonly string[] }> {
  const beganMs = performance.now();
  const scratch = await mkdtemp(join(tmpdir(), "sallyport-proof-"));
  try {
    const out = join(scratch, "result.json");
    const filter = only === undefined ? [] : ["-t", only];
    await ended(["vitest", "run", "--reporter=json", `--outputFile=${out}`, ...filter, ...files], {
      ...process.env,
      SALLYPORT_TEST_CLIENT: program,
    });
    const told = await readFile(out, "utf8").then(JSON.parse, () => undefined);
    return { step, ...countsOf(told, files), seconds: secondsSince(beganMs) };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Passed, failed and skipped tests of what the runner wrote; a file that could not be run is a failure. */
export function countsOf(told: unknown, files: readonly string[]) {
  const suites: unknown = Object(told).testResults;
  if (!Array.isArray(suites) || suites.length < files.length)
    return { passed: 0, failed: 1, skipped: 0, failures: ["the tests did not run to their end"] };
  const tests = suites.flatMap((suite) => Object(suite).assertionResults ?? []);
  const count = (...states: readonly string[]) =>
    tests.filter((test) => states.includes(String(Object(test).status))).length;
  // A file whose set-up failed: none of its tests says so.
  const broken = suites.filter(
    (suite) =>
      Object(suite).status === "failed" &&
      !(Object(suite).assertionResults ?? []).some(
        (test: unknown) => Object(test).status === "failed",
      ),
  );
  return {
    passed: count("passed"),
    failed: count("failed") + broken.length,
    skipped: count("skipped", "pending", "todo"),
    failures: [
      ...tests
        .filter((test) => Object(test).status === "failed")
        .map((test) => String(Object(test).fullName)),
      ...broken.map((suite) => String(Object(suite).name)),
    ],
  };
}

/** Whether every step passed something and failed in nothing. */
export function isProven(results: readonly StepResult[]): boolean {
  return results.length > 0 && results.every(({ passed, failed }) => passed > 0 && failed === 0);
}

const secondsSince = (beganMs: number) => Math.round((performance.now() - beganMs) / 1000);

function ended(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("npx", args, { cwd: ROOT, env, stdio: "ignore", timeout: STEP_MS_MAX });
    child.on("error", reject);
    child.on("close", () => resolve());
  });
}
