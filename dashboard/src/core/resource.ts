// What a page reads: shown from memory at once, asked for again, and again when the live stream says that it changed.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { addressOf, type Answer, type ApiFault, type Params } from "./api.ts";
import { useApp } from "./app.ts";

/** Answers by address, the oldest dropped first. */
export type ResourceCache = Map<string, { readonly value: unknown; readonly atMs: number }>;

export type Resource<T> = {
  /** The newest answer, which may be older than the fault. */
  readonly value: T | undefined;
  /** When that answer came. */
  readonly atMs: number | undefined;
  /** What the last try ended with. A value may be there beside it. */
  readonly fault: ApiFault | undefined;
  readonly isLoading: boolean;
  /** When it is asked for again by itself, after a fault that passes. */
  readonly retryMs: number | undefined;
  readonly reload: () => void;
};

export type ResourceOptions = {
  /** Names of live events after which it is asked for again, at most once in two seconds. */
  readonly live?: readonly string[];
  /** Of `changed` events only those about one of these. */
  readonly what?: readonly string[];
  /** Asked for again that often, in milliseconds. */
  readonly everyMs?: number;
};

const KEPT_MAX = 60;
const LIVE_MS = 2_000;
const RETRY_MS = 2_000;
const RETRY_MS_MAX = 30_000;

/** Reads `path` below `/api/v1`; null reads nothing. Ends its request when the page closes or asks for something else. */
export function useResource<T>(
  path: string | null,
  params: Params = {},
  options: ResourceOptions = {},
): Resource<T> {
  const { api, cache, live } = useApp();
  const address = path === null ? null : addressOf(path, params);
  const [turn, setTurn] = useState(0);
  const [shown, setShown] = useState<Shown<T>>(() => remembered(cache, address));
  const failures = useRef(0);
  const reload = useCallback(() => setTurn((last) => last + 1), []);

  useEffect(() => {
    if (address === null) return setShown(remembered(cache, null));
    const end = new AbortController();
    let timer = 0;
    setShown((last) =>
      last.address === address ? { ...last, isLoading: true } : remembered<T>(cache, address),
    );
    void api.get<T>(address, {}, end.signal).then((answer) => {
      if (end.signal.aborted) return;
      const waitMs = answered(answer, failures);
      if (answer.ok) keep(cache, address, answer.value);
      setShown((last) => next(last, address, answer, waitMs));
      if (waitMs !== undefined) timer = window.setTimeout(reload, waitMs);
    });
    return () => {
      end.abort();
      clearTimeout(timer);
    };
  }, [address, turn]);

  const { live: names = [], what, everyMs } = options;
  useEffect(() => {
    if (address === null || names.length === 0) return;
    let timer = 0;
    const soon = (data: unknown) => {
      const about = (data as { what?: unknown } | undefined)?.what;
      if (what !== undefined && typeof about === "string" && !what.includes(about)) return;
      if (timer !== 0) return;
      timer = window.setTimeout(() => {
        timer = 0;
        reload();
      }, LIVE_MS);
    };
    const stops = names.map((name) => live.on(name, soon));
    return () => {
      clearTimeout(timer);
      for (const stop of stops) stop();
    };
  }, [address, names.join(" "), what?.join(" ")]);

  useEffect(() => {
    if (everyMs === undefined || address === null) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") reload();
    }, everyMs);
    return () => clearInterval(timer);
  }, [address, everyMs]);

  const { address: _address, ...resource } =
    shown.address === address ? shown : remembered<T>(cache, address);
  return { ...resource, reload };
}

type Shown<T> = Omit<Resource<T>, "reload"> & { readonly address: string | null };

function remembered<T>(cache: ResourceCache, address: string | null): Shown<T> {
  const kept = address === null ? undefined : cache.get(address);
  return {
    address,
    value: kept?.value as T | undefined,
    atMs: kept?.atMs,
    fault: undefined,
    isLoading: address !== null,
    retryMs: undefined,
  };
}

function next<T>(
  last: Shown<T>,
  address: string,
  answer: Answer<T>,
  waitMs: number | undefined,
): Shown<T> {
  if (answer.ok)
    return {
      address,
      value: answer.value,
      atMs: Date.now(),
      fault: undefined,
      isLoading: false,
      retryMs: undefined,
    };
  const retryMs = waitMs === undefined ? undefined : Date.now() + waitMs;
  return { ...last, address, fault: answer.fault, isLoading: false, retryMs };
}

/** How long to wait before it is tried again, where that may help. */
function answered(answer: Answer<unknown>, failures: { current: number }): number | undefined {
  if (answer.ok) {
    failures.current = 0;
    return undefined;
  }
  if (!["daemon", "network", "too-many"].includes(answer.fault.code)) return undefined;
  failures.current += 1;
  return Math.min(RETRY_MS * 2 ** (failures.current - 1), RETRY_MS_MAX);
}

function keep(cache: ResourceCache, address: string, value: unknown): void {
  cache.delete(address);
  cache.set(address, { value, atMs: Date.now() });
  for (const oldest of cache.keys()) {
    if (cache.size <= KEPT_MAX) break;
    cache.delete(oldest);
  }
}
