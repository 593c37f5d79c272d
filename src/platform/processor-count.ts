// How many processors this process may use.
import { availableParallelism } from "node:os";

/** Processors that the process may use at once, one at least; containers and affinity count. */
export function processorCount(): number {
  return Math.max(1, availableParallelism());
}
