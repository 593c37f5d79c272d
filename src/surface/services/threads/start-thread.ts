// Starting a thread of the built program.
import { Worker } from "node:worker_threads";

/** What threads there are, each begun by a module of its own. */
export type ThreadName = "index" | "heavy" | "scan" | "undo" | "root";

/** Megabytes that a thread may take of memory. */
export type ThreadMemory = { readonly young: number; readonly old: number };

/** The loader that every thread begins with; of the program as it was built, also where this one runs from its sources. */
export function threadLoader(): URL {
  // WHY these addresses: modules that were built take themselves to lie in `dist` as they lie in `src`.
  const place = import.meta.url.endsWith(".ts") ? "../../../../dist/surface/" : "../../";
  return new URL(`${place}threads/thread.js`, import.meta.url);
}

/** Starts a thread, which gets `workerData` and nothing of the environment. */
export function startThread(name: ThreadName, workerData: unknown, memory: ThreadMemory): Worker {
  return new Worker(threadLoader(), {
    workerData,
    argv: [name],
    env: {},
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: memory.young, maxOldGenerationSizeMb: memory.old },
  });
}
