// Runs inside a jail: pastes command lines one by one at a terminal of each one's own, answers what is asked, and says how each ended.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** How a line ended. `code` is null for one that ran until it was ended from here. */
export type EndedLine = {
  readonly line: string;
  readonly code: number | null;
  readonly text: string;
};

/** A line, and how long it may take. `until`: what runs until somebody ends it is ended once it has said so. */
export type TimedLine = { readonly line: string; readonly msMax: number; readonly until?: string };

const TEXT_CHARS_MAX = 4_000;
const PROMPT =
  /\(Enter takes \w+\):|\[Y\/n(?:\/d)?\]|\[y\/N(?:\/d)?\]|type `?(\w+)`? to go on:|passphrase[^\n]*: ?$/gm;

function run({ line, msMax, until }: TimedLine): Promise<EndedLine> {
  return new Promise((resolve) => {
    const child = spawn(
      "script",
      ["-qec", `bash -c '${line.replaceAll("'", "'\\''")}'`, "/dev/null"],
      {
        detached: true,
      },
    );
    let text = "";
    let answered = 0;
    let isStopped = false;
    const stop = (): void => {
      isStopped = true;
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    };
    const timer = setTimeout(stop, msMax);
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (piece: string) => {
        text += piece;
        if (until !== undefined && !isStopped && text.includes(until)) stop();
        for (const [prompt, word] of [...text.matchAll(PROMPT)].slice(answered)) {
          answered += 1;
          const isNo = prompt.startsWith("[y");
          child.stdin.write(
            `${word ?? (isNo ? "y" : prompt.startsWith("pass") ? "a long phrase of words" : "")}\r`,
          );
        }
      });
    child.on("close", (code) => {
      clearTimeout(timer);
      const said = text.replaceAll("\r\n", "\n").slice(-TEXT_CHARS_MAX);
      resolve({ line, code: isStopped ? null : code, text: said });
    });
  });
}

const lines = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as readonly TimedLine[];
let set = "";
for (const timed of lines) {
  const { line } = timed;
  const ended = await run({ ...timed, line: `${set}${line}` });
  // Variables stay for the lines behind, as in the shell into which they are pasted.
  if (line.startsWith("export ")) set += `${line}; `;
  process.stdout.write(`${JSON.stringify({ ...ended, line })}\n`);
}
