// The room in which a server is looked at: what of its variables it gets, and that none reaches what makes the room.
import { describe, expect, test } from "vitest";
import { inRoom, PLACEHOLDER, withoutRoom } from "#surface/services/mcp/inspect-room.ts";

const SECRET = ["Bf8kQ2", "mZ71xT", "r9Lw0c"].join("");
const started = (given: Readonly<Record<string, string>>) =>
  inRoom(
    { kind: "command", command: "node", args: ["server.js"] },
    {
      home: "/home/u",
      data: "/home/u/data",
      directory: "/home/u/p",
      network: false,
      environment: { PATH: "/usr/bin", AWS_PROFILE: "prod" },
      given,
    },
  );
const variables = (given: Readonly<Record<string, string>>) => {
  const { args } = started(given);
  return args.flatMap((word, at) =>
    word === "--setenv" ? [`${args[at + 1]}=${args[at + 2]}`] : [],
  );
};

describe("a server that is looked at gets", () => {
  test.each([
    ["TRANSPORT", "stdio", "stdio"],
    ["MEMORY_FILE_PATH", "./memory.json", "./memory.json"],
    ["API_KEY", "short", PLACEHOLDER],
    ["DATABASE_URL", "postgres://a:b@c/d", PLACEHOLDER],
    ["MODE", SECRET + SECRET, PLACEHOLDER],
    ["HEADERS", '{"Authorization":"x"}', PLACEHOLDER],
    ["EMPTY", "", ""],
  ])("%s=%s as %s", (name, value, shown) => {
    expect(variables({ [name]: value })).toEqual([`${name}=${shown}`]);
  });
  test.each(["PATH", "HOME", "A=B", "A B", "1"])("not %s", (name) => {
    expect(variables({ [name]: "x" })).toEqual([]);
  });
});

test("what makes the room gets none of them, nor what else the environment has", () => {
  const { env, command } = started({ LD_PRELOAD: "./evil.so", NODE_OPTIONS: "--require ./x" });
  expect(command).toBe("/usr/bin/bwrap");
  expect(Object.keys(env).toSorted()).toEqual(["PATH", "TMPDIR"]);
});

test("without a room secrets are placeholders as well", () => {
  const identity = { kind: "command" as const, command: "node", args: [] };
  const given = { API_KEY: SECRET, MODE: "stdio" };
  expect(withoutRoom(identity, { environment: { PATH: "/bin" }, given }).env).toEqual({
    PATH: "/bin",
    API_KEY: PLACEHOLDER,
    MODE: "stdio",
  });
});
