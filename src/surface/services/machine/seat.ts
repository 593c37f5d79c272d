// The judge of one account as the supervisor has it: started when somebody asks, given connections, ended when nobody does.
import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";

/** How the process of a judge is started. */
export type JudgeStart = {
  readonly program: string;
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
};

/** What the judge says when it takes connections. */
export const JUDGE_READY = "ready";
/** What it says for each connection that it was given, in their order. */
export const JUDGE_TOOK = "took";
/** What it says of a client whose hook spoke: this, and the number of the process that started the hook. */
export const JUDGE_HEARD = "heard ";
/** What it is told of a client that was noticed: this, what, and which. */
export const JUDGE_NOTICE = "notice ";

/** Takes connections of one account. */
export type Seat = {
  /** Gives a connection on. It is closed in this process when the judge has it, or when there is none. */
  take(socket: Socket): void;
  /** Has the judge put a text on record; starts it where none runs. */
  tell(text: string): void;
  /** Milliseconds, by the clock given, since it was asked last. */
  idleMs(): number;
  /** Ends the judge; it is started anew when somebody asks. */
  rest(): void;
  end(): Promise<void>;
};

/** Connections that wait for a judge to be ready. */
const WAITING_MAX = 64;
/** Texts that do. */
const TEXTS_MAX = 16;
/** After a judge that did not come up, connections are cut for so long. */
const PAUSE_MS = 1_000;
const END_MS_MAX = 10_000;

/** `start` prepares and names the process; what it throws is told, and connections are cut: the hook then refuses. */
export function createSeat(
  start: () => JudgeStart,
  {
    nowMs,
    say,
    heard = () => undefined,
  }: {
    readonly nowMs: () => number;
    readonly say: (line: string) => void;
    /** Hears of processes whose hooks spoke. */
    readonly heard?: (pid: number) => void;
  },
): Seat {
  let judge: ChildProcess | undefined;
  let isReady = false;
  let isEnding = false;
  let isOver = false;
  let failedMs = Number.NEGATIVE_INFINITY;
  let askedMs = nowMs();
  let waiting: readonly Socket[] = [];
  let given: Socket[] = [];
  let texts: readonly string[] = [];

  const cut = (): void => {
    for (const socket of waiting) socket.destroy();
    waiting = [];
  };
  const flush = (): void => {
    for (const socket of waiting) {
      given.push(socket);
      // WHY kept open: what a judge that dies had not taken yet would otherwise never be closed.
      judge?.send("hook", socket, { keepOpen: true }, () => undefined);
    }
    waiting = [];
    for (const text of texts) judge?.send(text, () => undefined);
    texts = [];
  };
  const ended = (): void => {
    if (!isReady && !isEnding) failedMs = nowMs();
    judge = undefined;
    isReady = false;
    for (const socket of given) socket.destroy();
    given = [];
    if (isEnding && !isOver && waiting.length > 0) {
      isEnding = false;
      begin();
    } else {
      isEnding = false;
      cut();
    }
  };
  const begin = (): void => {
    try {
      const { program, words, environment } = start();
      const child = spawn(program, words, {
        cwd: "/",
        env: environment,
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      });
      judge = child;
      child.on("message", (message) => {
        if (judge !== child) return;
        if (message === JUDGE_TOOK) given.shift()?.destroy();
        if (typeof message === "string" && message.startsWith(JUDGE_HEARD))
          heard(Number(message.slice(JUDGE_HEARD.length)));
        if (message !== JUDGE_READY) return;
        isReady = true;
        flush();
      });
      let isGone = false;
      const gone = (): void => {
        if (!isGone && judge === child) ended();
        isGone = true;
      };
      child.once("error", gone);
      child.once("exit", gone);
    } catch (cause) {
      failedMs = nowMs();
      say(cause instanceof Error ? cause.message : "a judge could not be started");
      cut();
    }
  };
  const stop = (): void => {
    isEnding = true;
    judge?.kill("SIGTERM");
  };
  return {
    take(socket) {
      askedMs = nowMs();
      const isPaused = judge === undefined && nowMs() - failedMs < PAUSE_MS;
      const isFull = waiting.length >= WAITING_MAX || given.length >= WAITING_MAX;
      if (isOver || isPaused || isFull) return void socket.destroy();
      waiting = [...waiting, socket];
      if (judge === undefined) begin();
      else if (isReady && !isEnding) flush();
    },
    tell(text) {
      if (isOver || texts.length >= TEXTS_MAX) return;
      texts = [...texts, text];
      if (judge === undefined) begin();
      else if (isReady && !isEnding) flush();
    },
    idleMs: () => nowMs() - askedMs,
    rest() {
      if (judge !== undefined && isReady) stop();
    },
    async end() {
      isOver = true;
      const child = judge;
      if (child === undefined) return cut();
      await new Promise<void>((resolve) => {
        const late = setTimeout(() => child.kill("SIGKILL"), END_MS_MAX);
        child.once("exit", () => {
          clearTimeout(late);
          resolve();
        });
        stop();
      });
    },
  };
}
