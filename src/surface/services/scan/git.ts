// Git as a scan asks it: plumbing only, streamed, and nothing that the repository names is ever run.
import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";
import { assert, Failure } from "#base/failure.ts";
import { GIT_NAME_BYTES_MAX } from "#base/limits.ts";
import { printable } from "#base/printable.ts";

/** Where git is asked, and in which environment. */
export type GitPlace = { readonly directory: string; readonly environment: NodeJS.ProcessEnv };

/**
 * What goes before every command. WHY: a repository's own configuration may name programs (fsmonitor, hooks, pagers), and one
 * that belongs to somebody else is still to be looked at. Only plumbing is asked that runs no filter, no textconv and no
 * external diff; no protocol is allowed, so that a partial clone fetches nothing.
 */
const GUARDS = [
  ["core.fsmonitor", "false"],
  ["core.hooksPath", "/dev/null"],
  ["core.untrackedCache", "false"],
  ["core.pager", "cat"],
  ["core.quotePath", "false"],
  ["protocol.allow", "never"],
  ["safe.directory", "*"],
].flatMap(([name, value]) => ["-c", `${name}=${value}`]);
const STDERR_CHARS_MAX = 2_000;

function start(
  { directory, environment }: GitPlace,
  args: readonly string[],
  input: "pipe" | "ignore",
  guards: readonly string[] = GUARDS,
): ChildProcess {
  const env: NodeJS.ProcessEnv = {
    ...environment,
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    GIT_LITERAL_PATHSPECS: "1",
    GIT_NO_LAZY_FETCH: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_ALLOW_PROTOCOL: "none",
    LC_ALL: "C",
  };
  for (const name of Object.keys(env)) {
    if (/^GIT_(?:EXTERNAL_DIFF|TRACE|SSH|PAGER|ASKPASS|EDITOR|PROXY)/.test(name)) delete env[name];
  }
  return spawn("git", [...guards, "--no-pager", "-C", directory, ...args], {
    env,
    stdio: [input, "pipe", "pipe"],
    // WHY: a key that stops the scan reaches every process of the terminal, and the scan says itself where it ended.
    detached: true,
  });
}

type Ending = { readonly code: number; readonly told: string };

function endingOf(child: ChildProcess): Promise<Ending> {
  let told = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    if (told.length < STDERR_CHARS_MAX) told += text;
  });
  return new Promise((resolve) => {
    child.once("error", () => resolve({ code: 127, told: "git cannot be started" }));
    child.once("close", (code) => resolve({ code: code ?? 128, told }));
  });
}

/** Where git looks for hooks: the one answer that the guards would hide. Git runs none to give it. */
export async function hooksDirectory(place: GitPlace): Promise<string | undefined> {
  const guards = GUARDS.filter((_, at) => {
    const word = at % 2 === 0 ? GUARDS[at + 1] : GUARDS[at];
    return word?.startsWith("core.hooksPath") !== true;
  });
  const child = start(place, ["rev-parse", "--git-path", "hooks"], "ignore", guards);
  const ending = endingOf(child);
  let output = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    if (output.length < GIT_NAME_BYTES_MAX) output += text;
  });
  const { code } = await ending;
  const path = output.replace(/\n$/, "");
  return code === 0 && path !== "" ? resolve(place.directory, path) : undefined;
}

/** What git prints, whole; at most `bytesMax` of it. For answers that are short. */
export async function askGit(
  place: GitPlace,
  args: readonly string[],
  bytesMax = 4 * 1024 * 1024,
): Promise<{ readonly code: number; readonly output: string; readonly told: string }> {
  const child = start(place, args, "ignore");
  const ending = endingOf(child);
  const pieces: Buffer[] = [];
  let length = 0;
  child.stdout?.on("data", (piece: Buffer) => {
    length += piece.length;
    if (length <= bytesMax) pieces.push(piece);
    else child.kill();
  });
  const { code, told } = await ending;
  return { code, told, output: Buffer.concat(pieces).toString("utf8") };
}

/**
 * The parts of git's output between NULs, or lines where `end` is 10. `input` is what git reads. Throws a Failure when git fails, with what it says.
 */
export async function* gitParts(
  place: GitPlace,
  args: readonly string[],
  { input, end: mark = 0 }: { input?: AsyncIterable<string>; end?: 0 | 10 } = {},
): AsyncGenerator<Buffer> {
  const child = start(place, args, input === undefined ? "ignore" : "pipe");
  const closed = endingOf(child);
  const feeding = input === undefined ? undefined : fed(child, input);
  let rest = Buffer.alloc(0);
  try {
    for await (const piece of child.stdout as AsyncIterable<Buffer>) {
      let from = 0;
      for (let end = piece.indexOf(mark); end !== -1; end = piece.indexOf(mark, from)) {
        const part = piece.subarray(from, end);
        yield rest.length === 0 ? part : Buffer.concat([rest, part]);
        rest = Buffer.alloc(0);
        from = end + 1;
      }
      if (from < piece.length) rest = Buffer.concat([rest, piece.subarray(from)]);
      if (rest.length > GIT_NAME_BYTES_MAX) {
        throw new Failure(
          "git",
          "git told of a name that is longer than any file's; repair the repository",
        );
      }
    }
    if (rest.length > 0) yield rest;
    const feedingFailure = await feeding;
    if (feedingFailure !== undefined) throw feedingFailure;
    const { code, told } = await closed;
    if (code !== 0) throw gitFailure(args, told);
  } finally {
    if (child.exitCode === null) child.kill();
  }
}

