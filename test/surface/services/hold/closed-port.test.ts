// A refused connection to a port of the machine, as programs say it, and the line that is told of it.
import { describe, expect, it } from "vitest";
import { closedPort, refusedPorts } from "#surface/services/hold/closed-port.ts";

describe("what programs say", () => {
  it.each([
    ["node", "Error: connect ECONNREFUSED 127.0.0.1:5432\n    at TCP", [5432]],
    ["node, by IPv6", "Error: connect ECONNREFUSED ::1:5432", [5432]],
    [
      "psql",
      'psql: error: connection to server at "localhost" (::1), port 5432 failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?',
      [5432],
    ],
    [
      "psql before 14",
      'could not connect to server: Connection refused\n\tIs the server running on host "localhost" (127.0.0.1) and accepting\n\tTCP/IP connections on port 5433?',
      [5433],
    ],
    ["redis-cli", "Could not connect to Redis at 127.0.0.1:6379: Connection refused", [6379]],
    ["redis of Python", "Error 111 connecting to localhost:6379. Connection refused.", [6379]],
    [
      "mysql",
      "ERROR 2003 (HY000): Can't connect to MySQL server on '127.0.0.1:3307' (111)",
      [3307],
    ],
    ["pymysql", "(2003, \"Can't connect to MySQL server on 'localhost' ([Errno 111] …)\")", [3306]],
    ["go", "dial tcp [::1]:5432: connect: connection refused", [5432]],
    [
      "curl",
      "curl: (7) Failed to connect to localhost port 8080 after 0 ms: Couldn't connect",
      [8080],
    ],
    ["JDBC", "Connection to localhost:5432 refused. Check that the hostname", [5432]],
    ["pymongo", "localhost:27017: [Errno 111] Connection refused", [27_017]],
    ["nobody was asked", "127.0.0.1:5432 is up", []],
    ["another host", "connect ECONNREFUSED 10.0.0.1:5432", []],
    ["permission", "permission refused", []],
  ])("%s", (_name, said, ports) => {
    expect(refusedPorts(said)).toEqual(ports);
  });

  it("is looked at within bounds", () => {
    const long = `${"localhost:1 ".repeat(200_000)} refused`;
    expect(refusedPorts(long)).toEqual([1]);
    expect(refusedPorts("localhost (".repeat(100_000) + " refused")).toEqual([]);
  });
});

describe("the line", () => {
  const said = "connect ECONNREFUSED 127.0.0.1:5432";
  const listening =
    (machine: readonly number[], session: readonly number[] = []) =>
    (pid: number | "self") =>
      new Set(pid === "self" ? machine : session);
  const told = (text: string, machine: readonly number[], machinePorts: readonly string[] = []) =>
    closedPort(text, { machinePorts, keeper: 7, listening: listening(machine) });

  it("says what to write, where something of the machine listens", () => {
    expect(told(said, [5432])).toEqual({
      kind: "port",
      text: "held by sallyport: port 5432 of this machine; code of the project does not reach it. Run a command of its own that names it, or ask the person to write `machinePorts: [5432]` in the policy.",
    });
  });
  it("is none where nothing of the machine does, or the session itself", () => {
    expect(told(said, [])).toBeUndefined();
    const both = { machinePorts: [], keeper: 7, listening: listening([5432], [5432]) };
    expect(closedPort(said, both)).toBeUndefined();
    expect(told("all is well", [5432])).toBeUndefined();
  });
  it("names no key for a port that no policy opens, or that the policy names", () => {
    expect(told("connect ECONNREFUSED 127.0.0.1:2375", [2375])?.text).toContain("no policy opens");
    const named = told(said, [5432], ["127.0.0.1:5432"])?.text;
    expect(named).toContain("the policy names it, and it could not be opened");
  });
});
