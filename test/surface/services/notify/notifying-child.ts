// A process that tells notices until it is killed; it prints the id of each that was taken.
import process from "node:process";
import { sampleNotice } from "../../../detect/notice/sample-notice.ts";
import { openNotifying } from "#surface/services/notify/notifying.ts";

const [file = "", directory = "", round = "0"] = process.argv.slice(2);
const service = await openNotifying({
  file,
  directory,
  nowMs: () => Date.now(),
  chance: () => 0.5,
  report: () => undefined,
  secret: async () => process.env["WEBHOOK"] ?? "",
});
for (let number = 0; number < 200; number += 1) {
  const notice = sampleNotice(Number(round) * 1_000 + number, "high", `rule-${number}`);
  await service.notify(notice);
  process.stdout.write(`${notice.id}\n`);
  if (number % 3 === 0) void service.pass().catch(() => undefined);
}
await service.pass();
setInterval(() => undefined, 1_000);
