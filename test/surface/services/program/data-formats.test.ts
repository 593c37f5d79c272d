// Migrations of our own files: up and down step by step, and never into or out of a version nobody knows.
import { describe, expect, it } from "vitest";
import { parseProjectRegister } from "#govern/settings/project-register.ts";
import { currentFormats, dataFormats, migrate } from "#surface/services/program/data-formats.ts";

const file = "/home/ada/.local/share/sallyport/things.json";
const format = {
  name: "things.json",
  current: 3,
  migrations: [
    {
      from: 1,
      what: "things get a name",
      up: (content: object) => ({ ...content, name: "unnamed" }),
      down: ({
        version,
        things,
      }: {
        readonly version: number;
        readonly [key: string]: unknown;
      }) => ({
        version,
        things,
      }),
    },
    {
      from: 2,
      what: "things are counted",
      up: (content: object) => ({ ...content, count: 0 }),
      down: undefined,
    },
  ],
};
const text = (version: unknown, more: object = {}) =>
  JSON.stringify({ version, things: [1], ...more });
const to = (version: number, from: string) => migrate(format, from, { file, to: version });

describe("a file", () => {
  it("is led through every version between, and keeps what no step speaks of", () => {
    const migrated = to(3, text(1, { other: "kept" }));
    expect(migrated).toMatchObject({ from: 1, to: 3 });
    expect(migrated?.steps).toEqual(["things get a name", "things are counted"]);
    expect(JSON.parse(migrated?.text ?? "")).toEqual({
      version: 3,
      things: [1],
      other: "kept",
      name: "unnamed",
      count: 0,
    });
  });
  it("is left alone when it is there already", () => {
    expect(to(3, text(3))).toBeUndefined();
  });
  it("is led back where a step can be undone, and else refused", () => {
    const up = to(2, text(1));
    expect(JSON.parse(to(1, up?.text ?? "")?.text ?? "")).toEqual({ version: 1, things: [1] });
    expect(() => to(1, text(3))).toThrow("no way from format 3");
  });
  it("of a newer version than is known is never written", () => {
    expect(() => to(3, text(4))).toThrow("format 4 is newer than this program knows (3)");
    expect(() => to(1, text(4))).toThrow("nothing was written");
  });
  it.each(["", "[]", "{}", text("1"), text(0), text(1.5), text(-1), text(1e9)])(
    "that names no version is damaged: %s",
    (damaged) => {
      expect(() => to(3, damaged)).toThrow("damaged");
    },
  );
});

describe("the formats of this program", () => {
  it("have one step for each version below the present one, in order", () => {
    for (const { current, migrations } of dataFormats) {
      expect(migrations.map(({ from }) => from)).toEqual(
        Array.from({ length: current - 1 }, (_, index) => index + 1),
      );
    }
    expect(Object.keys(currentFormats())).toEqual(["state.json", "projects.json"]);
  });
  it("are told from damaged files by those who read them", () => {
    const register = (version: number) => JSON.stringify({ version, projects: [] });
    const { "projects.json": current = 0 } = currentFormats();
    expect(parseProjectRegister(register(current), file)).toEqual([]);
    expect(() => parseProjectRegister(register(current + 1), file)).toThrow("use the newer");
    expect(() => parseProjectRegister('{"version":0}', file)).toThrow("damaged");
  });
});
