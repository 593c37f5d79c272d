// `npm run fleet [-- EVENTS KILLS]`: servers of a NATS cluster are killed, one after the other, while eight logs come in; exit code 1 when anything is lost or twice.
import { openPool } from "#surface/services/fleet/postgres-connection.ts";
import { addTenant, migrate } from "#surface/services/fleet/postgres-setup.ts";
import { openPostgresStore } from "#surface/services/fleet/postgres-store.ts";
import { startNats } from "./nats-cluster.ts";
import { loseNodes } from "./node-loss.ts";
import { startPostgres } from "./postgres-cluster.ts";
import { scriptArguments, wrongArguments } from "../../../../scripts/script-arguments.ts";

const LOGS = 8;
const { positionals } = scriptArguments(import.meta.url, { allowPositionals: true });
const [events = "60000", kills = "6"] = positionals;
if (![events, kills].every((one) => /^\d+$/.test(one)))
  wrongArguments(import.meta.url, "events and kills are whole numbers");
const plan = {
  logs: LOGS,
  count: Math.ceil(Number(events) / LOGS),
  size: 100,
  kills: Number(kills),
};
const cluster = await startNats();
const postgres = await startPostgres();
const owner = await openPool({ url: postgres.url("owner") });
await migrate(owner);
await addTenant(owner, "first");
await owner.query("CREATE ROLE collector LOGIN IN ROLE sallyport_writer");
const store = await openPostgresStore({ url: postgres.url("collector") });
try {
  const loss = await loseNodes(cluster, { store, owner }, plan);
  process.stdout.write(
    `${loss.events} events of ${LOGS} logs in ${loss.seconds.toFixed(1)} s, ${loss.kills} servers killed: ${loss.acknowledged} acknowledged, ${loss.missing} lost, ${loss.twice} twice; ${loss.again} batches were handed in again\n`,
  );
  process.exitCode = loss.missing + loss.twice === 0 && loss.acknowledged === loss.events ? 0 : 1;
} finally {
  await store.close();
  await owner.end();
  await postgres.stop();
  await cluster.stop();
}
