// `sallyport notify receive`: takes signed answers on this machine, behind a proxy that speaks TLS.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { untilAskedToEnd } from "#platform/signals.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { takeLock } from "../../../foundation/files/process-lock.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { openTerminal } from "../../../foundation/terminal/terminal.ts";
import { fetchRecorded } from "../../../services/secrets/providers/fetch-secret.ts";
import { keptSecrets } from "../../../services/export/target-ports.ts";
import { inboundSecrets } from "../../../services/notify/inbound-secrets.ts";
import { leaveAction } from "../../../services/notify/orders.ts";
import { serveReceive } from "../../../services/notify/receive-server.ts";
import { isLoopbackName } from "../../../services/notify/channels/reached-address.ts";
import { openSecrets } from "../../../services/notify/references.ts";
import { openReplayStore } from "../../../services/notify/replay-store.ts";
import { readNotifySettings } from "../../../services/notify/settings-file.ts";
import { makePrivateDirectory } from "#record/store/files/private-files.ts";
import { join } from "node:path";

const PORT = 8481;

export const receiveCommand = defineCommand({
  meta: {
    name: "receive",
    description: `Take signed answers (acknowledge, close, approve, deny, quarantine) until interrupted

  sallyport notify receive
  sallyport notify receive --port 9000

It listens on this machine alone, at \`/answer\`: put a proxy that speaks TLS in front. Senders stand under \`inbound\` in notify.yaml.
What is taken is carried out by the daemon.`,
  },
  args: {
    host: {
      type: "string",
      default: "127.0.0.1",
      valueHint: "ADDRESS",
      description: "127.0.0.1 or ::1",
    },
    port: { type: "string", default: String(PORT), valueHint: "N", description: "0: any free one" },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const terminal = openTerminal();
    const { host } = args;
    if (!isLoopbackName(host))
      throw new Failure("usage", "`--host` is this machine: a proxy in front speaks TLS");
    if (!/^\d{1,5}$/.test(args.port) || Number(args.port) > 65_535)
      throw new Failure("usage", "`--port` is a number up to 65535");
    const places = directoriesIn(args.data ?? dataDirectory());
    const senders = readNotifySettings(places.notifyFile).inbound;
    if (senders.length === 0)
      throw new Failure(
        "usage",
        `nobody may answer: write \`inbound\` into \`${places.notifyFile}\``,
      );
    const nowMs = (): number => Date.now();
    const { secret } = keptSecrets(openSecrets(process.env, fetchRecorded(places)), nowMs);
    const secrets = () => inboundSecrets(readNotifySettings(places.notifyFile).inbound, secret);
    // What cannot be had is said now, and not to the first who answers.
    await secrets();
    const directory = join(places.notify, "inbound");
    await makePrivateDirectory(directory);
    const lock = takeLock(join(directory, "lock"));
    if (lock.kind !== "held")
      throw new Failure("notify-in-use", "answers are taken by another process already");
    try {
      const server = await serveReceive({
        host,
        port: Number(args.port),
        secrets,
        nowMs,
        replay: openReplayStore(directory),
        take: (action) => Promise.resolve(leaveAction(places.notify, action)),
        report: (line) => terminal.warn(printable(line)),
      });
      const url = `http://${host.includes(":") ? `[${host}]` : host}:${server.port}/answer`;
      await tell(args, { outcome: "listens", url }, `listens on ${url}`);
      await untilAskedToEnd();
      await server.close();
    } finally {
      lock.release();
    }
  },
});
