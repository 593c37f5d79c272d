// The live stream: one connection for the page, made again when it ends, and whether what is shown is live.
import type { Api } from "./api.ts";
import { createEventReader } from "./sse.ts";
import { createStore, type Store } from "./store.ts";

export type LiveState =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  /** The server answers, and the daemon does not. */
  | { readonly kind: "no-daemon" }
  | { readonly kind: "off"; readonly retryMs: number };

export type Live = {
  readonly state: Store<LiveState>;
  /** Calls `watch` for each event of that name with its data, which is whatever JSON came, until the returned function is called. */
  on(name: string, watch: (data: unknown) => void): () => void;
  start(): void;
  stop(): void;
};

const RETRY_MS = 1_000;
const RETRY_MS_MAX = 30_000;
/** The server sends a comment every 15 seconds. */
const SILENT_MS_MAX = 45_000;

export function createLive(api: Pick<Api, "open">): Live {
  const state = createStore<LiveState>({ kind: "connecting" });
  const watchers = new Map<string, Set<(data: unknown) => void>>();
  let running: AbortController | undefined;
  const tell = (name: string, text: string) => {
    const data = parsed(text);
    if (name === "daemon") {
      const isThere = (data as { isThere?: unknown } | undefined)?.isThere !== false;
      state.set({ kind: isThere ? "live" : "no-daemon" });
    }
    for (const watch of [...(watchers.get(name) ?? [])]) watch(data);
  };
  return {
    state,
    on(name, watch) {
      const named = watchers.get(name) ?? new Set();
      watchers.set(name, named);
      named.add(watch);
      return () => void named.delete(watch);
    },
    start() {
      if (running !== undefined) return;
      running = new AbortController();
      void keepReading(api, state, tell, running.signal);
    },
    stop() {
      running?.abort();
      running = undefined;
      state.set({ kind: "connecting" });
    },
  };
}

async function keepReading(
  api: Pick<Api, "open">,
  state: Store<LiveState>,
  tell: (name: string, text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let waitMs = RETRY_MS;
  while (!signal.aborted) {
    const answer = await api.open("/stream", signal);
    if (answer.ok) {
      state.set({ kind: "live" });
      waitMs = RETRY_MS;
      await readAll(answer.value, tell, signal);
    } else if (answer.fault.code === "no-session") return;
    if (signal.aborted) return;
    state.set({ kind: "off", retryMs: Date.now() + waitMs });
    await pause(waitMs, signal);
    waitMs = Math.min(waitMs * 2, RETRY_MS_MAX);
  }
}

async function readAll(
  body: ReadableStream<Uint8Array>,
  tell: (name: string, text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const read = createEventReader();
  let timer = 0;
  const watchSilence = () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void reader.cancel().catch(() => undefined), SILENT_MS_MAX);
  };
  try {
    for (watchSilence(); !signal.aborted; watchSilence()) {
      const { done, value } = await reader.read();
      if (done) break;
      for (const { name, data } of read(decoder.decode(value, { stream: true }))) tell(name, data);
    }
  } catch {
    // It ended; whoever called connects again.
  } finally {
    clearTimeout(timer);
    await reader.cancel().catch(() => undefined);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
