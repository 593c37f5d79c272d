// The person's own git on its way over http, outside of a call: what it is told, says, and wants of the call's repository.
import { type ChildProcess, spawn } from "node:child_process";
import type { Duplex, Readable, Writable } from "node:stream";
import type { PersonHttp } from "./person-http.ts";

/** Who hears of it. `words` are those of a program of git that needs the repository, `input` what that is given. */
export type GitListener = {
  said(chunk: Buffer): boolean;
  complained(chunk: Buffer): void;
  words(words: readonly string[]): void;
  input(chunk: Buffer): boolean;
  inputEnd(): void;
  drained(): void;
  /** `moved`: where the last answer said that the repository is. */
  ended(status: number, moved: string | undefined): void;
};

/**
 * Descriptors beside the usual three: to git from the call's part, from git to it, the status of that part (and back, that git says no more
 * to it), and a trace.
 */
const TO = 3;
const FROM = 4;
const STATUS = 5;
const TRACE = 6;

const WORDS_BYTES_MAX = 64 * 1024;
const TRACE_CHARS_MAX = 16 * 1024;
const FAILED = 128;

/** One process of it. */
export class PersonGit {
  readonly #child: ChildProcess;
  #isLeft = false;

  constructor(
    { program, env }: PersonHttp,
    { url, version }: { readonly url: string; readonly version: 0 | 2 },
    listener: GitListener,
  ) {
    const count = Number(env["GIT_CONFIG_COUNT"]);
    this.#child = spawn(program, [url, url], {
      cwd: "/",
      env: {
        ...env,
        GIT_CONFIG_COUNT: String(count + 1),
        [`GIT_CONFIG_KEY_${count}`]: "protocol.version",
        [`GIT_CONFIG_VALUE_${count}`]: String(version),
        GIT_TRACE_CURL: String(TRACE),
        GIT_TRACE_CURL_NO_DATA: "1",
      },
      stdio: ["pipe", "pipe", "pipe", "pipe", "pipe", "pipe", "pipe"],
    });
    const on = (told: () => void): void => {
      if (!this.#isLeft) told();
    };
    for (const stream of this.#child.stdio) stream?.on("error", () => undefined);
    const output = this.#child.stdout;
    output?.on("data", (chunk: Buffer) => on(() => flows(listener.said(chunk), output)));
    this.#child.stderr?.on("data", (chunk: Buffer) => on(() => listener.complained(chunk)));
    for (const way of [this.#child.stdin, this.#way(TO)])
      way?.on("drain", () => on(() => listener.drained()));
    const trace = lastMoved(this.#way(TRACE));
    this.#readInput(listener, on);
    let status: number | undefined;
    const open = new Set<unknown>(["process", output, this.#child.stderr]);
    const close = (one: unknown): void => {
      open.delete(one);
      if (open.size > 0) return;
      // WHY one turn later: what was traced before the end is read in the same one.
      setImmediate(() => {
        on(() => listener.ended(status ?? FAILED, trace()));
        this.leave();
      });
    };
    for (const stream of [output, this.#child.stderr]) stream?.on("close", () => close(stream));
    this.#child.on("error", () => close("process"));
    this.#child.on("exit", (code) => {
      status = code ?? FAILED;
      close("process");
    });
  }

  /** What the call's side of the conversation says; false where it should say no more for now. */
  tell(chunk: Buffer | string): boolean {
    return this.#child.stdin?.write(chunk) ?? true;
  }

  tellEnd(): void {
    this.#child.stdin?.end();
  }

  /** What the part in the call says to git. */
  give(chunk: Buffer): boolean {
    return this.#way(TO).write(chunk);
  }

  /** That part ended. */
  giveEnd(status: number): void {
    this.#way(TO).end();
    this.#way(STATUS).end(`${status}\n`);
  }

  resume(): void {
    this.#child.stdout?.resume();
    this.#way(FROM).resume();
  }

  /** Nobody listens any more, and nothing of it stays. */
  leave(): void {
    this.#isLeft = true;
    this.#child.kill("SIGKILL");
    for (const stream of this.#child.stdio) stream?.destroy();
  }

  #way(at: number): Duplex {
    return this.#child.stdio[at] as Duplex;
  }

  #readInput(listener: GitListener, on: (told: () => void) => void): void {
    const from = this.#way(FROM);
    let before: Buffer | undefined = Buffer.alloc(0);
    from.on("data", (chunk: Buffer) =>
      on(() => {
        if (before === undefined) return flows(listener.input(chunk), from);
        before = Buffer.concat([before, chunk]);
        const end = before.indexOf(WORDS_END);
        if (end < 0) {
          if (before.length > WORDS_BYTES_MAX) this.#child.kill("SIGKILL");
          return;
        }
        const words = before.toString("utf8", 0, end).split("\0");
        const rest = before.subarray(end + WORDS_END.length);
        before = undefined;
        listener.words(words);
        if (rest.length > 0) flows(listener.input(rest), from);
      }),
    );
    // WHY not the end of that way: git holds it open itself, and waits for the part to end after a connection broke.
    this.#way(STATUS).once("data", () =>
      onceRead(from, () =>
        on(() => {
          if (before === undefined) listener.inputEnd();
        }),
      ),
    );
  }
}

const WORDS_END = "\0\0";

/** Once all that was written to it before is read: a whole turn of the loop brings nothing more. */
function onceRead(stream: Readable, then: () => void): void {
  let isQuiet = false;
  const listen = (): void => {
    isQuiet = false;
  };
  const look = (): void => {
    if (stream.isPaused()) stream.once("resume", () => setImmediate(look));
    else if (isQuiet || stream.destroyed) {
      stream.off("data", listen);
      then();
    } else {
      isQuiet = true;
      setImmediate(look);
    }
  };
  stream.on("data", listen);
  setImmediate(look);
}

function flows(isWanted: boolean, stream: Readable): void {
  if (!isWanted) stream.pause();
}

/** Reads where the last answer of a server led, of lines that git traces. */
function lastMoved(trace: Readable & Writable): () => string | undefined {
  let rest = "";
  let moved: string | undefined;
  trace.setEncoding("latin1");
  trace.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = (lines.pop() ?? "").slice(-TRACE_CHARS_MAX);
    for (const line of lines) {
      if (/<= Recv header: HTTP\/[\d.]+ \d/i.test(line)) moved = undefined;
      moved = /<= Recv header: location: (\S+)\s*$/i.exec(line)?.[1] ?? moved;
    }
  });
  return () => moved;
}

/**
 * The program that stands before the person's git for its program of http: what needs the repository runs in the call, by what the
 * daemon passes on, git's file of passwords is read alone, and everything else is git. WHY closed there: a helper that lives on would keep the contact open.
 */
export const OUTSIDE_GIT = [
  "#!/bin/sh",
  "# Lets sallyport run what needs the repository inside of the held call; everything else is git's own.",
  "case $1 in",
  "send-pack | fetch-pack)",
  `  printf '%s\\0' "$@" '' >&${FROM} || exit 1`,
  `  exec 7<&0`,
  `  { cat <&7; printf e >&${STATUS}; } >&${FROM} &`,
  `  exec 7<&- ${FROM}>&-`,
  `  cat <&${TO}`,
  `  read -r status <&${STATUS}`,
  `  exit "\${status:-1}"`,
  "  ;;",
  // WHY not written: another file in its place would be seen by the calls that run, so each of them is ended.
  "credential-store)",
  "  for last do :; done",
  "  case $last in store | erase) cat >/dev/null; exit 0 ;; esac",
  "  ;;",
  "esac",
  "PATH=${PATH#*:}; export PATH",
  "unset GIT_TRACE_CURL GIT_TRACE_CURL_NO_DATA GIT_DIR GIT_OBJECT_DIRECTORY",
  `exec git "$@" ${TO}<&- ${FROM}>&- ${STATUS}<&- ${TRACE}>&-`,
  "",
].join("\n");
