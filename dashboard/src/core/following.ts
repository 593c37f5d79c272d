// Work that goes on behind a page: how far it is, and asking again until it is done.
import { useEffect, useState } from "preact/hooks";
import { useApp } from "./app.ts";

/** How far work of this name is, as the stream tells; `of` is 0 until it does. */
export function useProgress(name: string): { readonly done: number; readonly of: number } {
  const { live } = useApp();
  const [far, setFar] = useState({ done: 0, of: 0 });
  useEffect(
    () =>
      live.on("progress", (data) => {
        const { what, done, of } = (data ?? {}) as Readonly<Record<string, unknown>>;
        if (what === name && typeof done === "number" && typeof of === "number")
          setFar({ done, of });
      }),
    [],
  );
  return far;
}

/** Asks again every so many milliseconds while something is waited for. WHY beside the stream: it may have begun after the answer was there. */
export function useAgain(isWaiting: boolean, reload: () => void, everyMs: number): void {
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setInterval(reload, everyMs);
    return () => clearInterval(timer);
  }, [isWaiting, reload]);
}
