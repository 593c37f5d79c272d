// `sallyport collector`: the store of a team, the process that fills it, and the machines that hand their logs in.
import { rmSync } from "node:fs";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { untilAskedToEnd } from "#platform/signals.ts";
import { openAskedLog } from "#record/store/index/asked-log.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { serveCollector } from "../../../services/fleet/collector-server.ts";
import {
  readCollectorSettings,
  readPem,
  type StreamPlace,
} from "../../../services/fleet/collector-settings.ts";
import { createForwarder } from "../../../services/fleet/forwarder.ts";
import {
  checkCollectorUrl,
  readForwarding,
  writeForwarding,
} from "../../../services/fleet/forwarding.ts";
import { openPool } from "../../../services/fleet/postgres-connection.ts";
import { databaseOf, makeDatabase } from "../../../services/fleet/clickhouse-store.ts";
import {
  addTenant,
  isTenantName,
  migrate,
  noTenantName,
} from "../../../services/fleet/postgres-setup.ts";
import { startWorker } from "../../../services/fleet/nats-worker.ts";
import { openIngest } from "../../../services/fleet/nats-ingest.ts";
import { connectNats, makeStream } from "../../../services/fleet/nats-connection.ts";
import { openHosts, openStore } from "../../../services/fleet/open-store.ts";
import { clickhouseAt, readStoreAddress } from "../../../services/fleet/store-address.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { openTerminal } from "../../../foundation/terminal/terminal.ts";

const ownerOptions = {
  owner: {
    type: "string",
    required: true,
    valueHint: "FILE",
    description:
      "a private file with the owner's address: postgresql://OWNER:PASSWORD@HOST/DATABASE, or https://OWNER:PASSWORD@HOST:8443 of ClickHouse",
  },
  ca: {
    type: "string",
    valueHint: "FILE",
    description: "authority of the server's certificate, in PEM",
  },
  ...jsonOption,
} as const;
const configOption = {
  config: {
    type: "string",
    required: true,
    valueHint: "FILE",
    description: "the collector's settings; docs/guide/beyond-one-machine.md",
  },
} as const;

type OwnerArgs = { readonly owner: string; readonly ca?: string | undefined };

async function openOwner(args: OwnerArgs) {
  const url = readStoreAddress(args.owner, "owner");
  return openPool({ url, ...(args.ca === undefined ? {} : { ca: await readPem(args.ca) }) });
}

export const setupCommand = defineCommand({
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
      const isNewest = steps.length === 0;
      await tell(
        args,
        { outcome: isNewest ? "unchanged" : "raised", steps },
        isNewest ? "the schema is the newest" : `steps taken: ${steps.join(", ")}`,
      );
    } finally {
      await pool.end();
    }
  },
});

export const tenantCommand = defineCommand({
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
    if (!isTenantName(args.name)) throw noTenantName();
    const address = readStoreAddress(args.owner, "owner");
    const server = clickhouseAt(address, args.ca && (await readPem(args.ca)));
    if (server !== undefined) {
      await makeDatabase(server, args.name);
      const database = databaseOf(args.name);
      return tell(
        args,
        { outcome: "open", tenant: args.name, database },
        `its database is ${database}: GRANT SELECT ON it to who reads`,
      );
    }
    const pool = await openOwner(args);
    try {
      const role = await addTenant(pool, args.name);
      await tell(
        args,
        { outcome: "open", tenant: args.name, role },
        `open for ${args.name}; its role ${role} cannot log in until you give it a way: ALTER ROLE ${role} LOGIN PASSWORD '...'`,
      );
    } finally {
      await pool.end();
    }
  },
});

export const serveCommand = defineCommand({
  meta: {
    name: "serve",
    description:
      "Take logs from machines with a certificate and store them, until interrupted. Example: sallyport collector serve --config collector.json",
  },
  args: configOption,
  async run({ args }) {
    const settings = await readCollectorSettings(args.config);
    const terminal = openTerminal();
    const { host, port, tls, eventsPerMinute, stream } = settings;
    const stored = await openStore(settings.store);
    const store =
      stream === undefined ? stored : await openIngest(stream.place, stored, stream.shards);
    const around = {
      nowMs: () => Date.now(),
      report: (line: string) => terminal.warn(printable(line)),
    };
    const hosts = await openHosts(settings, around);
    try {
      const collector = await serveCollector({
        host,
        port,
        tls,
        eventsPerMinute,
        store,
        hosts,
        ...around,
      });
      for (const need of await stored.needs()) terminal.warn(printable(need));
      terminal.print(`collects on https://${settings.host}:${collector.port}`);
      await untilAskedToEnd();
      await collector.close();
    } finally {
      await hosts.close();
      await store.close();
      if (store !== stored) await stored.close();
    }
  },
});

