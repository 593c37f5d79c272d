// The thread that looks at projects before and after calls, in the order in which it is asked; what a call is about to change is copied at once.
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { createUndoEngine } from "./undo-engine.ts";
import { undoKey } from "./undo-key.ts";
import type { FromUndo, ToUndo, UndoThread } from "./undo-messages.ts";

const port = parentPort;
if (port !== null) {
  const { directory, keys } = workerData as UndoThread;
  const pending: ToUndo[] = [];
  const answer = (asked: ToUndo, work: () => Partial<FromUndo>): void => {
    let found: Partial<FromUndo>;
    try {
      found = work();
    } catch {
      found = { failed: true };
    }
    port.postMessage({ ...found, at: asked.at } satisfies FromUndo);
  };
  const take = (asked: ToUndo): void => {
    pending.push(asked);
    if (asked.kind !== "begin" || asked.call.paths === undefined) return;
    // WHY at once: the call waits for it, and a look at a whole project before it takes longer than that.
    const { call } = asked;
    answer(asked, () => {
      const entries = engine.foresee(call);
      return entries === undefined ? {} : { entries };
    });
  };
  const engine = createUndoEngine({
    directory,
    key: undoKey(keys),
    nowMs: () => Date.now(),
    between() {
      for (let more = next(); more !== undefined; more = next()) take(more);
    },
  });
  const next = (): ToUndo | undefined => receiveMessageOnPort(port)?.message as ToUndo | undefined;
  const work = (asked: ToUndo): Partial<FromUndo> => {
    switch (asked.kind) {
      case "prepare":
        return { entries: engine.prepare(asked.project) };
      case "begin":
        return { entries: engine.begin(asked.call) };
      case "copy":
        return { copied: engine.copy(asked.project, asked.paths) };
      case "end":
        engine.end(asked.callId);
        return {};
      case "settle":
        engine.settle(asked.sessionId);
        return {};
      default:
        asked satisfies never;
        return {};
    }
  };
  port.on("message", (first: ToUndo) => {
    take(first);
    for (let asked = pending.shift(); asked !== undefined; asked = pending.shift()) {
      const one = asked;
      // One that is foreseen is answered twice, and heard once.
      answer(one, () => work(one));
    }
  });
}
