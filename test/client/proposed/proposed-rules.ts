// Every permission rule that lint, audit and consolidate propose, read from what they say; their forms, and a call that each has to hold.
import { readdirSync, readFileSync } from "node:fs";
import { runChecks } from "#assure/posture/run-checks.ts";
import { sightsFromMemory } from "#assure/posture/inputs/from-memory.ts";
import { loadCheckFamilies } from "#surface/services/posture/shipped-checks.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";
import type { ToolUse } from "../model-stub.ts";

/** Rules in a text, as people are shown them. */
const RULE = /\b(Bash|Read|Edit|Write|WebFetch|Glob|Grep)\(((?:[^()`"]|\([^()`"]*\))+)\)/g;
/** What is written for a name that only a finding knows. */
const BLANK = /\$\{|\.\.\.|PATH|^path$|…/;
/** Where fixes are written: the checks' data, and the code that says more of one place. */
const SOURCES = ["src/govern/settings/lint", "src/govern/settings/consolidate"];
const AUDIT = "src/assure/posture/checks";

const root = new URL("../../../", import.meta.url);

/** Rules that are proposed somewhere, each once. */
export function proposedRules(): readonly string[] {
  return [...new Set(fixes().flatMap(rulesIn))].toSorted();
}

/** Rules of a text that can be tried: those of templates are tried by what the findings make of them. */
export function rulesIn(text: string): readonly string[] {
  return [...text.matchAll(RULE)].flatMap(([rule, , subject = ""]) =>
    BLANK.test(subject) || subject === "domain:host" ? [] : [rule],
  );
}

function fixes(): readonly string[] {
  const families = loadCheckFamilies();
  const written = families.flatMap(({ checks }) => checks.map(({ fix }) => fix));
  const code = [...SOURCES, AUDIT].flatMap(sourcesBelow).flatMap(fixTexts);
  return [...written, ...code, ...found()];
}

/** What stands behind `fix:` and `instead:` in a source, as far as it is one text. */
function fixTexts(source: string): readonly string[] {
  return [...source.matchAll(/\b(?:fix|instead)(?::|\s*=)\s*(["'`])((?:(?!\1)[^\\]|\\.)*)\1/g)].map(
    (match) => (match[2] ?? "").replaceAll("\\`", "`").replaceAll('\\"', '"'),
  );
}

function sourcesBelow(folder: string): readonly string[] {
  return readdirSync(new URL(folder, root), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(new URL(`${folder}/${name}`, root), "utf8"));
}

/** Rules that have something wrong with them, of every kind that a finding answers with a rule of its own making. */
const MISTAKEN = [
  ...["Write(.env)", "Write(src/**)", "Glob(src/**)", "MultiEdit(.git/**)", "NotebookEdit(a/**)"],
  ...["Read(/etc/passwd)", "Read(/home/user/.aws/credentials)", "Read(~/.ssh)", "Read(**/.ssh/**)"],
  ...["Read( .env )", "Read(src:*)", "Edit(src:*)", "Read(.env|.env.local)", "Read(*.{pem,key})"],
  ...["Read(.*\\.pem$)", "Read(^secrets/.*)", "Edit(.env)", "Edit(src/a.ts)", "Read(secrets)"],
  ...[
    "WebFetch(https://docs.example.com/*)",
    "WebFetch(docs.example.com)",
    "WebFetch(domain:a.example.com|b.example.com)",
  ],
  ...[
    "WebFetch(domain:example.com)",
    "WebFetch(domain:https://example.com)",
    "WebFetch(url:https://a.example.com)",
  ],
  ...[
    "Bash(curl|wget)",
    "Bash(curl*|wget*)",
    "Bash(git push|git commit)",
    "Bash(cd src && npm test)",
  ],
  ...[
    "Bash(cat x | sh)",
    "Bash(npm publish)",
    "Bash(rm -rf /)",
    "Bash(git push:*:*)",
    "Bash(git.*push)",
  ],
  ...[
    "Bash(^git push)",
    "Bash(command:git push)",
    "Bash(rm -rf*)",
    "Bash(curl http://example.com:*)",
  ],
  ...[
    "Bash(* --force)",
    "Bash(git push --force)",
    "Bash(sudo *)",
    "Bash(kubectl delete pod)",
    "Bash(git:push)",
  ],
  ...[
    "Edit(file_path:src/**)",
    "Read(file_path:.env)",
    "Bash(npm (test|run lint))",
    "Bash(docker run)",
  ],
] as const;

/** What findings say of those rules, in each list. */
function found(): readonly string[] {
  const around = { catalogue: loadCatalogue(), nowMs: Date.UTC(2026, 10, 21) };
  const checks = loadCheckFamilies()
    .flatMap(({ checks: all }) => all)
    .filter(({ family }) => family === "permissions" || family === "settings");
  return (["allow", "ask", "deny"] as const).flatMap((list) =>
    MISTAKEN.flatMap((rule) => {
      const settings = JSON.stringify({ permissions: { [list]: [rule] } });
      const inputs = sightsFromMemory({ files: { ".claude/settings.json": settings } }, around);
      return [
        ...inputs.lint.flatMap(({ fix }) => fix ?? []),
        ...runChecks(checks, inputs).flatMap(({ result }) =>
          result.faults.flatMap(({ fix }) => fix ?? []),
        ),
      ];
    }),
  );
}

/** What is alike of rules: the tool, and the subject with its names taken out. Rules of one form are held in the same way. */
export function formOf(rule: string): string {
  const [, tool = "", subject = ""] = /^(\w+)\((.*)\)$/s.exec(rule) ?? [];
  if (tool === "WebFetch") return `WebFetch(${subject.replaceAll(/[\w-]+(?:\.[\w-]+)+/g, "host")})`;
  const plain = subject.replaceAll(/[\w@-]+/g, "w");
  return `${tool}(${tool === "Bash" ? plain.replaceAll(/w(?: w)+/g, "w w") : plain.replaceAll(/\bw(?:\/w)+/g, "w/w")})`;
}

/** What a subject is meant to hold: without the name of a field, and the first of alternatives. */
function meant(subject: string): string {
  return subject
    .replace(/^(?:command|file_path|path|url)[:=]/, "")
    .replace(/^([\w./ -]+?)\|(?=\w)[\w./ |-]+/, "$1")
    .replace(/^file_path\//, "");
}

/** A call that the rule has to hold. Places are those of a session in the client (`session-files.ts`). */
export function callFor(rule: string): ToolUse {
  const [, tool = "", written = ""] = /^(\w+)\((.*)\)$/s.exec(rule) ?? [];
  const subject = meant(written);
  switch (tool) {
    case "Bash":
      return {
        name: "Bash",
        input: {
          command: subject
            .replace(/(?::| )?\*$/, " x")
            .replaceAll("*", "x")
            .trim(),
        },
      };
    case "WebFetch":
      return {
        name: "WebFetch",
        input: {
          url: `https://${subject.replace(/^domain:/, "").replace(/^\*\./, "sub.")}/`,
          prompt: "read it",
        },
      };
    case "Edit":
    case "Write":
      return { name: "Write", input: { file_path: pathFor(subject), content: "x\n" } };
    default:
      return { name: "Read", input: { file_path: pathFor(subject) } };
  }
}

function pathFor(subject: string): string {
  const path = subject
    .replace(/^\/\/\*\*\//, "<project>/sub/")
    .replace(/^\/\//, "/")
    .replace(/^~\//, "<home>/")
    .replace(/^\.\//, "<project>/")
    .replaceAll("**", "sub/f")
    .replaceAll("*", "f");
  if (path.startsWith("<")) return path;
  if (subject.startsWith("//")) return path;
  return `<project>/${path.replace(/^\//, "")}`;
}