export const streamCommand = defineCommand({
  meta: {
    name: "stream",
    description:
      "Make the replicated stream in NATS that batches wait in, and a consumer for each shard. Example: sallyport collector stream --config collector.json",
  },
  args: { ...configOption, ...jsonOption },
  async run({ args }) {
    const { place, ...how } = await streamOf(args.config);
    const nats = await connectNats(place);
    try {
      await makeStream(nats, how);
      const { replicas, shards } = how;
      await tell(
        args,
        { outcome: "made", replicas, shards },
        `the stream is there, ${replicas} times, for ${shards} shards`,
      );
    } finally {
      await nats.close();
    }
  },
});

async function streamOf(config: string): Promise<StreamPlace> {
  const { stream } = await readCollectorSettings(config);
  if (stream !== undefined) return stream;
  throw new Failure(
    "usage",
    `\`${printable(config)}\` names no \`nats\`: batches go straight into the store`,
  );
}

export const workCommand = defineCommand({
  meta: {
    name: "work",
    description:
      "Store what waits in one shard of the stream, until interrupted; one process for each shard. Example: sallyport collector work --config collector.json --shard 0",
  },
  args: {
    ...configOption,
    shard: { type: "string", required: true, valueHint: "N", description: "which shard, from 0" },
  },
  async run({ args }) {
    const { place, shards } = await streamOf(args.config);
    const shard = /^\d{1,3}$/.test(args.shard) ? Number(args.shard) : shards;
    if (shard >= shards)
      throw new Failure("usage", `\`--shard\` is a number from 0 to ${shards - 1}`);
    const terminal = openTerminal();
    const store = await openStore((await readCollectorSettings(args.config)).store, {
      shard,
      shards,
    });
    try {
      const report = (line: string): void => terminal.warn(line);
      const worker = await startWorker(place, shard, { store, report });
      terminal.print(`stores shard ${shard} of ${shards}`);
      await untilAskedToEnd();
      await worker.close();
    } finally {
      await store.close();
    }
  },
});

export const statusCommand = defineCommand({
  meta: {
    name: "status",
    description:
      "What is stored, by tenant: logs, entries, entries that were removed before they came; and what the store needs of its owner. Example: sallyport collector status --config collector.json --json",
  },
  args: { ...configOption, ...jsonOption },
  async run({ args }) {
    const store = await openStore((await readCollectorSettings(args.config)).store);
    try {
      const [tenants, needs] = [await store.tenants(), await store.needs()];
      const terminal = openTerminal();
      if (args.json === true) return terminal.print(JSON.stringify({ tenants, needs }));
      for (const need of needs) terminal.warn(printable(need));
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

export const joinCommand = defineCommand({
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
    ...jsonOption,
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
      const next = asked.next ?? 0;
      await tell(
        args,
        { outcome: "joined", url: place.url, next, size: log.size },
        `the log goes to ${printable(place.url)} from entry ${next} of ${log.size} on`,
      );
    } finally {
      forwarder.close();
    }
  },
});

export const leaveCommand = defineCommand({
  meta: {
    name: "leave",
    description:
      "Hand nothing in any more; what was stored stays. Example: sallyport collector leave",
  },
  args: { ...dataOption, ...jsonOption },
  async run({ args }) {
    const { forwardingFile } = directoriesIn(args.data ?? dataDirectory());
    const isJoined = readForwarding(forwardingFile) !== undefined;
    rmSync(forwardingFile, { force: true });
    await tell(
      args,
      { outcome: isJoined ? "left" : "unchanged" },
      isJoined ? "the log is not handed in any more" : "the log went nowhere",
    );
  },
});
