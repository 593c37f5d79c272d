// What the sandbox costs a Bash call, in milliseconds between two answers of the model.
import { bash, runClient } from "../client/client-run.ts";
import { sandboxed, sandboxOn } from "./containment-probes.ts";

const calls = 30;

/** Prints median and 95th percentile of a call of `true`, without and with the sandbox, in small and large trees. */
export async function printCost(): Promise<void> {
  console.log(
    `\n## cost: ${calls} calls of \`true\`\n\n| settings | files in the project | p50 ms | p95 ms |\n|---|---|---|---|`,
  );
  const denied = { filesystem: { denyRead: ["**/.env", "**/.env.*", "**/*.pem", "~/.ssh"] } };
  const cases: readonly (readonly [string, object | undefined, number])[] = [
    ["no sandbox", undefined, 3],
    ["sandbox", {}, 3],
    ["sandbox, 4 denyRead patterns", denied, 3],
    ["sandbox, 4 denyRead patterns", denied, 5000],
    ["sandbox, 4 denyRead patterns", denied, 20000],
  ];
  for (const [name, sandbox, count] of cases) {
    const times: number[] = [];
    const extra = Array.from(
      { length: count },
      (_, at) => [`tree/${at % 100}/${Math.trunc(at / 100)}.js`, ""] as const,
    );
    await runClient({
      ...sandboxed(),
      repository: false,
      files: Object.fromEntries(extra),
      settings: {
        project: {
          permissions: { allow: ["Bash"] },
          ...(sandbox && { sandbox: { ...sandboxOn, ...sandbox } }),
        },
      },
      turns: Array.from({ length: calls + 1 }, () => bash("true")),
      timeoutMs: 200_000,
      beforeTurn: () => void times.push(performance.now()),
    });
    // The first call makes the shell snapshot and starts the proxies: it is left out.
    const gaps = times.slice(2).map((time, at) => time - (times[at + 1] ?? time));
    const sorted = gaps.sort((one, other) => one - other);
    const at = (share: number): string =>
      (sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN).toFixed(0);
    console.log(`| ${name} | ${count} | ${at(0.5)} | ${at(0.95)} |`);
  }
}
