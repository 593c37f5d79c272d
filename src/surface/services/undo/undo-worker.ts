// The thread that looks at projects before and after calls, in the order in which it is asked.
import { parentPort, workerData } from "node:worker_threads";
import { createUndoEngine } from "./undo-engine.ts";
import { undoKey } from "./undo-key.ts";
import type { FromUndo, ToUndo, UndoThread } from "./undo-messages.ts";

const port = parentPort;
if (port !== null) {
  const { directory, keys } = workerData as UndoThread;
  const engine = createUndoEngine({ directory, key: undoKey(keys), nowMs: () => Date.now() });
  port.on("message", (asked: ToUndo) => {
    let isFailed = false;
    let entries: number | undefined;
    let copied: readonly string[] | undefined;
    try {
      switch (asked.kind) {
        case "prepare":
          entries = engine.prepare(asked.project);
          break;
        case "begin":
          entries = engine.begin(asked.call);
          break;
        case "copy":
          copied = engine.copy(asked.project, asked.paths);
          break;
        case "end":
          engine.end(asked.callId);
          break;
        case "settle":
          engine.settle(asked.sessionId);
          break;
        default:
          asked satisfies never;
      }
    } catch {
      isFailed = true;
    }
    port.postMessage({
      at: asked.at,
      ...(isFailed ? { failed: true } : {}),
      ...(entries === undefined ? {} : { entries }),
      ...(copied === undefined ? {} : { copied }),
    } satisfies FromUndo);
  });
}
