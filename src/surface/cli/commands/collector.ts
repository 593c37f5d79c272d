// `sallyport collector`: the store of a team, the process that fills it, and the machines that hand their logs in.
import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { untilAskedToEnd } from "#platform/signals.ts";
import { openAskedLog } from "#record/store/asked-log.ts";
import { readPrivateFile } from "../../daemon/private-file.ts";
import { dataDirectory, directoriesIn } from "../../directories.ts";
import { serveCollector } from "../../fleet/collector-server.ts";
import { readCollectorSettings, readPem } from "../../fleet/collector-settings.ts";
import { createForwarder } from "../../fleet/forwarder.ts";
import { checkCollectorUrl, readForwarding, writeForwarding } from "../../fleet/forwarding.ts";
import { openPool } from "../../fleet/postgres-connection.ts";
import { addTenant, migrate } from "../../fleet/postgres-setup.ts";
import { openPostgresStore } from "../../fleet/postgres-store.ts";
import { dataOption, jsonOption } from "../opened-log.ts";
import { openTerminal } from "../terminal.ts";

const ownerOptions = {
  owner: {
    type: "string",
    required: true,
    valueHint: "FILE",
    description:
      "a private file with the owner's address: postgresql://OWNER:PASSWORD@HOST/DATABASE",
  },
  ca: {
    type: "string",
    valueHint: "FILE",
    description: "authority of the server's certificate, in PEM",
  },
} as const;
const configOption = {
  config: {
    type: "string",
    required: true,
    valueHint: "FILE",
    description: "the collector's settings; docs/guide/beyond-one-machine.md",
  },
} as const;

async function openOwner(args: { readonly owner: string; readonly ca?: string | undefined }) {
  const url = readPrivateFile(resolve(args.owner), { secret: true })?.trim();
  if (url === undefined)
    throw new Failure(
      "usage",
      `there is no file \`${printable(args.owner)}\` with the owner's address`,
    );
  return openPool({ url, ...(args.ca === undefined ? {} : { ca: await readPem(args.ca) }) });
}

const setupCommand = defineCommand({
  meta: {
    name: "setup",
    description:
      "Make or raise the schema in PostgreSQL. Example: sallyport collector setup --owner owner.url",
  },
  args: ownerOptions,
  async run({ args }) {
    const pool = await openOwner(args);
    try {
      const steps = await migrate(pool);
      openTerminal().print(
        steps.length === 0 ? "the schema is the newest" : `steps taken: ${steps.join(", ")}`,
      );
    } finally {
      await pool.end();
    }
  },
});

const tenantCommand = defineCommand({
  meta: {
    name: "tenant",
    description:
      "Open the store for one more tenant, with a role that reads it alone. Example: sallyport collector tenant acme --owner owner.url",
  },
  args: {
    name: {
      type: "positional",
      required: true,
      description: "the tenant, as certificates name it as organisation",
    },
    ...ownerOptions,
  },
  async run({ args }) {
    const pool = await openOwner(args);
    try {
      const reader = await addTenant(pool, args.name);
      openTerminal().print(
        `open for ${args.name}; its role ${reader} cannot log in until you give it a way: ALTER ROLE ${reader} LOGIN PASSWORD '...'`,
      );
    } finally {
      await pool.end();
    }
  },
});

const serveCommand = defineCommand({
  meta: {
    name: "serve",
    description:
      "Take logs from machines with a certificate and store them, until interrupted. Example: sallyport collector serve --config collector.json",
  },
  args: configOption,
  async run({ args }) {
    const settings = await readCollectorSettings(args.config);
    const terminal = openTerminal();
    const store = await openPostgresStore(settings.postgres);
    try {
      const collector = await serveCollector({
        ...settings,
        store,
        nowMs: () => Date.now(),
        report: (line) => terminal.warn(printable(line)),
      });
      terminal.print(`collects on https://${settings.host}:${collector.port}`);
      await untilAskedToEnd();
      await collector.close();
    } finally {
      await store.close();
    }
  },
});

const statusCommand = defineCommand({
  meta: {
    name: "status",
    description:
      "What is stored, by tenant: logs, entries, entries that were removed before they came. Exit code 0 answered, 2 not. Example: sallyport collector status --config collector.json --json",
  },
  args: { ...configOption, ...jsonOption },
  async run({ args }) {
    const { postgres } = await readCollectorSettings(args.config);
    const store = await openPostgresStore(postgres);
    try {
      const tenants = await store.tenants();
      const terminal = openTerminal();
      if (args.json === true) return terminal.print(JSON.stringify({ tenants }));
      for (const { name, logs, entries, missed } of tenants)
        terminal.print(
          `${printable(name)}  ${logs} logs  ${entries} entries${missed === 0 ? "" : `  ${missed} removed before they came`}`,
        );
      if (tenants.length === 0) terminal.print("no tenant yet: `sallyport collector tenant NAME`");
    } finally {
      await store.close();
    }
  },
});

const pemOption = (description: string) =>
  ({ type: "string", required: true, valueHint: "FILE", description }) as const;

const joinCommand = defineCommand({
  meta: {
    name: "join",
    description:
      "Hand the log of this machine in to a collector; the daemon does so from its next round on. Example: sallyport collector join https://collector.example.com:8480 --ca ca.pem --cert laptop.pem --key laptop.key",
  },
  args: {
    url: { type: "positional", required: true, description: "the collector's address" },
    ca: pemOption("authority of the collector's certificate, in PEM"),
    cert: pemOption("this machine's certificate, in PEM"),
    key: pemOption("its private key, in PEM"),
    ...dataOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const place = {
      url: checkCollectorUrl(args.url),
      ca: await readPem(args.ca),
      cert: await readPem(args.cert),
      key: await readPem(args.key),
    };
    const log = await (await openAskedLog(directories)).follow();
    // WHY asked first: a certificate that is not taken shows now, and not in a daemon's output.
    const forwarder = createForwarder(place);
    try {
      const asked = await forwarder.pass(log, () => true);
      if (asked.kind === "refused") throw new Failure("collector", `not joined: ${asked.why}`);
      writeForwarding(directories.forwardingFile, place);
      openTerminal().print(
        `the log goes to ${printable(place.url)} from entry ${asked.next} of ${log.size} on`,
      );
    } finally {
      forwarder.close();
    }
  },
});

const leaveCommand = defineCommand({
  meta: {
    name: "leave",
    description:
      "Hand nothing in any more; what was stored stays. Example: sallyport collector leave",
  },
  args: dataOption,
  run({ args }) {
    const { forwardingFile } = directoriesIn(args.data ?? dataDirectory());
    const isJoined = readForwarding(forwardingFile) !== undefined;
    rmSync(forwardingFile, { force: true });
    openTerminal().print(isJoined ? "the log is not handed in any more" : "the log went nowhere");
  },
});

/** `sallyport collector`. */
export const collectorCommand = defineCommand({
  meta: {
    name: "collector",
    description: "The store of a team: make it, fill it, and hand the log of a machine in.",
  },
  subCommands: {
    setup: setupCommand,
    tenant: tenantCommand,
    serve: serveCommand,
    status: statusCommand,
    join: joinCommand,
    leave: leaveCommand,
  },
});
