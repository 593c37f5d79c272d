// The server that psql talks to, with its port: a profile opens that one of the machine.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { judgeCommand, makeProject, type TestProject } from "../../../judging.ts";

let where: TestProject;
beforeAll(() => {
  where = makeProject();
});
afterAll(() => {
  where.remove();
});

it.each([
  ["psql -h localhost -p 5433 -c 'select 1'", "localhost", 5433],
  ["psql --host=127.0.0.1 --port=6000 -c 'select 1'", "127.0.0.1", 6000],
  ["psql -h localhost -c 'select 1'", "localhost", undefined],
  ["psql postgresql://localhost:5434/shop -c 'select 1'", "localhost", 5434],
  ['psql -h localhost -p "$PORT" -c "select 1"', "localhost", undefined],
] as const)("%s contacts %s, port %s", async (command, host, port) => {
  const { effects } = await judgeCommand(where, command);
  const contacted = effects.flatMap((one) => (one.kind === "egress" ? [one.destination] : []));
  expect(contacted).toContainEqual(expect.objectContaining({ host, port, scheme: "postgresql" }));
});

it.each([
  ["psql -h /tmp/own -c 'select 1'"],
  ["pg_dump -h /tmp/own shop"],
  ["mysql -S /tmp/own.sock -e 'select 1'"],
])("%s contacts this machine, at no port", async (command) => {
  const { effects } = await judgeCommand(where, command);
  const contacted = effects.flatMap((one) => (one.kind === "egress" ? [one.destination] : []));
  expect(contacted).toEqual([{ host: "localhost", port: undefined, scheme: "unix" }]);
});

it.each([
  ["pg_isready -h 127.0.0.1 -p 6000", 6000],
  ["mysql -h 127.0.0.1 -P 6000 -e 'select 1'", 6000],
  ["mysqldump -h 127.0.0.1 -P 6000 shop", 6000],
])("%s contacts port %s", async (command, port) => {
  const { effects } = await judgeCommand(where, command);
  const contacted = effects.flatMap((one) => (one.kind === "egress" ? [one.destination.port] : []));
  expect(contacted).toEqual([port]);
});

it.each(["psql shop -c 'select 1'", "pg_dump shop", "createdb shop", "pg_isready"])(
  "%s is not refused where the home has passwords for it",
  async (command) => {
    writeFileSync(join(where.home, ".pgpass"), "localhost:5432:*:ada:-\n");
    const { verdict } = await judgeCommand(where, command);
    expect(verdict).toBe("allow");
  },
);

it("a call that shows the passwords is refused all the same", async () => {
  const { verdict } = await judgeCommand(where, "psql shop -c 'select 1'; cat ~/.pgpass");
  expect(verdict).toBe("deny");
});