/** Feeds git, and gives what went wrong with the input: git has to end first, whatever it was. */
async function fed(child: ChildProcess, input: AsyncIterable<string>): Promise<unknown> {
  try {
    await feed(child, input);
    return undefined;
  } catch (error) {
    return (
      error ?? new Failure("git", "what git was to read cannot be made; look at the repository")
    );
  } finally {
    child.stdin?.end();
  }
}

async function feed(child: ChildProcess, input: AsyncIterable<string>): Promise<void> {
  const { stdin } = child;
  if (stdin === null) return;
  // A git that ends early closes the pipe: its exit code tells the rest.
  stdin.on("error", () => undefined);
  // WHY one listener each: a long history waits thousands of times.
  let goOn: () => void = () => undefined;
  for (const event of ["drain", "close"]) stdin.on(event, () => goOn());
  for await (const text of input) {
    if (stdin.destroyed) return;
    const isTaken = new Promise<void>((resolve) => (goOn = resolve));
    if (!stdin.write(text) && !stdin.destroyed) await isTaken;
  }
}

function gitFailure(args: readonly string[], told: string): Failure {
  const line = told.split("\n").find((text) => text.trim() !== "") ?? "it does not say why";
  const why = printable(line.replace(/^fatal: /, "").slice(0, 300));
  return new Failure("git", `\`git ${args[0] ?? ""}\` failed: ${why}`);
}

/** What an object is, or why there is none. `chunks` has to be read to its end, unless nothing more is asked. */
export type GitObject =
  | { readonly kind: "missing" }
  | { readonly kind: "found"; readonly type: string; readonly size: number };

/** Objects of a repository, one after the other, from one process. */
export type GitObjects = {
  /** Says which objects are read next, in this order: git then need not wait to be asked for each. Few at a time. */
  expect(ids: readonly string[]): void;
  /** Hands the first `bytesMax` bytes of an object to `onBytes`. */
  read(id: string, bytesMax: number, onBytes: (bytes: Buffer) => void): Promise<GitObject>;
  close(): void;
};

/** Bytes behind which a rest is not read through: the process is begun anew. */
const DRAIN_BYTES_MAX = 64 * 1024 * 1024;

/** Opens the objects of a repository. */
export function openObjects(place: GitPlace): GitObjects {
  let reader: ReturnType<typeof batchReader> | undefined;
  let expected: string[] = [];
  const open = () => {
    if (reader !== undefined) return reader;
    reader = batchReader(place);
    reader.ask(expected);
    return reader;
  };
  return {
    expect(ids) {
      expected.push(...ids);
      reader?.ask(ids);
    },
    async read(id, bytesMax, onBytes) {
      const from = open();
      if (expected.length === 0) from.ask([id]);
      else assert(expected[0] === id, "objects are read as they were expected");
      expected = expected.slice(1);
      const words = (await from.line()).split(" ");
      const size = Number(words[2]);
      if (words.length !== 3 || !Number.isSafeInteger(size)) return { kind: "missing" };
      await from.take(Math.min(size, bytesMax), onBytes);
      if (size - bytesMax > DRAIN_BYTES_MAX) {
        from.close();
        reader = undefined;
      } else await from.take(Math.max(0, size - bytesMax) + 1, () => undefined);
      return { kind: "found", type: words[1] ?? "", size };
    },
    close() {
      reader?.close();
      reader = undefined;
    },
  };
}

function batchReader(place: GitPlace) {
  const child = start(place, ["cat-file", "--batch"], "pipe");
  const ending = endingOf(child);
  child.stdin?.on("error", () => undefined);
  const pieces = (child.stdout as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  const more = async () => {
    const { value, done } = await pieces.next();
    if (done === true) throw gitFailure(["cat-file"], (await ending).told);
    rest = rest.length === 0 ? value : Buffer.concat([rest, value]);
  };
  return {
    ask(ids: readonly string[]): void {
      // WHY at once: each write is a call of the system.
      if (ids.length > 0) child.stdin?.write(`${ids.join("\n")}\n`);
    },
    async line(): Promise<string> {
      let end = rest.indexOf(10);
      while (end === -1) {
        await more();
        end = rest.indexOf(10);
      }
      const line = rest.subarray(0, end).toString("latin1");
      rest = rest.subarray(end + 1);
      return line;
    },
    async take(length: number, onBytes: (bytes: Buffer) => void): Promise<void> {
      let left = length;
      while (left > 0) {
        if (rest.length === 0) await more();
        const piece = rest.subarray(0, left);
        onBytes(piece);
        rest = rest.subarray(piece.length);
        left -= piece.length;
      }
    },
    close() {
      child.stdin?.destroy();
      child.kill();
    },
  };
}
