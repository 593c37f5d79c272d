// The thread that hashes the entries of a log while another one reads what they say.
import { parentPort } from "node:worker_threads";
import { takeHere } from "./entry-root.ts";
import type { FromRoot, ToRoot } from "./root-messages.ts";

const port = parentPort;
if (port !== null) {
  const taker = takeHere();
  const send = (message: FromRoot): void => port.postMessage(message);
  port.on("message", (message: ToRoot) => {
    if ("isEnd" in message) {
      send(taker.end());
      return;
    }
    const { bytes, ends } = message;
    taker.add(ends.map((end, place) => bytes.subarray(ends[place - 1] ?? 0, end)));
    send({ isTaken: true });
  });
}
