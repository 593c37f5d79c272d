// Copies as the answers to hooks have them made: messages to a thread, for which no call waits longer than a moment.
import type { Worker } from "node:worker_threads";
import { dropOldest } from "#base/drop-oldest.ts";
import { isWithin } from "#base/path.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import type { UndoProject } from "./undo-engine.ts";
import { isCovered } from "./project-state.ts";
import type { FromUndo, ToUndo, UndoThread } from "./undo-messages.ts";
import { startThread } from "../threads/start-thread.ts";

/** What of a call tells whether it may change its project. */
export type CopiedCall = {
  readonly project: UndoProject;
  readonly sessionId: string;
  readonly call: ToolCall;
  readonly effects: readonly Effect[];
  readonly isAsked: boolean;
  readonly resolvePath: (path: string) => string;
};

/** Nothing here rejects: a copy that is not made keeps nothing from running, and is told where somebody wants it back. */
export type UndoPort = {
  prepare(project: UndoProject): void;
  /** Resolves when what may change is copied, or after a moment; at once where that is much, and was looked at before. */
  begin(call: CopiedCall): Promise<void>;
  /** Copies files of a project, absolute paths; gives those of which there is a copy, which may be none. */
  copy(project: UndoProject, paths: readonly string[]): Promise<readonly string[]>;
  end(callId: string): void;
  settle(sessionId: string): void;
  close(): Promise<void>;
};

/** What is used of a thread. */
export type UndoThreadPort = Pick<Worker, "postMessage" | "on" | "terminate" | "unref">;

/** Milliseconds that a call waits for its copies. What is changed before its copy was made is told to have none. */
const WAIT_MS_MAX = 100;
/**
 * Entries of a project whose whole is looked at while the call waits. WHY not of more: that takes longer than a call takes to come to
 * its first change, and what it takes away meanwhile is known from the look before.
 */
const WAITED_ENTRIES_MAX = 2_000;
/** Projects whose size is remembered. */
const PROJECTS_MAX = 64;
/** A thread that fails is not started for ever. */
const STARTS_MAX = 5;

/** The port; its thread starts with the first call. */
export function createUndoPort(
  thread: UndoThread,
  {
    nowMs,
    start = startBuilt,
  }: { readonly nowMs: () => number; readonly start?: (thread: UndoThread) => UndoThreadPort },
): UndoPort {
  let port: UndoThreadPort | undefined;
  let starts = 0;
  let count = 0;
  const waiting = new Map<number, (answer: Partial<FromUndo>) => void>();
  const sizes = new Map<string, number>();
  const lost = (): void => {
    port = undefined;
    for (const done of waiting.values()) done({});
    waiting.clear();
  };
  const running = (): UndoThreadPort | undefined => {
    if (port !== undefined || starts >= STARTS_MAX) return port;
    starts += 1;
    try {
      const started = start(thread);
      started.unref();
      started.on("message", (answer: FromUndo) => {
        waiting.get(answer.at)?.(answer);
        waiting.delete(answer.at);
      });
      started.on("error", lost);
      started.on("exit", lost);
      port = started;
    } catch {
      // Nothing is copied then.
    }
    return port;
  };
  type Asked = ToUndo extends infer One ? (One extends ToUndo ? Omit<One, "at"> : never) : never;
  /** Resolves with the answer, or with nothing of one after a moment, unless it is waited for however long that takes. */
  const ask = (
    asked: Asked,
    { isStarted = true, isLimited = true } = {},
  ): Promise<Partial<FromUndo>> | undefined => {
    const at = (count += 1);
    const to = isStarted ? running() : port;
    if (to === undefined) return undefined;
    const of =
      asked.kind === "prepare" ? asked.project : asked.kind === "begin" && asked.call.project;
    return new Promise((resolve) => {
      const timer = isLimited ? setTimeout(resolve, WAIT_MS_MAX, {}) : undefined;
      waiting.set(at, (answer) => {
        const { entries } = answer;
        clearTimeout(timer);
        if (of && entries !== undefined) {
          sizes.delete(of.id);
          sizes.set(of.id, entries);
          dropOldest(sizes, PROJECTS_MAX);
        }
        resolve(answer);
      });
      to.postMessage({ ...asked, at } as ToUndo);
    });
  };
  return {
    prepare: (project) => void ask({ kind: "prepare", project }),
    async begin({ project, sessionId, call, effects, isAsked, resolvePath }) {
      const paths = changedPaths({ project, call, effects, resolvePath });
      if (paths !== undefined && paths.length === 0) return;
      const copied = ask({
        kind: "begin",
        call: {
          project,
          sessionId,
          callId: call.id,
          tool: call.tool,
          answeredMs: nowMs(),
          isAsked,
          ...(paths === undefined ? {} : { paths }),
        },
      });
      if (paths === undefined && (sizes.get(project.id) ?? 0) > WAITED_ENTRIES_MAX) return;
      await copied;
    },
    async copy({ id, root }, paths) {
      const own = paths.flatMap((path) => {
        const place = path.slice(root.length + 1);
        const isOwn = isWithin(root, path) && isCovered(place);
        return isOwn ? [[path, place] as const] : [];
      });
      if (own.length === 0) return [];
      const answer = await ask(
        { kind: "copy", project: { id, root }, paths: own.map(([, place]) => place) },
        // WHY without a limit: a verdict rests on it, and which one it is must not depend on how busy a machine is.
        { isLimited: false },
      );
      const there = new Set(answer?.copied);
      return own.flatMap(([path, place]) => (there.has(place) ? [path] : []));
    },
    end: (callId) => void ask({ kind: "end", callId }, { isStarted: false }),
    settle: (sessionId) => void ask({ kind: "settle", sessionId }, { isStarted: false }),
    async close() {
      // WHY asked once more: answers come in order, so what was asked before is on disk by then.
      await ask({ kind: "settle", sessionId: "" }, { isStarted: false });
      await port?.terminate();
    },
  };
}

/** Whether an effect changes no file of a project. What a modelled program does is listed beside it. */
function isHarmless(effect: Effect): boolean {
  const { kind } = effect;
  return (
    kind === "read" || kind === "egress" || (kind === "execute" && effect.reach === "modelled")
  );
}

/** Paths that a call may change, relative to the root; undefined where that may be anything of the project. */
function changedPaths({
  project,
  call,
  effects,
  resolvePath,
}: Omit<CopiedCall, "sessionId" | "isAsked">): readonly string[] | undefined {
  const { input } = call;
  switch (input.kind) {
    case "write":
    case "edit": {
      const path = resolvePath(input.path);
      if (!isWithin(project.root, path)) return [];
      const own = path.slice(project.root.length + 1);
      return isCovered(own) ? [own] : [];
    }
    case "bash":
      return effects.every(isHarmless) ? [] : undefined;
    default:
      return [];
  }
}

function startBuilt(workerData: UndoThread): Worker {
  return startThread("undo", workerData, { young: 8, old: 256 });
}
