// A process that delivers the log below DELIVERY_ROOT as its exports.yaml says, pass after pass, until it is killed.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readEventKeys } from "#record/store/keys.ts";
import { openExportSource } from "#record/store/export-source.ts";
import { viewLog } from "#record/store/log-view.ts";
import { createExporting } from "#surface/services/export/exporting.ts";

const root = process.env["DELIVERY_ROOT"] ?? "";
const [log, keys] = [join(root, "log"), join(root, "keys")];
const { installSubject } = await readEventKeys(keys);
const view = await viewLog(log, keys);
const exporting = createExporting({
  file: join(root, "exports.yaml"),
  directory: join(root, "exports"),
  installSubject,
  origin: "sallyport/test",
  size: () => view.size(),
  source: openExportSource(log, keys, () => view.size()),
  keys: async () => ({}),
  fetchSecret: async () => "a-token",
  nowMs: () => Date.now(),
  chance: () => 0.5,
  report: () => undefined,
});
for (;;) {
  await exporting.pass();
  // TIME: the pace of the passes; whoever started this process ends it.
  await sleep(5);
}
