// The server that psql talks to, with its port: a profile opens that one of the machine.
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
