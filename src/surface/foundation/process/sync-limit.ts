// A limit on code that never yields: the engine itself cuts it off, where a timer could not.
import { Script } from "node:vm";

const KEY = "sallyport.limited";
const call = new Script(`globalThis[Symbol.for(${JSON.stringify(KEY)})]()`);

/** What became of the work. */
export type Limited<Value> =
  | { readonly kind: "done"; readonly value: Value }
  | { readonly kind: "late" };

/** Runs `work` for at most `limitMs` milliseconds of wall time; then it is stopped wherever it is. Its errors pass. */
export function withinSync<Value>(limitMs: number, work: () => Value): Limited<Value> {
  const result: { value?: Value } = {};
  const place = Symbol.for(KEY);
  const run = () => {
    result.value = work();
  };
  Object.defineProperty(globalThis, place, { value: run, configurable: true });
  try {
    call.runInThisContext({ timeout: Math.max(1, Math.floor(limitMs)) });
  } catch (cause) {
    if (isTimeout(cause)) return { kind: "late" };
    throw cause;
  } finally {
    Reflect.deleteProperty(globalThis, place);
  }
  return { kind: "done", value: result.value as Value };
}

function isTimeout(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}
