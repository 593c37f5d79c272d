// Holds what models declare of options to what manuals document: data that were taken once, so that no program needs to be installed.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { isWhole, sampled } from "../../sampled.ts";
import { judgeCommand, makeProject, settled } from "../../judging.ts";
import { comparePrograms, type Declared, declaredAs, declaredPrograms } from "./compare-options.ts";
import { type DocumentedOption, documentedPrograms } from "./documented.ts";

/** Options with a reason why they are not as they should be; each must still be so. */
const Excepted = v.array(
  v.strictObject({ reason: v.pipe(v.string(), v.minLength(10)), options: v.array(v.string()) }),
);
const Counts = v.record(v.string(), v.number());

const programs = documentedPrograms();
const declared = declaredPrograms();
const compared = comparePrograms(programs, declared);
const project = settled(makeProject());
afterAll(() => project.remove());

function read(name: string): unknown {
  return parse(readFileSync(fileURLToPath(new URL(name, import.meta.url)), "utf8"));
}

function excepted(name: string): readonly string[] {
  return v.parse(Excepted, read(name)).flatMap(({ options }) => options);
}

describe("what is declared of documented options", () => {
  it("compares many programs", () => {
    expect(compared.same).toBeGreaterThan(10_000);
  });

  it("is the arity that the manual says, but for those with a reason", () => {
    expect([...compared.differing].sort()).toEqual([...excepted("./exceptions.yaml")].sort());
  });

  it("leaves no more of a program undeclared than before", () => {
    const counts = v.parse(Counts, read("./undeclared.yaml"));
    const more = [...compared.undeclared]
      .filter(([name, options]) => options.length > (counts[name] ?? 0))
      .map(([name, options]) => `${name}: ${options.map(({ spelling }) => spelling).join(" ")}`);
    expect(more).toEqual([]);
  });

  it("notices a flag that is declared with a value, and an option that nobody declares", () => {
    const taking = { wrong: { names: ["-n"], value: "required" } } as const;
    const option = { spelling: "-n", arity: "none", kind: "other" } as const;
    const planted = comparePrograms(
      [{ names: ["planted"], source: "", options: [option, { ...option, spelling: "-z" }] }],
      new Map<string, Declared>([["planted", { options: taking, optionsEnd: "anywhere" }]]),
    );
    expect(planted.differing).toEqual(["planted -n"]);
    expect(planted.undeclared.get("planted")?.map(({ spelling }) => spelling)).toEqual(["-z"]);
  });
});

/** The words that call a program: of a subcommand of git two. */
function called(name: string): string {
  return name.startsWith("git-") ? `git ${name.slice("git-".length)}` : name;
}

describe("an option that no model declares", () => {
  for (const [name, options] of sampled([...compared.undeclared], 4)) {
    const [option] = options;
    if (option === undefined) continue;
    it(`is a question: ${name} ${option.spelling}`, async () => {
      const { verdict } = await judgeCommand(
        project,
        `${called(name)} '${option.spelling}' pub.txt`,
      );
      expect(["ask", "deny"]).toContain(verdict);
    });
  }
});

/** Values that leave a trace in an effect, where the program does something with what they name. */
const TRACES = {
  file: { value: `${project.root}/outside/f.txt`, trace: "/outside" },
  directory: { value: `${project.root}/outside`, trace: "/outside" },
  command: { value: "outside-program", trace: "outside-program" },
  url: { value: "https://outside.example/x", trace: "outside.example" },
} as const;

/** Whether something follows from the value of an option that its manual calls a file, directory, command or address. */
async function isSeen(name: string, { spelling, kind }: DocumentedOption): Promise<boolean> {
  if (kind === "other") return true;
  const { value, trace } = TRACES[kind];
  const { effects } = await judgeCommand(project, `${called(name)} ${spelling} ${value} pub.txt`);
  return (
    effects.some(
      (effect) =>
        effect.kind === "unknown" || (effect.kind === "execute" && effect.reach === "unbounded"),
    ) || JSON.stringify(effects).includes(trace)
  );
}

describe("what the value of an option names", () => {
  const rows = programs.flatMap(({ names, options }) =>
    names.flatMap((name) => {
      const model = declared.get(name);
      if (model === undefined) return [];
      return options
        .filter(({ spelling, arity, kind }) => {
          const isValued = arity === "required" && kind !== "other";
          return isValued && declaredAs(model, spelling)?.value === "required";
        })
        .map((option) => ({ name, option }));
    }),
  );

  it("follows from the call, but for those with a reason", async () => {
    const known = excepted("./unseen-values.yaml");
    const unseen: string[] = [];
    for (const { name, option } of sampled(rows, 6))
      if (!(await isSeen(name, option))) unseen.push(`${name} ${option.spelling}`);
    expect(unseen.filter((one) => !known.includes(one))).toEqual([]);
    if (isWhole) expect(known.filter((one) => !unseen.includes(one))).toEqual([]);
  });
});
