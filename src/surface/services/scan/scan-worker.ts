// A thread of a scan: says of files which of them are clean, in the order in which it was asked.
import { parentPort, workerData } from "node:worker_threads";
import { type AskedFile, cleanFile, type Wanted } from "./clean-file.ts";
import type { FromScanThread, ScanThread, ToScanThread } from "./scan-messages.ts";

const port = parentPort;
if (port !== null) {
  const { wanted } = workerData as ScanThread;
  port.on("message", ({ files }: ToScanThread) => port.postMessage(answerTo(files, wanted)));
}

function answerTo(files: readonly AskedFile[], wanted: Wanted): FromScanThread {
  return { clean: files.map((file) => cleanFile(file, wanted)) };
}
