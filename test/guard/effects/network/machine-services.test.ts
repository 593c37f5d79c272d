// Services of this machine that do more than a call shows: whoever reaches one is asked, whatever program is used, unless a policy names the port.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { isServicePort, whyPowerful } from "#guard/effects/network/service-ports.ts";
import { judgeCommand, makeProject, settled } from "../../../judging.ts";

const calls = v.parse(
  v.strictObject({ ask: v.array(v.string()), allow: v.array(v.string()) }),
  parse(readFileSync(fileURLToPath(new URL("./machine-services.yaml", import.meta.url)), "utf8")),
);

const place = settled(makeProject());
afterAll(() => place.remove());

const ruleOf = async (
  command: string,
  machinePorts?: readonly string[],
): Promise<readonly (string | undefined)[]> => {
  const policy = { ...place.policy, ...(machinePorts === undefined ? {} : { machinePorts }) };
  const { verdict, reasons } = await judgeCommand(place, command, { policy });
  return [verdict, ...reasons.map(({ rule }) => rule)];
};

describe("a service of this machine", () => {
  it.each(calls.ask)("%s is asked about", async (command) => {
    const [verdict, ...rules] = await ruleOf(command);
    expect(verdict).not.toBe("allow");
    expect(rules.join(" ")).toContain("egress/machine-service");
  });

  it.each(calls.allow)("%s is none", async (command) => {
    expect((await ruleOf(command))[0]).toBe("allow");
  });

  it("is open where the policy names its port, at the address that it names", async () => {
    const search = "curl -s http://localhost:9200/_cat/indices";
    expect((await ruleOf(search, ["9200"]))[0]).toBe("allow");
    expect((await ruleOf(search, ["9300"]))[0]).toBe("ask");
    expect((await ruleOf("curl -s http://127.0.0.1:9200/", ["127.0.0.1:9200"]))[0]).toBe("allow");
    expect((await ruleOf("curl -s http://127.0.0.2:9200/", ["127.0.0.1:9200"]))[0]).toBe("ask");
  });

  it("is one wherever no policy can name the port", () => {
    const powerful = Array.from({ length: 65_535 }, (_, at) => at + 1).filter(
      (port) => whyPowerful(port) !== undefined,
    );
    expect(powerful).toContain(2375);
    expect(powerful.filter((port) => !isServicePort(port))).toEqual([]);
    expect([3000, 5173, 8000, 8080, 5432, 3306].filter(isServicePort)).toEqual([]);
  });
});
