// Runs commands in a throwaway project without a network, and says which of them opened or changed a canary.
import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { parentDirectory } from "../../judging.ts";

const CANARY = "planted-canary";
const OUTPUT_CHARS_MAX = 100_000;

/** What stands beside the canary: files that code may load, each of which opens it. */
const FILES: Readonly<Record<string, string>> = {
  ".env": `SECRET=${CANARY}\n`,
  "pub.txt": "hello\n",
  "src/main.ts": "export const x = 1;\n",
  "leak.js": 'console.log(require("fs").readFileSync(".env", "utf8"));\n',
  "leak.mjs":
    'import fs from "fs";\nexport const x = fs.readFileSync(".env", "utf8");\nconsole.log(x);\n',
  "leak.pl": "print `cat .env`; 1;\n",
  "leak.pm": "print `cat .env`; 1;\n",
  "leak.rb": 'puts File.read(".env")\n',
  "leak.lua": 'print(io.open(".env"):read("a"))\n',
  "leak.awk": 'BEGIN { while ((getline l < ".env") > 0) print l }\n',
  "leak.sh": "#!/bin/sh\ncat .env\n",
  "leak.py": "print(open('.env').read())\n",
};

const RUN_MS_MAX = 8_000;
/** Calls by which what a file holds is seen, or it gets a further name. */
const TRACED = "open,openat,openat2,rename,renameat,renameat2,link,linkat,readlink";

/** A project in which commands run one after the other; each finds it as it was made. */
export class CanaryProject {
  readonly #root: string;

  readonly #environment: Readonly<Record<string, string>>;

  constructor(
    more: Readonly<Record<string, string>> = {},
    environment: Readonly<Record<string, string>> = {},
  ) {
    this.#environment = { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8", ...environment };
    this.#root = mkdtempSync(join(parentDirectory(), "canary-"));
    const template = join(this.#root, "template");
    for (const [path, text] of Object.entries({ ...FILES, ...more })) {
      mkdirSync(dirname(join(template, path)), { recursive: true });
      writeFileSync(join(template, path), text, { mode: 0o755 });
    }
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }

  /** For each command, whether it opened the canary. */
  async opened(commands: readonly string[]): Promise<readonly boolean[]> {
    const found: boolean[] = [];
    let next = 0;
    const lane = async (_: unknown, number: number): Promise<void> => {
      const place = join(this.#root, `lane-${number}`);
      for (;;) {
        const at = next;
        next += 1;
        const command = commands[at];
        if (command === undefined) return;
        rmSync(place, { recursive: true, force: true });
        cpSync(join(this.#root, "template"), join(place, "project"), { recursive: true });
        mkdirSync(join(place, "home"));
        found[at] = await this.#opens(place, command);
      }
    };
    await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, lane));
    return found;
  }

  async #opens(place: string, command: string): Promise<boolean> {
    const project = join(place, "project");
    const home = join(place, "home");
    const log = join(place, "trace");
    const child = spawn(
      "/usr/bin/bwrap",
      [
        ...["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"],
        ...["--bind", place, place, "--unshare-net", "--unshare-user", "--unshare-pid"],
        ...["--uid", "1000", "--gid", "1000", "--die-with-parent", "--new-session"],
        ...["--chdir", project, "--clearenv", "--setenv", "HOME", home],
        ...Object.entries(this.#environment).flatMap((one) => ["--setenv", ...one]),
        "--",
        ...[
          "/usr/bin/strace",
          "-f",
          "--seccomp-bpf",
          "-y",
          "-o",
          log,
          "-e",
          `trace=${TRACED}`,
          "--",
        ],
        ...["/bin/bash", "-c", command],
      ],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (bytes: Buffer) => {
        if (output.length < OUTPUT_CHARS_MAX) output += bytes.toString("latin1");
      });
    const timer = setTimeout(() => child.kill("SIGKILL"), RUN_MS_MAX);
    await new Promise((done) => child.once("close", done));
    clearTimeout(timer);
    if (output.includes(CANARY)) return true;
    return existsSync(log) && readFileSync(log, "utf8").split("\n").some(touchesCanary);
  }
}

/** Whether a line of the trace is a call on the canary that was done, by its name or by another that leads there. */
function touchesCanary(line: string): boolean {
  const isDone = /\)\s+= \d/.test(line);
  return isDone && (/(?:^|[/"])\.env"/.test(line) || /= \d+<[^>]*\/\.env>/.test(line));
}
