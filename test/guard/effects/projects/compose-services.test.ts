// What `docker compose config` prints of a project: names alone, the file as it is written, or the values of its settings.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { judgeCommand, makeProject, type TestProject } from "../../../judging.ts";

let where: TestProject;
beforeAll(() => {
  where = makeProject();
});
afterAll(() => where.remove());

const PLAIN = "services:\n  db:\n    image: postgres:${TAG}\n    environment:\n      MODE: test\n";
const verdictOf = async (compose: string, command: string): Promise<string> => {
  const file = join(where.project, "compose.yaml");
  writeFileSync(file, compose);
  try {
    return (await judgeCommand(where, command)).verdict;
  } finally {
    rmSync(file);
  }
};

describe("docker compose config", () => {
  it.each([
    "docker compose config --no-interpolate",
    "docker-compose config --no-interpolate",
    "docker compose -f compose.yaml config --no-interpolate",
    "docker compose config --services",
    "docker compose config --images",
    "docker compose config -q",
  ])("allow.%s", async (command) => {
    expect(await verdictOf(PLAIN, command)).toBe("allow");
  });

  it.each([
    "docker compose config",
    "docker compose config --no-interpolate --environment",
    "docker compose --env-file .env config --no-interpolate",
  ])("deny.%s", async (command) => {
    expect(await verdictOf(PLAIN, command)).toBe("deny");
  });

  it("names the form that shows the file as it is written", async () => {
    const file = join(where.project, "compose.yaml");
    writeFileSync(file, PLAIN);
    const { alternative } = await judgeCommand(where, "docker compose config");
    rmSync(file);
    expect(alternative).toMatchObject({
      command: "docker compose config --no-interpolate",
      verdict: "allow",
    });
  });

  it.each([
    ["a file of settings", "    env_file: .env\n"],
    ["a list of them", "    env_file:\n      - a.env\n      - ./.env\n"],
    ["a map with a path", "    env_file:\n      - path: .env\n        required: false\n"],
    ["a variable that is passed on", "    environment:\n      - SECRET\n"],
    ["the same as a map", "    environment:\n      SECRET:\n"],
    ["what another file says", "    extends:\n      file: other.yaml\n      service: db\n"],
  ])("deny.--no-interpolate prints the values of %s", async (_what, lines) => {
    const compose = `services:\n  db:\n    image: postgres\n${lines}`;
    const command = "docker compose config --no-interpolate";
    expect(await verdictOf(compose, command)).toBe("deny");
    expect(await verdictOf(compose, `${command} --no-env-resolution`)).toBe("allow");
    expect(await verdictOf(compose, `${command} --services`)).toBe("allow");
  });
});
