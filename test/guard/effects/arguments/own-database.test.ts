// Statements for a database that the session made and started, and for any other: which of them change something that is somebody's.
import { afterAll, describe, expect, it } from "vitest";
import { judgeCommand, makeProject } from "../../../judging.ts";
import { madeUpMachine } from "../../../made-up-machine.ts";

const where = makeProject();
afterAll(() => where.remove());
const OWN = 54_391;
const machine = { home: where.home, serves: (port: number) => port === OWN };
const answer = madeUpMachine([where.root], machine);
const PSQL = "psql -h 127.0.0.1 -p 54391 -U shop";

async function changesData(command: string): Promise<boolean> {
  const { effects } = await judgeCommand({ ...where, answer }, command);
  return effects.some((effect) => effect.kind === "deploy" && effect.system === "database");
}

describe("data of the session's own", () => {
  it.each([
    `${PSQL} shop -c 'create table items (id serial primary key)'`,
    `${PSQL} shop -c "update items set cents = 5 where id = 1::int"`,
    `${PSQL} shop <<< 'begin; delete from items; rollback;'`,
    "psql -h localhost -p 54391 -c 'drop table items'",
    `createdb -h 127.0.0.1 -p 54391 -U shop shop && ${PSQL} shop -c 'drop table items'`,
    "dropdb -h 127.0.0.1 -p 54391 -U shop shop",
    "createuser -h ::1 -p 54391 ada",
  ])("%s", async (command) => {
    expect(await changesData(command)).toBe(false);
  });
});

describe("data of somebody else, or of nobody knows whom", () => {
  const DROPS = "-c 'drop table items'";
  it.each([
    `psql -h 127.0.0.1 -p 5432 -U shop shop ${DROPS}`,
    `psql -h 127.0.0.1 -U shop shop ${DROPS}`,
    `psql -p 54391 -U shop shop ${DROPS}`,
    `psql -h db.example.test -p 54391 shop ${DROPS}`,
    `psql -h 127.0.0.1,db.example.test -p 54391 shop ${DROPS}`,
    `${PSQL} -h db.example.test shop ${DROPS}`,
    `${PSQL} 'host=db.example.test dbname=shop' ${DROPS}`,
    `${PSQL} -d postgres://db.example.test/shop ${DROPS}`,
    `${PSQL} service=production ${DROPS}`,
    `PGHOSTADDR=10.0.0.7 ${PSQL} shop ${DROPS}`,
    `PGSERVICE=production ${PSQL} shop ${DROPS}`,
    `${PSQL} shop <<< '\\c shop ada db.example.test
drop table items;'`,
    `${PSQL} shop -v x="$X" <<< 'select :x; drop table items;'`,
    `${PSQL} shop -c "$SQL"`,
    `pg_ctl -D data/pg stop && ${PSQL} shop ${DROPS}`,
    `node tunnel.js & ${PSQL} shop ${DROPS}`,
    `ssh -fNL 54391:db:5432 host.example.test; ${PSQL} shop ${DROPS}`,
    `dropdb -h 127.0.0.1 -p 54391 'host=db.example.test'`,
    "PGHOSTADDR=10.0.0.7 dropdb -h 127.0.0.1 -p 54391 shop",
  ])("%s", async (command) => {
    expect(await changesData(command)).toBe(true);
  });
});
